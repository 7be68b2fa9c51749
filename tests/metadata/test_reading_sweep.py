"""Every file of the test photos, hostile ones included: no crash, no output, no wait, no wild memory."""

import json
import subprocess
import sys
import textwrap
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from photoscribe.core.facts import Camera, Position, Taken
from photoscribe.metadata.exiftool import ExifTool
from photoscribe.metadata.reading import EXIF, read

FILMS = {".mp4", ".mov", ".avi", ".mkv", ".3gp", ".3g2", ".mts", ".flv", ".dv"}

SWEEP = """
    import sys, time
    from pathlib import Path
    from photoscribe.core.precedence import choose
    from photoscribe.metadata.reading import read
    films = set(sys.argv[2].split())
    files = sorted(path for path in Path(sys.argv[1]).rglob("*") if path.is_file())
    for path in files[int(sys.argv[3]):]:
        print(path, flush=True)
        began = time.perf_counter()
        found = read(path, b"" if path.suffix.lower() in films else path.read_bytes())
        choose(found.statements)
        repr(found).encode()  # no surrogates, which no database takes
        assert time.perf_counter() - began < 5, "too slow"
    # Not ru_maxrss, which starts from what the process that started this one had taken.
    print("peak", int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) >> 10)
"""


def test_no_file_at_all_crashes_prints_or_takes_long(shared: Path) -> None:
    """In a process of its own, started again after a crash, so that all that crash are told."""
    pytest.importorskip("av")
    pytest.importorskip("pydicom")
    crashed: list[str] = []
    start = 0
    while True:
        command = [sys.executable, "-c", textwrap.dedent(SWEEP), str(shared / "metadata"), " ".join(FILMS), str(start)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        lines = done.stdout.splitlines()
        if done.returncode == 0:
            break
        start += len(lines)
        crashed.append(f"{lines[-1] if lines else '?'}: {done.returncode} {done.stderr[-300:]}")
        assert len(crashed) < 20, crashed
    assert crashed == []
    assert done.stderr == ""
    assert len(lines) > 2000
    assert int(lines[-1].split()[1]) < 1000, "more than a GB"


def test_what_is_read_is_what_exiftool_reads(shared: Path, exiftool: ExifTool) -> None:
    """Dates, positions, orientations and cameras of exif-samples, a file each way."""
    folder = shared / "metadata/exif-samples"
    wanted = (
        "ExifIFD:DateTimeOriginal",
        "IFD0:Orientation",
        "Composite:GPSLatitude",
        "Composite:GPSLongitude",
        "IFD0:Make",
        "IFD0:Model",
    )
    reply = exiftool.run("-j", "-n", "-r", "-G1", *[f"-{name}" for name in wanted], path=folder, seconds=120)
    compared = 0
    for told in json.loads(reply.stdout):
        path = Path(told["SourceFile"])
        metadata = read(path, path.read_bytes(), now=datetime(2099, 1, 1, tzinfo=UTC))
        facts = [one.fact for one in metadata.statements if one.origin == EXIF]
        compared += _compare(told, facts, path.name)
        if "IFD0:Orientation" in told:
            assert metadata.orientation == told["IFD0:Orientation"], path.name
            compared += 1
    assert compared > 100


def _compare(told: dict[str, Any], facts: list[Any], name: str) -> int:
    compared = 0
    taken = next((fact for fact in facts if isinstance(fact, Taken)), None)
    if "ExifIFD:DateTimeOriginal" in told:
        assert taken is not None, name
        assert taken.local.strftime("%Y:%m:%d %H:%M:%S") == told["ExifIFD:DateTimeOriginal"], name
        compared += 1
    position = next((fact for fact in facts if isinstance(fact, Position)), None)
    if told.get("Composite:GPSLatitude"):
        assert position is not None, name
        assert position.latitude == pytest.approx(told["Composite:GPSLatitude"], abs=1e-6), name
        assert position.longitude == pytest.approx(told["Composite:GPSLongitude"], abs=1e-6), name
        compared += 1
    camera = next((fact for fact in facts if isinstance(fact, Camera)), Camera())
    for key, value in (("IFD0:Make", camera.make), ("IFD0:Model", camera.model)):
        if told.get(key):
            assert value == str(told[key]).strip(), name
            compared += 1
    return compared
