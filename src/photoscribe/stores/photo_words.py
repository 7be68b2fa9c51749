"""What the user says about photos, and what then stands: tags, and the fields of a photo's row.

Everything here works on many photos at once: one change may speak of 100,000.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, insert, literal, select, update

from photoscribe.core.changes import FieldStated, Plain, StatedField, TagGiven
from photoscribe.core.facts import Origin, Statement, TagPath
from photoscribe.core.metadata import Metadata
from photoscribe.core.photo import PhotoId
from photoscribe.core.precedence import choose
from photoscribe.core.stated import FIELDS, fact_of
from photoscribe.core.tags import TagSaid, TagStanding, TagStated, standing_tags, tag_key, tag_of, tag_text
from photoscribe.core.wording import Written, weighed
from photoscribe.stores.facts import field_from_row, sortable
from photoscribe.stores.schema import fact, photo, stated, tag_verdict, tagging, written
from photoscribe.stores.slices import parts
from photoscribe.stores.written_rows import written_of

_GIVEN_BY_USER = ("title", "caption", "rating", "position")
"""Fields whose columns follow from the user's value alone; a date may get its offset from the file."""


def give_tag(connection: Connection, operation: TagGiven) -> None:
    """Change the verdicts alone: restand_tag() follows when all are given."""
    key = tag_key(operation.tag)
    if not operation.present:
        given = tag_verdict.c.key == key, tag_verdict.c.kind == operation.kind
        for part in parts(operation.photos):
            connection.execute(delete(tag_verdict).where(tag_verdict.c.photo_id.in_(part), *given))
        return
    passed_over = set(connection.execute(select(tag_verdict.c.photo_id).where(tag_verdict.c.key == key)).scalars())
    about = {"key": key, "tag": tag_text(operation.tag), "kind": operation.kind}
    new = [{"photo_id": id_, **about} for id_ in present(connection, operation.photos) if id_ not in passed_over]
    if new:
        connection.execute(insert(tag_verdict), new)


def present(connection: Connection, photos: Collection[PhotoId]) -> set[PhotoId]:
    """Those of the photos that the library still has."""
    there: set[PhotoId] = set()
    for part in parts(sorted(set(photos))):
        there.update(
            PhotoId(id_) for id_ in connection.execute(select(photo.c.id).where(photo.c.id.in_(part))).scalars()
        )
    return there


def restand_tag(connection: Connection, tag: TagPath, photos: Collection[PhotoId]) -> None:
    """Work out anew how one tag stands, verdicts on which have changed on these photos.

    In four statements for all photos at once (100,000: half a second; one by one: twelve), but for the few where the
    files have a say: that it stands without the user's word, or a flat keyword that is a part of the path.
    """
    key = tag_key(tag)
    of_key = tagging.c.key == key
    confirmed = select(tag_verdict.c.photo_id).where(tag_verdict.c.key == key, tag_verdict.c.kind == "confirmed")
    rejected = select(tag_verdict.c.photo_id).where(tag_verdict.c.key == key, tag_verdict.c.kind == "rejected")
    others = of_key, tagging.c.origin != "user", tagging.c.photo_id.in_(confirmed)
    connection.execute(delete(tagging).where(*others))
    connection.execute(delete(tagging).where(of_key, tagging.c.photo_id.in_(rejected)))
    as_said = exists().where(
        tag_verdict.c.photo_id == tagging.c.photo_id,
        tag_verdict.c.key == tagging.c.key,
        tag_verdict.c.kind == "confirmed",
        tag_verdict.c.tag == tagging.c.tag,  # it may have been taken back, and given in other letters
    )
    connection.execute(delete(tagging).where(of_key, tagging.c.origin == "user", ~as_said))
    columns = tag_verdict.c.photo_id, tag_verdict.c.key, tag_verdict.c.tag, literal("confirmed"), literal("user")
    given = select(*columns).where(tag_verdict.c.key == key, tag_verdict.c.kind == "confirmed")
    new = given.where(tag_verdict.c.photo_id.not_in(select(tagging.c.photo_id).where(of_key)))
    connection.execute(insert(tagging).from_select(["photo_id", "key", "tag", "state", "origin"], new))
    restand(connection, _told_by_files(connection, tag) & set(photos))


