"""A person at a terminal, with a copy of real photos and a library of their own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from photoscribe.config import default_library, settings


@dataclass
class Terminal:
    """Runs the program as a process, as a person does."""

    library: Path
    models: Path
    environment: dict[str, str] = field(default_factory=dict)

    def start(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "photoscribe", *(os.fspath(one) for one in arguments)],
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *arguments: str | Path, expect: int = 0) -> "subprocess.CompletedProcess[bytes]":
        done = subprocess.run(
            [sys.executable, "-m", "photoscribe", *(os.fspath(one) for one in arguments)],
            env=self._environment(),
            capture_output=True,
            timeout=280,
            check=False,
        )
        said = done.stderr.decode(errors="replace")
        assert done.returncode == expect, said
        assert "Traceback" not in said
        return done

    def json(self, *arguments: str | Path, expect: int = 0) -> list[dict[str, Any]]:
        out = self.run(*arguments, "--json", expect=expect).stdout
        return [json.loads(line) for line in out.decode().splitlines()]

    def one(self, *arguments: str | Path, expect: int = 0) -> dict[str, Any]:
        (row,) = self.json(*arguments, expect=expect)
        return row

    def _environment(self) -> dict[str, str]:
        mine = {"PHOTOSCRIBE_LIBRARY": str(self.library), "PHOTOSCRIBE_MODELS": str(self.models)}
        return {**os.environ, **mine, **self.environment}


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "library", settings(default_library(), os.environ).models)
