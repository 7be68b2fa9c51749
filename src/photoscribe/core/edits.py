"""What must be true of a photo's files after writing, and what that makes of the regions and lists they hold."""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from photoscribe.core.facts import Place, Position, Region, TagPath, Taken
from photoscribe.core.geometry import Box, iou
from photoscribe.core.metadata import PEOPLE_TAG

FACE = "Face"

Clearable = Literal["rating", "taken", "position"]

# The overlap of two boxes that different programs drew round one face, and of two that are one face for certain.
# PhotoPrism joins regions of two schemes at 0.42 (its source, 2026); kissing faces can reach 0.35, so a region
# that names somebody else is only renamed where it can hardly be another face.
SAME_FACE = 0.3
SURELY_SAME_FACE = 0.5

# What neither XML 1.0 nor UTF-8 can hold.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Edit:
    """What must be true of a photo's files afterwards; what it does not speak of stays as it is.

    name_regions: confirmed faces. Each stands there with its name, in every scheme, and the name among people and tags.
    drop_regions: named regions that must not stand there; the name goes from people and tags too, unless
    another region still bears it. add_people, drop_people: the same for names without a place in the picture.
    add_tags, drop_tags: exact paths. The other fields: None leaves them; "" takes a text away. clear: fields that must
    not be there at all, in any part of the file.
    """

    name_regions: tuple[Region, ...] = ()
    drop_regions: tuple[Region, ...] = ()
    add_people: tuple[str, ...] = ()
    drop_people: tuple[str, ...] = ()
    add_tags: tuple[TagPath, ...] = ()
    drop_tags: tuple[TagPath, ...] = ()
    title: str | None = None
    caption: str | None = None
    rating: int | None = None
    taken: Taken | None = None
    position: Position | None = None
    place: Place | None = None
    clear: tuple[Clearable, ...] = ()

    def __post_init__(self) -> None:
        if any(getattr(self, field) is not None for field in self.clear):
            raise ValueError(f"both set and cleared: {self.clear}")
        for region in (*self.name_regions, *self.drop_regions):
            if not region.name or not _is_face(region):
                raise ValueError(f"not a named face: {region}")
        if not all(self.add_people) or not all(self.drop_people):
            raise ValueError("a person without a name")
        if not all(path and all(path) for path in (*self.add_tags, *self.drop_tags)):
            raise ValueError("a tag without a name")
        if self.rating is not None and not -1 <= self.rating <= 5:
            raise ValueError(f"not a rating: {self.rating}")
        for text in _texts(self):
            if _UNWRITABLE.search(text):
                raise ValueError(f"holds a character that no metadata can: {text!r}")

    @property
    def is_empty(self) -> bool:
        return self == Edit()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, for people to read: the items of a list, or one text; () where it is absent."""

    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A region of the result. index: which of the current ones it is, None for a new one."""

    region: Region
    index: int | None


@dataclass(frozen=True, slots=True)
class ListEdit:
    """Values that a list must hold and values that it must not."""

    add: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()

    def of(self, current: Sequence[str]) -> tuple[str, ...]:
        """The list with the changes made: order and repeats of the others stay, new values come last."""
        drop = {same(text) for text in self.drop}
        kept = [text for text in current if same(text) not in drop]
        present = {same(text) for text in kept}
        for text in self.add:
            if same(text) not in present:
                present.add(same(text))
                kept.append(text)
        return tuple(kept)


@dataclass(frozen=True, slots=True)
class TagLists:
    """The keywords in a file: flat in dc:subject and in IPTC, hierarchical with "/" (digiKam) and "|" (Lightroom)."""

    subject: tuple[str, ...] = ()
    iptc: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    lightroom_paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TagEdit:
    """What an edit makes of a file's lists. people: IPTC PersonInImage; the others as in TagLists."""

    people: ListEdit
    subject: ListEdit
    iptc: ListEdit
    paths: ListEdit
    lightroom_paths: ListEdit


