"""The library in one SQLite file: write-ahead log, one writer, many readers."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event

from photoscribe.core.errors import Busy, Unavailable
from photoscribe.stores import migrating
from photoscribe.stores.accounts import SqlAccounts
from photoscribe.stores.browsing import SqlBrowser
from photoscribe.stores.catalogue import SqlCatalogue
from photoscribe.stores.counting import SqlCounts
from photoscribe.stores.database import REVISION, WRITING, Database, SqlNotes, get_setting
from photoscribe.stores.face_columns import SqlColumns
from photoscribe.stores.faces import SqlFaces
from photoscribe.stores.history import SqlHistory, SqlPeople
from photoscribe.stores.jobs import SqlJobs
from photoscribe.stores.journal import SqlJournal
from photoscribe.stores.ledger import SqlLedger
from photoscribe.stores.likeness import SqlLikeness
from photoscribe.stores.looks import SqlLooks
from photoscribe.stores.portraits import SqlPortraits
from photoscribe.stores.search import SqlFinder
from photoscribe.stores.words import SqlWords

FILE_NAME = "photoscribe.db"
BUSY_SECONDS = 20.0
_KEPT, _MOST = 8, 64
"""Connections: a server answers on up to 40 threads at once, and none may wait for another's."""


class SqliteLibrary:
    """A folder that holds the database, and beside it caches that can be made again."""

    def __init__(self, folder: Path, *, busy_seconds: float = BUSY_SECONDS) -> None:
        """Open, making or migrating as needed. Raises Unavailable with the remedy when that cannot be."""
        self.folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(
                f"the library {folder} cannot be made: {error.strerror}. Choose another place with --library"
            ) from error
        self._engine = _engine(folder / FILE_NAME, busy_seconds)
        self._database = Database(self._engine, str(folder))
        migrating.migrate(self._database)
        self.ledger = SqlLedger(self._database)
        self.catalogue = SqlCatalogue(self._database)
        self.faces = SqlFaces(self._database)
        self.columns = SqlColumns(self._database)
        self.portraits = SqlPortraits(self._database)
        self.people = SqlPeople(self._database)
        self.history = SqlHistory(self._database)
        self.journal = SqlJournal(self._database)
        self.words = SqlWords(self._database)
        self.finder = SqlFinder(self._database)
        self.browser = SqlBrowser(self._database)
        self.likeness = SqlLikeness(self._database)
        self.notes = SqlNotes(self._database)
        self.jobs = SqlJobs(self._database)
        self.accounts = SqlAccounts(self._database)
        self.counts = SqlCounts(self._database)
        self.looks = SqlLooks(self._database)

    @contextlib.contextmanager
    def only_indexer(self) -> Iterator[None]:
        with (self.folder / "indexing.lock").open("a") as lock:
            if not _locked(lock.fileno()):
                raise Busy(f"another photoscribe is indexing into {self.folder}. Wait for it, or use another --library")
            yield

    def revision(self) -> int:
        with self._database.read() as connection:
            return int(get_setting(connection, REVISION) or 1)

    def close(self) -> None:
        self._engine.dispose()


def _engine(path: Path, busy_seconds: float) -> Engine:
    engine = create_engine(
        f"sqlite+pysqlite:///{path}",
        pool_size=_KEPT,
        max_overflow=_MOST - _KEPT,
        connect_args={"timeout": busy_seconds},
    )

    @event.listens_for(engine, "connect")
    def connected(raw: Any, _: object) -> None:
        raw.isolation_level = None  # SQLAlchemy's begin event below starts transactions, not the driver
        for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def began(connection: Any) -> None:
        writing = connection.get_execution_options().get(WRITING, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _locked(descriptor: int) -> bool:
    """Take the lock on an open file, which the system gives back when the process ends; False when it is taken."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 exists on Windows alone

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 does not exist on Windows

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
