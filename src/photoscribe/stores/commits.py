"""One photo's results into the tables, inside the caller's transaction."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, case, delete, insert, select, update

from photoscribe.app.ports import READ, Analysed, Found, Opened
from photoscribe.core.facts import Face, Region, Statement
from photoscribe.core.photo import PhotoId
from photoscribe.core.precedence import choose
from photoscribe.core.stated import FIELDS
from photoscribe.core.wording import Written, weighed
from photoscribe.stores import face_rows, photo_words
from photoscribe.stores.facts import region_from_json, to_row
from photoscribe.stores.schema import fact, media_file, photo
from photoscribe.stores.written_rows import written_of


def commit(connection: Connection, analysed: Analysed) -> None:
    """Replace what each step that succeeded had said before; leave the rest."""
    id_, opened = analysed.photo, analysed.opened
    if opened is None:
        return
    _keep_file(connection, id_, opened)
    found = [outcome for outcome in analysed.outcomes if isinstance(outcome, Found)]
    for outcome in found:
        if outcome.origin == READ:
            _keep_metadata(connection, id_, opened)
        else:
            faces = [one for one in outcome.facts if isinstance(one, Face)]
            face_rows.replace(connection, id_, faces)
    if found:
        face_rows.adopt(connection, id_, _named_regions(connection, id_))


def _keep_file(connection: Connection, id_: PhotoId, opened: Opened) -> None:
    seen = {"content_hash": opened.content_hash, "size_bytes": opened.size_bytes, "mtime_ns": opened.mtime_ns}
    connection.execute(update(media_file).where(media_file.c.photo_id == id_).values(**seen))
    known: dict[str, Any] = {"kind": opened.kind, "picture_hash": opened.picture_hash}
    if opened.full_size:
        known |= {"width": opened.full_size.width, "height": opened.full_size.height}
    if opened.look is not None:
        known |= {"colour": opened.colour, "look": opened.look}
    else:  # not decoded now: what was seen of another picture says nothing of this one
        same = photo.c.picture_hash == opened.picture_hash
        known |= {name: case((same, photo.c[name]), else_=None) for name in ("colour", "look")}
    connection.execute(update(photo).where(photo.c.id == id_).values(**known))


def _keep_metadata(connection: Connection, id_: PhotoId, opened: Opened) -> None:
    connection.execute(delete(fact).where(fact.c.photo_id == id_, fact.c.step == READ.name))
    chosen = choose(opened.metadata.statements)
    rows = []
    for statement in opened.metadata.statements:
        kind, value, text = to_row(statement.fact)
        if kind != "region":
            rows.append(_row(id_, statement.origin.name, kind, value, text))
    for region in chosen.regions:  # kept merged: two schemes often frame one face
        kind, value, text = to_row(region)
        rows.append(_row(id_, "file", kind, value, text))
    rows += [_row(id_, "file", "problem", problem, "") for problem in opened.metadata.problems]
    if rows:
        connection.execute(insert(fact), rows)
    _keep_chosen(connection, id_, opened.metadata.statements)
    photo_words.restand(connection, [id_])


def _keep_chosen(connection: Connection, id_: PhotoId, statements: Sequence[Statement]) -> None:
    """The values that are shown: the user's word before the file's."""
    said = photo_words.stated_of(connection, [id_]).get(id_, {})
    left = written_of(connection, [id_]).get(id_, Written())
    chosen = choose(weighed(statements, said, left.fields))
    place, camera = chosen.place, chosen.camera
    values: dict[str, Any] = {
        "location": place.location,
        "city": place.city,
        "state": place.state,
        "country": place.country,
        "camera": " ".join(part for part in (camera.make, camera.model, camera.lens) if part),
    }
    for field in FIELDS:
        values |= photo_words.columns(chosen, field)
    connection.execute(update(photo).where(photo.c.id == id_).values(**values))


def _row(id_: PhotoId, origin: str, kind: str, value: object, text: str) -> dict[str, Any]:
    return {"photo_id": id_, "step": READ.name, "origin": origin, "kind": kind, "value": value, "text": text}


def _named_regions(connection: Connection, id_: PhotoId) -> list[Region]:
    regions = select(fact.c.value).where(fact.c.photo_id == id_, fact.c.kind == "region").order_by(fact.c.id)
    found = [region_from_json(value) for (value,) in connection.execute(regions)]
    return [region for region in found if region.name and region.kind == "Face"]
