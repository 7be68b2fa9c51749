"""A checkout in small: our two scripts over a package of a few lines and a lock of one wheel, so nothing is fetched."""

import hashlib
import os
import shutil
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "photoscribe"
version = "1"
"""

_BACKEND = '''\
"""Builds the editable wheel of a package that lies in src, without any other package."""
import os
import zipfile

NAME = "photoscribe-1.dist-info"


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(os.path.join(wheel_directory, "photoscribe-1-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("photoscribe.pth", os.path.join(os.getcwd(), "src"))
        wheel.writestr(f"{NAME}/METADATA", "Metadata-Version: 2.1\\nName: photoscribe\\nVersion: 1\\n")
        wheel.writestr(f"{NAME}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(f"{NAME}/entry_points.txt", "[console_scripts]\\nphotoscribe = photoscribe_toy:main\\n")
        wheel.writestr(f"{NAME}/RECORD", "")
    return "photoscribe-1-py3-none-any.whl"
'''

_PROGRAM = """\
import json
import os
import sys


def main():
    import greeting

    print(json.dumps({"arguments": sys.argv[1:], "greeting": greeting.__file__, "folder": os.getcwd()}))
    sys.exit(int(os.environ.get("EXIT", "0")))
"""


@dataclass(frozen=True, slots=True)
class Checkout:
    root: Path
    wheels: Path

    @property
    def environment(self) -> Path:
        return self.root / ".environments" / "use"

    def start(
        self,
        *arguments: str,
        program: Path | None = None,
        cwd: Path | None = None,
        user: str | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """`./photoscribe ARGUMENTS` with a bare environment, in which pip knows no index but our folder of wheels."""
        return subprocess.run(
            [program or self.root / "photoscribe", *arguments],
            env=self.surroundings() | dict(settings or {}),
            cwd=cwd or self.root,
            user=user,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def surroundings(self) -> dict[str, str]:
        return {
            "PATH": os.pathsep.join([str(self.root.parent / "bin"), "/usr/bin", "/bin"]),
            "HOME": str(self.root.parent / "home"),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": self.wheels.as_uri(),
            "PIP_NO_CACHE_DIR": "1",
        }

    def lock(self, *versions: str) -> None:
        """Asks for these versions of the one package, by the hashes of the wheels that are there."""
        entries = []
        for version in versions:
            wheel = make_wheel(self.wheels, version)
            digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
            entries.append(f"greeting=={version} \\\n    --hash=sha256:{digest}\n")
        (self.root / "requirements.lock").write_text("".join(entries), encoding="utf-8")


def make_wheel(folder: Path, version: str) -> Path:
    path, info = folder / f"greeting-{version}-py3-none-any.whl", f"greeting-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("greeting.py", f"VERSION = {version!r}\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: greeting\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


def make_checkout(folder: Path) -> Checkout:
    """Under a name with a space and an accent, as people have them. `bin` holds the Python that runs the tests."""
    root = folder / "my phötos"
    (root / "tools").mkdir(parents=True)
    (root / "src").mkdir()
    for name in ("photoscribe", "tools/environment.sh", "tools/environment.py"):
        shutil.copy(ROOT / name, root / name)
    (root / "pyproject.toml").write_text(_PYPROJECT, encoding="utf-8")
    (root / "backend.py").write_text(_BACKEND, encoding="utf-8")
    (root / "src" / "photoscribe_toy.py").write_text(_PROGRAM, encoding="utf-8")
    for name in ("bin", "home", "wheels"):
        (folder / name).mkdir()
    (folder / "bin" / "python3.14").symlink_to(os.path.realpath(getattr(sys, "_base_executable", sys.executable)))
    checkout = Checkout(root, folder / "wheels")
    checkout.lock("1.0")
    return checkout


def script(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{textwrap.dedent(body)}", encoding="utf-8")
    path.chmod(0o755)
    return path
