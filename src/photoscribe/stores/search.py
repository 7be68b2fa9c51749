"""Queries as SQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select, true

from photoscribe.app.library import Hit
from photoscribe.core.people import name_key
from photoscribe.core.photo import PhotoId
from photoscribe.core.query import Query, Term, taken_range
from photoscribe.stores.database import Database
from photoscribe.stores.paths import to_path
from photoscribe.stores.schema import face, fact, media_file, person, photo


class SqlFinder:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, query: Query) -> Sequence[Hit]:
        """Photos for which every term holds, newest first; missing ones only when asked for by is:missing."""
        conditions = [_condition(term) for term in query.terms]
        if not any(term.field == "is" and term.values == ("missing",) for term in query.terms):
            conditions.append(not_(media_file.c.missing))
        wanted = select(photo.c.id, media_file.c.path).join(media_file, media_file.c.photo_id == photo.c.id)
        order = photo.c.taken_local.desc().nulls_last(), media_file.c.path
        with self._database.read() as connection:
            rows = connection.execute(wanted.where(and_(true(), *conditions)).order_by(*order)).all()
        return [Hit(PhotoId(row.id), to_path(row.path), 1.0) for row in rows]


def _condition(term: Term) -> ColumnElement[bool]:
    value = term.values[0]
    match term.field:
        case "person":
            found = _shows(name_key(value))
        case "only":
            found = _only([name_key(name) for name in term.values])
        case "tag":
            found = _has_tag(value.casefold())
        case "place":
            found = or_(*(_contains(photo.c[part], value) for part in ("location", "city", "state", "country")))
        case "path":
            found = _contains(media_file.c.path, value)
        case "taken":
            first, end = taken_range(value)
            found = and_(photo.c.taken_local >= first.isoformat(), photo.c.taken_local < end.isoformat())
            found = func.coalesce(found, False)
        case "camera":
            found = _contains(photo.c.camera, value)
        case "is":
            found = _is(value)
        case "text":
            found = _text(value)
    return not_(found) if term.negated else found


def _shows(key: str) -> ColumnElement[bool]:
    joined = face.c.person_id == person.c.id
    return exists().where(face.c.photo_id == photo.c.id, face.c.state == "confirmed", joined, person.c.key == key)


def _only(keys: list[str]) -> ColumnElement[bool]:
    """All of these people, and no other face that is not put away."""
    named = select(person.c.id).where(person.c.key.in_(keys)).scalar_subquery()
    other = _other_face()
    stranger = exists().where(
        other.c.photo_id == photo.c.id,
        other.c.state != "ignored",
        or_(other.c.state != "confirmed", other.c.person_id.not_in(named)),
    )
    return and_(*(_shows(key) for key in keys), not_(stranger))


def _other_face() -> Any:
    return face.alias("other_face")


def _has_tag(tag: str) -> ColumnElement[bool]:
    of_photo = fact.c.photo_id == photo.c.id, fact.c.kind == "tag"
    inside = "/" + fact.c.text + "/"
    return exists().where(*of_photo, inside.contains(f"/{tag}/", autoescape=True))


def _is(flag: str) -> ColumnElement[bool]:
    match flag:
        case "missing":
            return media_file.c.missing
        case "faceless":
            return not_(exists().where(face.c.photo_id == photo.c.id, face.c.state != "ignored"))
        case "video" | "raw":
            return photo.c.kind == flag
        case _:
            return exists().where(face.c.photo_id == photo.c.id, face.c.state == flag)


def _text(word: str) -> ColumnElement[bool]:
    fields = [media_file.c.path, photo.c.title, photo.c.caption, photo.c.camera]
    fields += [photo.c[part] for part in ("location", "city", "state", "country")]
    said = exists().where(fact.c.photo_id == photo.c.id, fact.c.text.contains(word.casefold(), autoescape=True))
    joined = face.c.person_id == person.c.id
    shown = exists().where(
        face.c.photo_id == photo.c.id,
        face.c.state == "confirmed",
        joined,
        person.c.key.contains(name_key(word), autoescape=True),
    )
    return or_(*(_contains(field, word) for field in fields), said, shown)


def _contains(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    return func.lower(column).contains(word.lower(), autoescape=True)
