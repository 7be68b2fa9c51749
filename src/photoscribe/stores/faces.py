"""Faces as the application asks for them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, bindparam, exists, func, or_, select, update

from photoscribe.app.library import FaceRecord, FaceSaid, FaceSight, FaceVectors
from photoscribe.core.changes import ChangeId, FacesRegrouped
from photoscribe.core.facts import Quality
from photoscribe.core.geometry import Box
from photoscribe.core.people import FaceId, GroupId, PersonId, Standing, Suggestion
from photoscribe.core.photo import PhotoId
from photoscribe.stores import face_rows, operations
from photoscribe.stores.database import Database, take_numbers
from photoscribe.stores.paths import to_path
from photoscribe.stores.schema import change, face, media_file, photo, verdict
from photoscribe.stores.slices import parts


class SqlFaces:
    def __init__(self, database: Database) -> None:
        self._database = database

    def all(
        self,
        *,
        faces: Collection[FaceId] | None = None,
        photos: Collection[PhotoId] | None = None,
        groups: Collection[GroupId] | None = None,
        people: Collection[PersonId] | None = None,
    ) -> Sequence[FaceRecord]:
        wanted = select(face, media_file.c.path).join(media_file, media_file.c.photo_id == face.c.photo_id)
        if groups is not None:
            wanted = wanted.where(face.c.group_id.in_(list(groups)))
        if people is not None:
            wanted = wanted.where(_about(people))
        found: list[FaceRecord] = []
        with self._database.read() as connection:
            for query in _narrowed(wanted, face.c.id, faces):
                for narrow in _narrowed(query, face.c.photo_id, photos):
                    found += _records(connection, connection.execute(narrow).all())
        return sorted(found, key=lambda record: record.id)

    def said(self, faces: Collection[FaceId]) -> Sequence[FaceSaid]:
        columns = face.c.id, face.c.photo_id, face.c.group_id, face.c.state, face.c.person_id
        wanted = select(*columns, face.c.suggested_probability).order_by(face.c.id)
        found: list[FaceSaid] = []
        with self._database.read() as connection:
            for query in _narrowed(wanted, face.c.id, faces):
                rows = connection.execute(query).all()
                verdicts = face_rows.verdicts_of(connection, [row.id for row in rows])
                found += [
                    FaceSaid(row.id, row.photo_id, row.group_id, tuple(verdicts.get(row.id, ())), _standing(row))
                    for row in rows
                ]
        return found

    def count(self, photos: Collection[PhotoId] | None = None) -> int:
        """Faces in these photos, or in all; those put away are not counted."""
        wanted = select(func.count()).select_from(face).where(face.c.state != "ignored")
        with self._database.read() as connection:
            return sum(connection.execute(q).scalar_one() for q in _narrowed(wanted, face.c.photo_id, photos))

    def counts_by_person(self) -> Mapping[PersonId, tuple[int, int]]:
        counted = select(face.c.person_id, func.count(), func.count(face.c.photo_id.distinct()))
        present = counted.join(media_file, media_file.c.photo_id == face.c.photo_id)
        with self._database.read() as connection:
            rows = connection.execute(present.where(face.c.state == "confirmed").group_by(face.c.person_id)).all()
        return {PersonId(person): (faces, photos) for person, faces, photos in rows}

    def vectors(self, model: str) -> FaceVectors:
        columns = face.c.id, face.c.photo_id, face.c.vector, face.c.size_px, face.c.sharpness, face.c.frontal
        wanted = select(*columns).where(face.c.model == model, face.c.vector.is_not(None)).order_by(face.c.id)
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        matrix = np.frombuffer(b"".join(row.vector for row in rows), np.float32)
        return FaceVectors(
            np.array([row.id for row in rows], np.int64),
            np.array([row.photo_id for row in rows], np.int64),
            matrix.reshape(len(rows), -1) if rows else np.zeros((0, 1), np.float32),
            np.array([[row.size_px, row.sharpness, row.frontal] for row in rows], np.float32).reshape(len(rows), 3),
        )

    def looks(self, faces: Collection[FaceId]) -> Mapping[FaceId, NDArray[np.float32]]:
        found: dict[FaceId, NDArray[np.float32]] = {}
        with self._database.read() as connection:
            for query in _narrowed(
                select(face.c.id, face.c.vector).where(face.c.vector.is_not(None)), face.c.id, faces
            ):
                found |= {FaceId(id_): np.frombuffer(vector, np.float32) for id_, vector in connection.execute(query)}
        return found

    def standings(self) -> Mapping[FaceId, Standing]:
        columns = face.c.id, face.c.state, face.c.person_id, face.c.suggested_probability
        with self._database.read() as connection:
            return {FaceId(row.id): _standing(row) for row in connection.execute(select(*columns))}

    def rejections(self) -> Sequence[tuple[FaceId, PersonId]]:
        wanted = select(verdict.c.face_id, verdict.c.person_id).where(verdict.c.kind == "rejected")
        with self._database.read() as connection:
            return [(FaceId(id_), PersonId(about)) for id_, about in connection.execute(wanted)]

    def groups(self) -> Mapping[FaceId, GroupId]:
        wanted = select(face.c.id, face.c.group_id).where(face.c.group_id.is_not(None))
        with self._database.read() as connection:
            return {FaceId(id_): GroupId(group) for id_, group in connection.execute(wanted)}

    def set_groups(self, groups: Mapping[FaceId, GroupId | None], *, untouched_since: ChangeId | None = None) -> int:
        now = update(face).where(face.c.id == bindparam("face")).values(group_id=bindparam("to"))
        with self._database.write() as connection:
            if untouched_since is not None:
                moved = _regrouped_since(connection, untouched_since)
                groups = {id_: group for id_, group in groups.items() if id_ not in moved}
            if groups:
                connection.execute(now, [{"face": id_, "to": group} for id_, group in groups.items()])
            return face_rows.moved_on(connection)

    def set_suggestions(self, suggestions: Mapping[FaceId, Suggestion | None]) -> int:
        values: dict[str, Any] = {"suggested": bindparam("person"), "suggested_probability": bindparam("probability")}
        rows = [
            {"face": id_, "person": one.person if one else None, "probability": one.probability if one else None}
            for id_, one in suggestions.items()
        ]
        with self._database.write() as connection:
            if rows:
                connection.execute(update(face).where(face.c.id == bindparam("face")).values(**values), rows)
            for part in parts(list(suggestions)):
                face_rows.restand(connection, part)
            return face_rows.moved_on(connection)

    def sights(self, faces: Collection[FaceId]) -> Mapping[FaceId, FaceSight]:
        columns = face.c.id, face.c.photo_id, face.c.x, face.c.y, face.c.w, face.c.h
        shown = select(*columns, photo.c.picture_hash, photo.c.taken_local).join(photo, photo.c.id == face.c.photo_id)
        found: dict[FaceId, FaceSight] = {}
        with self._database.read() as connection:
            for query in _narrowed(shown, face.c.id, faces):
                for id_, photo_id, x, y, w, h, picture, taken in connection.execute(query):
                    found[FaceId(id_)] = FaceSight(PhotoId(photo_id), Box(x, y, w, h), picture, taken)
        return found

    def reserve_groups(self, count: int) -> Sequence[GroupId]:
        with self._database.write() as connection:
            return [GroupId(number) for number in take_numbers(connection, "next_group", count)]

    def reserve(self, count: int) -> Sequence[FaceId]:
        with self._database.write() as connection:
            return [FaceId(number) for number in take_numbers(connection, "next_face", count)]


def _regrouped_since(connection: Connection, moment: ChangeId) -> set[FaceId]:
    """Faces whose group the user decided after this change."""
    later = select(change.c.operations).where(change.c.id > moment)
    said = [operation for (values,) in connection.execute(later) for operation in operations.from_json(values)]
    return {face for operation in said if isinstance(operation, FacesRegrouped) for face in operation.faces}


def _about(people: Collection[PersonId]) -> Any:
    said = exists().where(verdict.c.face_id == face.c.id, verdict.c.person_id.in_(list(people)))
    return or_(face.c.person_id.in_(list(people)), said)


def _narrowed(query: Select[Any], column: Any, values: Collection[int] | None) -> list[Select[Any]]:
    """The query once for each slice of the values, which may be more than a database can bind."""
    if values is None:
        return [query]
    return [query.where(column.in_(list(part))) for part in parts(sorted(values))]


def _records(connection: Connection, rows: Sequence[Any]) -> list[FaceRecord]:
    said: dict[int, Any] = {}
    for part in parts([row.id for row in rows]):
        said |= face_rows.verdicts_of(connection, part)
    return [_record(row, tuple(said.get(row.id, ()))) for row in rows]


def _record(row: Any, verdicts: tuple[Any, ...]) -> FaceRecord:
    known = row.size_px is not None
    return FaceRecord(
        FaceId(row.id),
        PhotoId(row.photo_id),
        to_path(row.path),
        face_rows.box_of(row),
        row.score,
        row.source,
        Quality(row.size_px, row.sharpness, row.frontal) if known else None,
        verdicts,
        face_rows.suggestion_of(row),
        GroupId(row.group_id) if row.group_id is not None else None,
        _standing(row),
    )


def _standing(row: Any) -> Standing:
    person = cast("PersonId | None", row.person_id)
    probability = {"confirmed": 1.0, "suggested": row.suggested_probability}.get(row.state)
    return Standing(row.state, person, probability)
