"""The operations of a change: done to the tables, and kept as JSON."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, select, update

from photoscribe.core.changes import (
    FaceDrawn,
    FacesPaired,
    FacesRegrouped,
    FieldStated,
    Operation,
    PersonAdded,
    PersonCovered,
    PersonRenamed,
    TagGiven,
    VerdictGiven,
)
from photoscribe.core.facts import TagPath
from photoscribe.core.people import FaceId, PersonId, Verdict, name_key
from photoscribe.core.photo import PhotoId
from photoscribe.core.tags import tag_key
from photoscribe.stores import face_pairs, face_rows, photo_words
from photoscribe.stores.facts import box_from_json, box_to_json
from photoscribe.stores.schema import face, person, verdict


def perform(connection: Connection, operations: Sequence[Operation]) -> Sequence[FaceId]:
    """Do the operations in order; the faces they touched. What is done already, or cannot be any more, is passed over.

    Words about many photos are done together: 100,000 in one change.
    """
    touched: set[FaceId] = set()
    tagged: dict[str, tuple[TagPath, set[PhotoId]]] = {}
    for kind, run in groupby(operations, key=type):
        if kind is FieldStated:
            photo_words.state(connection, [one for one in run if isinstance(one, FieldStated)])
            continue
        if kind is VerdictGiven:
            touched.update(face_rows.give(connection, [one for one in run if isinstance(one, VerdictGiven)]))
            continue
        if kind is FacesPaired:
            touched.update(face_pairs.pair(connection, [one for one in run if isinstance(one, FacesPaired)]))
            continue
        for operation in run:
            if isinstance(operation, TagGiven):
                photo_words.give_tag(connection, operation)
                tagged.setdefault(tag_key(operation.tag), (operation.tag, set()))[1].update(operation.photos)
            else:
                touched.update(_perform(connection, operation))
    for tag, photos in tagged.values():
        photo_words.restand_tag(connection, tag, photos)
    return sorted(touched)


def _perform(connection: Connection, operation: Operation) -> Sequence[FaceId]:
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
        case FaceDrawn(present=True):
            _draw(connection, operation)
            return [operation.face]
        case FaceDrawn():
            face_rows.drop_if_unspoken(connection, operation.face)
            return [operation.face]
        case FacesPaired() | FacesRegrouped() | PersonCovered():
            return face_pairs.perform(connection, operation)
    return []


def _add_person(connection: Connection, operation: PersonAdded) -> None:
    key = name_key(operation.name)
    known = select(person.c.id).where((person.c.id == operation.person) | (person.c.key == key))
    if connection.execute(known).first() is None:
        connection.execute(insert(person).values(id=operation.person, name=operation.name, key=key))


def _draw(connection: Connection, operation: FaceDrawn) -> None:
    if connection.execute(select(face.c.id).where(face.c.id == operation.face)).first() is None:
        values: dict[str, Any] = {**box_to_json(operation.box), "score": 1.0, "source": "user", "landmarks": []}
        face_rows.add(connection, operation.photo, values, operation.face)


def to_json(operations: Sequence[Operation]) -> list[dict[str, Any]]:
    """Values of one field for many photos are packed into one entry: 100,000 ratings are a megabyte; so is what is said
    alike of many faces.
    """
    packed: list[dict[str, Any]] = []
    for key, run in groupby(operations, key=_packed_by):
        if key is None:
            packed += [_to_json(one) for one in run]
            continue
        if not isinstance(key, str):
            packed.append(_verdicts([one for one in run if isinstance(one, VerdictGiven)]))
            continue
        stated = [one for one in run if isinstance(one, FieldStated)]
        before, after = [one.before for one in stated], [one.after for one in stated]
        packed.append(
            {
                "do": "state",
                "field": key,
                "photos": [one.photo for one in stated],
                "before": before[:1] if all(one == before[0] for one in before) else before,
                "after": after[:1] if all(one == after[0] for one in after) else after,
            }
        )
    return packed


def _packed_by(operation: Operation) -> str | tuple[Verdict, bool] | None:
    """What operations share that become one entry; None for those that stay alone."""
    match operation:
        case FieldStated():
            return operation.field
        case VerdictGiven():
            return operation.verdict, operation.present
        case _:
            return None


def _verdicts(given: Sequence[VerdictGiven]) -> dict[str, Any]:
    said = given[0].verdict
    about = {"kind": said.kind, "person": said.person or "", "source": said.source, "present": given[0].present}
    return {"do": "verdicts", **about, "faces": [one.face for one in given]}


def _to_json(operation: Operation) -> dict[str, Any]:
    about: dict[str, Any]
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
            about = {"face": operation.face, "photo": operation.photo, "box": box_to_json(operation.box)}
            return {"do": "draw", **about, "present": operation.present}
        case TagGiven():
            about = {"tag": list(operation.tag), "kind": operation.kind, "photos": list(operation.photos)}
            return {"do": "tag", **about, "present": operation.present}
        case FieldStated():
            raise TypeError("values of fields are packed")
        case _:
            return face_pairs.to_json(operation)


def from_json(values: Sequence[dict[str, Any]]) -> tuple[Operation, ...]:
    return tuple(operation for value in values for operation in _from_json(value))


def _from_json(value: dict[str, Any]) -> Sequence[Operation]:
    match value["do"]:
        case "person":
            return [PersonAdded(PersonId(value["person"]), value["name"], value["present"])]
        case "rename":
            return [PersonRenamed(PersonId(value["person"]), value["before"], value["after"])]
        case "verdict" | "verdicts":
            given = face_rows.verdict_from(value["kind"], value["person"], value["source"])
            faces = value.get("faces") or [value["face"]]
            return [VerdictGiven(FaceId(one), given, value["present"]) for one in faces]
        case "draw":
            box = box_from_json(value["box"])
            return [FaceDrawn(FaceId(value["face"]), PhotoId(value["photo"]), box, value["present"])]
        case "tag" | "state":
            return _words_from(value)
        case _:
            return [face_pairs.from_json(value)]


def _words_from(value: dict[str, Any]) -> Sequence[Operation]:
    if value["do"] == "state":
        return _stated(value)
    photos = tuple(PhotoId(one) for one in value["photos"])
    return [TagGiven(tuple(value["tag"]), value["kind"], photos, value["present"])]


def _stated(value: dict[str, Any]) -> Sequence[Operation]:
    photos = [PhotoId(one) for one in value["photos"]]
    before, after = (some * len(photos) if len(some) == 1 else some for some in (value["before"], value["after"]))
    return [FieldStated(photo, value["field"], b, a) for photo, b, a in zip(photos, before, after, strict=True)]