def same(text: str) -> str:
    """What two spellings of one text share: programs on macOS write letters and accents apart."""
    return unicodedata.normalize("NFC", text)


def resulting_regions(current: Sequence[Region | None], edit: Edit) -> tuple[Placed, ...]:
    """The regions of one scheme after the edit, in their order, new ones last.

    current: what stands in the file; None for an entry whose box is not understood, which is not in the result and
    must be left alone. A region at the place of a confirmed face is renamed; a box that is there already is left as
    its program drew it.
    """
    faces = {index: region for index, region in enumerate(current) if region is not None and _is_face(region)}
    wanted = edit.name_regions
    holders = _matched(
        (_nearness(face, region), place, index)
        for place, face in enumerate(wanted)
        for index, region in faces.items()
        if _is_this_face(face, region)
    )
    dropped = {
        index
        for index, region in faces.items()
        if index not in holders and any(_is_this_face(unwanted, region) for unwanted in edit.drop_regions)
    }
    at_home = set(holders.values())
    holders |= _matched(
        (_nearness(face, region), place, index)
        for place, face in enumerate(wanted)
        for index, region in faces.items()
        if place not in at_home and index not in holders and _may_take_the_name(face, region, goes=index in dropped)
    )
    placed = []
    for index, region in enumerate(current):
        if region is None or (index in dropped and index not in holders):
            continue
        name = wanted[holders[index]].name if index in holders else region.name
        renamed = same(name) != same(region.name)
        placed.append(Placed(Region(region.box, name, FACE) if renamed else region, index))
    new = [face for place, face in enumerate(wanted) if place not in holders.values()]
    return (*placed, *(Placed(face, None) for face in new))


def _matched(pairs: Iterable[tuple[tuple[float, float], int, int]]) -> dict[int, int]:
    """Pairs of (nearness, wanted face, region), the nearest first, each face and each region once; by region."""
    found: dict[int, int] = {}
    for _, place, index in sorted(pairs, reverse=True):
        if index not in found and place not in found.values():
            found[index] = place
    return found


def tag_edit(edit: Edit, named: Iterable[str], lists: TagLists) -> TagEdit:
    """What the edit does to the lists of a file.

    named: names that regions bear after the edit, which therefore stay. A flat keyword stays while another path ends
    in it. A list that the file does not have yet begins with the keywords of the others: programs that read only one
    list (digiKam and Immich the hierarchical one) would otherwise no longer see them.
    """
    people = _unique([*(region.name for region in edit.name_regions), *edit.add_people])
    staying = {same(name) for name in (*people, *named)}
    gone = [
        name
        for name in _unique([*(region.name for region in edit.drop_regions), *edit.drop_people])
        if same(name) not in staying
    ]
    add = [*((PEOPLE_TAG, name) for name in people), *edit.add_tags]
    wanted = {_folded(path) for path in add}
    drop = [
        path
        for path in [*((PEOPLE_TAG, name) for name in gone), *((name,) for name in gone), *edit.drop_tags]
        if _folded(path) not in wanted
    ]
    dropped = {_folded(path) for path in drop}
    present = [path for path in _paths_in(lists) if _folded(path) not in dropped]
    leaves = {same(path[-1]) for path in (*present, *add)}
    flat = ListEdit(
        _unique([path[-1] for path in add]),
        _unique([path[-1] for path in drop if same(path[-1]) not in leaves]),
    )
    begun = _all_keywords(lists, present)
    words = _unique([path[-1] for path in begun])
    return TagEdit(
        people=ListEdit(people, tuple(gone)),
        subject=_seeded(flat, lists.subject, words),
        iptc=_seeded(flat, lists.iptc, words),
        paths=_seeded(_path_edit(add, drop, "/"), lists.paths, [path_text(path, "/") for path in begun]),
        lightroom_paths=_seeded(
            _path_edit(add, drop, "|"), lists.lightroom_paths, [path_text(path, "|") for path in begun]
        ),
    )


