"""Libraries to look at: one of drawn pictures, one of real faces. Each is indexed once and copied for every test."""

import csv
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.browser.server import Server

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Made:
    """A library and the folder of photos it was made from. The library names the photos by absolute path."""

    library: Path
    photos: Path
    models: Path

    def copied(self, into: Path) -> "Made":
        """A library of one's own, over the same photos: for tests that change no file."""
        copy = into / "library"
        shutil.copytree(self.library, copy)
        return Made(copy, self.photos, self.models)

    def served(self) -> Server:
        return Server(self.library, self.models).start()


def draw(folder: Path, percent: int = 60) -> Path:
    """The pictures of tools/drawn_photos.py: landscapes with dates and places, portraits of five people."""
    command = [sys.executable, str(ROOT / "tools" / "drawn_photos.py"), str(folder), str(percent)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def copy_faces(shared: Path, folder: Path, people: int = 12, strangers: int = 6) -> Path:
    """Photos of people with nine or ten each, and of strangers with one, under neutral names."""
    folder.mkdir(parents=True)
    with (shared / "faces" / "labels.csv").open() as file:
        rows = list(csv.DictReader(file))
    of: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        of.setdefault(row["identity"], []).append(row)
    chosen = [some for some in of.values() if some[0]["kind"] == "id" and len(some) >= 9][:people]
    chosen += [some for some in of.values() if some[0]["kind"] == "single"][:strangers]
    for row in (row for some in chosen for row in some):
        shutil.copyfile(shared / "faces" / row["file"], folder / row["neutral_name"])
    return folder


def index(library: Path, photos: Path, models: Path) -> Made:
    mine = {"PHOTOSCRIBE_LIBRARY": str(library), "PHOTOSCRIBE_MODELS": str(models)}
    command = [sys.executable, "-m", "photoscribe", "index", str(photos)]
    done = subprocess.run(command, env={**os.environ, **mine}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return Made(library, photos, models)
