"""The coded picture in a file's bytes: everything that decoding needs, in the file's order, no metadata.

Each function yields parts to be hashed, and raises ValueError or IndexError where the structure is broken;
what it yielded until then is worth nothing. Orientation counts as metadata, colour profiles do not.
"""

import re
import struct
import zlib
from collections.abc import Iterator

from photoscribe.media.boxes import Box, boxes, first, items, properties
from photoscribe.media.png import chunks
from photoscribe.media.tiff import Directory, Tiff

Part = bytes | memoryview

# The next marker that is not part of a scan: FF 00 is a data byte, FF D0 to D7 restart it, FF FF is padding.
# Passes over 13 MB of scan in 4 ms, bytes.find for one marker alone in 10 ms (2026-11-20).
_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")

_END, _SCAN, _COMMENT, _APP2, _ADOBE = 0xD9, 0xDA, 0xFE, 0xE2, 0xEE
_PROFILE = b"ICC_PROFILE\0"
_MAX_PROFILE_BYTES = 16_000_000

_PNG_COLOURS = frozenset({b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"cICP"})
_PNG_ANIMATION = frozenset({b"acTL", b"fcTL", b"fdAT"})
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_HEIF_METADATA = frozenset({b"Exif", b"mime", b"uri "})

# Size, depth, compression, colour and layout of the pixels: TIFF 6.0; then the mosaic (33421, 33422), the profile,
# and from 50710 on how a sensor's values become colours: DNG 1.7.
_TIFF_KEPT = frozenset(
    {256, 257, 258, 259, 262, 266, 277, 278, 284, 292, 293, 301, 317, 318, 319, 320, 322, 323, 332, 338, 339, 347}
    | {529, 530, 531, 532, 33421, 33422, 34675}
    | {50710, 50711, 50712, 50713, 50714, 50715, 50716, 50717, 50718, 50719, 50720, 50721, 50722, 50723, 50724}
    | {50727, 50728, 50729, 50730, 50778, 50779, 50829, 50964, 50965}
)
_STRIPS, _TILES = (273, 279), (324, 325)


def coded_jpeg(data: bytes) -> Iterator[Part]:
    """Tables, frame and scans of the first picture; of the APP segments only Adobe's and the profile."""
    view, profile = memoryview(data), dict[int, bytes]()
    has_scan = False
    for marker, start, end in _segments(data):
        has_scan |= marker == _SCAN
        if marker == _APP2 and data.startswith(_PROFILE, start + 2):
            profile[data[start + 14]] = data[start + 16 : end]
        elif marker == _ADOBE or not (0xE0 <= marker <= 0xEF or marker == _COMMENT):
            yield bytes([marker])
            yield view[start:end]
    if not has_scan:
        raise ValueError("no scan")
    yield b"".join(profile[number] for number in sorted(profile))


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, and where its content lies, until the end of the first picture; a scan goes with its marker."""
    at = 2
    while at < len(data):  # a file that is cut off ends within a scan
        at = data.index(b"\xff", at)  # decoders skip what may stand before a marker, so it does not count
        while data[at] == 0xFF:
            at += 1
        marker, at = data[at], at + 1
        if marker == _END:
            return
        if marker == 1 or 0xD0 <= marker <= 0xD8:  # these have no content
            continue
        end = at + int.from_bytes(data[at : at + 2], "big")
        if not at + 2 <= end <= len(data):
            raise ValueError("a segment beyond the end")
        if marker == _SCAN:
            found = _MARKER.search(data, end)
            end = found.start() if found else len(data)
        yield marker, at, end
        at = end


def coded_png(data: bytes) -> Iterator[Part]:
    """Critical chunks, animation, transparency and colour; IDAT as one, however it is divided.

    Chunks on colour come last, sorted by their kind: Exiv2 moves the profile to the front.
    """
    pixels: list[Part] = []
    colours: list[tuple[bytes, bytes]] = []
    kind = b""
    for chunk in chunks(data):
        kind = chunk.kind
        if kind == b"IDAT":
            if not pixels:
                yield kind
            pixels.append(chunk.content)
        elif kind in _PNG_COLOURS:
            colours.append((kind, bytes(chunk.content)))
        elif kind == b"iCCP":
            colours.append((kind, _inflated_profile(bytes(chunk.content))))
        elif chunk.is_critical or kind in _PNG_ANIMATION:
            yield kind
            yield chunk.content
    if kind != b"IEND":
        raise ValueError("cut off")
    yield b"".join(pixels)
    for pair in sorted(colours):
        yield from pair


def _inflated_profile(content: bytes) -> bytes:
    """Writers compress it again, each in its own way."""
    try:
        return zlib.decompressobj().decompress(content.partition(b"\0")[2][1:], _MAX_PROFILE_BYTES)
    except zlib.error:
        return content


def coded_webp(data: bytes) -> Iterator[Part]:
    """The bit streams; of VP8X, which any tagging adds, only an animation's canvas."""
    view, at = memoryview(data), 12
    end = 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise ValueError("cut off")
    canvas = b""
    while at + 8 <= end:
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > end:
            raise ValueError("a chunk beyond the end")
        if kind == b"VP8X":
            canvas = data[at + 12 : at + 18]
        if kind in _WEBP_KEPT:
            yield kind
            yield view[at + 8 : at + 8 + size]
        if kind == b"ANIM":
            yield canvas
        at += 8 + size + (size & 1)


