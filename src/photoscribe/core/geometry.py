"""Boxes and orientations. Every box in the program is a fraction of the upright picture."""

from dataclasses import dataclass
from enum import IntEnum
from math import isfinite


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in the upright picture: left, top, width, height as fractions in [0, 1], y downwards.

    Fractions of the picture after EXIF rotation, so a box means the same on the original, on any
    preview of it, and in a metadata region.
    """

    x: float
    y: float
    w: float
    h: float

    def __post_init__(self) -> None:
        tolerance = 1e-6
        inside = self.x >= 0 and self.y >= 0 and self.x + self.w <= 1 + tolerance and self.y + self.h <= 1 + tolerance
        if not (inside and self.w > 0 and self.h > 0):
            raise ValueError(f"not a box in the unit square: {self}")

    @property
    def area(self) -> float:
        return self.w * self.h

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.w / 2, self.y + self.h / 2


def clipped(x: float, y: float, w: float, h: float) -> Box | None:
    """The part of a rectangle that lies in the unit square; None when nothing of it does."""
    if not all(map(isfinite, (x, y, w, h))):
        return None
    left, top = max(0.0, x), max(0.0, y)
    right, bottom = min(1.0, x + w), min(1.0, y + h)
    if right <= left or bottom <= top:
        return None
    return Box(left, top, right - left, bottom - top)


def iou(a: Box, b: Box) -> float:
    """Intersection over union, in [0, 1]."""
    shared = intersection(a, b)
    return shared / (a.area + b.area - shared) if shared else 0.0


def intersection(a: Box, b: Box) -> float:
    """The area that two boxes share, in [0, 1]."""
    width = min(a.x + a.w, b.x + b.w) - max(a.x, b.x)
    height = min(a.y + a.h, b.y + b.h) - max(a.y, b.y)
    return width * height if width > 0 and height > 0 else 0.0


class Orientation(IntEnum):
    """The EXIF Orientation values: where row 0 and column 0 of the stored pixels belong."""

    TOP_LEFT = 1
    TOP_RIGHT = 2
    BOTTOM_RIGHT = 3
    BOTTOM_LEFT = 4
    LEFT_TOP = 5
    RIGHT_TOP = 6
    RIGHT_BOTTOM = 7
    LEFT_BOTTOM = 8

    @property
    def swaps_sides(self) -> bool:
        """Whether the upright picture's width is the stored picture's height."""
        return self >= Orientation.LEFT_TOP


# Stored x and y as seen in the upright picture: (swap, mirror x, mirror y), applied in that order.
_TO_UPRIGHT = {
    Orientation.TOP_LEFT: (False, False, False),
    Orientation.TOP_RIGHT: (False, True, False),
    Orientation.BOTTOM_RIGHT: (False, True, True),
    Orientation.BOTTOM_LEFT: (False, False, True),
    Orientation.LEFT_TOP: (True, False, False),
    Orientation.RIGHT_TOP: (True, True, False),
    Orientation.RIGHT_BOTTOM: (True, True, True),
    Orientation.LEFT_BOTTOM: (True, False, True),
}


def to_upright(box: Box, orientation: Orientation) -> Box:
    """A box given in the stored pixels, in the upright picture. Source: EXIF 2.32, tag 0x0112."""
    swap, mirror_x, mirror_y = _TO_UPRIGHT[orientation]
    x, y, w, h = (box.y, box.x, box.h, box.w) if swap else (box.x, box.y, box.w, box.h)
    return _box(1 - x - w if mirror_x else x, 1 - y - h if mirror_y else y, w, h)


def to_stored(box: Box, orientation: Orientation) -> Box:
    """A box given in the upright picture, in the stored pixels: the inverse of to_upright."""
    swap, mirror_x, mirror_y = _TO_UPRIGHT[orientation]
    x = 1 - box.x - box.w if mirror_x else box.x
    y = 1 - box.y - box.h if mirror_y else box.y
    return _box(y, x, box.h, box.w) if swap else _box(x, y, box.w, box.h)


def _box(x: float, y: float, w: float, h: float) -> Box:
    """A box whose rounding errors of the mirror are not allowed to leave the unit square."""
    x, y = max(0.0, x), max(0.0, y)
    return Box(x, y, min(w, 1 - x), min(h, 1 - y))
