"""How photos look, and what they have in common besides."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, false, select

from photoscribe.app.lookalikes import Looks, as_matrix
from photoscribe.core.kinship import HOURS, KILOMETRES, Traits
from photoscribe.core.photo import PhotoId
from photoscribe.stores.database import Database
from photoscribe.stores.facts import sortable
from photoscribe.stores.schema import face, photo
from photoscribe.stores.slices import parts

_p = photo.c
_DEGREES = 2 * KILOMETRES / 111  # of latitude; of longitude fewer kilometres, which is near enough


class SqlLikeness:
    def __init__(self, database: Database) -> None:
        self._database = database

    def looks(self, after: PhotoId) -> Looks:
        wanted = select(_p.id, _p.look).where(_p.id > after, _p.look.is_not(None)).order_by(_p.id)
        with self._database.read() as connection:
            return as_matrix([tuple(row) for row in connection.execute(wanted)])

    def near(self, photo_id: PhotoId, most: int) -> Sequence[PhotoId]:
        with self._database.read() as connection:
            row = connection.execute(select(_p.taken_local, _p.latitude, _p.longitude).where(_p.id == photo_id)).first()
            if row is None:
                return []
            found: list[PhotoId] = []
            for wanted in _near(row):
                found += [PhotoId(id_) for id_ in connection.execute(wanted.limit(most)).scalars()]
            return found + _with_the_same_people(connection, photo_id, most)

    def traits(self, photos: Collection[PhotoId]) -> Mapping[PhotoId, Traits]:
        columns = _p.id, _p.taken_utc, _p.latitude, _p.longitude
        confirmed = select(face.c.photo_id, face.c.person_id).where(face.c.state == "confirmed")
        found: dict[PhotoId, Traits] = {}
        with self._database.read() as connection:
            for part in parts(sorted(photos)):
                people: dict[int, set[str]] = {}
                for id_, person in connection.execute(confirmed.where(face.c.photo_id.in_(part))):
                    people.setdefault(id_, set()).add(person)
                for row in connection.execute(select(*columns).where(_p.id.in_(part), _p.missing == false())):
                    found[PhotoId(row.id)] = _traits(row, people.get(row.id, set()))
        return found


def _near(row: Any) -> list[Select[Any]]:
    wanted = select(_p.id).where(_p.missing == false())
    queries = []
    if row.taken_local:
        taken = datetime.fromisoformat(row.taken_local)
        first, last = (sortable(taken + sign * timedelta(hours=HOURS)) for sign in (-1, 1))
        queries += [
            wanted.where(_p.taken_local.between(row.taken_local, last)).order_by(_p.taken_local),
            wanted.where(_p.taken_local.between(first, row.taken_local)).order_by(_p.taken_local.desc()),
        ]
    if row.latitude is not None:
        beside = [
            column.between(value - _DEGREES, value + _DEGREES)
            for column, value in ((_p.latitude, row.latitude), (_p.longitude, row.longitude))
        ]
        queries.append(wanted.where(and_(*beside)))
    return queries


def _with_the_same_people(connection: Connection, photo_id: PhotoId, most: int) -> list[PhotoId]:
    """The latest of each person's."""
    of_photo = select(face.c.person_id).where(face.c.photo_id == photo_id, face.c.state == "confirmed")
    found: list[PhotoId] = []
    for person in connection.execute(of_photo).scalars().all():
        shown = select(face.c.photo_id).where(face.c.person_id == person, face.c.state == "confirmed")
        latest = shown.order_by(face.c.photo_id.desc()).limit(most)
        found += [PhotoId(id_) for id_ in connection.execute(latest).scalars()]
    return found


def _traits(row: Any, people: set[str]) -> Traits:
    return Traits(
        datetime.fromisoformat(row.taken_utc).replace(tzinfo=UTC) if row.taken_utc else None,
        (row.latitude, row.longitude) if row.latitude is not None else None,
        frozenset(people),
    )
