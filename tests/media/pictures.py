"""Pictures drawn for these tests, in every format: four coloured quarters, no two alike, wider than high."""

import io
import struct
from typing import Any

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image

RED, GREEN, BLUE, GREY = (230, 30, 30), (30, 200, 40), (40, 60, 220), (150, 150, 150)
QUARTERS = (RED, GREEN, BLUE, GREY)  # top left, top right, bottom left, bottom right

Pixels = NDArray[np.uint8]

# What takes an upright picture to the stored one that this EXIF value describes.
_TO_STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def quarters(width: int = 96, height: int = 64) -> Image.Image:
    pixels = np.zeros((height, width, 3), np.uint8)
    for number, colour in enumerate(QUARTERS):
        top, left = height // 2 * (number // 2), width // 2 * (number % 2)
        pixels[top : top + height // 2, left : left + width // 2] = colour
    return Image.fromarray(pixels)


def stored(picture: Image.Image, orientation: int) -> Image.Image:
    method = _TO_STORED.get(orientation)
    return picture.transpose(method) if method is not None else picture


def exif_of(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def encoded(picture: Image.Image, name: str, **options: Any) -> bytes:
    """name: Pillow's. HEIF and AVIF write the orientation in `exif` as properties of the container."""
    if name == "HEIF":
        pillow_heif.register_heif_opener()
    stream = io.BytesIO()
    picture.save(stream, name, **options)
    return stream.getvalue()


def is_upright(pixels: Pixels, tolerance: int = 24) -> bool:
    """Whether the quarters stand where they were drawn; the middle of each is looked at."""
    height, width = pixels.shape[:2]
    seen = [pixels[height * y // 4, width * x // 4].astype(int) for y in (1, 3) for x in (1, 3)]
    return all(np.abs(one - np.array(colour)).max() <= tolerance for one, colour in zip(seen, QUARTERS, strict=True))


def noise(width: int, height: int, seed: int = 1) -> Image.Image:
    """Smooth enough to be coded well, different everywhere."""
    small = np.random.default_rng(seed).integers(0, 256, (max(2, height // 16), max(2, width // 16), 3), dtype=np.uint8)
    return Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)


def with_app(jpeg: bytes, marker: int, content: bytes) -> bytes:
    """A JPEG with one more segment after its first marker."""
    return jpeg[:2] + struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content + jpeg[2:]


def tiff(tags: dict[int, tuple[str, tuple[int, ...]]], *strips: bytes, sub: bytes = b"") -> bytes:
    """A little-endian TIFF of one directory. tags: struct code and values; strips come first, after the header.

    sub: bytes laid between strips and directory.
    """
    types = {"B": 1, "s": 2, "H": 3, "I": 4, "R": 5, "r": 10}
    body = b"II*\0\0\0\0\0" + b"".join(strips) + sub
    body += bytes(len(body) % 2)
    entries, beyond = b"", b""
    start = len(body) + 2 + 12 * len(tags) + 4
    for tag, (code, values) in sorted(tags.items()):
        plain = {"s": "B", "R": "I", "r": "i"}.get(code, code)
        packed = struct.pack(f"<{len(values)}{plain}", *values)
        count = len(values) // 2 if code in "Rr" else len(values)
        if len(packed) > 4:
            place = struct.pack("<I", start + len(beyond))
            beyond += packed + bytes(len(packed) % 2)
        else:
            place = packed.ljust(4, b"\0")
        entries += struct.pack("<HHI", tag, types[code], count) + place
    return (
        body[:4] + struct.pack("<I", len(body)) + body[8:] + struct.pack("<H", len(tags)) + entries + bytes(4) + beyond
    )


def text(value: str) -> tuple[str, tuple[int, ...]]:
    return "s", tuple(value.encode() + b"\0")
