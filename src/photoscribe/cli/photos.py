"""search, info, faces: asking the library."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from photoscribe.app.library import FaceRecord, PhotoRecord
from photoscribe.cli.session import Session, absolute, query_of, session
from photoscribe.core.errors import UsageError
from photoscribe.core.people import PersonId

QUERY = Annotated[list[str] | None, typer.Argument(help="For example: person:Ann -person:Bob taken:2019..2021")]


def search(
    context: typer.Context,
    query: QUERY = None,
    null: Annotated[bool, typer.Option("-0", "--null", help="End each path with NUL instead of a line end.")] = False,
) -> None:
    """Find photos: one path a line."""
    run = session(context)
    for hit in run.application.library.finder.find(query_of(query)):
        if run.output.json_lines:
            run.output.record({"path": hit.path, "score": hit.score})
        else:
            run.output.path(hit.path, b"\0" if null else b"\n")


def faces(context: typer.Context, query: QUERY = None) -> None:
    """List the faces of the photos that a query finds: where, whose, and how sure."""
    run = session(context)
    names = run.application.recognising.names()
    rows = [_face(face, names) for face in run.application.recognising.faces(query_of(query))]
    if run.output.json_lines:
        for row in rows:
            run.output.record(row)
        return
    columns = ("face", "state", "person", "probability", "group", "score", "path")
    run.output.table(columns, [[row[column] for column in columns] for row in rows])


def info(context: typer.Context, path: Annotated[Path, typer.Argument(help="A photo in the library.")]) -> None:
    """Show all that is known of a photo, and who says so."""
    run = session(context)
    record = run.application.library.catalogue.photo(absolute(path))
    if record is None:
        raise UsageError(f"not in the library: {path}. Try: photoscribe index {path}")
    shown = _info(run, record)
    if run.output.json_lines:
        run.output.record(shown)
        return
    facts = shown.pop("facts")
    rows = [(key, ", ".join(map(str, value)) if isinstance(value, list) else value) for key, value in shown.items()]
    run.output.table(("what", "value"), [row for row in rows if row[1] not in {None, ""}])
    states = [(one["kind"], one["value"], one["origin"], one["state"], one["probability"]) for one in facts]
    run.output.table(("fact", "value", "origin", "state", "probability"), states)


def _face(face: FaceRecord, names: Mapping[PersonId, str]) -> dict[str, Any]:
    standing = face.standing
    return {
        "face": f"f{face.id}",
        "path": face.path,
        "box": [face.box.x, face.box.y, face.box.w, face.box.h],
        "score": round(face.score, 4),
        "person": names[standing.person] if standing.person is not None else None,
        "state": standing.state,
        "probability": None if standing.probability is None else round(standing.probability, 4),
        "group": face.group if standing.state == "unknown" else None,
    }


def _info(run: Session, record: PhotoRecord) -> dict[str, Any]:
    application = run.application
    found = application.library.faces.all(photos=[record.id])
    names = application.recognising.names()
    rows = [_face(face, names) for face in found]
    facts = [
        {"kind": one.kind, "value": one.value, "origin": one.origin, "state": one.state, "probability": one.probability}
        for one in record.facts
    ]
    for face, row in zip(found, rows, strict=True):
        standing = {"state": row["state"], "probability": row["probability"]}
        facts.append({"kind": "face", "value": row, "origin": face.source, **standing})
    return {
        "path": record.path,
        "files": [record.path, *record.sidecars],
        "taken": record.taken,
        "lat": record.latitude,
        "lon": record.longitude,
        "place": record.place,
        "title": record.title,
        "caption": record.caption,
        "rating": record.rating,
        "albums": [],
        "people": list(dict.fromkeys(row["person"] for row in rows if row["state"] == "confirmed")),
        "tags": list(record.tags),
        "facts": facts,
    }
