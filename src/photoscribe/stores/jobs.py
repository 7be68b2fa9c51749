"""Jobs as rows."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update

from photoscribe.app.jobs import Arguments, JobKind, JobRecord
from photoscribe.stores.database import Database, take_numbers
from photoscribe.stores.schema import job


class SqlJobs:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, kind: JobKind, arguments: Arguments, created: datetime) -> JobRecord:
        with self._database.write() as connection:
            id_ = take_numbers(connection, "next_job", 1)[0]
            added = JobRecord(id_, kind, arguments, "queued", created)
            connection.execute(insert(job).values(**_columns(added)))
        return added

    def get(self, id_: int) -> JobRecord | None:
        with self._database.read() as connection:
            row = connection.execute(select(job).where(job.c.id == id_)).first()
        return _record(row) if row is not None else None

    def newest(self, limit: int, before: int | None = None) -> Sequence[JobRecord]:
        wanted = select(job).order_by(job.c.id.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(job.c.id < before)
        with self._database.read() as connection:
            return [_record(row) for row in connection.execute(wanted)]

    def open(self) -> Sequence[JobRecord]:
        wanted = select(job).where(job.c.state.in_(["queued", "running"])).order_by(job.c.id)
        with self._database.read() as connection:
            return [_record(row) for row in connection.execute(wanted)]

    def save(self, record: JobRecord) -> None:
        with self._database.write() as connection:
            connection.execute(update(job).where(job.c.id == record.id).values(**_columns(record)))


def _columns(record: JobRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "kind": record.kind,
        "arguments": dict(record.arguments),
        "state": record.state,
        "done": record.done,
        "total": record.total,
        "failed": record.failed,
        "message": record.message,
        "result": record.result,
        "created_utc": _text(record.created),
        "started_utc": _text(record.started),
        "finished_utc": _text(record.finished),
    }


def _record(row: Any) -> JobRecord:
    return JobRecord(
        row.id,
        row.kind,
        row.arguments,
        row.state,
        datetime.fromisoformat(row.created_utc),
        row.done,
        row.total,
        row.failed,
        row.message,
        row.result,
        _time(row.started_utc),
        _time(row.finished_utc),
    )


def _text(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at is not None else None


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
