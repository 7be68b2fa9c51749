"""One value out of many statements: who outranks whom, and what is united instead.

user > sidecar > the parts of the file (their order differs by field) > picasa > container > dicom > machines.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from typing import Literal, TypeVar

from photoscribe.core.facts import (
    Camera,
    Fact,
    Origin,
    PersonNamed,
    Place,
    Position,
    Rating,
    Region,
    Statement,
    Tagging,
    TagPath,
    Taken,
    Text,
)
from photoscribe.core.geometry import Box, iou
from photoscribe.core.metadata import Metadata

F = TypeVar("F", bound=Fact)
Field = Literal["taken", "position", "place", "title", "caption", "rating", "camera", "other"]

_ABOVE = ("user", "sidecar")
_BELOW = ("picasa", "container", "dicom")
_IN_FILE: dict[Field, tuple[str, ...]] = {
    # The camera knows when and where it was; words are better kept by XMP (languages, length) than by IPTC
    # (bytes of an unknown code, cut at a limit), and by both than by EXIF, where cameras leave slogans.
    "taken": ("exif", "xmp", "iptc"),
    "position": ("exif", "xmp", "iptc"),
    "camera": ("exif", "xmp", "iptc"),
    "place": ("xmp", "iptc", "exif"),
    "title": ("xmp", "iptc", "exif"),
    "caption": ("xmp", "iptc", "exif"),
    "rating": ("xmp", "exif", "iptc"),
    "other": ("xmp", "iptc", "exif"),
}
_RANKS = {
    field: {name: place for place, name in enumerate((*_ABOVE, *order, *_BELOW))} for field, order in _IN_FILE.items()
}

# Two boxes drawn by different programs around one face: PhotoPrism's overlap for the same question, 2026-11-20.
SAME_FACE_IOU = 0.42
# Two names for one box: an old scheme that a rename did not reach. Below it they may be two heads together.
SAME_BOX_IOU = 0.7
# A repeat within one list.
REPEATED_IOU = 0.95


def rank(origin: Origin, field: Field = "other") -> int:
    """0 for the user; the greater, the less it counts. Origins that are no part of a file are machines: last."""
    ranks = _RANKS[field]
    return ranks.get(origin.name, len(ranks))


def is_machine(origin: Origin) -> bool:
    """Whether it guesses. Leave its statements out wherever only facts may stand."""
    return rank(origin) == len(_RANKS["other"])


def choose(statements: Iterable[Statement]) -> Metadata:
    """One value for each single field, all tags and people, regions merged.

    The order of the statements does not matter. A place or camera is completed by lower ranks where that
    contradicts nothing; a date gets its offset from any statement of the same local time.
    """
    given = tuple(statements)
    titles = [one for one in given if isinstance(one.fact, Text) and one.fact.kind == "title"]
    captions = [one for one in given if isinstance(one.fact, Text) and one.fact.kind == "caption"]
    title, caption = _ranked(titles, Text, "title"), _ranked(captions, Text, "caption")
    position, rating = _ranked(given, Position, "position"), _ranked(given, Rating, "rating")
    regions = _merged_regions(given)
    framed = {_same(region.name) for region in regions}
    people = _unique((one.name for one in _listed(given, PersonNamed)), _same)
    return Metadata(
        taken=_taken(_ranked(given, Taken, "taken")),
        position=position[0] if position else None,
        place=_place(_ranked(given, Place, "place")),
        title=title[0].text if title else "",
        caption=caption[0].text if caption else "",
        rating=rating[0].stars if rating else None,
        camera=_camera(_ranked(given, Camera, "camera")),
        tags=merged_tags(one.tag for one in _listed(given, Tagging)),
        people=tuple(name for name in people if _same(name) not in framed),
        regions=regions,
    )


def _ranked(statements: Sequence[Statement], kind: type[F], field: Field) -> list[F]:
    """Facts of one kind, the highest ranked first. Among equals the one that says more, then by its text."""
    found = [(rank(one.origin, field), one.fact) for one in statements if isinstance(one.fact, kind)]
    return [fact for _, fact in sorted(found, key=lambda pair: (pair[0], -len(repr(pair[1])), repr(pair[1])))]


def _listed(statements: Sequence[Statement], kind: type[F]) -> list[F]:
    """Facts of one kind, the highest ranked first, else by the alphabet."""
    found = [(rank(one.origin), one.fact) for one in statements if isinstance(one.fact, kind)]
    return [fact for _, fact in sorted(found, key=lambda pair: (pair[0], _same(repr(pair[1])), repr(pair[1])))]


def _taken(ranked: Sequence[Taken]) -> Taken | None:
    if not ranked or ranked[0].offset_minutes is not None:
        return ranked[0] if ranked else None
    best = ranked[0]
    second = best.local.replace(microsecond=0)
    offsets = [
        one.offset_minutes
        for one in ranked
        if one.offset_minutes is not None and one.local.replace(microsecond=0) == second
    ]
    return replace(best, offset_minutes=offsets[0]) if offsets else best


def _place(ranked: Sequence[Place]) -> Place:
    """The first, with the names that it lacks from others that agree with it so far."""
    chosen = Place()
    for other in ranked:
        pairs = [(getattr(chosen, one.name), getattr(other, one.name)) for one in fields(Place)]
        if all(not mine or not theirs or _same(mine) == _same(theirs) for mine, theirs in pairs):
            chosen = Place(*[mine or theirs for mine, theirs in pairs])
    return chosen


def _camera(ranked: Sequence[Camera]) -> Camera:
    """Each field from the first that has it: one part of a file names the body, another the lens."""
    return Camera(*[next(filter(None, (getattr(c, one.name) for c in ranked)), "") for one in fields(Camera)])


def merged_tags(tags: Iterable[TagPath]) -> tuple[TagPath, ...]:
    """Without repeats, in order; upper and lower case are the same, the first spelling stays.

    A flat keyword that is a part of a path, or is a path written flat, is that path: programs that know
    hierarchies repeat the leaf, and some every level, among the flat keywords.
    """
    unique = _unique(tags, lambda tag: tuple(_same(part) for part in tag))
    implied: set[str] = set()
    for tag in unique:
        if len(tag) > 1:
            implied.update(_same(part) for part in tag)
            implied.update(_same(separator.join(tag)) for separator in "/|")
    return tuple(tag for tag in unique if len(tag) > 1 or _same(tag[0]) not in implied)


def merged_regions(preferred: Sequence[Region], others: Sequence[Region]) -> tuple[Region, ...]:
    """Two lists of regions of one picture as one; each of `others` is one of `preferred` at most.

    Where both frame the same face, the box of `preferred` stays, and its name unless it has none.
    """
    kept, added, matched = list(preferred), [], set()
    for other in others:
        alike = [(iou(one.box, other.box), -place) for place, one in enumerate(kept) if _is_same_face(one, other)]
        free = [(overlap, place) for overlap, place in alike if -place not in matched]
        if not free:
            added.append(other)
            continue
        place = -max(free)[1]
        matched.add(place)
        kept[place] = _named(kept[place], other)
    return (*kept, *added)


def _merged_regions(statements: Sequence[Statement]) -> tuple[Region, ...]:
    lists: dict[tuple[int, str, str], list[Region]] = {}
    for statement in statements:
        origin, fact = statement.origin, statement.fact
        if isinstance(fact, Region):
            lists.setdefault((rank(origin), origin.name, origin.version), []).append(fact)
    merged: tuple[Region, ...] = ()
    for key in sorted(lists):
        merged = merged_regions(merged, sorted(lists[key], key=_order))
    kept: list[Region] = []
    for region in sorted(merged, key=_order):
        place = next((place for place, one in enumerate(kept) if _is_repeat(one, region)), None)
        if place is None:
            kept.append(region)
        else:
            kept[place] = _named(kept[place], region)
    return tuple(sorted(kept, key=_order))


def _order(region: Region) -> tuple[float, float, float, float, str, str]:
    return (region.box.x, region.box.y, region.box.w, region.box.h, region.kind, region.name)


def _is_same_face(a: Region, b: Region) -> bool:
    if a.kind != b.kind:
        return False
    overlap = iou(a.box, b.box)
    if not _agree(a.name, b.name):
        return overlap >= SAME_BOX_IOU
    return overlap >= SAME_FACE_IOU or _is_concentric(a.box, b.box)


def _is_repeat(a: Region, b: Region) -> bool:
    return a.kind == b.kind and _agree(a.name, b.name) and iou(a.box, b.box) >= REPEATED_IOU


def _is_concentric(a: Box, b: Box) -> bool:
    """Whether each centre lies in the other box and neither has more than 2.5 times the other's area.

    Programs frame a face from brow to chin or with hair and ears: about 1.5 times the side.
    """
    (ax, ay), (bx, by) = a.centre, b.centre
    near = abs(ax - bx) <= min(a.w, b.w) / 2 and abs(ay - by) <= min(a.h, b.h) / 2
    return near and max(a.area, b.area) <= 2.5 * min(a.area, b.area)


def _named(region: Region, other: Region) -> Region:
    return region if region.name else replace(region, name=other.name)


def _agree(a: str, b: str) -> bool:
    return not a or not b or _same(a) == _same(b)


def _same(text: str) -> str:
    """What is equal when two texts are the same to a reader."""
    return unicodedata.normalize("NFC", text).casefold()


T = TypeVar("T")
K = TypeVar("K")


def _unique(values: Iterable[T], key: Callable[[T], K]) -> list[T]:
    first: dict[K, T] = {}
    for value in values:
        first.setdefault(key(value), value)
    return list(first.values())
