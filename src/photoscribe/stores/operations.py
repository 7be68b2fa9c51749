"""The operations of a change: done to the tables, and kept as JSON."""

from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update

from photoscribe.core.changes import FaceDrawn, Operation, PersonAdded, PersonRenamed, VerdictGiven
from photoscribe.core.people import FaceId, PersonId, name_key
from photoscribe.core.photo import PhotoId
from photoscribe.stores import face_rows
from photoscribe.stores.facts import box_from_json, box_to_json
from photoscribe.stores.schema import face, person, verdict


def perform(connection: Connection, operation: Operation) -> FaceId | None:
    """Do one operation; the face it touched. What is done already, or not possible any more, is passed over."""
    match operation:
        case PersonAdded(present=True):
            _add_person(connection, operation)
        case PersonAdded():
            said = exists().where(verdict.c.person_id == person.c.id)
            connection.execute(delete(person).where(person.c.id == operation.person, ~said))
        case PersonRenamed():
            values = {"name": operation.after, "key": name_key(operation.after)}
            taken = select(person.c.id).where(person.c.key == values["key"], person.c.id != operation.person)
            if connection.execute(taken).first() is None:
                connection.execute(update(person).where(person.c.id == operation.person).values(**values))
        case VerdictGiven():
            return _give(connection, operation)
        case FaceDrawn(present=True):
            _draw(connection, operation)
            return operation.face
        case FaceDrawn():
            face_rows.drop_if_unspoken(connection, operation.face)
            return operation.face
    return None


def _add_person(connection: Connection, operation: PersonAdded) -> None:
    key = name_key(operation.name)
    known = select(person.c.id).where((person.c.id == operation.person) | (person.c.key == key))
    if connection.execute(known).first() is None:
        connection.execute(insert(person).values(id=operation.person, name=operation.name, key=key))


def _give(connection: Connection, operation: VerdictGiven) -> FaceId | None:
    if connection.execute(select(face.c.id).where(face.c.id == operation.face)).first() is None:
        return None
    given = operation.verdict
    row = {"face_id": operation.face, "kind": given.kind, "person_id": given.person or "", "source": given.source}
    same = [verdict.c[column] == value for column, value in row.items()]
    connection.execute(delete(verdict).where(*same))
    if operation.present:
        connection.execute(insert(verdict).values(**row))
    return operation.face


def _draw(connection: Connection, operation: FaceDrawn) -> None:
    if connection.execute(select(face.c.id).where(face.c.id == operation.face)).first() is None:
        values: dict[str, Any] = {**box_to_json(operation.box), "score": 1.0, "source": "user", "landmarks": []}
        face_rows.add(connection, operation.photo, values, operation.face)


def to_json(operation: Operation) -> dict[str, Any]:
    match operation:
        case PersonAdded():
            return {"do": "person", "person": operation.person, "name": operation.name, "present": operation.present}
        case PersonRenamed():
            return {"do": "rename", "person": operation.person, "before": operation.before, "after": operation.after}
        case VerdictGiven():
            given = operation.verdict
            about = {"kind": given.kind, "person": given.person or "", "source": given.source}
            return {"do": "verdict", "face": operation.face, **about, "present": operation.present}
        case FaceDrawn():
            box = box_to_json(operation.box)
            return {
                "do": "draw",
                "face": operation.face,
                "photo": operation.photo,
                "box": box,
                "present": operation.present,
            }


def from_json(value: dict[str, Any]) -> Operation:
    match value["do"]:
        case "person":
            return PersonAdded(PersonId(value["person"]), value["name"], value["present"])
        case "rename":
            return PersonRenamed(PersonId(value["person"]), value["before"], value["after"])
        case "verdict":
            given = face_rows.verdict_from(value["kind"], value["person"], value["source"])
            return VerdictGiven(FaceId(value["face"]), given, value["present"])
        case _:
            box = box_from_json(value["box"])
            return FaceDrawn(FaceId(value["face"]), PhotoId(value["photo"]), box, value["present"])
