"""The `face_recognition` program in an environment of its own, made on first use from benchmarks/peers.lock."""

import subprocess
import venv
from pathlib import Path

from measuring import Taken, run

_ROOT = Path(__file__).resolve().parents[1]
_LOCK = _ROOT / "benchmarks" / "peers.lock"
_FOLDER = _ROOT / ".environments" / "peers"


def program() -> Path:
    """The installed program; fetches some 110 MB the first time. Raises CalledProcessError."""
    stamp = _FOLDER / "made-from.lock"
    if not stamp.is_file() or stamp.read_bytes() != _LOCK.read_bytes():
        venv.EnvBuilder(clear=True, with_pip=True).create(_FOLDER)
        options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r", str(_LOCK)]
        subprocess.run([str(_FOLDER / "bin" / "python"), "-I", "-m", "pip", "install", *options], check=True)
        stamp.write_bytes(_LOCK.read_bytes())
    return _FOLDER / "bin" / "face_recognition"


def recognise(program_path: Path, photos: Path, scratch: Path) -> tuple[Taken, int]:
    """Runs it on a folder, nobody being known, on two processors; returns how many faces it encoded."""
    known = scratch / "known"
    known.mkdir(exist_ok=True)
    taken = run([program_path, known, photos, "--cpus", "2"])
    return taken, sum(line.endswith("unknown_person") for line in taken.stdout.splitlines())
