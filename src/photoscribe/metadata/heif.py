"""Size and orientation of the picture in a HEIF or AVIF file. Source: ISO/IEC 23008-12:2022, 6.5."""

import struct
from collections.abc import Iterator

from photoscribe.core.geometry import Orientation
from photoscribe.core.photo import Size

# Where one step right and one step down in the stored pixels lead in the upright picture (x right, y down).
_STEPS = {
    ((1, 0), (0, 1)): Orientation.TOP_LEFT,
    ((-1, 0), (0, 1)): Orientation.TOP_RIGHT,
    ((-1, 0), (0, -1)): Orientation.BOTTOM_RIGHT,
    ((1, 0), (0, -1)): Orientation.BOTTOM_LEFT,
    ((0, 1), (1, 0)): Orientation.LEFT_TOP,
    ((0, 1), (-1, 0)): Orientation.RIGHT_TOP,
    ((0, -1), (-1, 0)): Orientation.RIGHT_BOTTOM,
    ((0, -1), (1, 0)): Orientation.LEFT_BOTTOM,
}
_MOST_BOXES = 10_000
_MOST_EXTENTS = 100_000


def is_heif(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] not in {b"crx ", b"jpx ", b"jp2 "}


def layout(data: bytes) -> tuple[Size | None, Orientation]:
    """Size of the stored pixels (as cropped, before turning), None where it cannot be read; and their orientation.

    By the properties of the primary picture. Decoders obey its transforms and ignore the orientation in EXIF,
    which may say the same, something else, or nothing. exiv2 0.28.9 takes the size of another picture at times.
    """
    try:
        return _layout(data)
    except (struct.error, IndexError):
        return None, Orientation.TOP_LEFT


