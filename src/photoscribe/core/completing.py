"""Going on with a query: the word that is being typed, and what it may become."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from photoscribe.core.query import FLAGS, Field, quoted

Kind = Literal["person", "tag", "place", "folder", "camera", "field", "year"]
_FIELDS: dict[str, Kind] = {
    "person": "person",
    "only": "person",
    "tag": "tag",
    "place": "place",
    "folder": "folder",
    "camera": "camera",
    "taken": "year",
}
_TERM = re.compile(r'-?(?:(?P<field>[a-z]+):)?(?P<value>"[^"]*"?|[^\s"]*)')
_LETTERS = re.compile(r"[^\w]+")
_OF_ONE_KIND = 5
"""So that a letter which begins many names leaves room for tags and places."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to ask for. folded: its words without accents and capitals, each after a space."""

    kind: Kind
    label: str
    value: str
    photos: int
    folded: str

    @classmethod
    def of(cls, kind: Kind, label: str, value: str, photos: int) -> "Entry":
        return cls(kind, label, value, photos, folded(label))


@dataclass(frozen=True, slots=True)
class Suggested:
    """insert: to put in place of the text from start to end."""

    kind: Kind
    label: str
    insert: str
    photos: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Typed:
    """The word around the cursor. field: "" when none is said. value: what stands before the cursor."""

    start: int
    end: int
    minus: str
    field: str
    value: str


def folded(text: str) -> str:
    """Each word after a space, without accents and capitals."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).casefold()
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " " + " ".join(_LETTERS.sub(" ", kept).split())


def typed_at(text: str, at: int) -> Typed:
    """The term that the cursor stands in or behind."""
    position = 0
    while position < len(text) and position <= at:
        if text[position].isspace():
            position += 1
            continue
        found = _TERM.match(text, position)
        end = max(found.end(), position + 1) if found else position + 1
        if found and position <= at <= end:
            return _typed(found, at)
        position = end
    return Typed(at, at, "", "", "")


def _typed(found: "re.Match[str]", at: int) -> Typed:
    minus = "-" if found[0].startswith("-") else ""
    if found["field"] is not None and at < found.start("value"):  # still in the name of the field
        return Typed(found.start(), found.end(), minus, "", found.string[found.start() + len(minus) : at])
    value = found.string[found.start("value") : max(at, found.start("value"))].strip('"')
    return Typed(found.start(), found.end(), minus, found["field"] or "", value)


def complete(entries: Iterable[Entry], text: str, at: int, limit: int) -> Sequence[Suggested]:
    """The likeliest first: what begins so, then what has a word that begins so, each by number of photos."""
    typed = typed_at(text, at)
    if typed.field == "is":
        return [_suggest("field", f"is:{flag}", f"is:{flag}", None, typed) for flag in _flags(typed.value)][:limit]
    kind = _FIELDS.get(typed.field)
    if typed.field and kind is None:
        return []
    before, _, last = typed.value.rpartition(",") if typed.field == "only" else ("", "", typed.value)
    wanted = folded(last)
    wanted = wanted.rstrip() if wanted.strip() else ""
    found = [entry for entry in entries if wanted in entry.folded and kind in {None, entry.kind}]
    found.sort(key=lambda entry: (not entry.folded.startswith(wanted), -entry.photos, entry.folded, entry.value))
    chosen = found[:limit] if kind else _mixed(found, limit)
    suggested = [_suggest(one.kind, one.label, _term(one, typed, before), one.photos, typed) for one in chosen]
    if not typed.field:
        suggested = _with_fields(suggested, typed, limit)
    return suggested


def _mixed(found: Sequence[Entry], limit: int) -> list[Entry]:
    taken: dict[Kind, int] = {}
    chosen = []
    for entry in found:
        if taken.get(entry.kind, 0) < _OF_ONE_KIND:
            taken[entry.kind] = taken.get(entry.kind, 0) + 1
            chosen.append(entry)
    return chosen[:limit]


def _term(entry: Entry, typed: Typed, before: str) -> str:
    if typed.field == "only":
        return "only:" + quoted(f"{before},{entry.value}" if before else entry.value)
    field = "taken" if entry.kind == "year" else entry.kind
    return f"{field}:{quoted(entry.value)}"


def _with_fields(suggested: list[Suggested], typed: Typed, limit: int) -> list[Suggested]:
    """Names of fields that begin so, in the last places."""
    names = [f"{field}:" for field in get_args(Field) if field != "text"]
    begun = [name for name in names if name.startswith(typed.value.lower())]
    fields = [_suggest("field", name, name, None, typed) for name in begun]
    room = max(limit - len(fields), limit // 2)
    return (suggested[:room] + fields)[:limit]


def _flags(begun: str) -> list[str]:
    return [flag for flag in sorted(FLAGS) if flag.startswith(begun.lower())]


def _suggest(kind: Kind, label: str, insert: str, photos: int | None, typed: Typed) -> Suggested:
    return Suggested(kind, label, typed.minus + insert, photos, typed.start, typed.end)
