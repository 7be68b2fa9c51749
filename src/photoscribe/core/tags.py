"""Tags as paths from general to special: how they are spelt and compared, and which of them stand on a photo."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from photoscribe.core.changes import TagKind
from photoscribe.core.edits import path_text
from photoscribe.core.errors import UsageError
from photoscribe.core.facts import Origin, TagPath
from photoscribe.core.people import clean_part
from photoscribe.core.precedence import merged_tags, rank

MAX_TAG, MAX_PART, MAX_DEPTH = 1000, 200, 20

TagState = Literal["confirmed", "suggested"]


@dataclass(frozen=True, slots=True)
class TagSaid:
    """What the user said of a tag of a photo."""

    tag: TagPath
    kind: TagKind


@dataclass(frozen=True, slots=True)
class TagStated:
    """A tag that a file states, and in which of its parts."""

    tag: TagPath
    origin: str


@dataclass(frozen=True, slots=True)
class TagWritten:
    """What our writes did to a tag of a photo's files.

    added: it is there because of us; else it was there, and we took it out. word: its last part, which is written
    among the flat keywords, was not among them before.
    """

    tag: TagPath
    added: bool
    word: bool = True


@dataclass(frozen=True, slots=True)
class TagStanding:
    """A tag that stands on a photo. probability: None unless a machine guessed it."""

    tag: TagPath
    state: TagState
    origin: str
    probability: float | None = None


def clean_tag(text: str) -> TagPath:
    """A tag as it is kept: NFC, single spaces, parts between "/" that are not empty. Raises UsageError."""
    parts = tuple(part for raw in text.split("/") if (part := clean_part(raw)))
    if not parts:
        raise UsageError("a tag needs a name. Try: photoscribe tags add Holidays/Beach FOLDER")
    if len(parts) > MAX_DEPTH or max(map(len, parts)) > MAX_PART or len("/".join(parts)) > MAX_TAG:
        raise UsageError(
            f"that tag is too long: at most {MAX_PART} characters a part, {MAX_DEPTH} parts and {MAX_TAG} in all. "
            "Try a shorter one"
        )
    return parts


def tag_text(tag: TagPath) -> str:
    """A tag as one text; a "/" inside a part has become its full-width form."""
    return path_text(tag, "/")


def tag_of(text: str) -> TagPath:
    """The tag whose tag_text this is."""
    return tuple(text.split("/"))


@lru_cache(maxsize=65_536)
def tag_key(tag: TagPath) -> str:
    """What two spellings of one tag share: case does not make another one."""
    return unicodedata.normalize("NFC", tag_text(tag)).casefold()


def from_files(stated: Iterable[TagStated], written: Sequence[TagWritten]) -> tuple[TagStated, ...]:
    """What the files say of their own accord: without what we put in, with what we took out.

    Merged: each tag once, in the spelling and with the origin of the highest rank.
    """
    ours = {tag_key(one.tag) for one in written if one.added}
    ours |= {tag_key(one.tag[-1:]) for one in written if one.added and one.word}
    found = [one for one in stated if tag_key(one.tag) not in ours]
    found.sort(key=lambda one: rank(Origin(one.origin)))
    found += [TagStated(one.tag, "file") for one in written if not one.added]
    first: dict[str, TagStated] = {}
    for one in found:
        first.setdefault(tag_key(one.tag), one)
    if len(first) < 2:
        return tuple(first.values())
    return tuple(first[tag_key(tag)] for tag in merged_tags(one.tag for one in first.values()))


def standing_tags(
    stated: Sequence[TagStated], said: Sequence[TagSaid], written: Sequence[TagWritten]
) -> tuple[TagStanding, ...]:
    """The tags of a photo: what the user confirmed, and what its files say unless the user rejected it.

    stated: by the files as they were last read. A flat keyword of a file that is part of a path is that path.
    """
    spoken = {tag_key(one.tag) for one in said}
    confirmed = [one.tag for one in said if one.kind == "confirmed"]
    standing = [TagStanding(tag, "confirmed", "user") for tag in confirmed]
    in_files = [one for one in from_files(stated, written) if tag_key(one.tag) not in spoken]
    if confirmed and in_files:
        kept = set(merged_tags([*confirmed, *(one.tag for one in in_files)]))
        in_files = [one for one in in_files if one.tag in kept]
    return (*standing, *(TagStanding(one.tag, "confirmed", one.origin) for one in in_files))


def ancestors(key: str) -> Iterable[str]:
    """The keys of the tags above one, the nearest last: "a/b/c" has "a" and "a/b"."""
    at = key.find("/")
    while at >= 0:
        yield key[:at]
        at = key.find("/", at + 1)


def spellings(tags: Iterable[TagPath]) -> Mapping[str, tuple[TagPath, ...]]:
    """Every spelling of each tag, by its key."""
    found: dict[str, dict[TagPath, None]] = {}
    for tag in tags:
        found.setdefault(tag_key(tag), {})[tag] = None
    return {key: tuple(some) for key, some in found.items()}
