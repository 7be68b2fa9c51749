"""What was written into files: remembered before the file is replaced, so that it can always be taken back."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from photoscribe.app.library import JournalEntry
from photoscribe.app.ports import SeenFile
from photoscribe.core.changes import ChangeId
from photoscribe.core.facts import Region
from photoscribe.core.photo import PhotoId
from photoscribe.stores.commits import parts
from photoscribe.stores.database import Database, take_numbers
from photoscribe.stores.facts import region_from_json, region_to_json
from photoscribe.stores.paths import to_path, to_text
from photoscribe.stores.schema import journal, media_file, written


class SqlJournal:
    def __init__(self, database: Database) -> None:
        self._database = database

    def written(self, photos: Collection[PhotoId] | None = None) -> Mapping[PhotoId, tuple[Region, ...]]:
        queries = [select(written)]
        if photos is not None:
            queries = [select(written).where(written.c.photo_id.in_(part)) for part in parts(sorted(photos))]
        with self._database.read() as connection:
            rows = [row for query in queries for row in connection.execute(query)]
        return {PhotoId(row.photo_id): _regions(row.regions) for row in rows}

    def prepare(self, entry: JournalEntry) -> int:
        with self._database.write() as connection:
            id_ = take_numbers(connection, "next_journal", 1)[0]
            connection.execute(
                insert(journal).values(
                    id=id_,
                    change_id=entry.change,
                    photo_id=entry.photo,
                    path=to_text(entry.path),
                    before_hash=entry.before_hash,
                    after_hash=entry.after_hash,
                    patch=entry.patch,
                    regions_before=[region_to_json(region) for region in entry.regions_before],
                    regions=[region_to_json(region) for region in entry.regions],
                    state="prepared",
                )
            )
        return id_

    def finish(self, entry: int, file: SeenFile | None) -> None:
        with self._database.write() as connection:
            row = connection.execute(select(journal).where(journal.c.id == entry)).one()
            connection.execute(update(journal).where(journal.c.id == entry).values(state="done"))
            connection.execute(delete(written).where(written.c.photo_id == row.photo_id))
            if row.regions:
                connection.execute(insert(written).values(photo_id=row.photo_id, regions=row.regions))
            if file is not None:
                _keep_stamp(connection, row, file)

    def drop(self, entry: int) -> None:
        with self._database.write() as connection:
            connection.execute(delete(journal).where(journal.c.id == entry))

    def open_entries(self) -> Sequence[JournalEntry]:
        with self._database.read() as connection:
            rows = connection.execute(select(journal).where(journal.c.state == "prepared").order_by(journal.c.id))
            return [_entry(row) for row in rows]

    def of_change(self, change: ChangeId) -> Sequence[JournalEntry]:
        wanted = select(journal).where(journal.c.change_id == change, journal.c.state == "done")
        with self._database.read() as connection:
            return [_entry(row) for row in connection.execute(wanted.order_by(journal.c.id))]


def _keep_stamp(connection: Connection, row: Any, file: SeenFile) -> None:
    values: dict[str, Any] = {
        "size_bytes": file.size_bytes,
        "mtime_ns": file.mtime_ns,
        "sidecars": [[to_text(path), size, mtime] for path, size, mtime in file.sidecars],
    }
    if row.path == to_text(file.path):
        values["content_hash"] = row.after_hash
    connection.execute(update(media_file).where(media_file.c.photo_id == row.photo_id).values(**values))


def _regions(values: list[dict[str, Any]]) -> tuple[Region, ...]:
    return tuple(region_from_json(value) for value in values)


def _entry(row: Any) -> JournalEntry:
    return JournalEntry(
        row.id,
        ChangeId(row.change_id),
        PhotoId(row.photo_id),
        to_path(row.path),
        row.before_hash,
        row.after_hash,
        row.patch,
        _regions(row.regions_before),
        _regions(row.regions),
        row.state,
    )
