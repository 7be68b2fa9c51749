"""The wheel alone, in an environment with nothing else: it is complete, and it does its work on three photos."""

import email
import json
import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from photoscribe import __version__
from tests.drawn import SKINS, portrait

ROOT = Path(__file__).resolve().parents[2]

STATIC = "photoscribe/web/static/"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(build, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Path:
    """A fresh environment with the bare wheel (no extras) and the locked versions of what it asks for."""
    folder = wheel.parent / "environment"
    venv.EnvBuilder(with_pip=True).create(folder)
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(re.findall(r"^[\w.-]+==[^\s;]+", lock, re.MULTILINE)), encoding="utf-8")
    options = ["--disable-pip-version-check", "--only-binary", ":all:", "-c", str(constraints)]
    pip = [str(folder / "bin" / "python"), "-I", "-m", "pip", "install", *options, str(wheel)]
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "bin" / "photoscribe"


def run(program: Path, *arguments: str | Path) -> str:
    """stdout of the program, run away from the checkout and without what this process has on its paths."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV", "PHOTOSCRIBE"))}
    done = subprocess.run(
        [program, *arguments], cwd=program.parent, env=kept, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_the_whole_package_its_licence_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        info = f"photoscribe-{__version__}.dist-info"
        metadata = email.message_from_bytes(archive.read(f"{info}/METADATA"))
    source = ROOT / "src"
    package = {str(p.relative_to(source)) for p in source.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert {name for name in names if not name.startswith(info)} == package
    assert f"{info}/licenses/LICENSE" in names
    assert metadata["License-Expression"] == "GPL-3.0-or-later"
    assert metadata["Requires-Python"] == ">=3.11"


def test_the_wheel_holds_the_built_web_app(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name.removeprefix(STATIC) for name in archive.namelist() if name.startswith(STATIC)}
        page = archive.read(f"{STATIC}index.html").decode()
    assert {"index.html", "index.html.br", "manifest.webmanifest", "sw.js", "theme.js", "icons/icon.svg"} <= names
    loaded = set(re.findall(r'(?:src|href)="/([^"]+)"', page))
    assert loaded <= names
    assert "<script>" not in page
    assert "style=" not in page


def test_the_first_load_is_light(wheel: Path) -> None:
    """What a browser fetches before the first picture: the page, its entry and what that imports, the shared styles."""
    with zipfile.ZipFile(wheel) as archive:
        sizes = {info.filename.removeprefix(STATIC): info.file_size for info in archive.infolist()}
        page = archive.read(f"{STATIC}index.html").decode()
        entry = archive.read(STATIC + re.findall(r'src="/(assets/index-[^"]+)"', page)[0]).decode()
    named = re.findall(r'(?:src|href)="/(assets/[^"]+)"', page)
    imported = [f"assets/{name}" for name in re.findall(r'from\s*"\./([^"]+)"', entry)]
    timeline = [name for name in sizes if re.fullmatch(r"assets/(TimelinePage|PhotoGrid|en)-.*\.(js|css)", name)]
    first = {name: sizes.get(f"{name}.br", sizes[name]) for name in {"index.html", *named, *imported, *timeline}}
    assert not [name for name in first if "maplibre" in name.lower()]
    assert sum(first.values()) < 120_000  # 68 kB on 2026-11-20; the promise is 250 kB


def test_the_bare_wheel_says_its_version(installed: Path) -> None:
    assert __version__ in run(installed, "--version")


@pytest.mark.models
def test_the_bare_wheel_finds_the_faces_in_three_photos(installed: Path, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for number, skin in enumerate(SKINS):
        portrait(skin=skin).save(photos / f"{number}.jpg", quality=90)
    library = ("--library", tmp_path / "library", "--json")
    indexed = json.loads(run(installed, *library, "index", photos))
    faces = [json.loads(line) for line in run(installed, *library, "faces").splitlines()]
    assert (indexed["photos"], indexed["new"], indexed["failed"]) == (3, 3, 0)
    assert {Path(face["path"]).name for face in faces} == {"0.jpg", "1.jpg", "2.jpg"}
    assert all(face["state"] == "unknown" for face in faces)
