"""The query language: one line for people, `person:Ann -person:Bob taken:2019..2021 path:Rome word`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from photoscribe.core.errors import BadQuery, UsageError
from photoscribe.core.people import name_key

Field = Literal[
    "person", "only", "tag", "place", "path", "folder", "area", "taken", "rating", "camera", "is", "text"
]  # fmt: skip
FLAGS = frozenset(
    {
        "confirmed", "suggested", "unknown", "ignored", "faceless", "missing", "image", "video", "raw",
        "placed", "placeless", "tagged", "untagged", "rated",
    }
)  # fmt: skip

MOST_TERMS = 30
"""Nobody means more; a database has an end to the conditions it takes (SQLite: 1000 deep)."""

_TERM = re.compile(r"""(?P<minus>-?)(?:(?P<field>[a-z]+):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]+))""")


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. values: alternatives of `only:Ann,Carl` in order; else one value."""

    field: Field
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """All terms must hold. No terms: every photo."""

    terms: tuple[Term, ...] = ()


def parse(text: str) -> Query:
    """Raises BadQuery, which says which characters it stumbled over."""
    terms: list[Term] = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        found = _TERM.match(text, position)
        if found is None or (found.end() < len(text) and not text[found.end()].isspace()):
            message = f"cannot read the query at: {text[position:]}. Try: person:Ann tag:beach taken:2019"
            raise BadQuery(message, position, len(text))
        if len(terms) == MOST_TERMS:
            raise BadQuery(f"more than {MOST_TERMS} words. Try fewer", position, len(text))
        try:
            terms.append(_term(found))
        except UsageError as error:
            raise BadQuery(str(error), found.start(), found.end()) from error
        position = found.end()
    return Query(tuple(terms))


def quoted(value: str) -> str:
    """A value as it is typed: in quotes where it has spaces. A quotation mark cannot be said, and becomes a space."""
    value = value.replace('"', " ")
    return f'"{value}"' if not value or any(letter.isspace() for letter in value) else value


def _term(found: re.Match[str]) -> Term:
    field, negated = found["field"] or "text", found["minus"] == "-"
    value = found["quoted"] if found["quoted"] is not None else found["plain"]
    if field == "text" and found["quoted"] is None and value[:-1] in get_args(Field) and value.endswith(":"):
        field, value = value[:-1], ""
    if field not in get_args(Field):
        raise UsageError(f"no such query field: {field}. Try one of: {', '.join(get_args(Field))}")
    if field == "is" and value not in FLAGS:
        raise UsageError(f"no such state: is:{value}. Try one of: {', '.join(sorted(FLAGS))}")
    values = tuple(part.strip() for part in value.split(",") if part.strip()) if field == "only" else (value,)
    if len(values) > MOST_TERMS:
        raise UsageError(f"{field}: more than {MOST_TERMS} names. Try fewer")
    if not values or not values[0].strip():
        raise UsageError(f"{field}: needs a value. Try: {field}:something")
    for one in values if field in _CHECKS else ():
        _CHECKS[field](one)
    return Term(field, values, negated)  # type: ignore[arg-type]  # checked against the Literal above


@dataclass(frozen=True, slots=True)
class Area:
    """Between two parallels and two meridians; west > east when it crosses the date line."""

    south: float
    west: float
    north: float
    east: float

    def __post_init__(self) -> None:
        if not (-90 <= self.south <= self.north <= 90 and -180 <= self.west <= 180 and -180 <= self.east <= 180):
            raise ValueError(f"not an area: {self}")


def area_of(value: str) -> Area:
    """Of `south,west,north,east` in degrees."""
    try:
        return Area(*(float(part) for part in value.split(",")))
    except (ValueError, TypeError) as error:
        raise UsageError(
            f"not an area: area:{value}. Try area:41.8,12.3,42.0,12.7 (south, west, north, east)"
        ) from error


def rating_range(value: str) -> tuple[int, int]:
    """Least and most stars of `4` or `3..5`."""
    first, _, last = value.partition("..")
    try:
        low, high = int(first), int(last or first)
    except ValueError as error:
        raise UsageError(f"not a rating: rating:{value}. Try rating:4 or rating:3..5") from error
    if not -1 <= low <= high <= 5:
        raise UsageError(f"not a rating: rating:{value}. Stars go from 1 to 5; 0 is none, -1 rejected")
    return low, high


def taken_range(value: str) -> tuple[date, date]:
    """First day and first day after, of `2019`, `2019-07`, `2019-07-14` or `2019..2021` (both ends included)."""
    first, _, last = value.partition("..")
    try:
        return _day(first), _day_after(last or first)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"not a date: taken:{value}. Try taken:2019, taken:2019-07 or taken:2019..2021") from error


def _day(text: str) -> date:
    parts = [int(part) for part in text.split("-")]
    year, month, day = [*parts, 1, 1][:3]
    return date(year, month, day)


def _day_after(text: str) -> date:
    parts, start = text.split("-"), _day(text)
    if len(parts) == 1:
        return date(start.year + 1, 1, 1)
    if len(parts) == 2:
        return date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return start + timedelta(days=1)


_CHECKS: Mapping[str, Callable[[str], object]] = {
    "person": name_key, "only": name_key, "taken": taken_range, "area": area_of, "rating": rating_range,
}  # fmt: skip
