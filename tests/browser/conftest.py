"""A real browser before a real server over a real library; skipped by name where there is no Chromium."""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from photoscribe import web
from photoscribe.config import default_library, settings
from tests.browser import libraries
from tests.browser.libraries import Made
from tests.browser.server import Server
from tests.browser.visits import FLAGS, PATIENCE_MS, Visit, visiting

HERE = Path(__file__).parent
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BUILT = Path(web.__file__).parent / "static" / "index.html"

Open = Callable[..., Visit]
Serve = Callable[..., Server]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")
            item.add_marker("models")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What the servers said stands in the report of a test that fails."""
    report = yield
    if report.failed:
        servers = [one for one in item.funcargs.values() if isinstance(one, Server)]
        report.sections += [(f"server at {one.address}", one.log[-1500:]) for one in servers]
    return report


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    found = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if not found:
        pytest.skip("no Chromium to look with")
    if not BUILT.exists():
        pytest.skip("the web app is not built")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Open]:
    """Opens a page on a server, in a profile of its own; what is wrong with it fails the test at its end."""
    with ExitStack() as stack:

        def opened(server: Server, path: str | None = "/", **options: Any) -> Visit:
            visit = stack.enter_context(visiting(chromium.new_context, server.address, **options))
            if path is not None:
                visit.go(path)
            return visit

        yield opened


@pytest.fixture(scope="session")
def models() -> Path:
    return settings(default_library(), os.environ).models


@pytest.fixture(scope="session")
def drawn_photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return libraries.draw(tmp_path_factory.mktemp("drawn") / "photos")


@pytest.fixture(scope="session")
def drawn_library(tmp_path_factory: pytest.TempPathFactory, drawn_photos: Path, models: Path) -> Made:
    """Landscapes, and one stack of 30 portraits of five people: drawn faces are all alike to the machine."""
    return libraries.index(tmp_path_factory.mktemp("of-drawn") / "library", drawn_photos, models)


@pytest.fixture(scope="session")
def faces_library(tmp_path_factory: pytest.TempPathFactory, shared: Path, models: Path) -> Made:
    """Twelve people with nine or ten photos each, and six strangers."""
    folder = tmp_path_factory.mktemp("faces")
    return libraries.index(folder / "library", libraries.copy_faces(shared, folder / "photos"), models)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server; all end with the test."""
    with ExitStack() as stack:

        def started(server: Server) -> Server:
            stack.callback(server.stop)
            return server.start()

        yield started


@pytest.fixture
def drawn(drawn_library: Made, tmp_path: Path, serve: Serve) -> Server:
    """A server over a copy of the library of drawn pictures."""
    made = drawn_library.copied(tmp_path)
    return serve(Server(made.library, made.models))


@pytest.fixture
def faces(faces_library: Made, tmp_path: Path, serve: Serve) -> Server:
    """A server over a copy of the library of real faces."""
    made = faces_library.copied(tmp_path)
    return serve(Server(made.library, made.models))


@pytest.fixture
def own(drawn_photos: Path, models: Path, tmp_path: Path, serve: Serve) -> Server:
    """A server over photos of one's own, for tests that change files: a birthday, and a winter in Oslo."""
    folder = tmp_path / "photos"
    for album in ("2024/Birthday", "2022/Oslo"):
        shutil.copytree(drawn_photos / album, folder / album)
    made = libraries.index(tmp_path / "library", folder, models)
    return serve(Server(made.library, made.models))
