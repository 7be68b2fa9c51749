"""All faces at once, and some of them again, each read at one moment."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from photoscribe.app.face_columns import STATES, FaceColumns, FaceStands, Moment, Stands
from photoscribe.core.people import FaceId, PersonId
from photoscribe.stores import face_pairs
from photoscribe.stores.database import Database
from photoscribe.stores.face_rows import REVISION
from photoscribe.stores.schema import face, setting, verdict
from photoscribe.stores.slices import parts

_NEXT_CHANGE = "next_change"


class SqlColumns:
    def __init__(self, database: Database) -> None:
        self._database = database

    def moment(self) -> Moment:
        with self._database.read() as connection:
            return _moment(connection)

    def columns(self, model: str) -> FaceColumns:
        columns: tuple[Any, ...] = face.c.id, face.c.photo_id, face.c.vector
        columns += (face.c.size_px, face.c.sharpness, face.c.frontal)
        columns += (face.c.state, face.c.person_id, face.c.suggested_probability, face.c.group_id)
        wanted = select(*columns).where(face.c.model == model, face.c.vector.is_not(None)).order_by(face.c.id)
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
            refused = connection.execute(_rejections()).all()
            pairs, moment = face_pairs.pairs(connection), _moment(connection)
        names: Any = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
        ids, photos, vectors, size, sharpness, frontal, states, persons, probability, groups = names
        number: dict[PersonId, int] = {}
        who = [number.setdefault(one, len(number)) if one else -1 for one in persons]
        row = dict(zip(ids, range(len(ids)), strict=True))
        rejected = [(row[f], number.setdefault(PersonId(p), len(number))) for f, p in refused if f in row]
        state = {name: at for at, name in enumerate(STATES)}
        return FaceColumns(
            np.array(ids, np.int64),
            np.array(photos, np.int64),
            np.frombuffer(b"".join(vectors), np.float32).reshape(len(ids), -1) if ids else np.zeros((0, 1), np.float32),
            np.array([size, sharpness, frontal], np.float32).T.reshape(len(ids), 3),
            np.array([state[one] for one in states], np.int8),
            np.array(who, np.int64),
            np.array(probability, np.float32),
            np.array([-1 if one is None else one for one in groups], np.int64),
            tuple(number),
            np.array(rejected, np.int64).reshape(-1, 2),
            _rows(pairs["apart"], row),
            _rows(pairs["together"], row),
            moment,
        )

    def stands(self, faces: Sequence[FaceId], model: str) -> Stands:
        columns = face.c.id, face.c.state, face.c.person_id, face.c.suggested_probability, face.c.group_id
        wanted = select(*columns).where(face.c.model == model, face.c.vector.is_not(None))
        found: dict[FaceId, FaceStands] = {}
        with self._database.read() as connection:
            for part in parts(list(faces)):
                said: dict[int, list[PersonId]] = {}
                for id_, person in connection.execute(_rejections().where(verdict.c.face_id.in_(part))):
                    said.setdefault(id_, []).append(PersonId(person))
                for id_, state, person, probability, group in connection.execute(wanted.where(face.c.id.in_(part))):
                    found[FaceId(id_)] = FaceStands(state, person, probability, group, tuple(said.get(id_, ())))
            return Stands(found, _moment(connection))

    def pairs(self) -> Mapping[str, Sequence[tuple[FaceId, FaceId]]]:
        with self._database.read() as connection:
            return face_pairs.pairs(connection)


def _rejections() -> Any:
    return select(verdict.c.face_id, verdict.c.person_id).where(verdict.c.kind == "rejected")


def _rows(pairs: Sequence[tuple[FaceId, FaceId]], row: Mapping[int, int]) -> NDArray[np.int64]:
    there = [(row[a], row[b]) for a, b in pairs if a in row and b in row]
    return np.array(there, np.int64).reshape(-1, 2)


def _moment(connection: Connection) -> Moment:
    wanted = select(setting.c.key, setting.c.value).where(setting.c.key.in_([_NEXT_CHANGE, REVISION]))
    found = {key: int(value) for key, value in connection.execute(wanted)}
    return Moment(found.get(_NEXT_CHANGE, 1) - 1, found.get(REVISION, 0))