def coded_gif(data: bytes) -> Iterator[Part]:
    """From the screen's size on, without comments and XMP; the version is left out, as tagging raises it."""
    yield data[6:13]
    at = 13 + _colours(data[10])
    yield data[13:at]
    while data[at] != 0x3B:
        start = at
        if data[at] == 0x2C:
            at += 10 + _colours(data[at + 9]) + 1  # the descriptor, its colours, the size of the codes
            at = _after_blocks(data, at)
        elif data[at] == 0x21:
            at = _after_blocks(data, at + 2)
            if data[start + 1] == 0xFE or data[start + 3 : start + 14] == b"XMP DataXMP":
                continue
        else:
            raise ValueError("no block")
        yield data[start:at]


def _colours(flags: int) -> int:
    """Bytes of the colour table that follows, if any."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += 1 + data[at]
    return at + 1


def coded_tiff(data: bytes) -> Iterator[Part]:
    """Strips and tiles of every page and sub-picture, and the tags that say how to decode them."""
    tiff, left = Tiff(data), 4 * len(data)
    found = False
    for directory in tiff.directories():
        for tag in sorted(_TIFF_KEPT & directory.keys()):
            values = tiff.integers(directory, tag)
            if not values:
                raise ValueError("a tag beyond the end")
            yield struct.pack(f">H{len(values)}q", tag, *values)  # as numbers: writers may change a tag's type
        for place, size in (_STRIPS, _TILES):
            for part in _pieces(tiff, directory, place, size):
                left -= part[1] - part[0]
                if part[1] > len(data) or left < 0:
                    raise ValueError("a strip beyond the end, or all of them the same")
                found = True
                yield memoryview(data)[part[0] : part[1]]
    if not found:
        raise ValueError("no strips")


def _pieces(tiff: Tiff, directory: Directory, place: int, size: int) -> Iterator[tuple[int, int]]:
    starts, lengths = tiff.integers(directory, place), tiff.integers(directory, size)
    if len(starts) != len(lengths):
        raise ValueError("strips without a size")
    for start, length in zip(starts, lengths, strict=True):
        yield start, start + length


def coded_raf(data: bytes) -> Iterator[Part]:
    """The sensor data of a Fujifilm RAW, whose header has its place at byte 100; the rest is a JPEG with EXIF."""
    start, size = struct.unpack_from(">II", data, 100) if len(data) >= 108 else (0, 0)
    if not 108 <= start < start + size <= len(data):
        raise ValueError("no sensor data")
    yield memoryview(data)[start : start + size]


def coded_heif(data: bytes) -> Iterator[Part]:
    """Every item that is not EXIF or XMP, what is said of them, and how they belong together."""
    view, found = memoryview(data), False
    meta = first(data, b"meta")
    for item in items(data):
        if item.kind and item.kind not in _HEIF_METADATA:
            yield struct.pack(">I4s", item.id, item.kind)
            for start, end in item.parts:
                found = True
                yield view[start:end]
    for box in properties(data):
        if box.kind not in {b"irot", b"imir"}:
            yield box.kind
            yield view[box.start : box.end]
    yield from _whole(data, first(data, b"pitm", meta, skip=4))
    references = first(data, b"iref", meta, skip=4)
    for box in boxes(data, references.start + 4, references.end) if references else ():
        if box.kind != b"cdsc":  # what EXIF and XMP describe
            yield box.kind
            yield from _whole(data, box)
    if not found:
        raise ValueError("nothing coded")


def coded_jp2(data: bytes) -> Iterator[Part]:
    """The header and the code stream."""
    stream = first(data, b"jp2c")
    if stream is None:
        raise ValueError("no code stream")
    yield from _whole(data, first(data, b"jp2h"))
    yield from _whole(data, stream)


def _whole(data: bytes, box: Box | None) -> Iterator[Part]:
    if box is not None:
        yield memoryview(data)[box.start : box.end]
