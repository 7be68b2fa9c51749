"""The history of what the user did, and the people it made."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update

from photoscribe.app.library import ChangeRecord
from photoscribe.core.changes import ChangeId, Operation
from photoscribe.core.people import FaceId, Person, PersonId, name_key
from photoscribe.stores import face_rows, operations
from photoscribe.stores.database import Database, take_numbers
from photoscribe.stores.schema import change, person
from photoscribe.stores.slices import parts


class SqlHistory:
    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self, kind: str, summary: str, operations_: Sequence[Operation], *, undoes: ChangeId | None = None
    ) -> tuple[ChangeId, Sequence[FaceId]]:
        with self._database.write() as connection:
            faces = operations.perform(connection, operations_)
            for part in parts(faces):
                face_rows.restand(connection, part)
            id_ = ChangeId(take_numbers(connection, "next_change", 1)[0])
            connection.execute(
                insert(change).values(
                    id=id_,
                    at_utc=datetime.now(UTC).isoformat(timespec="seconds"),
                    kind=kind,
                    summary=summary,
                    operations=operations.to_json(operations_),
                    undoes=undoes,
                )
            )
            if undoes is not None:
                connection.execute(update(change).where(change.c.id == undoes).values(undone_by=id_))
                _stands_again(connection, undoes)
            return id_, faces

    def all(self) -> Sequence[ChangeRecord]:
        with self._database.read() as connection:
            return [_record(row) for row in connection.execute(select(change).order_by(change.c.id.desc()))]

    def since(self, change_id: ChangeId) -> Sequence[ChangeRecord]:
        with self._database.read() as connection:
            rows = connection.execute(select(change).where(change.c.id > change_id).order_by(change.c.id)).all()
        return [_record(row) for row in rows]

    def get(self, change_id: ChangeId) -> ChangeRecord | None:
        with self._database.read() as connection:
            row = connection.execute(select(change).where(change.c.id == change_id)).first()
        return _record(row) if row is not None else None


class SqlPeople:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> Sequence[Person]:
        with self._database.read() as connection:
            rows = connection.execute(select(person).order_by(person.c.key)).all()
        return [Person(PersonId(row.id), row.name) for row in rows]

    def get(self, person_id: PersonId) -> Person | None:
        with self._database.read() as connection:
            row = connection.execute(select(person).where(person.c.id == person_id)).first()
        return Person(PersonId(row.id), row.name) if row is not None else None

    def covers(self) -> Mapping[PersonId, FaceId]:
        wanted = select(person.c.id, person.c.cover_face).where(person.c.cover_face.is_not(None))
        with self._database.read() as connection:
            return {PersonId(id_): FaceId(face) for id_, face in connection.execute(wanted)}

    def named(self, name: str) -> Person | None:
        with self._database.read() as connection:
            row = connection.execute(select(person).where(person.c.key == name_key(name))).first()
        return Person(PersonId(row.id), row.name) if row is not None else None


def _stands_again(connection: Any, undone: ChangeId) -> None:
    """When an undo is undone, the change that it had undone stands again."""
    first = connection.execute(select(change.c.undoes).where(change.c.id == undone)).scalar()
    if first is not None:
        connection.execute(update(change).where(change.c.id == first).values(undone_by=None))


def _record(row: Any) -> ChangeRecord:
    return ChangeRecord(
        ChangeId(row.id),
        datetime.fromisoformat(row.at_utc),
        row.kind,
        row.summary,
        operations.from_json(row.operations),
        ChangeId(row.undoes) if row.undoes is not None else None,
        ChangeId(row.undone_by) if row.undone_by is not None else None,
    )
