"""Opening a file: read once, everything told, nothing raised."""

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from photoscribe.app.opening import FileReaders, Opener
from photoscribe.app.ports import READ, Failed, Unchanged, Work
from photoscribe.core.errors import Undecodable
from photoscribe.core.facts import Origin
from photoscribe.core.geometry import Orientation
from photoscribe.core.looks import look_of
from photoscribe.core.metadata import FileMetadata
from photoscribe.core.photo import MediaKind, Photo, PhotoId, Pixels, Size

FACES = Origin("faces", "1")
PIXELS = np.zeros((3, 4, 3), np.uint8)


@dataclass
class Decoded:
    pixels: Pixels = field(default_factory=lambda: PIXELS)
    full_size: Size = field(default_factory=lambda: Size(40, 30))
    problems: tuple[str, ...] = ("cut off",)


@dataclass
class Desk:
    """Readers that tell what they were asked."""

    metadata: FileMetadata = field(default_factory=FileMetadata)
    kind: MediaKind | None = "image"
    error: Exception | None = None
    meddle: Path | None = None
    previews: list[str] = field(default_factory=list)
    decoded: int = 0
    side: int = 0

    def keep(self, key: str, pixels: Pixels) -> Pixels:
        self.previews.append(key)
        return pixels

    def opener(self) -> Opener:
        def decode(_: Path, __: bytes, side: int) -> Decoded:
            self.decoded, self.side = self.decoded + 1, side
            if self.error:
                raise self.error
            return Decoded()

        def content_hash(data: bytes) -> str:
            if self.meddle:
                os.utime(self.meddle, ns=(1, 1))
            return f"content {len(data)}"

        return Opener(
            FileReaders(
                kind=lambda _: self.kind,
                reads_whole_file=lambda kind: kind != "video",
                decode=decode,
                read_metadata=lambda *_: self.metadata,
                content_hash=content_hash,
                content_hash_of_file=lambda path: f"streamed {path.name}",
                picture_hash=lambda _: "picture",
                picture_hash_of_file=lambda _: "picture of a film",
                save_preview=self.keep,
            )
        )


@pytest.fixture
def photo(tmp_path: Path) -> Photo:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"12345")
    return Photo(PhotoId(1), path)


def work(photo: Photo, *due: Origin, known: str = "") -> Work:
    return Work(photo, frozenset(due or {READ, FACES}), known)


def test_a_file_is_read_decoded_and_previewed(photo: Photo) -> None:
    desk = Desk()
    opening = desk.opener().open(work(photo))
    assert opening.opened is not None
    assert (opening.opened.content_hash, opening.opened.picture_hash, opening.opened.size_bytes) == (
        "content 5",
        "picture",
        5,
    )
    assert opening.opened.full_size == Size(40, 30)
    assert opening.opened.metadata.problems == ("cut off",)
    assert opening.picture is not None
    assert (opening.settled, desk.previews) == ((), ["picture"])
    assert opening.opened.colour == 0
    assert opening.opened.look == look_of(PIXELS).tobytes()


def test_metadata_alone_needs_no_decoding(photo: Photo) -> None:
    desk = Desk(FileMetadata(orientation=Orientation.RIGHT_TOP, stored_size=Size(40, 30)))
    opening = desk.opener().open(work(photo, READ))
    assert opening.opened is not None
    assert (opening.picture, desk.decoded) == (None, 0)
    assert opening.opened.full_size == Size(30, 40)
    assert (opening.opened.colour, opening.opened.look) == (None, None)


def test_a_picture_that_was_seen_is_not_decoded_again(photo: Photo) -> None:
    desk = Desk()
    assert desk.opener().open(work(photo, known="picture")).settled == (Unchanged(FACES),)
    assert desk.decoded == 0


def test_a_turned_picture_is_another_picture(photo: Photo) -> None:
    desk = Desk(FileMetadata(orientation=Orientation.RIGHT_TOP))
    opening = desk.opener().open(work(photo, known="picture"))
    assert opening.opened is not None
    assert opening.opened.picture_hash == "picture-6"
    assert opening.picture is not None


def test_metadata_is_kept_of_a_file_that_does_not_decode(photo: Photo) -> None:
    opening = Desk(error=Undecodable("truncated")).opener().open(work(photo))
    assert opening.opened is not None
    assert opening.settled == (Failed(FACES, "truncated", retry=False),)


def test_a_disk_that_fails_while_decoding_is_tried_again(photo: Photo) -> None:
    (failed,) = Desk(error=OSError(5, "Input/output error")).opener().open(work(photo)).settled
    assert isinstance(failed, Failed)
    assert failed.retry
    assert "Input/output error" in failed.reason


def test_a_file_that_is_gone_is_tried_again(photo: Photo) -> None:
    photo.path.unlink()
    opening = Desk().opener().open(work(photo))
    assert opening.opened is None
    assert {one.origin for one in opening.settled} == {READ, FACES}
    assert all(isinstance(one, Failed) and one.retry for one in opening.settled)


def test_a_file_that_changes_while_it_is_read_is_tried_again(photo: Photo) -> None:
    (failed, _) = Desk(meddle=photo.path).opener().open(work(photo)).settled
    assert isinstance(failed, Failed)
    assert failed.retry
    assert "changed while it was read" in failed.reason


def test_a_video_is_not_read_into_memory(photo: Photo) -> None:
    desk = Desk(kind="video")
    opening = desk.opener().open(work(replace(photo)))
    assert opening.opened is not None
    assert (opening.opened.content_hash, opening.opened.picture_hash) == ("streamed a.jpg", "picture of a film")


def test_an_empty_file_is_hashed_as_a_file(photo: Photo) -> None:
    photo.path.write_bytes(b"")
    opening = Desk(kind=None).opener().open(work(photo, READ))
    assert opening.opened is not None
    assert opening.opened.kind == "image"


@pytest.mark.parametrize(
    ("size", "side"), [((4000, 3000), 1440), ((16000, 2000), 5760), ((1, 90000), 5760), (None, 1440)]
)
def test_a_panorama_is_decoded_larger(photo: Photo, size: tuple[int, int] | None, side: int) -> None:
    desk = Desk(FileMetadata(stored_size=Size(*size) if size else None))
    desk.opener().open(work(photo))
    assert desk.side == side
