"""Everything about one photo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from photoscribe.app.browsing import Browsing, Card, no_photo
from photoscribe.app.library import FaceRecord, Library, PhotoRecord
from photoscribe.core.people import PersonId
from photoscribe.core.photo import PhotoId
from photoscribe.core.tags import TagStanding


@dataclass(frozen=True, slots=True)
class FileOfPhoto:
    """modified: in UTC."""

    path: Path
    role: Literal["original", "sidecar"]
    size_bytes: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Detail:
    """names: of everyone whom a face may be."""

    card: Card
    record: PhotoRecord
    files: Sequence[FileOfPhoto]
    tags: Sequence[TagStanding]
    faces: Sequence[FaceRecord]
    names: Mapping[PersonId, str]
    problems: Sequence[str]


class Details:
    def __init__(self, library: Library, browsing: Browsing) -> None:
        self._library, self._browsing = library, browsing

    def of(self, photo: PhotoId) -> Detail:
        """Raises NoSuch."""
        card = self._browsing.card(photo)
        catalogue = self._library.catalogue
        record, known = catalogue.photo_of(photo), catalogue.file(photo)
        if record is None or known is None:
            raise no_photo(photo)
        seen = known.seen
        files = [_file(seen.path, "original", seen.size_bytes, seen.mtime_ns)]
        files += [_file(path, "sidecar", size, mtime) for path, size, mtime in seen.sidecars]
        said = [str(one.value) for one in record.facts if one.kind == "problem"]
        return Detail(
            card=card,
            record=record,
            files=files,
            tags=self._library.words.tags_of([photo]).get(photo, ()),
            faces=self._library.faces.all(photos=[photo]),
            names={person.id: person.name for person in self._library.people.all()},
            problems=list(dict.fromkeys([*said, *catalogue.problems_of(photo)])),
        )


def _file(path: Path, role: Literal["original", "sidecar"], size_bytes: int, mtime_ns: int) -> FileOfPhoto:
    return FileOfPhoto(path, role, size_bytes, datetime.fromtimestamp(mtime_ns // 1_000_000_000, UTC))
