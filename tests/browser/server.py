"""The program as a process that serves, as a person starts it, and a client that looks behind the page."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx

_ADDRESS = re.compile(r"https?://\S+?(?=[\s/]|$)")


def free_port(host: str = "127.0.0.1") -> int:
    """One that nobody listened on a moment ago."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.bind((host, 0))
        return int(trial.getsockname()[1])


def own_address() -> str | None:
    """An IPv4 address of this machine that other machines could reach; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        try:
            trial.connect(("198.51.100.1", 9))
        except OSError:
            return None
        address = str(trial.getsockname()[0])
    return None if address.startswith("127.") else address


def until(holds: Callable[[], Any], what: str, seconds: float = 20) -> Any:
    """The first true answer; fails with `what` when there is none in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := holds():
            return answer
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds:g} s in vain: {what}")


@dataclass
class Server:
    """Runs `photoscribe ARGUMENTS --port PORT` on a library. log: what it said, kept for a failing test."""

    library: Path
    models: Path
    arguments: tuple[str, ...] = ("serve", "--no-open")
    host: str = "127.0.0.1"
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def log(self) -> str:
        kept = (*self._logs, self.library / "photoscribe.log")
        return "".join(path.read_text(errors="replace") for path in kept if path.exists())

    @property
    def _logs(self) -> tuple[Path, Path]:
        return self.library.with_suffix(".out"), self.library.with_suffix(".err")

    def start(self) -> Self:
        """Returns when it answers."""
        self.port = self.port or free_port(self.host)
        where = () if self.host == "127.0.0.1" else ("--host", self.host)
        command = [sys.executable, "-m", "photoscribe", *self.arguments, *where, "--port", str(self.port)]
        mine = {"PHOTOSCRIBE_LIBRARY": str(self.library), "PHOTOSCRIBE_MODELS": str(self.models)}
        out, err = self._logs
        with out.open("ab") as said, err.open("ab") as complained:
            self.process = subprocess.Popen(
                command, env={**os.environ, **mine, **self.environment}, stdout=said, stderr=complained
            )
        until(self._answers, f"an answer from {self.address}", seconds=60)
        return self

    def _answers(self) -> bool:
        process = self.process
        assert process is not None
        assert process.poll() is None, f"the server ended with {process.returncode}:\n{self.log}"
        try:
            return httpx.get(f"{self.address}/api/status", timeout=5).status_code == httpx.codes.OK
        except httpx.TransportError:
            return False

    def printed_address(self) -> str:
        """In its first line."""
        first = self._logs[0].read_text().splitlines()[0]
        found = _ADDRESS.search(first)
        assert found, f"no address in the first line: {first}"
        return found[0]

    def stop(self, sign: signal.Signals = signal.SIGINT) -> None:
        """As Ctrl-C does, unless told. It must end by itself and without a traceback."""
        process, self.process = self.process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(sign)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"the server did not end by itself:\n{self.log}") from None
        assert "Traceback" not in self.log, self.log

    def get(self, path: str, **query: str | float) -> Any:
        """What the server knows, past the page."""
        answer = httpx.get(f"{self.address}{path}", params=query, timeout=20)
        assert answer.is_success, answer.text
        return answer.json()

    def post(self, path: str, body: object) -> Any:
        answer = httpx.post(f"{self.address}{path}", json=body, headers={"Origin": self.address}, timeout=30)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None
