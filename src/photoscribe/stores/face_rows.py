"""Rows of faces: found again, named by a file, and where they stand."""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any
from uuid import uuid4

import numpy as np
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from photoscribe.core.changes import VerdictGiven
from photoscribe.core.errors import UsageError
from photoscribe.core.faces import match
from photoscribe.core.facts import Face, Region
from photoscribe.core.geometry import Box
from photoscribe.core.people import (
    FaceId,
    PersonId,
    Suggestion,
    Verdict,
    VerdictKind,
    VerdictSource,
    clean_name,
    name_key,
    stand,
)
from photoscribe.core.photo import PhotoId
from photoscribe.stores.database import get_setting, set_setting, take_numbers
from photoscribe.stores.facts import region_from_json
from photoscribe.stores.schema import face, face_pair, person, verdict, written

REVISION = "faces_revision"


def replace(connection: Connection, photo: PhotoId, found: Sequence[Face]) -> None:
    """Put newly detected faces in place of the photo's old ones.

    A face found again keeps its id, and so what was said about it; a box that the user drew keeps its
    place and takes the vector. A face not found again stays when somebody said something about it.
    """
    old = connection.execute(select(face).where(face.c.photo_id == photo).order_by(face.c.id)).all()
    matching = match([box_of(row) for row in old], [one.box for one in found], _alike(old, found))
    for i, j in matching.pairs:
        values = _detected(found[j])
        if old[i].source == "user":
            values = {key: values[key] for key in values if key not in {"x", "y", "w", "h", "source"}}
        connection.execute(update(face).where(face.c.id == old[i].id).values(**values))
    spoken_of = _spoken_of(connection, [old[i].id for i in matching.gone])
    unspoken = [old[i].id for i in matching.gone if old[i].id not in spoken_of and old[i].source != "user"]
    if unspoken:
        connection.execute(delete(face).where(face.c.id.in_(unspoken)))
    for j in matching.new:
        add(connection, photo, _detected(found[j]))
    moved_on(connection)


def adopt(connection: Connection, photo: PhotoId, regions: Sequence[Region]) -> None:
    """Make the file's named regions verdicts of the file, on the faces that they frame or on new ones.

    What the file says only because we wrote it, and the user has since taken back, is no statement.
    """
    rows = connection.execute(select(face).where(face.c.photo_id == photo).order_by(face.c.id)).all()
    ids = [row.id for row in rows]
    connection.execute(delete(verdict).where(verdict.c.face_id.in_(ids), verdict.c.source == "file"))
    spoken_of = _spoken_of(connection, ids)
    abandoned = [row.id for row in rows if row.source == "file" and row.vector is None and row.id not in spoken_of]
    ours = _written_names(connection, photo)
    pairs = match([box_of(row) for row in rows], [region.box for region in regions])
    framed = {j: rows[i].id for i, j in pairs.pairs}
    for j, region in enumerate(regions):
        try:
            key, name = name_key(region.name), clean_name(region.name)
        except UsageError:
            continue
        id_ = framed.get(j)
        if key in ours and (id_ is None or id_ not in spoken_of):
            continue
        if id_ is None:
            id_ = add(connection, photo, {**_boxed(region.box), "score": 1.0, "source": "file", "landmarks": []})
        connection.execute(
            insert(verdict).values(
                face_id=id_, kind="confirmed", person_id=_person(connection, key, name), source="file"
            )
        )
        abandoned = [other for other in abandoned if other != id_]
    if abandoned:
        connection.execute(delete(face).where(face.c.id.in_(abandoned)))
    restand(connection, [row.id for row in rows] + [id_ for id_ in _ids_of(connection, photo) if id_ not in set(ids)])


def add(connection: Connection, photo: PhotoId, values: dict[str, Any], id_: FaceId | None = None) -> FaceId:
    """A new row of unknown standing; its id."""
    if id_ is None:
        id_ = FaceId(take_numbers(connection, "next_face", 1)[0])
    connection.execute(insert(face).values(id=id_, photo_id=photo, state="unknown", **values))
    return id_


def restand(connection: Connection, faces: Collection[int]) -> None:
    """Recompute where faces stand from their verdicts and suggestions."""
    said = verdicts_of(connection, faces)
    columns = face.c.id, face.c.state, face.c.person_id, face.c.suggested, face.c.suggested_probability
    different: list[dict[str, Any]] = []
    for row in connection.execute(select(*columns).where(face.c.id.in_(faces))).all():
        standing = stand(said.get(row.id, ()), suggestion_of(row))
        if (row.state, row.person_id) != (standing.state, standing.person):
            different.append({"face": row.id, "state_now": standing.state, "person_now": standing.person})
    if different:
        values: dict[str, Any] = {"state": bindparam("state_now"), "person_id": bindparam("person_now")}
        connection.execute(update(face).where(face.c.id == bindparam("face")).values(**values), different)


