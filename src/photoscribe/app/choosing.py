"""Which photos an action is about: these, those of a folder, or those that a query finds."""

from dataclasses import dataclass
from pathlib import Path

from photoscribe.app.library import Library
from photoscribe.core.changes import ChangeId
from photoscribe.core.errors import NoSuch, UsageError
from photoscribe.core.photo import PhotoId
from photoscribe.core.query import Query, Term, parse


@dataclass(frozen=True, slots=True)
class Photos:
    """Exactly one of the three. folder: in it and below, or one photo; missing ones are left out, as in a query."""

    ids: tuple[PhotoId, ...] | None = None
    query: str | None = None
    folder: Path | None = None

    def __post_init__(self) -> None:
        if sum(one is not None for one in (self.ids, self.query, self.folder)) != 1:
            raise UsageError("say which photos: give exactly one of a query, a folder and a list of photos")


@dataclass(frozen=True, slots=True)
class Said:
    """What an action did, or would do. change: None when there was nothing to do, or nothing was to be done."""

    change: ChangeId | None
    photos: int
    faces: int = 0


def ids_of(library: Library, photos: Photos) -> tuple[PhotoId, ...]:
    """Each photo once. Raises NoSuch for a photo or folder that is not in the library, BadQuery for a bad query."""
    if photos.ids is not None:
        ids = tuple(dict.fromkeys(photos.ids))
        known = {photo.id for photo in library.catalogue.photos(ids)}
        for id_ in ids:
            if id_ not in known:
                raise NoSuch(f"no such photo: {id_}. Look for it again")
        return ids
    if photos.folder is not None:
        folder = photos.folder
        found = tuple(library.finder.ids(Query((Term("folder", (str(folder),)),))))
        if found:
            return found
        there = library.catalogue.known_under([folder])
        if not there:
            raise NoSuch(f"no photos under {folder}. Try: photoscribe index '{folder}'")
        return tuple(one.photo for one in there if not one.missing)
    return tuple(library.finder.ids(parse(photos.query or "")))


def count_of(photos: int) -> str:
    """A number of photos for a sentence in the history."""
    return f"{photos} photo" + ("" if photos == 1 else "s")
