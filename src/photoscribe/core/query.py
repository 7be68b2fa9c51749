"""The query language: one line for people, `person:Ann -person:Bob taken:2019..2021 path:Rome word`."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from photoscribe.core.errors import UsageError

Field = Literal["person", "only", "tag", "place", "path", "taken", "camera", "is", "text"]
FLAGS = frozenset({"confirmed", "suggested", "unknown", "ignored", "missing", "faceless", "video", "raw"})

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
    """Raises UsageError that names the word it stumbled over."""
    terms: list[Term] = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        found = _TERM.match(text, position)
        if found is None or (found.end() < len(text) and not text[found.end()].isspace()):
            raise UsageError(f"cannot read the query at: {text[position:]}. Try: person:Ann tag:beach taken:2019")
        terms.append(_term(found))
        position = found.end()
    return Query(tuple(terms))


def _term(found: re.Match[str]) -> Term:
    field, negated = found["field"] or "text", found["minus"] == "-"
    value = found["quoted"] if found["quoted"] is not None else found["plain"]
    if field not in get_args(Field):
        raise UsageError(f"no such query field: {field}. Try one of: {', '.join(get_args(Field))}")
    if field == "is" and value not in FLAGS:
        raise UsageError(f"no such state: is:{value}. Try one of: {', '.join(sorted(FLAGS))}")
    if field == "taken":
        taken_range(value)
    values = tuple(part.strip() for part in value.split(",") if part.strip()) if field == "only" else (value,)
    if not values or not values[0]:
        raise UsageError(f"{field}: needs a value. Try: {field}:something")
    return Term(field, values, negated)  # type: ignore[arg-type]  # checked against the Literal above


def taken_range(value: str) -> tuple[date, date]:
    """First day and first day after, of `2019`, `2019-07`, `2019-07-14` or `2019..2021` (both ends included)."""
    first, _, last = value.partition("..")
    try:
        return _day(first), _day_after(last or first)
    except ValueError as error:
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
