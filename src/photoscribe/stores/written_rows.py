"""What our writes left in files, as rows and JSON."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from photoscribe.core.tags import TagWritten
from photoscribe.core.wording import FieldWritten, Written
from photoscribe.stores.facts import region_from_json, region_to_json
from photoscribe.stores.schema import written
from photoscribe.stores.slices import parts


def written_of(connection: Connection, photos: Collection[int] | None = None) -> Mapping[int, Written]:
    """By photo; those into whose files we wrote nothing are left out."""
    queries = [select(written)]
    if photos is not None:
        queries = [select(written).where(written.c.photo_id.in_(part)) for part in parts(sorted(photos))]
    rows = [row for query in queries for row in connection.execute(query)]
    return {row.photo_id: from_json(row.regions, {"tags": row.tags, "fields": row.fields}) for row in rows}


def keep(connection: Connection, photo: int, left: Written) -> None:
    connection.execute(delete(written).where(written.c.photo_id == photo))
    if not left.is_empty:
        words = words_json(left)
        regions = regions_json(left)
        connection.execute(
            insert(written).values(photo_id=photo, regions=regions, tags=words["tags"], fields=words["fields"])
        )


def regions_json(left: Written) -> list[dict[str, Any]]:
    return [region_to_json(region) for region in left.regions]


def words_json(left: Written) -> dict[str, Any]:
    return {
        "tags": [{"tag": list(one.tag), "added": one.added, "word": one.word} for one in left.tags],
        "fields": {one.field: {"before": one.before, "after": one.after} for one in left.fields},
    }


def from_json(regions: list[dict[str, Any]], words: Mapping[str, Any]) -> Written:
    tags = (TagWritten(tuple(one["tag"]), one["added"], one["word"]) for one in words.get("tags", ()))
    fields = (FieldWritten(field, one["before"], one["after"]) for field, one in words.get("fields", {}).items())
    return Written(tuple(region_from_json(region) for region in regions), tuple(tags), tuple(fields))
