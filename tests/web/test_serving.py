"""The server as a program: its address, its port, its end, and what it takes up again."""

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from photoscribe.app.accounts import Account
from photoscribe.config import default_library, settings
from photoscribe.stores.sqlite import SqliteLibrary
from tests.web.conftest import draw_photos

STARTED_SECONDS = 60.0


class Program:
    def __init__(self, library: Path, *arguments: str | Path, models: Path | None = None) -> None:
        environment = {**os.environ, "PHOTOSCRIBE_LIBRARY": str(library), "OMP_NUM_THREADS": "1"}
        if models is not None:
            environment["PHOTOSCRIBE_MODELS"] = str(models)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "photoscribe", *map(str, arguments)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def address(self) -> str:
        """The first line on stdout."""
        return self._lines.get(timeout=STARTED_SECONDS)

    def get(self, path: str) -> Any:
        return self.ask(path)

    def ask(self, path: str, body: object = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = Request(self.url + path, data, {"Content-Type": "application/json"})  # noqa: S310 our own address
        with urlopen(request, timeout=30) as answer:  # noqa: S310 our own address
            return json.load(answer)

    @property
    def url(self) -> str:
        if not hasattr(self, "_url"):
            self._url = self.address()
        return self._url

    def wait(self, path: str, until: str, seconds: float = 90.0) -> Any:
        """What an address tells once it has the state."""
        deadline = time.monotonic() + seconds
        while (found := self.get(path))["state"] != until:
            assert time.monotonic() < deadline, found
            time.sleep(0.1)
        return found

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.decode().strip())


@contextmanager
def program(library: Path, *arguments: str | Path, models: Path | None = None) -> Iterator[Program]:
    started = Program(library, *arguments, models=models)
    try:
        yield started
    finally:
        started.process.kill()
        started.process.communicate()


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_is_and_ends_when_told_even_while_a_page_listens(tmp_path: Path, sign: signal.Signals) -> None:
    with program(tmp_path / "library", "serve", "--no-open", "--port", "0") as server:
        assert server.url.startswith("http://127.0.0.1:")
        assert server.get("/api/status")["needs_login"] is False
        with urlopen(f"{server.url}/api/events", timeout=30) as events:  # noqa: S310 our own address
            assert events.readline().startswith(b"retry")
            began = time.monotonic()
            server.process.send_signal(sign)
            assert server.process.wait(20) == 0
        assert time.monotonic() - began < 3, "2 seconds, and one for a busy machine"


def test_a_port_that_is_taken_has_a_remedy_and_the_usual_one_gives_way(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with program(tmp_path / "library", "serve", "--no-open", "--port", str(port)) as server:
            _, said = server.process.communicate(timeout=STARTED_SECONDS)
    assert server.process.returncode == 2
    assert f"port {port} is in use" in said.decode()
    assert "Try: --port" in said.decode()


def test_other_machines_are_let_near_only_with_an_account(tmp_path: Path) -> None:
    library = tmp_path / "library"
    with program(library, "serve", "--no-open", "--port", "0", "--host", "0.0.0.0") as server:  # noqa: S104 what is tested
        _, said = server.process.communicate(timeout=STARTED_SECONDS)
    assert server.process.returncode == 2
    assert "photoscribe accounts add NAME --role owner" in said.decode()


def test_accounts_are_made_and_removed_at_the_terminal(tmp_path: Path) -> None:
    library = tmp_path / "library"

    def accounts(*arguments: str, password: str = "") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "photoscribe", "accounts", *arguments, "--library", str(library)],
            input=password, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    assert accounts("add", "Ann", "--role", "viewer", password="long enough\n").returncode == 2  # noqa: S106 nobody's
    assert accounts("add", "Ann", "--role", "owner", password="short\n").returncode == 2  # noqa: S106 nobody's
    assert accounts("add", "Ann", "--role", "owner").returncode == 2
    assert accounts("add", "Ann", "--role", "owner", password="long enough\n").returncode == 0  # noqa: S106 nobody's
    assert accounts("list").stdout == "Ann\towner\n"
    assert accounts("password", "ann", password="another one\n").returncode == 0  # noqa: S106 nobody's
    assert accounts("remove", "Ann").returncode == 2, "the last owner stays"
    assert accounts("remove", "Bob").returncode == 2


@pytest.mark.models
def test_a_server_that_is_killed_in_its_work_takes_it_up_again(tmp_path: Path) -> None:
    library, photos = tmp_path / "library", draw_photos_many(tmp_path)
    models = settings(default_library(), os.environ).models
    with program(library, "serve", "--no-open", "--port", "0", models=models) as server:
        job = server.ask("/api/index", {"paths": [str(photos)]})["id"]
        server.wait(f"/api/jobs/{job}", "running")
        while not server.get("/api/status")["photos"]:
            time.sleep(0.05)
        server.process.kill()
        server.process.wait()
    with program(library, "serve", "--no-open", "--port", "0", models=models) as server:
        done = server.wait(f"/api/jobs/{job}", "done")
        assert done["failed"] == 0
        status = server.get("/api/status")
        assert (status["photos"], status["pending"], status["failed"]) == (len(list(photos.iterdir())), 0, 0)


@pytest.mark.models
def test_a_folder_is_served_at_once_and_indexed_meanwhile(tmp_path: Path) -> None:
    library, photos = tmp_path / "library", draw_photos_many(tmp_path)
    models = settings(default_library(), os.environ).models
    with program(library, photos, "--no-open", "--port", "0", models=models) as server:
        assert server.get("/api/jobs")["items"][0]["state"] in {"queued", "running"}
        assert server.wait("/api/jobs/1", "done")["total"] == len(list(photos.iterdir()))
        assert server.process.poll() is None, "it goes on serving"
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(20) == 0


def test_a_folder_that_is_not_there_is_told_before_anything_is_served(tmp_path: Path) -> None:
    with program(tmp_path / "library", tmp_path, tmp_path / "no", "--no-open") as server:
        out, said = server.process.communicate(timeout=STARTED_SECONDS)
    assert (server.process.returncode, out) == (2, b"")
    assert "no such file or folder" in said.decode()


def draw_photos_many(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    draw_photos(folder)
    large = (folder / "large.jpg").read_bytes()
    for number in range(8):  # bytes after the end of a JPEG make another file of the same picture
        (folder / f"{number}.jpg").write_bytes(large + bytes([number]))
    return folder


def test_an_account_made_by_another_process_closes_the_door(tmp_path: Path) -> None:
    SqliteLibrary(tmp_path / "library").close()
    with program(tmp_path / "library", "serve", "--no-open", "--port", "0") as server:
        server.get("/api/status")
        library = SqliteLibrary(tmp_path / "library")
        library.accounts.add(Account("1", "Ann", "owner"), "$argon2id$v=19$m=65536,t=3,p=1$MDEyMzQ1Njc$x")
        library.close()
        deadline = time.monotonic() + 20
        while not server.get("/api/status")["needs_login"]:
            assert time.monotonic() < deadline
            time.sleep(0.2)
