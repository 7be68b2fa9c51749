"""How much two photos have to do with each other: how alike they look, and whether time, place and people agree."""

import math
from dataclasses import dataclass
from datetime import datetime

HOURS, KILOMETRES = 3.0, 0.5
"""After so much of either a common time or place counts for 1/e."""
_TIME, _PLACE, _PEOPLE = 0.35, 0.2, 0.25
"""What each can add at most to a look: half of what is missing to 1 at all three, so that looks still lead."""
_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Traits:
    """taken: in UTC. people: confirmed in it."""

    taken: datetime | None = None
    position: tuple[float, float] | None = None
    people: frozenset[str] = frozenset()


def kinship(look: float, one: Traits, other: Traits) -> float:
    """In [0, 1], look being how alike they look; never less than that."""
    apart = 1 - look
    if one.taken and other.taken:
        hours = abs((one.taken - other.taken).total_seconds()) / 3600
        apart *= 1 - _TIME * math.exp(-hours / HOURS)
    if one.position and other.position:
        apart *= 1 - _PLACE * math.exp(-kilometres(one.position, other.position) / KILOMETRES)
    everyone = one.people | other.people
    if everyone:
        apart *= 1 - _PEOPLE * len(one.people & other.people) / len(everyone)
    return min(max(1 - apart, 0.0), 1.0)


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Between two places in degrees north and east, on a sphere."""
    south, north = math.radians(one[0]), math.radians(other[0])
    east = math.radians(other[1] - one[1])
    half = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * math.sin(east / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, half)))
