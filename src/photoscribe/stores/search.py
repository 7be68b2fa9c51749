"""Queries as SQL: conditions on the photo table alone, so that every list, count and map can use them."""

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, not_, or_, select, true

from photoscribe.app.library import Hit
from photoscribe.core.people import name_key
from photoscribe.core.photo import PhotoId
from photoscribe.core.query import Area, Query, Term, area_of, rating_range, taken_range
from photoscribe.core.tags import tag_key, tag_of
from photoscribe.stores.database import Database
from photoscribe.stores.paths import span_of, to_path, to_text
from photoscribe.stores.schema import face, fact, media_file, person, photo, tagging

PLACES = ("location", "city", "state", "country")


class SqlFinder:
    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, query: Query) -> Sequence[Hit]:
        """Photos for which every term holds, newest first; missing ones only when asked for by is:missing."""
        wanted = select(photo.c.id, media_file.c.path).join(media_file, media_file.c.photo_id == photo.c.id)
        order = photo.c.taken_local.desc().nulls_last(), media_file.c.path
        with self._database.read() as connection:
            rows = connection.execute(wanted.where(holds(query)).order_by(*order)).all()
        return [Hit(PhotoId(row.id), to_path(row.path), 1.0) for row in rows]

    def ids(self, query: Query) -> Sequence[PhotoId]:
        """As find, the ids alone, in the order of the timeline."""
        wanted = select(photo.c.id).where(holds(query)).order_by(photo.c.taken_local.desc(), photo.c.id.desc())
        with self._database.read() as connection:
            return [PhotoId(id_) for id_ in connection.execute(wanted).scalars()]

    def count(self, query: Query) -> int:
        with self._database.read() as connection:
            return connection.execute(select(func.count()).select_from(photo).where(holds(query))).scalar_one()


def holds(query: Query) -> ColumnElement[bool]:
    """Every term holds; for missing photos only when they are asked for."""
    conditions = [_condition(term) for term in query.terms]
    if not any(term.field == "is" and term.values == ("missing",) for term in query.terms):
        conditions.append(photo.c.missing == false())
    return and_(true(), *conditions)


def _condition(term: Term) -> ColumnElement[bool]:  # noqa: C901 one case for each field
    value = term.values[0]
    match term.field:
        case "person":
            found = _shows(name_key(value))
        case "only":
            found = _only([name_key(name) for name in term.values])
        case "tag":
            found = _has_tag(tag_key(tag_of(value.strip("/"))))
        case "place":
            found = or_(*(_contains(photo.c[part], value) for part in PLACES))
        case "path":
            found = _of_file(_contains(media_file.c.path, value))
        case "folder":
            found = _of_file(_in_folder(value))
        case "area":
            found = within(area_of(value))
        case "taken":
            first, end = taken_range(value)
            found = and_(photo.c.taken_local >= first.isoformat(), photo.c.taken_local < end.isoformat())
        case "rating":
            least, most = rating_range(value)
            found = photo.c.rating.between(least, most)
        case "camera":
            found = _contains(photo.c.camera, value)
        case "is":
            found = _is(value)
        case "text":
            found = _text(value)
    return not_(func.coalesce(found, false())) if term.negated else found


def within(area: Area) -> ColumnElement[bool]:
    longitude = photo.c.longitude
    beside = and_ if area.west <= area.east else or_
    inside = beside(longitude >= area.west, longitude <= area.east)
    return and_(photo.c.latitude.between(area.south, area.north), inside)


def _of_file(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return photo.c.id.in_(select(media_file.c.photo_id).where(condition))


def _in_folder(text: str) -> ColumnElement[bool]:
    folder = Path(text)
    first, end = span_of(folder)
    return or_(media_file.c.folder == to_text(folder), and_(media_file.c.folder >= first, media_file.c.folder < end))


def _shows(key: str) -> ColumnElement[bool]:
    joined = face.c.person_id == person.c.id
    shown = select(face.c.photo_id).where(face.c.state == "confirmed", joined, person.c.key == key)
    return photo.c.id.in_(shown)


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
    """Tagged with it, below it, or with a tag that has it as a part."""
    inside = "/" + tagging.c.key + "/"
    of_photo = tagging.c.photo_id == photo.c.id, tagging.c.state == "confirmed"
    return exists().where(*of_photo, inside.contains(f"/{tag}/", autoescape=True))


def _is(flag: str) -> ColumnElement[bool]:  # noqa: PLR0911 one case for each flag
    tagged = exists().where(tagging.c.photo_id == photo.c.id, tagging.c.state == "confirmed")
    match flag:
        case "missing":
            return photo.c.missing == true()
        case "faceless":
            return not_(exists().where(face.c.photo_id == photo.c.id, face.c.state != "ignored"))
        case "image" | "video" | "raw":
            return photo.c.kind == flag
        case "placed" | "placeless":
            return photo.c.latitude.is_not(None) if flag == "placed" else photo.c.latitude.is_(None)
        case "tagged" | "untagged":
            return tagged if flag == "tagged" else not_(tagged)
        case "rated":
            return photo.c.rating > 0
        case _:
            return exists().where(face.c.photo_id == photo.c.id, face.c.state == flag)


def _text(word: str) -> ColumnElement[bool]:
    """The word anywhere in what is shown: sets of photos, each found once, where asking photo by photo takes longer."""
    fields = [photo.c.title, photo.c.caption, photo.c.camera, *(photo.c[part] for part in PLACES)]
    of_kind = fact.c.kind.in_(["person", "region", "title", "caption", "place"])
    said = select(fact.c.photo_id).where(of_kind, fact.c.text.contains(word.casefold(), autoescape=True))
    with_word = tagging.c.key.contains(word.casefold(), autoescape=True)
    tagged = select(tagging.c.photo_id).where(tagging.c.state == "confirmed", with_word)
    named = select(person.c.id).where(
        person.c.key.contains(unicodedata.normalize("NFKC", word).casefold(), autoescape=True)
    )
    shown = select(face.c.photo_id).where(face.c.person_id.in_(named), face.c.state == "confirmed")
    called = select(media_file.c.photo_id).where(_contains(media_file.c.path, word))
    return or_(
        *(_contains(field, word) for field in fields),
        *(photo.c.id.in_(found) for found in (called, said, tagged, shown)),
    )


def _contains(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    return func.lower(column).contains(word.lower(), autoescape=True)
