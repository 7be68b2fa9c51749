"""The boxes of ISO base media files: HEIF, AVIF, MP4, QuickTime, CR3, JPEG 2000.

Sources: ISO 14496-12 (boxes, iloc, iinf), ISO 23008-12 (irot, imir), Apple's QuickTime File Format.
Everything raises ValueError where the structure is broken.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from photoscribe.core.geometry import Orientation

_MAX_BOXES = 100_000  # in one container; a broken size of 8 would make millions
_MAX_ITEMS = 10_000


@dataclass(frozen=True, slots=True)
class Box:
    """A box by its type and the place of its content."""

    kind: bytes
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a HEIF file: a coded picture, a tile, EXIF, XMP. parts: (start, end) in the file."""

    id: int
    kind: bytes
    parts: tuple[tuple[int, int], ...]


class _Reader:
    """Reads big-endian numbers one after the other."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self._data, self.at, self._end = data, start, end

    def number(self, size: int) -> int:
        if self.at + size > self._end:
            raise ValueError("cut off")
        value = int.from_bytes(self._data[self.at : self.at + size], "big")
        self.at += size
        return value

    def bytes(self, size: int) -> bytes:
        self.number(size)
        return self._data[self.at - size : self.at]

    def version(self) -> int:
        """Of a full box; passes its flags."""
        return self.number(4) >> 24


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """The boxes between two places, in order."""
    end = len(data) if end is None else end
    for _ in range(_MAX_BOXES):
        if start + 8 > end:
            return
        size, header = int.from_bytes(data[start : start + 4], "big"), 8
        if size == 1:
            size, header = int.from_bytes(data[start + 8 : start + 16], "big"), 16
        stop = end if size == 0 else start + size
        if stop > end or stop < start + header:
            raise ValueError("a box of an impossible size")
        yield Box(bytes(data[start + 4 : start + 8]), start + header, stop)
        start = stop
    raise ValueError("too many boxes")


def first(data: bytes, kind: bytes, within: Box | None = None, *, skip: int = 0) -> Box | None:
    """The first box of a kind, at the top or inside another; skip: bytes before the inner boxes begin."""
    span = (within.start + skip, within.end) if within else (0, len(data))
    return next((box for box in boxes(data, *span) if box.kind == kind), None)


def items(data: bytes) -> tuple[Item, ...]:
    """The items of a HEIF file by id; those kept in other files are left out."""
    meta = first(data, b"meta")
    if meta is None:
        raise ValueError("no meta box")
    information, location = first(data, b"iinf", meta, skip=4), first(data, b"iloc", meta, skip=4)
    if information is None or location is None:
        raise ValueError("no items")
    kinds = dict(_kinds(data, information))
    inner = first(data, b"idat", meta, skip=4)
    places = _places(data, location, inner.start if inner else 0)
    return tuple(Item(id_, kinds.get(id_, b""), parts) for id_, parts in sorted(places))


def _kinds(data: bytes, information: Box) -> Iterator[tuple[int, bytes]]:
    reader = _Reader(data, information.start, information.end)
    reader.number(4 if reader.version() else 2)
    for box in boxes(data, reader.at, information.end):
        entry = _Reader(data, box.start, box.end)
        version = entry.version()
        if box.kind == b"infe" and version >= 2:
            id_ = entry.number(2 if version == 2 else 4)
            entry.number(2)
            yield id_, entry.bytes(4)


def _places(data: bytes, location: Box, inner_start: int) -> Iterator[tuple[int, tuple[tuple[int, int], ...]]]:
    reader = _Reader(data, location.start, location.end)
    version = reader.version()
    sizes = reader.number(2)
    offset_size, length_size, base_size, index_size = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    count = reader.number(2 if version < 2 else 4)
    if count > _MAX_ITEMS:
        raise ValueError("too many items")
    for _ in range(count):
        id_ = reader.number(2 if version < 2 else 4)
        method = reader.number(2) & 15 if version else 0
        elsewhere = reader.number(2)
        base = reader.number(base_size) + (inner_start if method == 1 else 0)
        parts = []
        for _ in range(reader.number(2)):
            if version and index_size:
                reader.number(index_size)
            start = base + reader.number(offset_size)
            length = reader.number(length_size)
            parts.append((start, start + length if length else len(data)))
        if any(end > len(data) for _, end in parts):
            raise ValueError("an item beyond the end of the file")
        if not elsewhere and method < 2:
            yield id_, tuple(parts)


def properties(data: bytes) -> tuple[Box, ...]:
    """What HEIF says of its items (size, colour, rotation), in the order in which they are numbered from 1."""
    meta = first(data, b"meta")
    owner = first(data, b"iprp", meta, skip=4) if meta else None
    container = first(data, b"ipco", owner) if owner else None
    return tuple(boxes(data, container.start, container.end)) if container else ()


def container_orientation(data: bytes) -> Orientation:
    """What irot and imir of the primary item do, as EXIF's value; TOP_LEFT where they are absent or broken."""
    try:
        known = properties(data)
        turns = [known[index - 1] for index in _primary_properties(data) if 0 < index <= len(known)]
    except ValueError:
        return Orientation.TOP_LEFT
    orientation = Orientation.TOP_LEFT
    for box in turns:  # in the order of their association, as the standard applies them
        value = data[box.start] if box.end > box.start else 0
        if box.kind == b"irot":
            for _ in range(value & 3):
                orientation = _TURNED_LEFT[orientation]
        elif box.kind == b"imir":
            orientation = _MIRRORED[value & 1][orientation]
    return orientation


