"""A whole application on a library of its own, asked in-process as a browser on this machine would."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from photoscribe.app.library import ScanResult
from photoscribe.app.ports import SeenFile
from photoscribe.compose import Application
from photoscribe.config import Settings
from photoscribe.core.photo import PhotoId
from photoscribe.executors.child import ChildLimits
from photoscribe.executors.local import LocalExecutor
from photoscribe.stores.sqlite import SqliteLibrary
from photoscribe.web.application import WebApplication
from photoscribe.workers import BuildOpener
from tests.fakes import ScriptedFaces

HOSTS = frozenset({"localhost"})


class Unmodelled(Application):
    """Opens files as ever, and finds no faces in them: needs no weights."""

    @contextmanager
    def _executor(self, niceness: int = 0) -> Iterator[LocalExecutor]:
        build = BuildOpener(self._previews, self.settings.cache_bytes)
        limits = ChildLimits(niceness=niceness)
        steps = [ScriptedFaces(version=self.pack.version)]
        with LocalExecutor(lambda: steps, build, threads=1, limits=limits) as executor:
            yield executor


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    made = Unmodelled(Settings(tmp_path / "library", tmp_path / "models", 1))
    yield made
    made.close()


@pytest.fixture
def library(application: Application) -> SqliteLibrary:
    return application.library


@pytest.fixture
def web(application: Application) -> WebApplication:
    return application.web(HOSTS)


@pytest.fixture
def client(web: WebApplication) -> Iterator[TestClient]:
    """On a server that only this machine reaches, without accounts."""
    with TestClient(web, base_url="http://localhost") as client:
        yield client


Browser = Callable[[WebApplication], AbstractContextManager[TestClient]]


@pytest.fixture
def browser() -> Browser:
    """For servers that are started in another way."""

    @contextmanager
    def open_(app: WebApplication) -> Iterator[TestClient]:
        with TestClient(app, base_url="http://localhost") as client:
            yield client

    return open_


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """As draw_photos has them."""
    folder = tmp_path / "photos"
    folder.mkdir()
    return draw_photos(folder)


def draw_photos(folder: Path) -> Path:
    """Four pictures on disk; `large.jpg` is larger than any level."""
    for name, size in (("large.jpg", (2400, 1600)), ("b.jpg", (600, 400)), ("c.png", (80, 60))):
        Image.linear_gradient("L").convert("RGB").resize(size).save(folder / name)
    Image.new("RGB", (80, 60), "blue").save(folder / "d.png")
    return folder


def index(client: TestClient, folder: Path) -> dict[str, int]:
    """The ids of the photos of a folder, by name."""
    job = client.post("/api/index", json={"paths": [str(folder)]}).json()["id"]
    assert wait_for(client, job)["state"] == "done"
    found = {}
    for id_ in range(1, len(list(folder.iterdir())) + 1):
        disposition = client.get(f"/api/photos/{id_}/original").headers["content-disposition"]
        found[disposition.partition('"')[2].rstrip('"')] = id_
    return found


def add(library: SqliteLibrary, *paths: Path) -> list[PhotoId]:
    """Photos that a scan saw and nobody opened yet."""
    seen = [SeenFile(path, path.stat().st_size, path.stat().st_mtime_ns, "image") for path in paths]
    library.catalogue.apply(ScanResult((), tuple(seen)))
    return [one.photo for one in library.catalogue.known_under(paths)]


def wait_for(client: TestClient, job: int, seconds: float = 60.0) -> dict[str, object]:
    """The job once it is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found: dict[str, object] = client.get(f"/api/jobs/{job}").json()
        if found["state"] in {"done", "failed", "cancelled"}:
            return found
        time.sleep(0.05)
    raise AssertionError(f"job {job} did not end: {found}")
