"""Any picture in memory to pixels in sRGB: depth, palette, transparency, ink and colour profiles."""

import io
import struct
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from photoscribe.core.photo import Pixels

_BAND_PIXELS = 4_000_000  # converted at a time, so that a huge picture is never in memory twice
_KEPT = frozenset({"L", "RGB", "CMYK", "LAB"})  # modes that are reduced first and converted afterwards
_WIDE = frozenset({"I", "F", "I;16", "I;16L", "I;16B", "I;16N"})

# Largest difference, of 255, by which a profile may differ from sRGB and be taken for it: the ten sRGB profiles
# among 2,000 test photos differ by 1 at most, the next profile by 9 (2026-11-20).
_SAME = 2


def to_srgb(
    image: Image.Image, *, factor: int = 1, bits: int = 16, profile: bytes | None = None
) -> tuple[Pixels, tuple[str, ...]]:
    """Pixels in sRGB, reduced by a whole factor, over white where transparent; and what went wrong.

    bits: how many of 16 are used (12-bit pictures fill only the lower ones).
    profile: the ICC profile; one that is broken, or of another colour space, is left out with a problem.
    """
    small = _reduced(image, factor, bits)
    if profile is None and small.mode == "LAB":
        return np.asarray(ImageCms.applyTransform(small, _lab_to_srgb())), ()
    if profile is None:
        return np.asarray(small.convert("RGB")), ()
    if small.mode == "L" and _space(profile) == "RGB":
        small = small.convert("RGB")
    try:
        transform = _transform(profile, small.mode)
    except ImageCms.PyCMSError:
        return np.asarray(small.convert("RGB")), ("its colour profile is broken: colours may be off",)
    if transform is None:
        return np.asarray(small.convert("RGB")), ()
    converted = ImageCms.applyTransform(small, transform)
    return np.asarray(converted), ()


def _reduced(image: Image.Image, factor: int, bits: int) -> Image.Image:
    """The picture in one of the modes kept, reduced."""
    if image.mode in _KEPT and "transparency" not in image.info:
        return image.reduce(factor) if factor > 1 else image
    plain = _plain_converter(image, bits)
    width, height = image.size
    rows = max(1, _BAND_PIXELS // (width * factor)) * factor
    small: Image.Image | None = None
    for top in range(0, height, rows):
        band = plain(image.crop((0, top, width, min(top + rows, height))))
        if small is None:
            small = Image.new(band.mode, (-(-width // factor), -(-height // factor)))
        small.paste(band.reduce(factor) if factor > 1 else band, (0, top // factor))
    if small is None:
        raise ValueError("no pixels")
    return small


def _plain_converter(image: Image.Image, bits: int) -> Callable[[Image.Image], Image.Image]:
    """How one band of this picture becomes L or RGB without transparency."""
    if image.mode in _WIDE:
        low, high = (0.0, float((1 << bits) - 1)) if image.mode.startswith("I;16") else _range(image)
        return lambda band: Image.fromarray(_eight_bits(np.asarray(band), low, high))
    if image.mode == "La":  # Pillow goes from it to LA only
        return lambda band: _over_white(band.convert("LA").convert("RGBA"))
    if image.has_transparency_data:
        return lambda band: _over_white(band.convert("RGBA"))
    return lambda band: band.convert("L" if image.mode == "1" else "RGB")


def _over_white(picture: Image.Image) -> Image.Image:
    paper = Image.new("RGB", picture.size, (255, 255, 255))
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


def _range(image: Image.Image) -> tuple[float, float]:
    """The values that are black and white in a picture of 32-bit numbers, which say no range themselves.

    Fractions, 8-bit and 16-bit values are known by their size; anything else is stretched from least to most.
    """
    low, high = np.inf, -np.inf
    width, height = image.size
    rows = max(1, _BAND_PIXELS // width)
    for top in range(0, height, rows):
        values = np.asarray(image.crop((0, top, width, min(top + rows, height))))
        finite = values[np.isfinite(values)]
        if finite.size:
            low, high = min(low, float(finite.min())), max(high, float(finite.max()))
    if low >= 0:
        for most in ((1.0,) if image.mode == "F" else ()) + (255.0, 65535.0):
            if high <= most:
                return 0.0, most
    return low, high


def _eight_bits(values: NDArray[np.generic], low: float, high: float) -> Pixels:
    if not high > low:
        return np.zeros(values.shape, np.uint8)
    scaled = (np.nan_to_num(values.astype(np.float32), posinf=high, neginf=low) - low) * (255.0 / (high - low))
    eight: Pixels = np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
    return eight


def _space(profile: bytes) -> str:
    """The colour space a profile is for, "" when it is too short to say."""
    return profile[16:20].decode("latin-1").strip().upper()


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """From a profile to sRGB; None when it is sRGB already. Raises PyCMSError when it cannot serve this mode.

    Converting 1500 x 1000 pixels costs 14 to 17 ms (2026-11-20), a fifth of decoding them: worth skipping.
    """
    transform = ImageCms.buildTransform(io.BytesIO(profile), ImageCms.createProfile("sRGB"), mode, "RGB")
    if mode not in {"L", "RGB"}:
        return transform
    sample = _sample(mode)
    before = np.asarray(sample.convert("RGB")).astype(np.int16)
    after = np.asarray(ImageCms.applyTransform(sample, transform)).astype(np.int16)
    return None if np.abs(after - before).max() <= _SAME else transform


@lru_cache(maxsize=1)
def _lab_to_srgb() -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")


def _sample(mode: str) -> Image.Image:
    """Colours spread over all that a mode can hold."""
    levels = np.linspace(0, 255, 9 if mode == "RGB" else 256).round().astype(np.uint8)
    if mode == "L":
        return Image.fromarray(levels[np.newaxis, :])
    grid = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1)
    return Image.fromarray(grid.reshape(1, -1, 3))


@lru_cache(maxsize=1)
def adobe_rgb_profile() -> bytes:
    """An ICC profile of Adobe RGB (1998): its primaries adapted to D50, gamma 563/256.

    Source: Adobe RGB (1998) Color Image Encoding, 2005-05, and ICC.1:2001-04 for the layout.
    """
    red, green, blue = (0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)
    return matrix_profile({b"rXYZ": red, b"gXYZ": green, b"bXYZ": blue}, gamma=563 / 256)


def matrix_profile(primaries: dict[bytes, tuple[float, float, float]], *, gamma: float) -> bytes:
    """An ICC version 2 display profile from three colorants (XYZ relative to D50) and one gamma."""
    white = (0.9642, 1.0, 0.8249)
    curve = b"curv" + bytes(4) + struct.pack(">IHxx", 1, round(gamma * 256))
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 4) + b"RGB\0" + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\0\0\0\0",
        b"wtpt": _xyz(white),
        **{name: _xyz(value) for name, value in primaries.items()},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, body, start = b"", b"", 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += name + struct.pack(">II", start + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    header = struct.pack(">I4xI4s4s4s12x4s", start + len(body), 0x02400000, b"mntr", b"RGB ", b"XYZ ", b"acsp")
    header = header.ljust(68, b"\0") + _xyz(white)[8:]
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(struct.pack(">i", round(value * 65536)) for value in values)
