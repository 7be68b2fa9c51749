"""Everything the application asks of the outside world."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from photoscribe.core.facts import Facts, Origin
from photoscribe.core.metadata import FileMetadata
from photoscribe.core.photo import MediaKind, Photo, PhotoId, Picture, Size

READ = Origin("metadata", "2")
"""The step that reads a file's metadata: due like any other, done while the file is open."""


@dataclass(frozen=True, slots=True)
class Work:
    """A photo and the steps it is due for. Never empty of steps.

    known_picture: hash of the coded picture that the due picture steps have already seen at their
    present version, "" when there is none: only the file's metadata changed if it is the same.
    """

    photo: Photo
    due: frozenset[Origin]
    known_picture: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """What opening a photo's file told, besides its pixels.

    content_hash: of the whole file. picture_hash: of the coded picture and the way it stands, other
    metadata left out. colour: 0xRRGGBB, the average, and look: as core.looks has it; None when the picture was not
    decoded.
    """

    content_hash: str
    picture_hash: str
    size_bytes: int
    mtime_ns: int
    kind: MediaKind
    full_size: Size | None
    metadata: FileMetadata
    colour: int | None = None
    look: bytes | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A step's result for one photo."""

    origin: Origin
    facts: Facts


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The picture is the one that the step has seen: its facts stand."""

    origin: Origin


@dataclass(frozen=True, slots=True)
class Failed:
    """A step's failure for one photo; `retry` when the surroundings are at fault."""

    origin: Origin
    reason: str
    retry: bool


Outcome = Found | Unchanged | Failed


@dataclass(frozen=True, slots=True)
class Analysed:
    """One photo's outcomes, one for each step that was due. opened: None when the file could not be."""

    photo: PhotoId
    opened: Opened | None
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """A count over the ledger for all steps together. done and failed include earlier runs."""

    done: int
    failed: int
    pending: int


Emit = Callable[[Progress], None]


class Step(Protocol):
    """Derives facts from pictures. Same pictures, same origin: same facts. Called by several threads at once."""

    @property
    def origin(self) -> Origin: ...

    def infer(self, pictures: Sequence[Picture]) -> Sequence[Facts]:
        """One result per picture, in order. Raises PhotoError or Unavailable."""
        ...


class Ledger(Protocol):
    """Which step has seen which photo. Work to do is what the ledger lacks."""

    def begin_run(self) -> int:
        """A number for this run: what failed in it is not tried again before the next one."""
        ...

    def claim(self, origins: Sequence[Origin], limit: int, run: int) -> Sequence[Work]:
        """Take work and count the attempt *before* it is made.

        A photo that kills its process is thereby counted too; what a dead process left claimed is
        not handed out here but by claim_left_over.
        """
        ...

    def claim_left_over(self, origins: Sequence[Origin], run: int) -> Work | None:
        """One photo that a dead process left claimed, to be tried alone so that it takes nobody with it."""
        ...

    def release(self, photos: Sequence[PhotoId]) -> None:
        """Give claimed work back untried, its attempt uncounted."""
        ...

    def commit(self, analysed: Iterable[Analysed]) -> None:
        """Replace each step's facts for each photo, all in one transaction."""
        ...

    def progress(self, origins: Sequence[Origin], run: int = 0) -> Progress:
        """run: the one that asks, in which what was put off counts as failed; else it counts as pending."""
        ...


class Executor(Protocol):
    """Holds the steps, wherever they live; only work and outcomes travel."""

    @property
    def origins(self) -> Sequence[Origin]: ...

    def run(self, works: Iterable[Work]) -> Iterator[Analysed]:
        """One result for each work, in any order, drawing works only a bounded number ahead."""
        ...


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file that a scan came upon.

    kind: None when its name is not a photo's. sidecars: (path, size in bytes, mtime in ns), most
    specific first.
    """

    path: Path
    size_bytes: int
    mtime_ns: int
    kind: MediaKind | None
    sidecars: tuple[tuple[Path, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file as the library remembers it. missing: it was not there when last looked for."""

    photo: PhotoId
    seen: SeenFile
    content_hash: str
    missing: bool


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that a scan left out, and why, in one sentence.

    failed: it may hold photos and could not be looked at; else it is simply no photo.
    """

    path: Path
    size_bytes: int
    mtime_ns: int
    reason: str
    failed: bool


class Folders(Protocol):
    """The file system as a scan sees it."""

    def walk(self, root: Path, skipped: list[Skipped]) -> Iterator[SeenFile]:
        """Files under a folder, or the one file; what cannot be looked at is added to skipped."""
        ...

    def recognise(self, seen: SeenFile) -> SeenFile | Skipped:
        """What a file is, by its first bytes, whose name is not a photo's."""
        ...

    def is_there(self, path: Path) -> bool: ...

    def look_again(self, seen: SeenFile, touched: Path) -> SeenFile | None:
        """The file and its sidecars as they are now; touched: one of them that may be new or gone."""
        ...

    def content_hash(self, path: Path) -> str:
        """The hash that Opened.content_hash would have. Raises OSError."""
        ...
