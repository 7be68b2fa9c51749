"""Which step has seen which photo. Work to do is the absence of a row, or a row that is not good any more.

States of a row: claimed (being worked on, or left by a process that died), done, failed (for good),
retry (the surroundings were at fault: due again in the next run), stale (the file changed: due).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, false, func, insert, literal, or_, select, update

from photoscribe.app.ports import READ, Analysed, Failed, Progress, Work
from photoscribe.core.facts import Origin
from photoscribe.core.photo import Photo, PhotoId
from photoscribe.stores import commits
from photoscribe.stores.database import Database, take_numbers
from photoscribe.stores.paths import to_path
from photoscribe.stores.schema import ledger, media_file
from photoscribe.stores.slices import parts

MAX_DEATHS = 3
GIVEN_UP = "ended the program three times while it was worked on, and was given up"

_file = media_file.c
_row = ledger.c


class SqlLedger:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._after: dict[int, int] = {}  # run -> last photo claimed: a run asks once for each photo

    def begin_run(self) -> int:
        with self._database.write(shown=False) as connection:
            return take_numbers(connection, "next_run", 1)[0]

    def claim(self, origins: Sequence[Origin], limit: int, run: int) -> Sequence[Work]:
        rows = _Rows(origins)
        due = [rows.is_due(origin, run) for origin in origins]
        free = [rows.state(origin).is_distinct_from("claimed") for origin in origins]
        wanted = rows.select(due).where(or_(*due), and_(*free), _file.photo_id > self._after.get(run, 0))
        with self._database.write(shown=False) as connection:
            found = connection.execute(wanted.order_by(_file.photo_id).limit(limit)).all()
            if found:
                self._after[run] = found[-1].photo_id
            return [self._take(connection, row, origins, run) for row in found]

    def claim_left_over(self, origins: Sequence[Origin], run: int) -> Work | None:
        rows = _Rows(origins)
        left = [and_(rows.state(origin) == "claimed", rows.run(origin) != run) for origin in origins]
        due = [or_(is_left, rows.is_due(origin, run)) for is_left, origin in zip(left, origins, strict=True)]
        wanted = rows.select(due).where(or_(*left)).order_by(_file.photo_id).limit(1)
        with self._database.write(shown=False) as connection:
            while (row := connection.execute(wanted).first()) is not None:
                if max(getattr(row, f"attempts_{i}") or 0 for i in range(len(origins))) < MAX_DEATHS:
                    return self._take(connection, row, origins, run)
                steps = [origin.name for origin in origins]
                given_up = _row.photo_id == row.photo_id, _row.step.in_(steps), _row.state == "claimed"
                connection.execute(update(ledger).where(*given_up).values(state="failed", error=GIVEN_UP))
        return None

    def _take(self, connection: Connection, row: Any, origins: Sequence[Origin], run: int) -> Work:
        due = {origin: i for i, origin in enumerate(origins) if getattr(row, f"due_{i}")}
        steps = [origin.name for origin in due]
        connection.execute(ledger.delete().where(_row.photo_id == row.photo_id, _row.step.in_(steps)))
        taken, known = [], set()
        for origin, i in due.items():
            same = getattr(row, f"version_{i}") == origin.version
            stale = getattr(row, f"state_{i}") == "stale"
            seen = (getattr(row, f"picture_{i}") or "") if same else ""
            if origin != READ:
                known.add(seen)
            attempts = 1 if stale or not same else (getattr(row, f"attempts_{i}") or 0) + 1
            taken.append(
                {
                    "photo_id": row.photo_id,
                    "step": origin.name,
                    "version": origin.version,
                    "state": "claimed",
                    "picture_hash": seen,
                    "error": "",
                    "attempts": attempts,
                    "run": run,
                }
            )
        connection.execute(insert(ledger), taken)
        sidecars = tuple(to_path(path) for path, *_ in row.sidecars)
        photo = Photo(PhotoId(row.photo_id), to_path(row.path), sidecars)
        return Work(photo, frozenset(due), known.pop() if len(known) == 1 else "")

    def release(self, photos: Sequence[PhotoId]) -> None:
        if not photos:
            return
        with self._database.write(shown=False) as connection:
            for part in parts(photos):
                given_back = update(ledger).where(_row.photo_id.in_(part), _row.state == "claimed")
                connection.execute(given_back.values(state="stale", attempts=_row.attempts - 1))

    def commit(self, analysed: Iterable[Analysed]) -> None:
        with self._database.write() as connection:
            for one in analysed:
                commits.commit(connection, one)
                for outcome in one.outcomes:
                    values = {"state": "done", "error": "", "picture_hash": ""}
                    if isinstance(outcome, Failed):
                        values |= {"state": "retry" if outcome.retry else "failed", "error": outcome.reason}
                    elif one.opened:
                        values |= {"picture_hash": one.opened.picture_hash}
                    step = _row.photo_id == one.photo, _row.step == outcome.origin.name
                    connection.execute(update(ledger).where(*step).values(**values))

    def progress(self, origins: Sequence[Origin], run: int = 0) -> Progress:
        rows = _Rows(origins)
        pending = or_(*(or_(rows.is_due(o, run), rows.state(o) == "claimed") for o in origins))
        failed = or_(*(rows.state(o).in_(["failed", "retry"]) for o in origins))
        kind = case((pending, "pending"), (failed, "failed"), else_="done").label("kind")
        inner = select(kind).select_from(rows.joined).where(_file.missing == false()).subquery()
        with self._database.read() as connection:
            counted = connection.execute(select(inner.c.kind, func.count()).group_by(inner.c.kind)).all()
        counts: dict[str, int] = {row[0]: row[1] for row in counted}
        return Progress(counts.get("done", 0), counts.get("failed", 0), counts.get("pending", 0))


class _Rows:
    """Present files beside their ledger row for each of several steps."""

    def __init__(self, origins: Sequence[Origin]) -> None:
        self._tables: dict[Origin, Any] = {o: ledger.alias(f"ledger_{i}") for i, o in enumerate(origins)}
        self.joined: Any = media_file
        for origin, table in self._tables.items():
            same = and_(table.c.photo_id == _file.photo_id, table.c.step == origin.name)
            self.joined = self.joined.outerjoin(table, same)

    def state(self, origin: Origin) -> Any:
        return self._tables[origin].c.state

    def run(self, origin: Origin) -> Any:
        return self._tables[origin].c.run

    def is_due(self, origin: Origin, run: int) -> ColumnElement[bool]:
        row = self._tables[origin].c
        again = or_(row.version != origin.version, row.state == "stale", and_(row.state == "retry", row.run != run))
        return or_(row.photo_id.is_(None), and_(row.state != "claimed", again))

    def select(self, due: Sequence[ColumnElement[bool]]) -> Any:
        columns: list[ColumnElement[Any]] = [_file.photo_id, _file.path, _file.sidecars]
        for i, (is_due, table) in enumerate(zip(due, self._tables.values(), strict=True)):
            columns += [
                case((is_due, literal(1)), else_=literal(0)).label(f"due_{i}"),
                table.c.version.label(f"version_{i}"),
                table.c.state.label(f"state_{i}"),
                table.c.picture_hash.label(f"picture_{i}"),
                table.c.attempts.label(f"attempts_{i}"),
            ]
        return select(*columns).select_from(self.joined).where(_file.missing == false())
