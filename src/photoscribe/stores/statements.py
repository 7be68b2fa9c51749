"""Everything that is said of one photo, by whom, and which of it is what is shown."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from photoscribe.app.library import StoredFact
from photoscribe.core.photo import PhotoId
from photoscribe.core.tags import TagStanding, tag_key, tag_text
from photoscribe.stores import photo_words
from photoscribe.stores.facts import with_offset
from photoscribe.stores.schema import fact, photo


def statements(connection: Connection, id_: PhotoId) -> tuple[tuple[StoredFact, ...], Sequence[TagStanding]]:
    """The user's statements before those of files, and the tags that stand."""
    row = connection.execute(select(photo).where(photo.c.id == id_)).one()
    said = select(fact.c.kind, fact.c.value, fact.c.origin).where(fact.c.photo_id == id_).order_by(fact.c.id)
    facts = connection.execute(said).all()
    own = photo_words.stated_of(connection, [id_]).get(id_, {})
    tags = photo_words.standing_of(connection, [id_]).get(id_, ())
    verdicts = photo_words.tags_said(connection, [id_]).get(id_, ())
    shown = _shown(row)
    of_user = [StoredFact(field, value, "user", "chosen") for field, value in own.items()]
    of_user += [StoredFact("tag", list(one.tag), "user", one.kind) for one in verdicts]
    rejected = {tag_key(one.tag) for one in verdicts if one.kind == "rejected"}
    standing = {tag_key(one.tag): one for one in tags}
    of_files = [
        StoredFact(one.kind, one.value, one.origin, _state(one, own, shown, standing.keys(), rejected)) for one in facts
    ]
    guessed = [
        StoredFact("tag", list(one.tag), one.origin, "suggested", one.probability)
        for one in tags
        if one.state == "suggested"
    ]
    return tuple(of_user + of_files + guessed), tags


def confirmed(tags: Sequence[TagStanding]) -> tuple[str, ...]:
    return tuple(tag_text(one.tag) for one in tags if one.state == "confirmed")


def _shown(row: Any) -> dict[str, Any]:
    """The photo's values in the form in which facts are kept."""
    return {
        "taken": with_offset(row.taken_local, row.taken_offset_minutes) if row.taken_local else None,
        "position": [row.latitude, row.longitude],
        "place": {name: getattr(row, name) for name in ("location", "city", "state", "country")},
        "title": row.title,
        "caption": row.caption,
        "rating": row.rating,
        "camera": row.camera,
    }


def _state(one: Any, own: Mapping[Any, Any], shown: Mapping[str, Any], standing: Any, rejected: set[str]) -> str:
    kind, value = one.kind, one.value
    if kind == "tag":
        key = tag_key(tuple(value))
        return "rejected" if key in rejected else "chosen" if key in standing else "stated"
    if kind not in shown or kind in own:
        return "stated"
    if kind == "position":
        value = value[:2]
    elif kind == "camera":
        value = " ".join(part for part in (value["make"], value["model"], value["lens"]) if part)
    return "chosen" if value == shown[kind] else "stated"
