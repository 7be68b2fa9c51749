"""People and their faces as lists, without what only one face needs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select

from photoscribe.app.portraits import Listed, PersonFaceState, Tally
from photoscribe.core.people import FaceId, FaceState, PersonId
from photoscribe.core.photo import PhotoId
from photoscribe.stores.database import Database
from photoscribe.stores.schema import face, person, photo, verdict
from photoscribe.stores.slices import parts

_UNDATED = "undated"


class SqlPortraits:
    def __init__(self, database: Database) -> None:
        self._database = database

    def tallies(self) -> Sequence[Tally]:
        confirmed, suggested = face.c.state == "confirmed", face.c.state == "suggested"
        counted = (
            select(
                face.c.person_id,
                func.count().filter(confirmed).label("faces"),
                func.count(face.c.photo_id.distinct()).filter(confirmed).label("photos"),
                func.count().filter(suggested).label("suggested"),
            )
            .where(face.c.person_id.is_not(None))
            .group_by(face.c.person_id)
            .subquery()
        )
        wanted = select(person.c.id, person.c.name, counted.c.faces, counted.c.photos, counted.c.suggested)
        with self._database.read() as connection:
            rows = connection.execute(wanted.join(counted, counted.c.person_id == person.c.id).order_by(person.c.key))
            return [Tally(PersonId(id_), name, *counts) for id_, name, *counts in rows]

    def listed(self, person_id: PersonId, state: PersonFaceState) -> Sequence[Listed]:
        wanted = select(face.c.id, photo.c.taken_local).join(photo, photo.c.id == face.c.photo_id)
        if state == "rejected":
            said = verdict.c.face_id == face.c.id, verdict.c.kind == "rejected", verdict.c.person_id == person_id
            wanted = wanted.where(select(verdict.c.face_id).where(*said).exists())
        else:
            wanted = wanted.where(face.c.person_id == person_id, face.c.state == state)
        with self._database.read() as connection:
            return [Listed(FaceId(id_), taken) for id_, taken in connection.execute(wanted.order_by(face.c.id))]

    def years(self, person_id: PersonId) -> Sequence[tuple[str, int]]:
        year = func.coalesce(func.substr(photo.c.taken_local, 1, 4), _UNDATED)
        counted = select(year, func.count()).join(face, face.c.photo_id == photo.c.id)
        hers = counted.where(face.c.person_id == person_id, face.c.state == "confirmed")
        with self._database.read() as connection:
            rows = [(str(one), count) for one, count in connection.execute(hers.group_by(year).order_by(year.desc()))]
        return sorted(rows, key=lambda row: row[0] == _UNDATED)

    def companions(self, person_id: PersonId, most: int) -> Sequence[tuple[PersonId, int]]:
        hers, other = face.alias("hers"), face.alias("other")
        shared = func.count(other.c.photo_id.distinct()).label("shared")
        wanted = (
            select(other.c.person_id, shared)
            .join(hers, hers.c.photo_id == other.c.photo_id)
            .where(hers.c.person_id == person_id, hers.c.state == "confirmed")
            .where(other.c.state == "confirmed", other.c.person_id != person_id)
            .group_by(other.c.person_id)
            .order_by(shared.desc(), other.c.person_id)
            .limit(most)
        )
        with self._database.read() as connection:
            return [(PersonId(id_), count) for id_, count in connection.execute(wanted)]

    def photos_of(self, faces: Sequence[FaceId]) -> int:
        """In how many photos these faces are."""
        found: set[PhotoId] = set()
        with self._database.read() as connection:
            for part in parts(faces):
                found.update(connection.execute(select(face.c.photo_id).where(face.c.id.in_(part))).scalars())
        return len(found)

    def ids(
        self, states: Sequence[FaceState], people: Sequence[PersonId] | None, after: FaceId, most: int
    ) -> Sequence[tuple[FaceId, PhotoId]]:
        wanted: Select[Any] = select(face.c.id, face.c.photo_id).where(face.c.id > after)
        if states:
            wanted = wanted.where(face.c.state.in_(list(states)))
        if people is not None:
            wanted = wanted.where(face.c.person_id.in_(list(people)))
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(face.c.id).limit(most)).all()
        return [(FaceId(row.id), PhotoId(row.photo_id)) for row in rows]
