"""What goes into files, what was done, and taking it back."""

from typing import Annotated

from fastapi import APIRouter, Query

from photoscribe.app.undoing import Undone
from photoscribe.app.writing import Target
from photoscribe.core.changes import ChangeId, photos_of
from photoscribe.core.errors import NoSuch
from photoscribe.core.photo import PhotoId
from photoscribe.web import cursors
from photoscribe.web.dto.shared import Page
from photoscribe.web.dto.work import ChangeShape, ReceiptShape, UndoneShape
from photoscribe.web.problems import PROBLEMS
from photoscribe.web.routes.jobs import Cursor, Id, Limit
from photoscribe.web.security import requires
from photoscribe.web.services import Services, Wired
from photoscribe.web.shown import plain, receipt_shape

router = APIRouter(prefix="/api", tags=["files"])

Where = Annotated[Target, Query(description="Into the file, into a sidecar beside it, or both.")]


@router.get(
    "/photos/{photo}/write",
    summary="What writing this photo would change in its files",
    responses=PROBLEMS,
    dependencies=[requires("read")],
)
def plan(wired: Wired, photo: Id, target: Where = "file") -> list[ReceiptShape]:
    return [receipt_shape(one) for one in wired.writes.plan(PhotoId(photo), target)]


@router.post(
    "/photos/{photo}/write",
    summary="Write what was confirmed into this photo's files",
    responses=PROBLEMS,
    dependencies=[requires("write")],
)
def write_photo(wired: Wired, photo: Id, target: Where = "file") -> list[ReceiptShape]:
    return [receipt_shape(one) for one in wired.writes.write(PhotoId(photo), target)]


@router.get("/history", summary="What was done, newest first", dependencies=[requires("read")])
def history(wired: Wired, cursor: Cursor = None, limit: Limit = 100) -> Page[ChangeShape]:
    found = wired.counts.changes(cursors.number(cursor, "before"), limit)
    after = cursors.encode({"before": found[-1].id}) if len(found) == limit else None
    return Page(
        items=[
            ChangeShape(
                id=one.id,
                at=one.at,
                kind=one.kind,
                summary=plain(one.summary),
                faces=one.faces,
                photos=one.photos,
                files=one.files,
                undoes=one.undoes,
                undone_by=one.undone_by,
            )
            for one in found
        ],
        next=after,
    )


@router.post(
    "/history/{change}/undo",
    summary="Take a change back, in the library and in the files",
    responses=PROBLEMS,
    dependencies=[requires("edit")],
)
def undo_change(wired: Wired, change: Id) -> UndoneShape:
    """Undo the undo to do it again."""
    if wired.library.history.get(ChangeId(change)) is None:
        raise NoSuch(f"no such change: {change}")
    return _undone(wired, wired.writes.undo(change))


@router.post(
    "/undo",
    summary="Take back the newest change that stands",
    responses=PROBLEMS,
    dependencies=[requires("edit")],
)
def undo(wired: Wired) -> UndoneShape:
    return _undone(wired, wired.writes.undo(None))


def _undone(wired: Services, undone: Undone) -> UndoneShape:
    record = wired.library.history.get(undone.change)
    return UndoneShape(
        change=undone.change,
        undoes=undone.undoes,
        summary=plain(undone.summary),
        faces=undone.faces,
        photos=len(photos_of(record.operations)) if record else 0,
        receipts=[receipt_shape(one) for one in undone.receipts],
    )
