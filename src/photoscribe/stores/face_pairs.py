"""Pairs of faces that are one person or two, groups that follow at once, and the face that stands for a person."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from photoscribe.core.changes import FacesPaired, FacesRegrouped, PersonCovered
from photoscribe.core.people import FaceId, GroupId, PersonId
from photoscribe.stores.schema import face, face_pair, person
from photoscribe.stores.slices import parts

T = TypeVar("T")
PairedOperation = FacesPaired | FacesRegrouped | PersonCovered


def perform(connection: Connection, operation: PairedOperation) -> Sequence[FaceId]:
    """Do one operation; the faces it touched. What is not possible any more is passed over."""
    match operation:
        case FacesPaired():
            return pair(connection, [operation])
        case FacesRegrouped():
            return _regroup(connection, operation)
        case PersonCovered():
            now = update(person).where(
                person.c.id == operation.person, person.c.cover_face.is_not_distinct_from(operation.before)
            )
            connection.execute(now.values(cover_face=operation.after))
            return ()


def pair(connection: Connection, said: Sequence[FacesPaired]) -> Sequence[FaceId]:
    """Do them in this order, all at once; the faces of those that are possible. One pair is of one kind."""
    last = {(one.a, one.b): one for one in said}
    ids, there = sorted({face for both in last for face in both}), set[int]()
    for part in parts(ids):
        there.update(connection.execute(select(face.c.id).where(face.c.id.in_(part))).scalars())
    possible = [one for both, one in last.items() if there.issuperset(both)]
    new = [{"face_a": one.a, "face_b": one.b, "kind": one.kind} for one in possible if one.present]
    gone = [{"the_a": one.a, "the_b": one.b, "the_kind": one.kind} for one in possible if not one.present]
    same = face_pair.c.face_a == bindparam("the_a"), face_pair.c.face_b == bindparam("the_b")
    if gone:
        connection.execute(delete(face_pair).where(*same, face_pair.c.kind == bindparam("the_kind")), gone)
    if new:
        old = [{"the_a": row["face_a"], "the_b": row["face_b"]} for row in new]
        connection.execute(delete(face_pair).where(*same), old)
        connection.execute(insert(face_pair), new)
    return sorted({face for one in possible for face in (one.a, one.b)})


def pairs(connection: Connection) -> dict[str, list[tuple[FaceId, FaceId]]]:
    """Every pair by kind: "apart", "together"."""
    found: dict[str, list[tuple[FaceId, FaceId]]] = {"apart": [], "together": []}
    rows = select(face_pair).order_by(face_pair.c.face_a, face_pair.c.face_b)
    for row in connection.execute(rows):
        found[row.kind].append((FaceId(row.face_a), FaceId(row.face_b)))
    return found


def to_json(operation: PairedOperation) -> dict[str, Any]:
    match operation:
        case FacesPaired(a, b, kind, present):
            return {"do": "pair", "a": a, "b": b, "kind": kind, "present": present}
        case FacesRegrouped(faces, group_before, group_after):
            return {"do": "regroup", "faces": list(faces), "before": group_before, "after": group_after}
        case PersonCovered(who, face_before, face_after):
            return {"do": "cover", "person": who, "before": face_before, "after": face_after}


def from_json(value: dict[str, Any]) -> PairedOperation:
    match value["do"]:
        case "pair":
            return FacesPaired(FaceId(value["a"]), FaceId(value["b"]), value["kind"], value["present"])
        case "regroup":
            faces = tuple(FaceId(one) for one in value["faces"])
            return FacesRegrouped(faces, _known(value["before"], GroupId), _known(value["after"], GroupId))
        case _:
            before, after = _known(value["before"], FaceId), _known(value["after"], FaceId)
            return PersonCovered(PersonId(value["person"]), before, after)


def _known(value: int | None, kind: Callable[[int], T]) -> T | None:
    return None if value is None else kind(value)


def _regroup(connection: Connection, operation: FacesRegrouped) -> Sequence[FaceId]:
    moved: list[FaceId] = []
    for part in parts(operation.faces):
        still = face.c.id.in_(part), face.c.group_id.is_not_distinct_from(operation.before)
        moved += [FaceId(id_) for id_ in connection.execute(select(face.c.id).where(*still)).scalars()]
        connection.execute(update(face).where(*still).values(group_id=operation.after))
    return moved
