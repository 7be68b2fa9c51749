"""How much there is, counted where it lies."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, and_, false, func, literal, null, or_, select, true, union_all

from photoscribe.app.overview import ChangeRow, ProblemRow, RootCount, Tally
from photoscribe.core.changes import FaceDrawn, VerdictGiven, photos_of
from photoscribe.stores import operations
from photoscribe.stores.catalogue import under
from photoscribe.stores.database import Database
from photoscribe.stores.paths import to_path
from photoscribe.stores.schema import change, face, journal, ledger, media_file, person, root, skipped


class SqlCounts:
    def __init__(self, database: Database) -> None:
        self._database = database

    def tally(self) -> Tally:
        states = select(face.c.state, func.count()).group_by(face.c.state)
        groups = select(func.count(func.distinct(face.c.group_id))).where(face.c.state == "unknown")
        with self._database.read() as connection:
            there = _pairs(connection, select(media_file.c.missing, func.count()).group_by(media_file.c.missing))
            faces = _pairs(connection, states)
            people = connection.execute(select(func.count()).select_from(person)).scalar() or 0
            grouped = connection.execute(groups).scalar() or 0
        return Tally(
            photos=there.get(False, 0),
            missing=there.get(True, 0),
            faces=sum(faces.values()),
            unnamed=faces.get("unknown", 0),
            suggested=faces.get("suggested", 0),
            people=people,
            groups=grouped,
        )

    def roots(self) -> Sequence[RootCount]:
        with self._database.read() as connection:
            folders = connection.execute(select(root.c.path).order_by(root.c.path)).scalars().all()
            found = []
            for text in folders:
                inside = under(media_file.c.path, [to_path(text)])
                counted = select(media_file.c.missing, func.count()).where(inside).group_by(media_file.c.missing)
                counts = _pairs(connection, counted)
                found.append(RootCount(to_path(text), counts.get(False, 0), counts.get(True, 0)))
        return found

    def problems(self, after: tuple[str, str] | None, limit: int) -> Sequence[ProblemRow]:
        lost = (
            select(media_file.c.photo_id, media_file.c.path, ledger.c.step, ledger.c.error, ledger.c.attempts)
            .join(ledger, ledger.c.photo_id == media_file.c.photo_id)
            .where(ledger.c.state.in_(["failed", "retry"]), media_file.c.missing == false())
        )
        left_out = select(
            null().label("photo_id"),
            skipped.c.path,
            literal("scan").label("step"),
            skipped.c.reason.label("error"),
            literal(1).label("attempts"),
        ).where(skipped.c.failed == true())
        rows = union_all(lost, left_out).subquery().c
        wanted = select(*rows).order_by(rows.path, rows.step).limit(limit)
        if after is not None:
            path, step = after
            wanted = wanted.where(or_(rows.path > path, and_(rows.path == path, rows.step > step)))
        with self._database.read() as connection:
            return [
                ProblemRow(row.photo_id, to_path(row.path), row.step, row.error, row.attempts)
                for row in connection.execute(wanted)
            ]

    def changes(self, before: int | None, limit: int) -> Sequence[ChangeRow]:
        wanted = select(change).order_by(change.c.id.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(change.c.id < before)
        written = select(journal.c.change_id, func.count(func.distinct(journal.c.path))).group_by(journal.c.change_id)
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
            numbers = [row.id for row in rows]
            files = _pairs(connection, written.where(journal.c.change_id.in_(numbers)))
        return [_change(row, files.get(row.id, 0)) for row in rows]


def _pairs(connection: Connection, wanted: Any) -> dict[Any, int]:
    return {row[0]: row[1] for row in connection.execute(wanted)}


def _change(row: Any, files: int) -> ChangeRow:
    done = operations.from_json(row.operations)
    faces = {one.face for one in done if isinstance(one, VerdictGiven | FaceDrawn)}
    return ChangeRow(
        row.id, row.at_utc, row.kind, row.summary, len(faces), len(photos_of(done)), files, row.undoes, row.undone_by
    )
