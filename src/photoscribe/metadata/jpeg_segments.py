"""Metadata in the segments of a JPEG that exiv2 0.28.9 leaves, or gives up on."""

import struct
from collections.abc import Iterator

_NAME = b"http://ns.adobe.com/xmp/extension/\0"
_LARGEST_BYTES = 64 << 20
_APP1 = 0xE1
_APP1_AND_13 = frozenset({_APP1, 0xED})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def extended_packet(data: bytes, guid: str) -> bytes:
    """The part of an XMP packet that did not fit into one segment, by its GUID; b"" when it is not whole.

    Programs put there what is long, or everything but xmpNote:HasExtendedXMP, which gives the GUID; exiv2 does not
    look. Source: XMP part 3 (2020), 1.1.3.1.
    """
    portions: dict[int, bytes] = {}
    total = 0
    for marker, start, end in _segments(data):
        body = data[start + 4 : end] if marker == _APP1 else b""
        if not body.startswith(_NAME) or len(body) < len(_NAME) + 40:
            continue
        owner = body[len(_NAME) : len(_NAME) + 32]
        if owner.upper() == guid.strip().upper().encode("ascii", "replace"):
            total, offset = struct.unpack_from(">II", body, len(_NAME) + 32)
            portions[offset] = body[len(_NAME) + 40 :]
    if not 0 < total <= _LARGEST_BYTES:
        return b""
    length = 0
    for offset, portion in sorted(portions.items()):
        if offset != length:
            return b""
        length += len(portion)
    return b"".join(portion for _, portion in sorted(portions.items())) if length == total else b""


def metadata_alone(data: bytes) -> tuple[bytes, list[bytes]]:
    """Small JPEGs with the size and the metadata of this one, for when exiv2 gives up on the whole.

    One with all metadata but a colour profile; then one for each segment of it, so that a broken one costs itself.
    """
    sizes, metadata = [], []
    for marker, start, end in _segments(data):
        if marker in _APP1_AND_13:
            metadata.append(data[start:end])
        elif marker in _FRAMES:
            sizes.append(data[start:end])
    tail = b"".join(sizes[:1]) + b"\xff\xd9"
    return b"\xff\xd8" + b"".join(metadata) + tail, [b"\xff\xd8" + one + tail for one in metadata]


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start, end) of the segments before the pixels, their marker and length included."""
    at = 2
    while data[at : at + 1] == b"\xff" and at + 4 <= len(data):
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker in {0xD9, 0xDA}:
            return
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + max(length, 2)
        yield marker, at, end
        at = end