def give(connection: Connection, given: Sequence[VerdictGiven]) -> list[FaceId]:
    """Write verdicts and take them back, in this order, of the faces that exist; these faces.

    Together, since one statement for each takes 50 ms for a group of 200 faces, and a review waits for it.
    """
    last = {(one.face, one.verdict): one.present for one in given}
    ids, there = sorted({one.face for one in given}), set[int]()
    for start in range(0, len(ids), 500):
        there.update(connection.execute(select(face.c.id).where(face.c.id.in_(ids[start : start + 500]))).scalars())
    keys = ("face_id", "kind", "person_id", "source")
    rows = {
        (id_, said.kind, said.person or "", said.source): present
        for (id_, said), present in last.items()
        if id_ in there
    }
    if rows:
        same = [verdict.c[key] == bindparam(f"the_{key}") for key in keys]
        old = [{f"the_{key}": value for key, value in zip(keys, row, strict=True)} for row in rows]
        connection.execute(delete(verdict).where(*same), old)
    new = [dict(zip(keys, row, strict=True)) for row, present in rows.items() if present]
    if new:
        connection.execute(insert(verdict), new)
    return [FaceId(id_) for id_ in sorted(there)]


def moved_on(connection: Connection) -> int:
    """Count one more time that the machine found, grouped or guessed faces; the count."""
    revision = int(get_setting(connection, REVISION) or 0) + 1
    set_setting(connection, REVISION, str(revision))
    return revision


def verdicts_of(connection: Connection, faces: Collection[int]) -> dict[int, list[Verdict]]:
    said: dict[int, list[Verdict]] = {}
    rows = select(verdict).where(verdict.c.face_id.in_(faces)).order_by(verdict.c.face_id, verdict.c.kind)
    for row in connection.execute(rows):
        said.setdefault(row.face_id, []).append(verdict_from(row.kind, row.person_id, row.source))
    return said


@lru_cache(maxsize=4096)
def verdict_from(kind: VerdictKind, person_id: str, source: VerdictSource) -> Verdict:
    return Verdict(kind, PersonId(person_id) if person_id else None, source)


def suggestion_of(row: Any) -> Suggestion | None:
    return Suggestion(PersonId(row.suggested), row.suggested_probability) if row.suggested else None


def box_of(row: Any) -> Box:
    return Box(row.x, row.y, row.w, row.h)


def drop_if_unspoken(connection: Connection, id_: FaceId) -> None:
    """Take a drawn face away, unless the machine finds it too: then it goes on as a detected one."""
    row = connection.execute(select(face.c.vector).where(face.c.id == id_)).first()
    if row is not None and row.vector is not None:
        connection.execute(update(face).where(face.c.id == id_).values(source="detector"))
    else:
        connection.execute(delete(face).where(face.c.id == id_))


def _alike(old: Sequence[Any], found: Sequence[Face]) -> Any:
    before = [np.frombuffer(row.vector, np.float32) if row.vector else None for row in old]

    def cosine(i: int, j: int) -> float:
        a, b = before[i], found[j].vector
        return float(a @ b) if a is not None and b is not None and old[i].model == found[j].model else 0.0

    return cosine


def _detected(found: Face) -> dict[str, Any]:
    quality = found.quality
    return {
        **_boxed(found.box),
        "score": found.score,
        "source": "detector",
        "landmarks": [list(point) for point in found.landmarks],
        "size_px": quality.size_px if quality else None,
        "sharpness": quality.sharpness if quality else None,
        "frontal": quality.frontal if quality else None,
        "model": found.model,
        "vector": found.vector.tobytes() if found.vector is not None else None,
    }


def _boxed(box: Box) -> dict[str, float]:
    return {"x": box.x, "y": box.y, "w": box.w, "h": box.h}


def _spoken_of(connection: Connection, ids: Iterable[int]) -> set[int]:
    """Faces that the user said something about, by themselves or in a pair."""
    wanted = list(ids)
    said = select(verdict.c.face_id).where(verdict.c.face_id.in_(wanted), verdict.c.source == "user")
    first = select(face_pair.c.face_a).where(face_pair.c.face_a.in_(wanted))
    second = select(face_pair.c.face_b).where(face_pair.c.face_b.in_(wanted))
    return set(connection.execute(said.union(first, second)).scalars())


def _ids_of(connection: Connection, photo: PhotoId) -> list[int]:
    return list(connection.execute(select(face.c.id).where(face.c.photo_id == photo)).scalars())


def _written_names(connection: Connection, photo: PhotoId) -> set[str]:
    regions = connection.execute(select(written.c.regions).where(written.c.photo_id == photo)).scalar() or []
    return {name_key(region_from_json(value).name) for value in regions}


def _person(connection: Connection, key: str, name: str) -> PersonId:
    known = connection.execute(select(person.c.id).where(person.c.key == key)).scalar()
    if known is not None:
        return PersonId(known)
    new = PersonId(uuid4().hex)
    connection.execute(insert(person).values(id=new, name=name, key=key))
    return new
