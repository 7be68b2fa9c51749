"""Looking through the library: the timeline, lists, folders and the map, of everything or of what a query finds."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from photoscribe.app.keeping import Kept
from photoscribe.core.completing import Entry, Suggested, complete
from photoscribe.core.errors import NoSuch, UsageError
from photoscribe.core.folders import FolderTree, FolderView
from photoscribe.core.maps import Grid, grid_for
from photoscribe.core.photo import MediaKind, PhotoId, version_of
from photoscribe.core.query import Area, Query, parse

UNDATED = "undated"
EVERYTHING = Query()
VOCABULARY_SECONDS = 10.0
"""How long words to go on typing may be out of date while the library changes all the time, as in indexing."""

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Card:
    """What a grid needs of a photo. taken: ISO 8601, with the offset where it is known. colour: 0xRRGGBB."""

    id: PhotoId
    picture_hash: str
    width: int | None
    height: int | None
    colour: int | None
    kind: MediaKind
    taken: str | None
    path: str
    missing: bool
    rating: int | None

    @property
    def version(self) -> str:
        return version_of(self.picture_hash)


@dataclass(frozen=True, slots=True)
class Spot:
    """The place of a photo in the order of the timeline: newest first, then undated, then by id, highest first."""

    taken: str | None
    id: PhotoId


@dataclass(frozen=True, slots=True)
class Months:
    """(key, photos) newest first, the undated last."""

    buckets: tuple[tuple[str, int], ...]
    total: int


@dataclass(frozen=True, slots=True)
class Tile:
    """A photo of a bucket. day: of the month, 0 without a date."""

    id: PhotoId
    width: int | None
    height: int | None
    colour: int | None
    kind: MediaKind
    picture_hash: str
    day: int


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The photos before and after one in a list, and its place from 0."""

    newer: PhotoId | None
    older: PhotoId | None
    at: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Photos of one field of a grid over the map, with the corners and the middle of where they are."""

    count: int
    cover: PhotoId
    south: float
    west: float
    north: float
    east: float
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What can be asked for, with the number of photos. places: country, state, city, location."""

    people: Sequence[tuple[str, int]]
    tags: Sequence[tuple[str, int]]
    places: Sequence[tuple[tuple[str, str, str, str], int]]
    cameras: Sequence[tuple[str, int]]


class Browser(Protocol):
    """What the library's tables answer. Photos that are gone are left out unless the query asks for them."""

    def months(self, query: Query) -> Sequence[tuple[str, int]]: ...

    def tiles(self, query: Query, month: str, start: int, limit: int) -> Sequence[Tile]:
        """In the order of the timeline; month: UNDATED or YYYY-MM."""
        ...

    def page(self, query: Query, after: Spot | None, limit: int) -> Sequence[tuple[Spot, Card]]: ...

    def cards(self, photos: Sequence[PhotoId]) -> Sequence[Card]:
        """In the order asked; unknown ids are left out."""
        ...

    def spot(self, photo: PhotoId) -> Spot | None: ...

    def neighbours(self, query: Query, spot: Spot) -> Neighbourhood: ...

    def folders(self) -> Sequence[tuple[str, int, PhotoId]]:
        """Folders that hold photos, how many, and one of them; those below are not counted."""
        ...

    def cells(self, query: Query, area: Area, grid: Grid) -> Sequence[Cell]: ...

    def placed(self, query: Query) -> tuple[int, int]:
        """Photos with a position, and without."""
        ...

    def vocabulary(self) -> Vocabulary: ...


class Versioned(Protocol):
    def revision(self) -> int: ...