def _told_by_files(connection: Connection, tag: TagPath) -> set[PhotoId]:
    """The photos whose files have, or had before us, the tag without the user's word, or a part of it on its own."""
    key = tag_key(tag)
    told = select(fact.c.photo_id).where(fact.c.kind == "tag")
    unsaid = fact.c.photo_id.not_in(select(tag_verdict.c.photo_id).where(tag_verdict.c.key == key))
    found = set(connection.execute(told.where(fact.c.text == key, unsaid)).scalars())
    if len(tag) > 1:
        found.update(connection.execute(told.where(fact.c.text.in_([tag_key((part,)) for part in tag]))).scalars())
    return {PhotoId(id_) for id_ in found} | taken_out(connection, key)


def taken_out(connection: Connection, key: str) -> set[PhotoId]:
    """The photos from whose files we took the tag."""
    rows = connection.execute(select(written.c.photo_id, written.c.tags)).all()
    return {
        PhotoId(id_) for id_, tags in rows for one in tags if not one["added"] and tag_key(tuple(one["tag"])) == key
    }


def restand(connection: Connection, photos: Collection[PhotoId]) -> None:
    """Work out anew which tags stand on these photos. A machine's suggestion stays unless somebody spoke of its tag."""
    for part in parts(sorted(photos)):
        said, in_files = tags_said(connection, part), tags_in_files(connection, part)
        ours = written_of(connection, part)
        gone, new = [], []
        before = _taggings(connection, part)
        for id_ in part:
            left = ours[id_].tags if id_ in ours else ()
            standing = standing_tags(in_files.get(id_, ()), said.get(id_, ()), left)
            wanted = {tag_key(one.tag): _tagging_row(id_, one) for one in standing}
            spoken = {tag_key(one.tag) for one in said.get(id_, ())}
            old = before.get(id_, {})
            for key, row in old.items():
                guess = row["state"] == "suggested" and key not in spoken and key not in wanted
                if not guess and wanted.get(key) != row:
                    gone.append({"of_photo": id_, "of_key": key})
            new += [row for key, row in wanted.items() if old.get(key) != row]
        if gone:
            of_row = tagging.c.photo_id == bindparam("of_photo"), tagging.c.key == bindparam("of_key")
            connection.execute(delete(tagging).where(*of_row), gone)
        if new:
            connection.execute(insert(tagging), new)


def state(connection: Connection, operations: Sequence[FieldStated]) -> None:
    """Set values, each only where the one before still stands, and the columns that follow."""
    ids = sorted({one.photo for one in operations})
    known = stated_of(connection, ids)
    there = present(connection, ids)
    changed: dict[tuple[PhotoId, StatedField], Plain] = {}
    for one in operations:
        at = one.photo, one.field
        now = changed[at] if at in changed else known.get(one.photo, {}).get(one.field)
        if one.photo in there and now == one.before and now != one.after:
            changed[at] = one.after
    if not changed:
        return
    of_row = stated.c.photo_id == bindparam("of_photo"), stated.c.field == bindparam("of_field")
    connection.execute(delete(stated).where(*of_row), [{"of_photo": id_, "of_field": f} for id_, f in changed])
    rows = [{"photo_id": id_, "field": f, "value": value} for (id_, f), value in changed.items() if value is not None]
    if rows:
        connection.execute(insert(stated), rows)
    _refill(connection, changed)


def _refill(connection: Connection, changed: Mapping[tuple[PhotoId, StatedField], Plain]) -> None:
    """Bring the columns of the photos up to date."""
    for field in FIELDS:
        values = {id_: value for (id_, of), value in changed.items() if of == field}
        plain = {id_: value for id_, value in values.items() if value is not None and field in _GIVEN_BY_USER}
        rows = [
            {"of_photo": id_, **columns(choose([Statement(fact_of(field, value), Origin("user"))]), field)}
            for id_, value in plain.items()
        ]
        rows += [
            {"of_photo": id_, **columns(chosen, field)}
            for id_, chosen in chosen_of(connection, sorted(values.keys() - plain.keys()))
        ]
        if rows:
            settings: dict[str, Any] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "of_photo"}
            renamed = [{name if name == "of_photo" else f"new_{name}": row[name] for name in row} for row in rows]
            connection.execute(update(photo).where(photo.c.id == bindparam("of_photo")).values(**settings), renamed)


def chosen_of(connection: Connection, photos: Sequence[PhotoId]) -> Iterator[tuple[PhotoId, Metadata]]:
    """The fields of each photo after user and files."""
    for part in parts(photos):
        in_files, said = statements_of(connection, part), stated_of(connection, part)
        ours = written_of(connection, part)
        for id_ in part:
            left = ours.get(id_, Written()).fields
            yield id_, choose(weighed(in_files.get(id_, ()), said.get(id_, {}), left))