def _paths_in(lists: TagLists) -> list[TagPath]:
    """The hierarchical tags, each once; digiKam's labels, which are no keywords, left out."""
    split = [(text, "/") for text in lists.paths] + [(text, "|") for text in lists.lightroom_paths]
    found: dict[TagPath, TagPath] = {}
    for text, separator in split:
        path = tuple(part for part in text.split(separator) if part)
        if path and not path[0].startswith("_Digikam"):
            found.setdefault(_folded(path), path)
    return list(found.values())


def _all_keywords(lists: TagLists, paths: Sequence[TagPath]) -> list[TagPath]:
    """Every keyword of a file as a path: the hierarchical ones, and the flat ones that are no part of those."""
    parts = {same(part) for path in paths for part in path}
    flat = _unique([*lists.subject, *lists.iptc])
    return [*paths, *((word,) for word in flat if word and same(word) not in parts)]


def _seeded(change: ListEdit, current: Sequence[str], seeds: Sequence[str]) -> ListEdit:
    if current or not change.add:
        return change
    dropped = {same(text) for text in change.drop}
    return ListEdit(_unique([*(text for text in seeds if same(text) not in dropped), *change.add]), change.drop)


# The separator cannot be escaped in either field; the full-width sign looks alike and folds back under NFKC.
_FULL_WIDTH = {"/": "\uff0f", "|": "\uff5c"}


def path_text(path: TagPath, separator: str) -> str:
    """A tag as one text with "/" or "|" between its parts; inside a part that sign becomes its full-width form."""
    return separator.join(part.replace(separator, _FULL_WIDTH[separator]) for part in path)


def _path_edit(add: Iterable[TagPath], drop: Iterable[TagPath], separator: str) -> ListEdit:
    return ListEdit(_unique([path_text(p, separator) for p in add]), _unique([path_text(p, separator) for p in drop]))


def _folded(path: TagPath) -> TagPath:
    """A path in the form in which both separators have become full-width, so that both fields compare."""
    return tuple(same(part).replace("/", _FULL_WIDTH["/"]).replace("|", _FULL_WIDTH["|"]) for part in path)


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for text in texts:
        first.setdefault(same(text), text)
    return tuple(first.values())


def _is_face(region: Region) -> bool:
    return region.kind.casefold() in {"face", ""}


def _is_this_face(face: Region, region: Region) -> bool:
    """Whether a region bears the name, at the same place: by its overlap, or else by its centre."""
    if same(face.name) != same(region.name):
        return False
    return iou(face.box, region.box) >= SAME_FACE or _distance(face.box, region.box) < _reach(face.box, region.box)


def _may_take_the_name(face: Region, region: Region, *, goes: bool) -> bool:
    """Whether a region at this place is to go, or names nobody, or is surely the same face."""
    return iou(face.box, region.box) >= (SAME_FACE if goes or not region.name else SURELY_SAME_FACE)


def _nearness(face: Region, region: Region) -> tuple[float, float]:
    return iou(face.box, region.box), -_distance(face.box, region.box)


def _distance(a: Box, b: Box) -> float:
    return math.dist(a.centre, b.centre)


def _reach(a: Box, b: Box) -> float:
    """How far apart the centres of two boxes of one face may be: half the longest side."""
    return max(a.w, a.h, b.w, b.h) / 2


def _texts(edit: Edit) -> Iterator[str]:
    for region in (*edit.name_regions, *edit.drop_regions):
        yield region.name
    for path in (*edit.add_tags, *edit.drop_tags):
        yield from path
    yield from (*edit.add_people, *edit.drop_people, edit.title or "", edit.caption or "")
    if edit.place is not None:
        yield from (edit.place.location, edit.place.city, edit.place.state, edit.place.country)
