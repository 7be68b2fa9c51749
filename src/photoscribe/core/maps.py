"""The grid that gathers photos on a map."""

import math
from dataclasses import dataclass

from photoscribe.core.query import Area

_FIELDS_ACROSS = 8
"""Fields of 64 pixels on a tile of 512, as web maps have them: two covers side by side do not touch."""
_MOST_ACROSS = 96
"""Fields across one view, however far in the caller says it is: at most some 9,000 cells in an answer."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Size of a field in degrees. Its lines are fixed on the globe, so that a map that is moved keeps its cells."""

    high: float
    wide: float


def grid_for(area: Area, zoom: float) -> Grid:
    """Fields about square on a Mercator map, by the parallel through the middle, in steps of ten degrees."""
    across = area.east - area.west + (360 if area.east < area.west else 0)
    wide = 360 / (_FIELDS_ACROSS * 2 ** min(max(zoom, 0.0), 22.0))
    while across / wide > _MOST_ACROSS:
        wide *= 2
    middle = min(70, abs(round((area.south + area.north) / 20) * 10)) if area.north - area.south < 60 else 40
    high = wide * math.cos(math.radians(middle))
    while (area.north - area.south) / high > _MOST_ACROSS:
        high *= 2
    return Grid(high, wide)


def area_between(south: float, west: float, north: float, east: float) -> Area:
    """An area whose longitudes may go round the globe, as a map that was turned gives them. Raises ValueError."""
    south, north = max(-90.0, south), min(90.0, north)
    if east - west >= 360:
        return Area(south, -180.0, north, 180.0)
    return Area(south, _wrapped(west), north, _wrapped(east))


def _wrapped(longitude: float) -> float:
    """In [-180, 180]; the date line itself keeps its side."""
    return longitude if -180 <= longitude <= 180 else (longitude + 180) % 360 - 180
