"""What the writing tests share: edits, a write from plan to commit, and what independent readers then see."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from photoscribe.core.edits import Edit
from photoscribe.core.facts import Region
from photoscribe.core.geometry import Box
from photoscribe.core.metadata import Metadata
from photoscribe.core.precedence import choose
from photoscribe.metadata import reading
from photoscribe.metadata.planning import Planned, Target
from photoscribe.metadata.sidecars import sidecars_of
from photoscribe.metadata.writing import Prepared, Writer

HERE = Box(0.125, 0.25, 0.25, 0.3)
THERE = Box(0.6, 0.5, 0.2, 0.25)
ANN = Region(HERE, "Ann")
BOB = Region(THERE, "Bob")
NAME_ANN = Edit(name_regions=(ANN,))


def plan(writer: Writer, path: Path, edit: Edit = NAME_ANN, target: Target = "file") -> Planned:
    """The plan for the one file that is touched."""
    (planned,) = writer.plan(path, edit, target)
    return planned


def write(writer: Writer, path: Path, edit: Edit = NAME_ANN, target: Target = "file") -> list[Prepared]:
    """Plans, prepares and commits; what was prepared, for taking it back."""
    done = []
    for planned in writer.plan(path, edit, target):
        assert not planned.refusal, planned.refusal
        if planned.changes:
            prepared = writer.prepare(planned)
            prepared.commit()
            done.append(prepared)
    return done


def undo(writer: Writer, prepared: Prepared) -> None:
    writer.restore(prepared.path, prepared.patch, prepared.before_hash, prepared.after_hash).commit()


def read(path: Path) -> Metadata:
    """What the program's own reader sees, sidecars and all."""
    names = sidecars_of(path.name, {one.name for one in path.parent.iterdir()})
    found = reading.read(path, path.read_bytes(), sidecars=[path.with_name(name) for name in names])
    assert found.problems == ()
    return choose(found.statements)


def by_exiftool(path: Path, *options: str) -> dict[str, Any]:
    """All tags by ExifTool in a process of its own, grouped as it groups them; the test is skipped without it."""
    if shutil.which("exiftool") is None:
        pytest.skip("no ExifTool is installed")
    command = ["exiftool", "-config", "", "-j", "-struct", "-n", "-G1", "-a", "-u", *options, str(path)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    return dict(json.loads(done.stdout.decode())[0])


def pixels(path: Path) -> list[bytes]:
    """Every frame as Pillow decodes it."""
    frames = []
    with Image.open(path) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            frames.append(image.tobytes())
    return frames


def names_in(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())
