"""Opens one photo's file: reads it once, and tells its hashes, its metadata and its picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from photoscribe.app.pipeline import failure
from photoscribe.app.ports import READ, Opened, Outcome, Unchanged, Work
from photoscribe.core.errors import PhotoError, Unavailable
from photoscribe.core.facts import Origin
from photoscribe.core.geometry import Orientation
from photoscribe.core.looks import average_colour, look_of
from photoscribe.core.metadata import FileMetadata
from photoscribe.core.photo import MediaKind, Photo, Picture, Pixels, Size

PICTURE_SIDE = 1440
"""Long side in pixels that steps and previews get: twice what finds nearly all faces of 16 pixels at 1024 (models)."""


class Decoded(Protocol):
    @property
    def pixels(self) -> Pixels: ...
    @property
    def full_size(self) -> Size: ...
    @property
    def problems(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class FileReaders:
    """The media and metadata adapters, as functions.

    kind: of the file, None when its name is not a photo's. reads_whole_file: whether the other
    functions want the bytes; for videos they take the path and get no bytes.
    decode: (path, bytes, least long side in pixels), raises Undecodable; read_metadata and the hashes
    never raise for bad content.
    save_preview: (picture hash, pixels); gives the smallest kept level, which says enough of colour and look.
    """

    kind: Callable[[Path], MediaKind | None]
    reads_whole_file: Callable[[MediaKind], bool]
    decode: Callable[[Path, bytes, int], Decoded]
    read_metadata: Callable[[Path, bytes, Sequence[Path]], FileMetadata]
    content_hash: Callable[[bytes], str]
    content_hash_of_file: Callable[[Path], str]
    picture_hash: Callable[[bytes], str]
    picture_hash_of_file: Callable[[Path], str]
    save_preview: Callable[[str, Pixels], Pixels]


@dataclass(frozen=True, slots=True)
class Opening:
    """opened: None when the file could not be read at all. picture: None when no step needs it, or none could be had.

    settled: outcomes that need no model: failures to read or decode, and pictures already seen.
    """

    opened: Opened | None
    picture: Picture | None
    settled: tuple[Outcome, ...]


class Opener:
    """Opens photos in a worker process, where hostile bytes can do the least harm."""

    def __init__(self, readers: FileReaders) -> None:
        self._readers = readers

    def open(self, work: Work) -> Opening:
        """Never raises for a bad file: the outcomes say what failed."""
        try:
            opened, data = self._read(work.photo)
        except (PhotoError, Unavailable) as error:
            return Opening(None, None, tuple(failure(origin, error) for origin in sorted_origins(work)))
        steps = [origin for origin in sorted_origins(work) if origin != READ]
        if not steps:
            return Opening(opened, None, ())
        if work.known_picture and work.known_picture == opened.picture_hash:
            return Opening(opened, None, tuple(Unchanged(origin) for origin in steps))
        try:
            decoded = self._readers.decode(work.photo.path, data, _wanted_side(opened.full_size))
        except OSError as error:
            return Opening(opened, None, tuple(failure(origin, _unreadable(error)) for origin in steps))
        except (PhotoError, Unavailable) as error:
            return Opening(opened, None, tuple(failure(origin, error) for origin in steps))
        small = self._readers.save_preview(opened.picture_hash, decoded.pixels)
        problems = opened.metadata.problems + decoded.problems
        opened = replace(
            opened,
            full_size=decoded.full_size,
            metadata=replace(opened.metadata, problems=problems),
            colour=average_colour(small),
            look=look_of(small).tobytes(),
        )
        return Opening(opened, Picture(work.photo.id, decoded.pixels, decoded.full_size), ())

    def _read(self, photo: Photo) -> tuple[Opened, bytes]:
        readers = self._readers
        kind = readers.kind(photo.path) or "image"
        try:
            before = photo.path.stat()
            data = photo.path.read_bytes() if readers.reads_whole_file(kind) else b""
            content = readers.content_hash(data) if data else readers.content_hash_of_file(photo.path)
            after = photo.path.stat()
        except OSError as error:
            raise _unreadable(error) from error
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise Unavailable("changed while it was read. Index again when the other program has finished")
        metadata = readers.read_metadata(photo.path, data, photo.sidecars)
        picture_hash = readers.picture_hash(data) if data else readers.picture_hash_of_file(photo.path)
        if metadata.orientation != Orientation.TOP_LEFT:  # the same coded picture stands another way up
            picture_hash += f"-{int(metadata.orientation)}"
        size = metadata.stored_size
        if size and metadata.orientation.swaps_sides:
            size = size.turned
        return Opened(content, picture_hash, after.st_size, after.st_mtime_ns, kind, size, metadata), data


def _wanted_side(size: Size | None) -> int:
    """How long the decoded picture must be: 1440 pixels, more for a panorama, whose faces would get lost."""
    if size is None:
        return PICTURE_SIDE
    aspect = max(size.width, size.height) / min(size.width, size.height)
    return min(4 * PICTURE_SIDE, max(PICTURE_SIDE, round(aspect * PICTURE_SIDE / 2)))


def _unreadable(error: OSError) -> Unavailable:
    return Unavailable(f"cannot be read: {error.strerror or error}. Check the disk and the permissions")


def sorted_origins(work: Work) -> list[Origin]:
    return sorted(work.due, key=lambda origin: (origin.name, origin.version))
