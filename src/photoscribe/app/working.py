"""The long kinds of work, as jobs do them."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from photoscribe.app.indexing import IndexReport
from photoscribe.app.jobs import Arguments, Doing, Result
from photoscribe.app.library import Library
from photoscribe.app.ports import Folders, Progress, SeenFile, Skipped
from photoscribe.app.undoing import Undoing, Undone
from photoscribe.app.writing import Receipt, Target, Writing
from photoscribe.core.changes import ChangeId
from photoscribe.core.errors import NoSuch
from photoscribe.core.photo import PhotoId
from photoscribe.core.query import parse

T = TypeVar("T")


class StoppableFolders:
    """Folders whose walk ends when it is asked to."""

    def __init__(self, folders: Folders, doing: Doing) -> None:
        self._folders, self._doing = folders, doing

    def walk(self, root: Path, skipped: list[Skipped]) -> Iterator[SeenFile]:
        for found, seen in enumerate(self._folders.walk(root, skipped), 1):
            if found % 100 == 0:
                self._doing.tell(found, None, 0, f"looking through {root}")
            yield seen

    def recognise(self, seen: SeenFile) -> SeenFile | Skipped:
        self._doing.stop.check()
        return self._folders.recognise(seen)

    def is_there(self, path: Path) -> bool:
        return self._folders.is_there(path)

    def look_again(self, seen: SeenFile, touched: Path) -> SeenFile | None:
        return self._folders.look_again(seen, touched)

    def content_hash(self, path: Path) -> str:
        self._doing.stop.check()
        return self._folders.content_hash(path)


@dataclass(frozen=True, slots=True)
class IndexWork:
    """index: (paths, doing, emit). make_executor is the caller's."""

    index: Callable[[Sequence[Path], Doing, Callable[[Progress], None]], IndexReport]

    def __call__(self, arguments: Arguments, doing: Doing) -> Result:
        paths = [Path(path) for path in cast("Sequence[str]", arguments.get("paths", ()))]
        doing.tell(0, None, 0, "looking for photos")

        def emit(progress: Progress) -> None:
            done = progress.done + progress.failed
            doing.tell(done, done + progress.pending, progress.failed, "grouping" if not progress.pending else "")

        report = self.index(paths, doing, emit)
        doing.tell(report.photos, report.photos, report.failed, "")
        return asdict(report)


@dataclass(frozen=True, slots=True)
class RegroupWork:
    regroup: Callable[[float], None]
    learn: Callable[[], None]

    def __call__(self, arguments: Arguments, doing: Doing) -> Result:
        alike = float(cast("float", arguments["alike"]))
        doing.tell(0, 2, 0, "grouping")
        self.regroup(alike)
        doing.tell(1, 2, 0, "guessing")
        self.learn()
        doing.tell(2, 2, 0, "")
        return {"alike": alike}


class Writes:
    """All that touches files, one file at a time, whoever asks for it.

    make: a Writing for one piece of work. undo: takes back a change, or the newest.
    """

    def __init__(self, library: Library, make: Callable[[], Writing[Any]], undoing: Undoing) -> None:
        self._library, self._make, self._undoing = library, make, undoing
        self._turn = threading.Lock()

    def plan(self, photo: PhotoId, target: Target) -> Sequence[Receipt]:
        return list(self._in_turn(self._make().plan([self._known(photo)], target)))

    def write(self, photo: PhotoId, target: Target) -> Sequence[Receipt]:
        return list(self._in_turn(self._make().write([self._known(photo)], target)))

    def undo(self, change: int | None) -> Undone:
        with self._turn:
            return self._undoing.undo(None if change is None else ChangeId(change))

    def __call__(self, arguments: Arguments, doing: Doing) -> Result:
        """The job: what is written already is left as it is, so that it can be done again from the start."""
        target = cast("Target", arguments.get("target", "file"))
        asked = self._asked(arguments)
        place = {photo: at for at, photo in enumerate(asked, 1)}
        writing = self._make()
        outcomes: dict[str, int] = {}
        photos: set[int] = set()
        doing.tell(0, len(asked), 0, "")
        for receipt in self._in_turn(writing.write(asked, target)):
            outcomes[receipt.outcome] = outcomes.get(receipt.outcome, 0) + 1
            photos.add(receipt.photo)
            failed = outcomes.get("failed", 0) + outcomes.get("refused", 0)
            doing.tell(place.get(receipt.photo, 0), len(asked), failed, str(receipt.file))
        failed = outcomes.get("failed", 0) + outcomes.get("refused", 0)
        doing.tell(len(asked), len(asked), failed, "")
        return {"outcomes": outcomes, "photos": len(photos), "change": writing.change}

    def _asked(self, arguments: Arguments) -> Sequence[PhotoId]:
        photos = arguments.get("photos")
        if photos is not None:
            return [PhotoId(one) for one in cast("Sequence[int]", photos)]
        return [hit.photo for hit in self._library.finder.find(parse(str(arguments.get("query") or "")))]

    def _in_turn(self, receipts: Iterator[T]) -> Iterator[T]:
        """Each step alone: between two of them nothing is half done, so others may have their turn."""
        while True:
            with self._turn:
                try:
                    receipt = next(receipts)
                except StopIteration:
                    return
            yield receipt

    def _known(self, photo: PhotoId) -> PhotoId:
        if not self._library.catalogue.photos([photo]):
            raise NoSuch(f"no such photo: {photo}")
        return photo