def columns(chosen: Metadata, field: StatedField) -> dict[str, Any]:
    """The columns of a photo's row that hold a field."""
    match field:
        case "title":
            return {"title": chosen.title}
        case "caption":
            return {"caption": chosen.caption}
        case "rating":
            return {"rating": chosen.rating}
        case "taken":
            taken = chosen.taken
            return {
                "taken_local": sortable(taken.local) if taken else None,
                "taken_offset_minutes": taken.offset_minutes if taken else None,
                "taken_utc": sortable(taken.utc) if taken else None,
            }
        case "position":
            position = chosen.position
            return {
                "latitude": position.latitude if position else None,
                "longitude": position.longitude if position else None,
                "altitude_m": position.altitude_m if position else None,
            }


def stated_of(connection: Connection, photos: Sequence[PhotoId]) -> Mapping[PhotoId, Mapping[StatedField, Plain]]:
    found: dict[PhotoId, dict[StatedField, Plain]] = {}
    for part in parts(photos):
        for row in connection.execute(select(stated).where(stated.c.photo_id.in_(part))):
            found.setdefault(PhotoId(row.photo_id), {})[row.field] = row.value
    return found


def statements_of(connection: Connection, photos: Sequence[PhotoId]) -> Mapping[PhotoId, Sequence[Statement]]:
    """What the files of each photo say of the fields that the user can state too."""
    found: dict[PhotoId, list[Statement]] = {}
    for part in parts(photos):
        wanted = select(fact.c.photo_id, fact.c.kind, fact.c.origin, fact.c.value)
        for row in connection.execute(wanted.where(fact.c.photo_id.in_(part), fact.c.kind.in_(FIELDS))):
            said = field_from_row(row.kind, row.value)
            if said is not None:
                found.setdefault(PhotoId(row.photo_id), []).append(Statement(said, Origin(row.origin)))
    return found


def tags_said(connection: Connection, photos: Sequence[PhotoId]) -> Mapping[PhotoId, Sequence[TagSaid]]:
    found: dict[PhotoId, list[TagSaid]] = {}
    for part in parts(photos):
        wanted = select(tag_verdict).where(tag_verdict.c.photo_id.in_(part)).order_by(tag_verdict.c.key)
        for row in connection.execute(wanted):
            found.setdefault(PhotoId(row.photo_id), []).append(TagSaid(tag_of(row.tag), row.kind))
    return found


def tags_in_files(connection: Connection, photos: Sequence[PhotoId]) -> Mapping[PhotoId, Sequence[TagStated]]:
    found: dict[PhotoId, list[TagStated]] = {}
    for part in parts(photos):
        wanted = select(fact.c.photo_id, fact.c.origin, fact.c.value).order_by(fact.c.id)
        for row in connection.execute(wanted.where(fact.c.photo_id.in_(part), fact.c.kind == "tag")):
            found.setdefault(PhotoId(row.photo_id), []).append(TagStated(tuple(row.value), row.origin))
    return found


def standing_of(connection: Connection, photos: Sequence[PhotoId]) -> Mapping[PhotoId, Sequence[TagStanding]]:
    """The tags of each photo by the alphabet."""
    return {
        id_: [TagStanding(tag_of(row["tag"]), row["state"], row["origin"], row["probability"]) for row in rows.values()]
        for id_, rows in _taggings(connection, photos).items()
    }


def _taggings(connection: Connection, photos: Sequence[PhotoId]) -> Mapping[PhotoId, Mapping[str, dict[str, Any]]]:
    found: dict[PhotoId, dict[str, dict[str, Any]]] = {}
    for part in parts(photos):
        wanted = select(tagging).where(tagging.c.photo_id.in_(part)).order_by(tagging.c.photo_id, tagging.c.key)
        for row in connection.execute(wanted).mappings():
            found.setdefault(PhotoId(row["photo_id"]), {})[row["key"]] = dict(row)
    return found


def _tagging_row(photo_id: PhotoId, one: TagStanding) -> dict[str, Any]:
    return {
        "photo_id": photo_id,
        "key": tag_key(one.tag),
        "tag": tag_text(one.tag),
        "state": one.state,
        "origin": one.origin,
        "probability": one.probability,
    }
