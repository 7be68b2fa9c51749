"""Which way up a picture is, and turning it there."""

from collections.abc import Callable

import cv2
import numpy as np

from photoscribe.core.geometry import Orientation
from photoscribe.core.photo import Pixels
from photoscribe.media.tiff import Directory, Tiff

_ORIENTATION = 0x0112
_EXIF_DIRECTORY = 0x8769
_COLOUR_SPACE = 0xA001
_INTEROPERABILITY_DIRECTORY = 0xA005
_INTEROPERABILITY_INDEX = 0x0001
_UNCALIBRATED = 0xFFFF

# cv2 turns 2000 x 1500 pixels in 2.6 ms, numpy.rot90 with the copy it needs in 11.6 ms (2026-11-20).
_TURN: dict[Orientation, Callable[[Pixels], Pixels]] = {
    Orientation.TOP_RIGHT: lambda pixels: _uint8(cv2.flip(pixels, 1)),
    Orientation.BOTTOM_RIGHT: lambda pixels: _uint8(cv2.rotate(pixels, cv2.ROTATE_180)),
    Orientation.BOTTOM_LEFT: lambda pixels: _uint8(cv2.flip(pixels, 0)),
    Orientation.LEFT_TOP: lambda pixels: _uint8(cv2.transpose(pixels)),
    Orientation.RIGHT_TOP: lambda pixels: _uint8(cv2.rotate(pixels, cv2.ROTATE_90_CLOCKWISE)),
    Orientation.RIGHT_BOTTOM: lambda pixels: _uint8(cv2.rotate(cv2.transpose(pixels), cv2.ROTATE_180)),
    Orientation.LEFT_BOTTOM: lambda pixels: _uint8(cv2.rotate(pixels, cv2.ROTATE_90_COUNTERCLOCKWISE)),
}


def upright(pixels: Pixels, orientation: Orientation) -> Pixels:
    """Stored pixels as they are to be seen."""
    turn = _TURN.get(orientation)
    return turn(pixels) if turn else pixels


def as_orientation(value: object) -> Orientation:
    """EXIF's value; TOP_LEFT for 0, 9, text and whatever else files hold."""
    return Orientation(value) if isinstance(value, int) and 1 <= value <= 8 else Orientation.TOP_LEFT


def exif_orientation(block: bytes) -> Orientation:
    """Orientation of an EXIF block, with or without the "Exif" in front; TOP_LEFT when it says nothing."""
    values = _exif(block).get(_ORIENTATION, ())
    return as_orientation(values[0] if values else None)


def says_adobe_rgb(block: bytes) -> bool:
    """Whether an EXIF block means Adobe RGB in the only way EXIF has: uncalibrated, and interoperability R03.

    Source: DCF 2.0, optional colour space. Cameras set to Adobe RGB write this and often no profile.
    """
    values = _exif(block)
    return values.get(_COLOUR_SPACE) == (_UNCALIBRATED,) and values.get(_INTEROPERABILITY_INDEX, ())[:3] == tuple(
        b"R03"
    )


def _exif(block: bytes) -> dict[int, tuple[int, ...]]:
    """The few tags used here, as integers; what cannot be read is left out."""
    found: dict[int, tuple[int, ...]] = {}
    try:
        tiff = Tiff(block.removeprefix(b"Exif\0\0"))
        first = tiff.first()
        found[_ORIENTATION] = tiff.integers(first, _ORIENTATION)
        exif = _followed(tiff, first, _EXIF_DIRECTORY)
        found[_COLOUR_SPACE] = tiff.integers(exif, _COLOUR_SPACE)
        index = _followed(tiff, exif, _INTEROPERABILITY_DIRECTORY).get(_INTEROPERABILITY_INDEX)
        found[_INTEROPERABILITY_INDEX] = tuple(index.value) if index else ()
    except ValueError:
        return found
    return found


def _followed(tiff: Tiff, directory: Directory, tag: int) -> Directory:
    offsets = tiff.integers(directory, tag)
    return tiff.directory(offsets[0])[0] if offsets else {}


def _uint8(pixels: object) -> Pixels:
    """What cv2 returns, for which it has no precise type."""
    return np.asarray(pixels, dtype=np.uint8)
