"""DNG files made for these tests: a mosaic of red, green and blue, and a preview where asked for."""

import struct

import numpy as np
from PIL import Image

from tests.media.pictures import text, tiff

Tags = dict[int, tuple[str, tuple[int, ...]]]


def negative(
    picture: Image.Image, *, orientation: int = 1, preview: bytes = b"", preview_size: tuple[int, int] = (0, 0)
) -> bytes:
    """picture: as the sensor lies. preview: a JPEG, or bytes of red, green and blue, and its size."""
    mosaic = _mosaic(picture)
    height, width = mosaic.shape
    strip = mosaic.tobytes()
    layout: Tags = {
        254: ("I", (0,)),
        256: ("I", (width,)),
        257: ("I", (height,)),
        258: ("H", (16,)),
        259: ("H", (1,)),
        262: ("H", (32803,)),
        271: text("Test"),
        272: text("Camera"),
        273: ("I", (8,)),
        274: ("H", (orientation,)),
        277: ("H", (1,)),
        278: ("I", (height,)),
        279: ("I", (len(strip),)),
        33421: ("H", (2, 2)),
        33422: ("B", (0, 1, 1, 2)),
        50706: ("B", (1, 4, 0, 0)),
        50708: text("Test Camera"),
        50714: ("I", (0,)),
        50717: ("I", (65535,)),
        50721: ("r", _SRGB_FROM_XYZ),
        50728: ("R", (1, 1, 1, 1, 1, 1)),
        50778: ("H", (21,)),
    }
    if not preview:
        return tiff(layout, strip)
    preview += bytes(len(preview) % 2)
    sub: Tags = {
        254: ("I", (1,)),
        256: ("I", (preview_size[0],)),
        257: ("I", (preview_size[1],)),
        258: ("H", (8,)),
        259: ("H", (7 if preview[:2] == b"\xff\xd8" else 1,)),
        262: ("H", (6 if preview[:2] == b"\xff\xd8" else 2,)),
        273: ("I", (8 + len(strip),)),
        277: ("H", (3,)),
        278: ("I", (preview_size[1],)),
        279: ("I", (len(preview),)),
    }
    start = 8 + len(strip) + len(preview)
    layout[330] = ("I", (start,))
    return tiff(layout, strip, preview, sub=_directory(sub))


# Linear sRGB as the camera's own colours: XYZ to sRGB, D65, in ten-thousandths.
_SRGB_FROM_XYZ = tuple(
    part for value in (32405, -15371, -4985, -9693, 18760, 416, 556, -2040, 10572) for part in (value, 10000)
)


def _mosaic(picture: Image.Image) -> np.ndarray[tuple[int, ...], np.dtype[np.uint16]]:
    linear = (np.asarray(picture.convert("RGB")) / 255.0) ** 2.2
    sensor_noise = np.random.default_rng(1).integers(0, 300, linear.shape)
    levels = (linear * 60000 + sensor_noise).astype("<u2")
    mosaic = levels[..., 1].copy()
    mosaic[::2, ::2] = levels[::2, ::2, 0]
    mosaic[1::2, 1::2] = levels[1::2, 1::2, 2]
    return mosaic


def _directory(tags: Tags) -> bytes:
    """Of values of four bytes or less each."""
    types = {"H": 3, "I": 4}
    entries = b"".join(
        struct.pack("<HHI", tag, types[code], len(values))
        + struct.pack(f"<{len(values)}{code}", *values).ljust(4, b"\0")
        for tag, (code, values) in sorted(tags.items())
    )
    return struct.pack("<H", len(tags)) + entries + bytes(4)
