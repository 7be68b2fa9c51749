"""What was written into files: remembered before the file is replaced, so that it can always be taken back."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from photoscribe.app.library import JournalEntry
from photoscribe.app.ports import READ, SeenFile
from photoscribe.core.changes import ChangeId
from photoscribe.core.photo import PhotoId
from photoscribe.core.tags import tag_key
from photoscribe.core.wording import Written
from photoscribe.stores import written_rows
from photoscribe.stores.database import Database, take_numbers
from photoscribe.stores.paths import to_path, to_text
from photoscribe.stores.schema import fact, journal, ledger, media_file


class SqlJournal:
    def __init__(self, database: Database) -> None:
        self._database = database

    def written(self, photos: Collection[PhotoId] | None = None) -> Mapping[PhotoId, Written]:
        with self._database.read() as connection:
            return {PhotoId(id_): left for id_, left in written_rows.written_of(connection, photos).items()}

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
                    regions_before=written_rows.regions_json(entry.before),
                    regions=written_rows.regions_json(entry.after),
                    words_before=written_rows.words_json(entry.before),
                    words=written_rows.words_json(entry.after),
                    state="prepared",
                )
            )
        return id_

    def finish(self, entry: int, file: SeenFile | None) -> None:
        with self._database.write() as connection:
            row = connection.execute(select(journal).where(journal.c.id == entry)).one()
            connection.execute(update(journal).where(journal.c.id == entry).values(state="done"))
            done = _entry(row)
            written_rows.keep(connection, row.photo_id, done.after)
            if file is not None:
                _keep_stamp(connection, row, file)
            _read_again(connection, done)

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


def _read_again(connection: Connection, done: JournalEntry) -> None:
    """Let a file be read again that was read while it held words of ours which it no longer holds.

    What was read would count as the file's own word now.
    """
    kept = {tag_key(one.tag) for one in done.after.tags if one.added}
    gone = {tag_key(one.tag) for one in done.before.tags if one.added} - kept
    fields = {one.field for one in done.before.fields} - {one.field for one in done.after.fields}
    if not gone and not fields:
        return
    said = select(fact.c.kind, fact.c.text).where(fact.c.photo_id == done.photo, fact.c.kind.in_(["tag", *fields]))
    if any(row.kind != "tag" or row.text in gone for row in connection.execute(said)):
        row = ledger.c.photo_id == done.photo, ledger.c.step == READ.name, ledger.c.state == "done"
        connection.execute(update(ledger).where(*row).values(state="stale", attempts=0))


def _entry(row: Any) -> JournalEntry:
    return JournalEntry(
        row.id,
        ChangeId(row.change_id),
        PhotoId(row.photo_id),
        to_path(row.path),
        row.before_hash,
        row.after_hash,
        row.patch,
        written_rows.from_json(row.regions_before, row.words_before),
        written_rows.from_json(row.regions, row.words),
        row.state,
    )