class Browsing:
    """roots: the folders that are indexed, as texts. May be called by several threads at once."""

    def __init__(
        self, browser: Browser, library: Versioned, roots: Callable[[], Sequence[str]], clock: Callable[[], float]
    ) -> None:
        self._browser, self._library, self._roots, self._clock = browser, library, roots, clock
        self._months: Kept[Query, Months] = Kept(32)
        self._placed: Kept[Query, tuple[int, int]] = Kept(32)
        self._tree: Kept[None, FolderTree] = Kept(1)
        self._words: tuple[float, int, Sequence[Entry]] | None = None

    def revision(self) -> int:
        return self._library.revision()

    def months(self, text: str = "") -> Months:
        return self._months_of(parse(text))

    def bucket(self, key: str, text: str, start: int, limit: int) -> tuple[int, Sequence[Tile]]:
        """How many photos the bucket holds, and some of them. Raises NoSuch for what is no month."""
        if key != UNDATED and not _MONTH.fullmatch(key):
            raise NoSuch(f"no such part of the timeline: {key}. Try 2019-08 or {UNDATED}")
        query = parse(text)
        count = dict(self._months_of(query).buckets).get(key, 0)
        return count, self._browser.tiles(query, key, start, limit)

    def page(self, text: str, after: Spot | None, limit: int) -> tuple[Sequence[Card], Spot | None, int]:
        """Photos after a place in the list, the place to go on from, and the number of all."""
        query = parse(text)
        found = self._browser.page(query, after, limit + 1)
        goes_on = found[limit - 1][0] if len(found) > limit else None
        return [card for _, card in found[:limit]], goes_on, self._months_of(query).total

    def card(self, photo: PhotoId) -> Card:
        """Raises NoSuch."""
        found = self._browser.cards([photo])
        if not found:
            raise no_photo(photo)
        return found[0]

    def cards(self, photos: Sequence[PhotoId]) -> Sequence[Card]:
        """In the order asked; unknown ids are left out."""
        return self._browser.cards(photos)

    def versions(self, photos: Sequence[PhotoId]) -> Mapping[PhotoId, str]:
        return {card.id: card.version for card in self._browser.cards(photos)}

    def around(self, photo: PhotoId, text: str) -> tuple[Neighbourhood, int]:
        """With the number of all photos in the list. Raises NoSuch."""
        query = parse(text)
        spot = self._browser.spot(photo)
        if spot is None:
            raise no_photo(photo)
        return self._browser.neighbours(query, spot), self._months_of(query).total

    def folders(self, parent: str | None) -> Sequence[FolderView]:
        """What a folder holds, by name; without one, the indexed folders. Raises NoSuch."""
        tree = self._folder_tree()
        found = tree.roots() if parent is None else tree.children(parent)
        if found is None:
            raise NoSuch(f"no photos in the folder {parent}. Try: photoscribe index {parent}")
        return found

    def map(self, text: str, area: Area, zoom: float) -> tuple[Sequence[Cell], int, int]:
        """Cells of the area, photos with a position that the query finds anywhere, and those without one."""
        query = parse(text)
        kept = self._placed.get(query, self.revision(), lambda: self._browser.placed(query))
        return self._browser.cells(query, area, grid_for(area, zoom)), *kept

    def complete(self, text: str, at: int, limit: int = 12) -> Sequence[Suggested]:
        """Ways to go on with the word at a place in a query."""
        if not 0 <= at <= len(text):
            raise UsageError(f"no such place in the text: {at}. It has {len(text)} characters")
        return complete(self._entries(), text, at, limit)

    def _months_of(self, query: Query) -> Months:
        return self._months.get(query, self.revision(), lambda: self._counted(query))

    def _counted(self, query: Query) -> Months:
        found = tuple(self._browser.months(query))
        return Months(found, sum(count for _, count in found))

    def _folder_tree(self) -> FolderTree:
        return self._tree.get(None, self.revision(), lambda: FolderTree(self._browser.folders(), self._roots()))

    def _entries(self) -> Sequence[Entry]:
        now, revision = self._clock(), self.revision()
        words = self._words
        if words is None or (words[1] != revision and now - words[0] > VOCABULARY_SECONDS):
            words = now, revision, self._gathered()
            self._words = words
        return words[2]

    def _gathered(self) -> Sequence[Entry]:
        words = self._browser.vocabulary()
        years: dict[str, int] = {}
        for key, count in self._months_of(EVERYTHING).buckets:
            if key != UNDATED:
                years[key[:4]] = years.get(key[:4], 0) + count
        folders = [(view.folder, view.name, view.photos) for view in self._folder_tree().all()]
        return entries(words, years, folders)


def no_photo(photo: PhotoId) -> NoSuch:
    return NoSuch(f"no such photo: {photo}. It may have been taken out of the library")


def entries(words: Vocabulary, years: Mapping[str, int], folders: Sequence[tuple[str, str, int]]) -> Sequence[Entry]:
    """Everything that a query can be completed with; folders: (path, name, photos)."""
    found = [Entry.of("person", name, name, count) for name, count in words.people]
    found += [Entry.of("tag", tag, tag, count) for tag, count in words.tags]
    places: dict[str, int] = {}
    for names, count in words.places:
        for name in set(names) - {""}:
            places[name] = places.get(name, 0) + count
    found += [Entry.of("place", name, name, count) for name, count in places.items()]
    found += [Entry.of("camera", camera, camera, count) for camera, count in words.cameras if camera]
    found += [Entry.of("year", year, year, count) for year, count in years.items()]
    return found + [Entry.of("folder", name, path, count) for path, name, count in folders]
