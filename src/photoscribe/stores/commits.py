"""One photo's results into the tables, inside the caller's transaction."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, insert, select, update

from photoscribe.app.ports import READ, Analysed, Found, Opened
from photoscribe.core.facts import Face, Region
from photoscribe.core.photo import PhotoId
from photoscribe.core.precedence import choose
from photoscribe.stores import face_rows
from photoscribe.stores.facts import region_from_json, sortable, to_row
from photoscribe.stores.schema import fact, media_file, photo

T = TypeVar("T")


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
    taken, position, place = chosen.taken, chosen.position, chosen.place
    camera = " ".join(part for part in (chosen.camera.make, chosen.camera.model, chosen.camera.lens) if part)
    connection.execute(
        update(photo)
        .where(photo.c.id == id_)
        .values(
            taken_local=sortable(taken.local) if taken else None,
            taken_offset_minutes=taken.offset_minutes if taken else None,
            taken_utc=sortable(taken.utc) if taken else None,
            latitude=position.latitude if position else None,
            longitude=position.longitude if position else None,
            altitude_m=position.altitude_m if position else None,
            location=place.location,
            city=place.city,
            state=place.state,
            country=place.country,
            title=chosen.title,
            caption=chosen.caption,
            rating=chosen.rating,
            camera=camera,
        )
    )


def _row(id_: PhotoId, origin: str, kind: str, value: object, text: str) -> dict[str, Any]:
    return {"photo_id": id_, "step": READ.name, "origin": origin, "kind": kind, "value": value, "text": text}


def _named_regions(connection: Connection, id_: PhotoId) -> list[Region]:
    regions = select(fact.c.value).where(fact.c.photo_id == id_, fact.c.kind == "region").order_by(fact.c.id)
    found = [region_from_json(value) for (value,) in connection.execute(regions)]
    return [region for region in found if region.name and region.kind == "Face"]


def parts(values: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """Slices short enough for any database's limit on bound values."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
