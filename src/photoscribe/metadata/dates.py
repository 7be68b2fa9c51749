"""Which of several dates in one file is when the picture was taken."""

from collections.abc import Sequence
from dataclasses import dataclass

from photoscribe.core.facts import Origin, Statement, Taken
from photoscribe.core.precedence import rank

# In the order of trust. A date of modification is none of them.
ORIGINAL_EXIF, ORIGINAL_XMP, DIGITIZED, IPTC, CREATED = range(5)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date and how directly it says when the picture was taken: one of the constants above, the less the better."""

    strength: int
    taken: Taken


def statements(parts: Sequence[tuple[Origin, Sequence[Dated]]]) -> list[Statement]:
    """One date for each part of a file, so that the choice by rank of parts finds the most direct one.

    A part that outranks the most direct date with a less direct one is left silent: EXIF with only the date of
    digitization beside XMP with that of the original.
    """
    best = [(min(dates, key=lambda one: one.strength), origin) for origin, dates in parts if dates]
    if not best:
        return []
    _, first = min(best, key=lambda pair: (pair[0].strength, rank(pair[1], "taken")))
    return [Statement(dated.taken, origin) for dated, origin in best if rank(origin, "taken") >= rank(first, "taken")]
