"""The files of the library: where they are, and what is known of each photo."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, false, func, insert, or_, select, update

from photoscribe.app.library import PhotoRecord, Problem, ScanResult, StoredFact
from photoscribe.app.ports import READ, KnownFile, SeenFile, Skipped
from photoscribe.core.photo import Photo, PhotoId
from photoscribe.core.tags import TagStanding
from photoscribe.stores.database import Database
from photoscribe.stores.facts import with_offset
from photoscribe.stores.paths import folder_of, span_of, to_path, to_text
from photoscribe.stores.schema import ledger, media_file, photo, root, skipped
from photoscribe.stores.slices import parts
from photoscribe.stores.statements import confirmed, statements

_file = media_file.c


class SqlCatalogue:
    def __init__(self, database: Database) -> None:
        self._database = database

    def roots(self) -> Sequence[Path]:
        with self._database.read() as connection:
            return [to_path(text) for text in connection.execute(select(root.c.path).order_by(root.c.path)).scalars()]

    def add_roots(self, roots: Sequence[Path]) -> None:
        known = set(self.roots())
        new = [{"path": to_text(path)} for path in roots if path not in known]
        if new:
            with self._database.write() as connection:
                connection.execute(insert(root), new)

    def known_under(self, roots: Sequence[Path]) -> Sequence[KnownFile]:
        with self._database.read() as connection:
            return [_known(row) for row in connection.execute(_files().where(under(_file.path, roots)))]

    def file(self, photo_id: PhotoId) -> KnownFile | None:
        with self._database.read() as connection:
            row = connection.execute(_files().where(_file.photo_id == photo_id)).first()
        return _known(row) if row is not None else None

    def picture_hash(self, photo_id: PhotoId) -> str:
        with self._database.read() as connection:
            found = connection.execute(select(photo.c.picture_hash).where(photo.c.id == photo_id)).scalar()
        return found or ""

    def skipped_under(self, roots: Sequence[Path]) -> Sequence[Skipped]:
        wanted = select(skipped).where(under(skipped.c.path, roots)).order_by(skipped.c.path)
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        return [Skipped(to_path(row.path), row.size_bytes, row.mtime_ns, row.reason, row.failed) for row in rows]

    def sized(self, sizes: Collection[int]) -> Sequence[KnownFile]:
        found: list[KnownFile] = []
        with self._database.read() as connection:
            for part in parts(sorted(sizes)):
                wanted = _files().where(_file.size_bytes.in_(part))
                found += [_known(row) for row in connection.execute(wanted)]
        return found

    def apply(self, scan: ScanResult) -> None:
        with self._database.write() as connection:
            for id_, seen in scan.moved:
                _update(connection, id_, **_placed(seen), **_stamp(seen))
            for id_, seen in scan.changed:
                _update(connection, id_, **_stamp(seen))
                _make_stale(connection, id_)
            for id_, seen in scan.retagged:
                _update(connection, id_, **_stamp(seen))
                _make_stale(connection, id_, ledger.c.step == READ.name)
            there = [id_ for id_, _ in (*scan.moved, *scan.changed, *scan.retagged)]
            _set_missing(connection, scan.gone, missing=True)
            _set_missing(connection, [*there, *scan.back], missing=False)
            _insert(connection, scan.new)
            _replace_skipped(connection, scan)

    def counts(self) -> tuple[int, int]:
        with self._database.read() as connection:
            rows = connection.execute(select(_file.missing, func.count()).group_by(_file.missing)).all()
        counts = {bool(missing): count for missing, count in rows}
        return counts.get(False, 0), counts.get(True, 0)

    def problems(self) -> Iterator[Problem]:
        wanted = (
            select(_file.path, ledger.c.step, ledger.c.error, ledger.c.attempts)
            .join(ledger, ledger.c.photo_id == _file.photo_id)
            .where(ledger.c.state.in_(["failed", "retry"]), _file.missing == false())
            .order_by(_file.path, ledger.c.step)
        )
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        for row in rows:
            yield Problem(to_path(row.path), row.step, row.error, row.attempts)

    def photo(self, path: Path) -> PhotoRecord | None:
        return self._photo(_file.path == to_text(path))

    def photo_of(self, photo_id: PhotoId) -> PhotoRecord | None:
        return self._photo(_file.photo_id == photo_id)

    def _photo(self, condition: ColumnElement[bool]) -> PhotoRecord | None:
        joined = select(photo, media_file).join(media_file, _file.photo_id == photo.c.id)
        with self._database.read() as connection:
            row = connection.execute(joined.where(condition)).first()
            if row is None:
                return None
            return _record(row, *statements(connection, PhotoId(row.id)))

    def problems_of(self, photo_id: PhotoId) -> Sequence[str]:
        failed = select(ledger.c.error).where(ledger.c.photo_id == photo_id, ledger.c.state.in_(["failed", "retry"]))
        with self._database.read() as connection:
            return list(dict.fromkeys(connection.execute(failed.order_by(ledger.c.step)).scalars()))

    def photos(self, ids: Sequence[PhotoId]) -> Sequence[Photo]:
        found: dict[int, Photo] = {}
        with self._database.read() as connection:
            for part in parts(list(ids)):
                for row in connection.execute(_files().where(_file.photo_id.in_(part))):
                    known = _known(row)
                    found[row.photo_id] = Photo(
                        known.photo, known.seen.path, tuple(path for path, *_ in known.seen.sidecars)
                    )
        return [found[id_] for id_ in ids if id_ in found]


def _files() -> Any:
    return select(media_file, photo.c.kind).join(photo, photo.c.id == _file.photo_id)


def _known(row: Any) -> KnownFile:
    sidecars = tuple((to_path(path), size, mtime) for path, size, mtime in row.sidecars)
    seen = SeenFile(to_path(row.path), row.size_bytes, row.mtime_ns, row.kind, sidecars)
    return KnownFile(PhotoId(row.photo_id), seen, row.content_hash, row.missing)


def _stamp(seen: SeenFile) -> dict[str, Any]:
    sidecars = [[to_text(path), size, mtime] for path, size, mtime in seen.sidecars]
    return {"size_bytes": seen.size_bytes, "mtime_ns": seen.mtime_ns, "sidecars": sidecars}


def _update(connection: Connection, id_: PhotoId, **values: object) -> None:
    connection.execute(update(media_file).where(_file.photo_id == id_).values(**values))


def _make_stale(connection: Connection, id_: PhotoId, *only: Any) -> None:
    connection.execute(update(ledger).where(ledger.c.photo_id == id_, *only).values(state="stale", attempts=0))


def _set_missing(connection: Connection, ids: Sequence[PhotoId], *, missing: bool) -> None:
    """On the file, and on the photo, which the timeline reads without a look at files."""
    for part in parts(ids):
        connection.execute(update(media_file).where(_file.photo_id.in_(part)).values(missing=missing))
        connection.execute(update(photo).where(photo.c.id.in_(part)).values(missing=missing))


def _placed(seen: SeenFile) -> dict[str, Any]:
    return {"path": to_text(seen.path), "folder": folder_of(seen.path)}


def _insert(connection: Connection, new: Sequence[SeenFile]) -> None:
    added = datetime.now(UTC).isoformat(timespec="seconds")
    first = (connection.execute(select(func.max(photo.c.id))).scalar() or 0) + 1
    for part in parts(list(enumerate(new, first))):
        connection.execute(insert(photo), [{"id": id_, "added_utc": added, "kind": seen.kind} for id_, seen in part])
        files = [{"photo_id": id_, **_placed(seen), **_stamp(seen), "missing": False} for id_, seen in part]
        connection.execute(insert(media_file), files)


def under(column: Any, roots: Sequence[Path]) -> ColumnElement[bool]:
    """The path is one of the roots or inside one."""
    conditions = [column == to_text(path) for path in roots]
    for path in roots:
        first, end = span_of(path)
        conditions.append(and_(column >= first, column < end))
    return or_(false(), *conditions)


def _replace_skipped(connection: Connection, scan: ScanResult) -> None:
    connection.execute(delete(skipped).where(under(skipped.c.path, scan.roots)))
    rows = {
        to_text(one.path): {
            "path": to_text(one.path),
            "size_bytes": one.size_bytes,
            "mtime_ns": one.mtime_ns,
            "reason": one.reason,
            "failed": one.failed,
        }
        for one in scan.skipped
    }
    for part in parts(list(rows.values())):
        connection.execute(insert(skipped), list(part))


def _record(row: Any, facts: tuple[StoredFact, ...], tags: Sequence[TagStanding]) -> PhotoRecord:
    place = ", ".join(part for part in (row.location, row.city, row.state, row.country) if part)
    return PhotoRecord(
        PhotoId(row.id),
        to_path(row.path),
        tuple(to_path(path) for path, *_ in row.sidecars),
        row.missing,
        with_offset(row.taken_local, row.taken_offset_minutes) if row.taken_local else None,
        row.latitude,
        row.longitude,
        place or None,
        row.title,
        row.caption,
        row.rating,
        row.camera,
        confirmed(tags),
        facts,
    )