def _layout(data: bytes) -> tuple[Size | None, Orientation]:
    size: Size | None = None
    right, down = (1, 0), (0, 1)
    for kind, start, _ in _properties(data):
        if kind == b"ispe":
            size = _size(*struct.unpack_from(">II", data, start + 4))
        elif kind == b"clap":
            across, across_by, high, high_by = struct.unpack_from(">IIII", data, start)
            size = _size(across // across_by, high // high_by) if across_by and high_by else size
        elif kind == b"irot":
            for _ in range(data[start] & 3):  # quarter turns against the clock
                right, down = (right[1], -right[0]), (down[1], -down[0])
        elif kind == b"imir":
            across = data[start] & 1  # 1 exchanges left and right, 0 top and bottom
            right, down = _flip(right, across), _flip(down, across)
    return size, _STEPS[(right, down)]


def _size(width: int, height: int) -> Size | None:
    return Size(width, height) if 0 < width < 1 << 20 and 0 < height < 1 << 20 else None


def _properties(data: bytes) -> list[tuple[bytes, int, int]]:
    """The boxes of the primary picture's properties, in the order in which they apply."""
    meta = _find(data, 0, len(data), b"meta")
    if meta is None:
        return []
    start, end = meta[0] + 4, meta[1]
    properties, primary = _find(data, start, end, b"iprp"), _find(data, start, end, b"pitm")
    container = _find(data, *properties, b"ipco") if properties else None
    if properties is None or primary is None or container is None:
        return []
    (item,) = struct.unpack_from(">H" if data[primary[0]] == 0 else ">I", data, primary[0] + 4)
    known = list(_boxes(data, *container))
    return [known[index - 1] for index in _associated(data, *properties, item) if 0 < index <= len(known)]


def _flip(step: tuple[int, int], across: int) -> tuple[int, int]:
    return (-step[0], step[1]) if across else (step[0], -step[1])


def _associated(data: bytes, start: int, end: int, item: int) -> list[int]:
    """The numbers of an item's properties, from 1, in the order in which they apply."""
    found = _find(data, start, end, b"ipma")
    if found is None:
        return []
    at, end = found
    version, flags = data[at], data[at + 3]
    (entries,) = struct.unpack_from(">I", data, at + 4)
    at += 8
    width = 2 if flags & 1 else 1
    for _ in range(min(entries, _MOST_BOXES)):
        (owner,) = struct.unpack_from(">H" if version < 1 else ">I", data, at)
        at += 2 if version < 1 else 4
        count = data[at]
        at += 1
        if owner == item:
            values = [int.from_bytes(data[at + n * width : at + (n + 1) * width], "big") for n in range(count)]
            return [value & (0x7FFF if width == 2 else 0x7F) for value in values]
        at += count * width
    return []


def _find(data: bytes, start: int, end: int, kind: bytes) -> tuple[int, int] | None:
    return next(((first, last) for name, first, last in _boxes(data, start, end) if name == kind), None)


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, first byte of the body, end) of each box."""
    for _ in range(_MOST_BOXES):
        if start + 8 > end:
            return
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start + 8)
            head = 16
        last = end if size == 0 else start + size
        if 0 < size < head or last > end:
            return
        yield kind, start + head, last
        start = last


def metadata_items(data: bytes) -> tuple[bytes, bytes]:
    """The EXIF block as a TIFF file, and the XMP packet; b"" for what is not there or cannot be found.

    exiv2 0.28.9 finds neither in a file whose item locations come before its item types, which is allowed.
    """
    try:
        return _metadata_items(data)
    except (struct.error, IndexError):
        return b"", b""


def _metadata_items(data: bytes) -> tuple[bytes, bytes]:
    meta = _find(data, 0, len(data), b"meta")
    if meta is None:
        return b"", b""
    kinds = _item_kinds(data, meta[0] + 4, meta[1])
    exif = next((item for item, kind in kinds.items() if kind == b"Exif"), None)
    xmp = next((item for item, kind in kinds.items() if kind.startswith(b"mime") and b"rdf+xml" in kind), None)
    block = _item(data, meta[0] + 4, meta[1], exif)
    if len(block) > 8:  # begins with the distance to the TIFF header that follows
        block = block[4 + int.from_bytes(block[:4], "big") :]
    return block, _item(data, meta[0] + 4, meta[1], xmp)


def _item_kinds(data: bytes, start: int, end: int) -> dict[int, bytes]:
    """Type by item number; for "mime" with the names that follow it."""
    found = _find(data, start, end, b"iinf")
    if found is None:
        return {}
    at = found[0] + (6 if data[found[0]] == 0 else 8)
    kinds = {}
    for kind, body, last in _boxes(data, at, found[1]):
        if kind == b"infe" and data[body] >= 2:
            wide = data[body] > 2
            number = int.from_bytes(data[body + 4 : body + (8 if wide else 6)], "big")
            name = body + (10 if wide else 8)
            is_mime = data[name : name + 4] == b"mime"
            kinds[number] = data[name : last if is_mime else name + 4]
    return kinds


def _item(data: bytes, start: int, end: int, wanted: int | None) -> bytes:
    """The bytes of one item, its extents joined. Source: ISO/IEC 14496-12:2020, 8.11.3."""
    found = _find(data, start, end, b"iloc")
    if found is None or wanted is None:
        return b""
    at = found[0]
    version, sizes = data[at], struct.unpack_from(">H", data, at + 4)[0]
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    wide = 4 if version == 2 else 2
    count, at = _number(data, at + 6, wide)
    left = _MOST_EXTENTS
    for _ in range(min(count, _MOST_BOXES)):
        item, at = _number(data, at, wide)
        method, at = _number(data, at, 2) if version else (0, at)
        base, at = _number(data, at + 2, base_size)
        extents, at = _number(data, at, 2)
        ranges = []
        left -= extents
        for _ in range(extents if left >= 0 else 0):
            at += index_size
            offset, at = _number(data, at, offset_size)
            length, at = _number(data, at, length_size)
            ranges.append((base + offset, length))
        if item == wanted:
            inside = _find(data, start, end, b"idat") if method & 15 == 1 else (0, len(data))
            first, last = inside or (0, 0)
            return b"".join(data[first + offset : min(last, first + offset + length)] for offset, length in ranges)
    return b""


def _number(data: bytes, at: int, size: int) -> tuple[int, int]:
    """A number of `size` bytes, and where the next begins."""
    if at + size > len(data):
        raise IndexError(at)
    return int.from_bytes(data[at : at + size], "big"), at + size
