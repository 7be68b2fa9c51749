"""Write what was said into the files: planned, shown, journaled, verified, and taken back on request.

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
from photoscribe.core.naming import FaceSaid, edit_of
from photoscribe.core.people import PersonId
from photoscribe.core.photo import PhotoId
from photoscribe.core.query import Query
from photoscribe.core.wording import Words, Written, worded

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
    """before and after: what our writes have left in the photo's files, and what they will have left."""

    photo: PhotoId
    path: Path
    edit: Edit
    before: Written
    after: Written


class Writing(Generic[P]):
    def __init__(self, library: Library, writer: FileWriter[P], folders: Folders) -> None:
        self._library, self._writer, self._folders = library, writer, folders
        self._change: ChangeId | None = None

    def plan(self, asked: Query | Sequence[PhotoId], target: Target) -> Iterator[Receipt]:
        """What a write would do; nothing is touched."""
        for task in self._tasks(asked):
            for planned in self._planned(task, target):
                if isinstance(planned, Receipt):
                    yield planned
                else:
                    yield _receipt(task, planned, "planned" if planned.changes else "same")

    def write(self, asked: Query | Sequence[PhotoId], target: Target) -> Iterator[Receipt]:
        """Write, file by file, as the receipts are drawn; all of it is one change."""
        self.recover()
        self._change = None
        for task in self._tasks(asked):
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
                self._settle(entry.photo, prepared, into, (entry.after, entry.before))
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

    def _tasks(self, asked: Query | Sequence[PhotoId]) -> Iterator[_Task]:
        """Those photos of which the user said something, or into whose files we wrote something."""
        spoken_of = self._library.words.spoken_of()
        if isinstance(asked, Query):
            found = [(hit.photo, hit.path) for hit in self._library.finder.find(asked) if hit.photo in spoken_of]
        else:
            wanted = [id_ for id_ in asked if id_ in spoken_of]
            found = [(photo.id, photo.path) for photo in self._library.catalogue.photos(wanted)]
        names = {person.id: person.name for person in self._library.people.all()}
        for start in range(0, len(found), PHOTOS_AT_ONCE):
            part = dict(found[start : start + PHOTOS_AT_ONCE])
            written = self._library.journal.written(list(part))
            words = self._library.words.known(list(part))
            faces: dict[PhotoId, list[FaceRecord]] = {}
            for face in self._library.faces.all(photos=list(part)):
                faces.setdefault(face.photo, []).append(face)
            for photo, path in part.items():
                before = written.get(photo, Written())
                edit, after = _said(faces.get(photo, []), names, words[photo], before)
                if not edit.is_empty:
                    yield _Task(photo, path, edit, before, after)

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
            change = self._change = self._change or self._library.history.record("write", "written into files", ())[0]
            self._settle(task.photo, prepared, change, (task.before, task.after))
        except (PhotoError, Unavailable) as error:
            return replace(self._failed(task.photo, task.path, error), file=planned.path)
        return _receipt(task, planned, "written")

    def _settle(
        self,
        photo: PhotoId,
        prepared: PreparedWrite,
        change: ChangeId,
        left: tuple[Written, Written],
    ) -> None:
        """Journal, then replace, then note that it is done. left: by our writes in the files, before and after."""
        journal = self._library.journal
        before, after = left
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


def _said(
    faces: Sequence[FaceRecord], names: dict[PersonId, str], words: Words, written: Written
) -> tuple[Edit, Written]:
    """The edit that makes the files say what the user said, and what we will have written then."""
    said = [FaceSaid(face.box, face.verdicts) for face in faces]
    return worded(edit_of(said, names, written.regions), words, written)


def _receipt(task: _Task, planned: PlannedWrite, outcome: Literal["planned", "written", "same"]) -> Receipt:
    return Receipt(task.photo, task.path, planned.path, outcome, tuple(planned.changes), planned.note)