def _primary_properties(data: bytes) -> tuple[int, ...]:
    meta = first(data, b"meta")
    primary = first(data, b"pitm", meta, skip=4) if meta else None
    owner = first(data, b"iprp", meta, skip=4) if meta else None
    if primary is None or owner is None:
        return ()
    reader = _Reader(data, primary.start, primary.end)
    wanted = reader.number(2 if reader.version() == 0 else 4)
    for box in boxes(data, owner.start, owner.end):
        if box.kind != b"ipma":
            continue
        reader = _Reader(data, box.start, box.end)
        head = reader.number(4)
        version, wide = head >> 24, head & 1
        for _ in range(min(reader.number(4), _MAX_ITEMS)):
            id_ = reader.number(2 if version == 0 else 4)
            found = [reader.number(2) & 0x7FFF if wide else reader.number(1) & 0x7F for _ in range(reader.number(1))]
            if id_ == wanted:
                return tuple(found)
    return ()


def _names(**orientations: str) -> dict[Orientation, Orientation]:
    return {Orientation[before]: Orientation[after] for before, after in orientations.items()}


# An orientation followed by a quarter turn anticlockwise (irot), and by the exchange of top and bottom (imir 0)
# or of left and right (imir 1). EXIF's names say where row 0 and column 0 belong: each follows its corner.
_TURNED_LEFT = _names(
    TOP_LEFT="LEFT_BOTTOM",
    LEFT_BOTTOM="BOTTOM_RIGHT",
    BOTTOM_RIGHT="RIGHT_TOP",
    RIGHT_TOP="TOP_LEFT",
    TOP_RIGHT="LEFT_TOP",
    LEFT_TOP="BOTTOM_LEFT",
    BOTTOM_LEFT="RIGHT_BOTTOM",
    RIGHT_BOTTOM="TOP_RIGHT",
)
_MIRRORED = (
    _names(
        TOP_LEFT="BOTTOM_LEFT",
        BOTTOM_LEFT="TOP_LEFT",
        TOP_RIGHT="BOTTOM_RIGHT",
        BOTTOM_RIGHT="TOP_RIGHT",
        LEFT_TOP="LEFT_BOTTOM",
        LEFT_BOTTOM="LEFT_TOP",
        RIGHT_TOP="RIGHT_BOTTOM",
        RIGHT_BOTTOM="RIGHT_TOP",
    ),
    _names(
        TOP_LEFT="TOP_RIGHT",
        TOP_RIGHT="TOP_LEFT",
        BOTTOM_LEFT="BOTTOM_RIGHT",
        BOTTOM_RIGHT="BOTTOM_LEFT",
        LEFT_TOP="RIGHT_TOP",
        RIGHT_TOP="LEFT_TOP",
        LEFT_BOTTOM="RIGHT_BOTTOM",
        RIGHT_BOTTOM="LEFT_BOTTOM",
    ),
)
