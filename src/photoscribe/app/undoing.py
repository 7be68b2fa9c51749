"""Take back any change; taking back an undo does the change again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from photoscribe.app.library import ChangeRecord, Library
from photoscribe.app.writing import Receipt, Writing
from photoscribe.core.changes import ChangeId, inverse
from photoscribe.core.errors import UsageError

UNDO = "undo"


@dataclass(frozen=True, slots=True)
class Undone:
    """change: the undo itself, which can be undone. receipts: of the files that were brought back."""

    change: ChangeId
    undoes: ChangeId
    summary: str
    faces: int
    receipts: tuple[Receipt, ...]


class Undoing:
    def __init__(self, library: Library, writing: Writing[Any], *, learn: Callable[[], None]) -> None:
        self._library, self._writing, self._learn = library, writing, learn

    def undo(self, change: ChangeId | None = None) -> Undone:
        """Undo this change, or the newest that stands. Raises UsageError when there is none to undo."""
        record = self._wanted(change)
        again = f"undo of {record.id} undone" if record.kind == UNDO else f"{record.summary}: undone"
        back = inverse(record.operations)
        undo, touched = self._library.history.record(UNDO, again, back, undoes=record.id)
        receipts = tuple(self._writing.undo(record.id, undo))
        if touched:
            self._learn()
        return Undone(undo, record.id, record.summary, len(touched), receipts)

    def _wanted(self, change: ChangeId | None) -> ChangeRecord:
        if change is None:
            standing = (one for one in self._library.history.all() if one.kind != UNDO and one.undone_by is None)
            record = next(standing, None)
            if record is None:
                raise UsageError("there is nothing to undo. Try: photoscribe history")
            return record
        record = self._library.history.get(change)
        if record is None:
            raise UsageError(f"no such change: {change}. Try: photoscribe history")
        if record.undone_by is not None:
            raise UsageError(
                f"change {change} is undone already, by {record.undone_by}. To do it again: "
                f"photoscribe undo {record.undone_by}"
            )
        self._check_order(record)
        return record

    def _check_order(self, record: ChangeRecord) -> None:
        """Files go back one write at a time: bytes of an earlier one are known only under a later one."""
        files = {entry.path for entry in self._library.journal.of_change(record.id)}
        if not files:
            return
        for later in reversed(self._library.history.since(record.id)):
            if later.undone_by is not None or later.undoes is not None:
                continue
            if any(entry.path in files for entry in self._library.journal.of_change(later.id)):
                raise UsageError(
                    f"change {later.id} wrote some of these files again. Undo it first: photoscribe undo {later.id}"
                )
