"""What the application asks of the library that remembers: photos, faces, people, changes, writes."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from photoscribe.app.face_columns import ColumnStore
from photoscribe.app.ports import KnownFile, Ledger, SeenFile, Skipped
from photoscribe.app.word_table import WordTable
from photoscribe.core.changes import ChangeId, Operation
from photoscribe.core.facts import Quality
from photoscribe.core.geometry import Box
from photoscribe.core.people import FaceId, GroupId, Person, PersonId, Standing, Suggestion, Verdict
from photoscribe.core.photo import Photo, PhotoId
from photoscribe.core.query import Query
from photoscribe.core.wording import Written

FaceSource = Literal["detector", "file", "user"]


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What a scan found, against what the library knew. Applied in one transaction.

    new: files never seen. changed: same path, other bytes. retagged: only a sidecar changed.
    moved: known photos under a new path. gone and back: known files no longer, or again, there.
    skipped: all that was left out under the roots.
    """

    roots: tuple[Path, ...]
    new: tuple[SeenFile, ...] = ()
    changed: tuple[tuple[PhotoId, SeenFile], ...] = ()
    retagged: tuple[tuple[PhotoId, SeenFile], ...] = ()
    moved: tuple[tuple[PhotoId, SeenFile], ...] = ()
    gone: tuple[PhotoId, ...] = ()
    back: tuple[PhotoId, ...] = ()
    skipped: tuple[Skipped, ...] = ()


class Catalogue(Protocol):
    """The files of the library."""

    def roots(self) -> Sequence[Path]: ...

    def add_roots(self, roots: Sequence[Path]) -> None: ...

    def known_under(self, roots: Sequence[Path]) -> Sequence[KnownFile]:
        """Every known file at or under one of the paths, missing ones included."""
        ...

    def file(self, photo: PhotoId) -> KnownFile | None: ...

    def picture_hash(self, photo: PhotoId) -> str:
        """As Opened has it; "" while the photo was never opened."""
        ...

    def sized(self, sizes: Collection[int]) -> Sequence[KnownFile]:
        """Every known file, missing or not, of one of these sizes in bytes."""
        ...

    def skipped_under(self, roots: Sequence[Path]) -> Sequence[Skipped]:
        """What earlier scans left out at or under one of the paths."""
        ...

    def apply(self, scan: ScanResult) -> None: ...

    def counts(self) -> tuple[int, int]:
        """Photos present, photos missing."""
        ...

    def problems(self) -> Iterator["Problem"]: ...

    def photo(self, path: Path) -> "PhotoRecord | None": ...

    def photo_of(self, photo: PhotoId) -> "PhotoRecord | None": ...

    def problems_of(self, photo: PhotoId) -> Sequence[str]: ...

    def photos(self, ids: Sequence[PhotoId]) -> Sequence[Photo]:
        """In the order asked; unknown ids are left out."""
        ...


@dataclass(frozen=True, slots=True)
class Problem:
    """A photo that a step could not do, for now (retried) or for good."""

    path: Path
    step: str
    error: str
    attempts: int


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A statement as it is shown: kind and value are plain data.

    state: "chosen" for the value that is shown, "stated" for one that is not; of a tag also "confirmed" or "rejected"
    by the user, or "suggested" with its probability.
    """

    kind: str
    value: object
    origin: str
    state: str = "stated"
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class PhotoRecord:
    """One photo as `info` shows it: the chosen values, and every statement behind them."""

    id: PhotoId
    path: Path
    sidecars: tuple[Path, ...]
    missing: bool
    taken: str | None
    latitude: float | None
    longitude: float | None
    place: str | None
    title: str
    caption: str
    rating: int | None
    camera: str
    tags: tuple[str, ...]
    facts: tuple[StoredFact, ...]


@dataclass(frozen=True, slots=True)
class FaceRecord:
    """A face with all that was said and guessed about it."""

    id: FaceId
    photo: PhotoId
    path: Path
    box: Box
    score: float
    source: FaceSource
    quality: Quality | None
    verdicts: tuple[Verdict, ...]
    suggestion: Suggestion | None
    group: GroupId | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class FaceSaid:
    """A face with what was said and guessed about it, without what is needed to show it."""

    id: FaceId
    photo: PhotoId
    group: GroupId | None
    verdicts: tuple[Verdict, ...]
    standing: Standing


@dataclass(frozen=True, slots=True)
class FaceVectors:
    """Every face with a vector of one model, as columns of equal length n.

    matrix: (n, d) float32 rows of unit length. qualities: (n, 3) float32: size_px, sharpness,
    frontal; NaN where it is not known.
    """

    faces: NDArray[np.int64]
    photos: NDArray[np.int64]
    matrix: NDArray[np.float32]
    qualities: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FaceSight:
    """What is needed to show a face: where it is, in which picture. taken: of its photo, local time."""

    photo: PhotoId
    box: Box
    picture_hash: str
    taken: str | None


class FaceTable(Protocol):
    def all(
        self,
        *,
        faces: Collection[FaceId] | None = None,
        photos: Collection[PhotoId] | None = None,
        groups: Collection[GroupId] | None = None,
        people: Collection[PersonId] | None = None,
    ) -> Sequence[FaceRecord]:
        """Faces by id. Every given collection must contain the face's; people: confirmed, suggested or rejected."""
        ...

    def said(self, faces: Collection[FaceId]) -> Sequence[FaceSaid]:
        """These faces by id, those that exist: quicker than all()."""
        ...

    def count(self, photos: Collection[PhotoId] | None = None) -> int: ...

    def counts_by_person(self) -> Mapping[PersonId, tuple[int, int]]:
        """Confirmed faces, and photos with one, of everyone who has any."""
        ...

    def vectors(self, model: str) -> FaceVectors: ...

    def looks(self, faces: Collection[FaceId]) -> Mapping[FaceId, NDArray[np.float32]]:
        """The vector of each of these faces that has one."""
        ...

    def standings(self) -> Mapping[FaceId, Standing]: ...

    def rejections(self) -> Sequence[tuple[FaceId, PersonId]]: ...

    def groups(self) -> Mapping[FaceId, GroupId]: ...

    def set_groups(self, groups: Mapping[FaceId, GroupId | None], *, untouched_since: ChangeId | None = None) -> int:
        """The new revision (see Moment). Faces that a later change regrouped or paired are left as they are."""
        ...

    def set_suggestions(self, suggestions: Mapping[FaceId, Suggestion | None]) -> int:
        """The new revision (see Moment)."""
        ...

    def reserve_groups(self, count: int) -> Sequence[GroupId]:
        """Group numbers never given before."""
        ...

    def sights(self, faces: Collection[FaceId]) -> Mapping[FaceId, "FaceSight"]:
        """What is needed to show these faces; unknown ids are left out."""
        ...

    def reserve(self, count: int) -> Sequence[FaceId]:
        """Ids for faces about to be drawn; never used twice."""
        ...


