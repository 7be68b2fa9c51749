"""Write what was confirmed into the files: planned, shown, journaled, verified, and taken back on request.

Decide first, then the journal, then the file: a kill between any two leaves either the file as it was
or a journal entry that says how to get it back.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, Literal, Protocol, TypeVar

from photoscribe.app.library import FaceRecord, JournalEntry, Library
from photoscribe.app.ports import Folders, SeenFile
from photoscribe.core.changes import ChangeId
from photoscribe.core.edits import Edit, FieldChange
from photoscribe.core.errors import PhotoError, Unavailable
from photoscribe.core.facts import Region
from photoscribe.core.naming import FaceSaid, edit_of
from photoscribe.core.people import PersonId
from photoscribe.core.photo import PhotoId
from photoscribe.core.query import Query

log = logging.getLogger(__name__)

Target = Literal["file", "sidecar", "both"]
PHOTOS_AT_ONCE = 200


class PlannedWrite(Protocol):
    """One file that would be touched. refusal: why it cannot be, "" when it can. changes: none when it is right."""

    @property
    def path(self) -> Path: ...
    @property
    def changes(self) -> Sequence[FieldChange]: ...
    @property
    def refusal(self) -> str: ...
    @property
    def note(self) -> str: ...


class PreparedWrite(Protocol):
    """A verified file beside the one it is to replace. before_hash: "" when there is none yet."""

    @property
    def path(self) -> Path: ...
    @property
    def before_hash(self) -> str: ...
    @property
    def after_hash(self) -> str: ...
    @property
    def patch(self) -> bytes: ...

    def commit(self) -> None:
        """Replace the file at once. Raises Unavailable when it has changed meanwhile."""
        ...

    def abandon(self) -> None: ...


P = TypeVar("P", bound=PlannedWrite)


class FileWriter(Protocol[P]):
    """The metadata writers, which understand their own plans. plan and prepare raise PhotoError and Unavailable."""

    def plan(self, path: Path, edit: Edit, target: Target) -> Sequence[P]: ...

    def prepare(self, planned: P) -> PreparedWrite: ...

    def restore(self, path: Path, patch: bytes, before_hash: str, after_hash: str) -> PreparedWrite: ...

    def hash_of(self, path: Path) -> str:
        """The hash of the file as before_hash and after_hash have it, "" when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was, or would be, done to one file of one photo.

    outcome: planned (dry run), written, same (nothing to do), refused (it cannot be; the reason says
    why), failed (the surroundings were at fault: run again), restored (undone).
    """

    photo: PhotoId
    path: Path
    file: Path
    outcome: Literal["planned", "written", "same", "refused", "failed", "restored"]
    changes: tuple[FieldChange, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Task:
    photo: PhotoId
    path: Path
    edit: Edit
    written: tuple[Region, ...]


class Writing(Generic[P]):
    def __init__(self, library: Library, writer: FileWriter[P], folders: Folders) -> None:
        self._library, self._writer, self._folders = library, writer, folders
        self._change: ChangeId | None = None

    def plan(self, query: Query, target: Target) -> Iterator[Receipt]:
        """What a write would do; nothing is touched."""
        for task in self._tasks(query):
            for planned in self._planned(task, target):
                if isinstance(planned, Receipt):
                    yield planned
                else:
                    yield _receipt(task, planned, "planned" if planned.changes else "same")

    def write(self, query: Query, target: Target) -> Iterator[Receipt]:
        """Write, file by file, as the receipts are drawn; all of it is one change."""
        self.recover()
        self._change = None
        for task in self._tasks(query):
            for planned in self._planned(task, target):
                if isinstance(planned, Receipt):
                    yield planned
                elif planned.changes:
                    yield self._write_one(task, planned)
                else:
                    yield _receipt(task, planned, "same")

    @property
    def change(self) -> ChangeId | None:
        """The change of the last write, None while it has written nothing."""
        return self._change

    def undo(self, change: ChangeId, into: ChangeId) -> Iterator[Receipt]:
        """Bring back the files as they were before a change; into: the change that this is."""
        self.recover()
        for entry in reversed(self._library.journal.of_change(change)):
            try:
                prepared = self._writer.restore(entry.path, entry.patch, entry.before_hash, entry.after_hash)
                self._settle(entry.photo, prepared, into, (entry.regions, entry.regions_before))
            except (PhotoError, Unavailable) as error:
                yield self._failed(entry.photo, entry.path, error)
            else:
                known = self._library.catalogue.file(entry.photo)
                yield Receipt(entry.photo, known.seen.path if known else entry.path, entry.path, "restored")

    def recover(self) -> None:
        """Settle journal entries whose process died between the journal and the file."""
        for entry in self._library.journal.open_entries():
            now = self._writer.hash_of(entry.path)
            if now == entry.after_hash:
                self._library.journal.finish(entry.id, self._seen(entry.photo, entry.path))
            else:
                self._library.journal.drop(entry.id)
            log.warning("photo %d: a write was interrupted; %s is whole", entry.photo, entry.path)

    def _tasks(self, query: Query) -> Iterator[_Task]:
        """The photos of the query about whose names the user said something, or we wrote something."""
        hits = self._library.finder.find(query)
        names = {person.id: person.name for person in self._library.people.all()}
        for start in range(0, len(hits), PHOTOS_AT_ONCE):
            part = {hit.photo: hit.path for hit in hits[start : start + PHOTOS_AT_ONCE]}
            written = self._library.journal.written(list(part))
            faces: dict[PhotoId, list[FaceRecord]] = {}
            for face in self._library.faces.all(photos=list(part)):
                faces.setdefault(face.photo, []).append(face)
            for photo, path in part.items():
                edit = _edit(faces.get(photo, []), names, written.get(photo, ()))
                if not edit.is_empty:
                    yield _Task(photo, path, edit, written.get(photo, ()))

    def _planned(self, task: _Task, target: Target) -> Sequence[P | Receipt]:
        try:
            planned = self._writer.plan(task.path, task.edit, target)
        except (PhotoError, Unavailable) as error:
            return [self._failed(task.photo, task.path, error)]
        return [
            Receipt(task.photo, task.path, one.path, "refused", tuple(one.changes), one.refusal) if one.refusal else one
            for one in planned
        ]

    def _write_one(self, task: _Task, planned: P) -> Receipt:
        try:
            prepared = self._writer.prepare(planned)
            change = self._change = self._change or self._library.history.record("write", "names written", ())[0]
            self._settle(task.photo, prepared, change, (task.written, task.edit.name_regions))
        except (PhotoError, Unavailable) as error:
            return replace(self._failed(task.photo, task.path, error), file=planned.path)
        return _receipt(task, planned, "written")

    def _settle(
        self,
        photo: PhotoId,
        prepared: PreparedWrite,
        change: ChangeId,
        regions: tuple[tuple[Region, ...], tuple[Region, ...]],
    ) -> None:
        """Journal, then replace, then note that it is done."""
        journal = self._library.journal
        before, after = regions
        hashes = prepared.before_hash, prepared.after_hash
        entry: int | None = None
        try:
            draft = JournalEntry(
                0, change, photo, prepared.path, *hashes, prepared.patch, before, after, state="prepared"
            )
            entry = journal.prepare(draft)
            prepared.commit()
        except BaseException:
            prepared.abandon()
            if entry is not None and self._writer.hash_of(prepared.path) == prepared.before_hash:
                journal.drop(entry)
            raise
        journal.finish(entry, self._seen(photo, prepared.path))

    def _seen(self, photo: PhotoId, touched: Path) -> SeenFile | None:
        """The photo's file and sidecars as they are now, the one just touched among them; None when it is gone."""
        known = self._library.catalogue.file(photo)
        return self._folders.look_again(known.seen, touched) if known else None

    def _failed(self, photo: PhotoId, path: Path, error: PhotoError | Unavailable) -> Receipt:
        outcome: Literal["refused", "failed"] = "failed" if isinstance(error, Unavailable) else "refused"
        log.warning("photo %d: %s: %s", photo, path, error)
        return Receipt(photo, path, path, outcome, reason=str(error))


def _edit(faces: Sequence[FaceRecord], names: dict[PersonId, str], written: Sequence[Region]) -> Edit:
    return edit_of([FaceSaid(face.box, face.verdicts) for face in faces], names, written)


def _receipt(task: _Task, planned: PlannedWrite, outcome: Literal["planned", "written", "same"]) -> Receipt:
    return Receipt(task.photo, task.path, planned.path, outcome, tuple(planned.changes), planned.note)