class PeopleTable(Protocol):
    def all(self) -> Sequence[Person]: ...

    def get(self, person: PersonId) -> Person | None: ...

    def covers(self) -> Mapping[PersonId, FaceId]:
        """The faces that the user chose to stand for people."""
        ...

    def named(self, name: str) -> Person | None:
        """The person of that name, whatever its case."""
        ...


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One entry of the history. undone_by: the change that took it back, None while it stands."""

    id: ChangeId
    at: datetime
    kind: str
    summary: str
    operations: tuple[Operation, ...]
    undoes: ChangeId | None
    undone_by: ChangeId | None


class History(Protocol):
    def record(
        self, kind: str, summary: str, operations: Sequence[Operation], *, undoes: ChangeId | None = None
    ) -> tuple[ChangeId, Sequence[FaceId]]:
        """Do the operations and remember them, in one transaction; the faces that they touched.

        An operation whose effect is already there, or is no longer possible, does nothing.
        """
        ...

    def all(self) -> Sequence[ChangeRecord]:
        """Newest first."""
        ...

    def since(self, change: ChangeId) -> Sequence[ChangeRecord]:
        """Later than this one, oldest first."""
        ...

    def get(self, change: ChangeId) -> ChangeRecord | None: ...


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One file's write, remembered before the file is replaced.

    patch: turns the bytes after back into the bytes before. before_hash: "" when the file was created.
    state: "prepared" until the file is known to be replaced, then "done".
    before and after: what our writes had left in the photo's files, and what they have left then.
    """

    id: int
    change: ChangeId
    photo: PhotoId
    path: Path
    before_hash: str
    after_hash: str
    patch: bytes
    before: Written
    after: Written
    state: Literal["prepared", "done"]


class Journal(Protocol):
    """What was written into files, and how to get the earlier bytes back."""

    def written(self, photos: Collection[PhotoId] | None = None) -> Mapping[PhotoId, Written]:
        """What our writes left in each photo's files; photos without any are left out."""
        ...

    def prepare(self, entry: JournalEntry) -> int:
        """Remember a write about to happen; its id. The entry's own id and state are not used."""
        ...

    def finish(self, entry: int, file: SeenFile | None) -> None:
        """The file is replaced: what we wrote is remembered, and the file counts as unchanged for the next scan.

        file: the photo's own file as it is now; None when only a sidecar was written.
        """
        ...

    def drop(self, entry: int) -> None:
        """The write did not happen."""
        ...

    def open_entries(self) -> Sequence[JournalEntry]:
        """Entries still "prepared": their process died between the two."""
        ...

    def of_change(self, change: ChangeId) -> Sequence[JournalEntry]: ...


@dataclass(frozen=True, slots=True)
class Hit:
    """A photo that a query found. score: 1 for an exact match of every term."""

    photo: PhotoId
    path: Path
    score: float


class Finder(Protocol):
    def find(self, query: Query) -> Sequence[Hit]: ...

    def ids(self, query: Query) -> Sequence[PhotoId]:
        """The photos that find() finds, quicker, in the order of the timeline."""
        ...

    def count(self, query: Query) -> int: ...


class Notes(Protocol):
    """Small settings and counters of the library, by key."""

    def get(self, key: str) -> str | None: ...

    def put(self, key: str, value: str) -> None: ...


class Library(Protocol):
    """Everything that is remembered between runs."""

    @property
    def ledger(self) -> Ledger: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def faces(self) -> FaceTable: ...
    @property
    def columns(self) -> ColumnStore: ...
    @property
    def people(self) -> PeopleTable: ...
    @property
    def history(self) -> History: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def words(self) -> WordTable: ...
    @property
    def finder(self) -> Finder: ...
    @property
    def notes(self) -> Notes: ...

    def revision(self) -> int:
        """Goes up with every change of what is shown, whichever process makes it."""
        ...

    def only_indexer(self) -> AbstractContextManager[None]:
        """Hold the right to index. Raises Unavailable when another process holds it."""
        ...

    def close(self) -> None: ...
