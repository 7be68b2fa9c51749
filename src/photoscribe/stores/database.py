"""Connections and transactions: one writer at a time, and errors in the user's terms."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.exc import DBAPIError

from photoscribe.core.errors import PhotoscribeError, Unavailable
from photoscribe.stores import schema

WRITING = "photoscribe_writing"
REVISION = "revision"


class Database:
    """An engine whose transactions say whether they write."""

    def __init__(self, engine: Engine, where: str) -> None:
        self.engine, self.where = engine, where

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view. Raises Unavailable when the database cannot answer."""
        with self._explained(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, *, shown: bool = True) -> Iterator[Connection]:
        """One transaction, committed whole or not at all. Raises Unavailable when it cannot be had.

        shown: it may change what people see of photos, faces, tags or people, so the library's revision goes up.
        """
        writing = self.engine.execution_options(**{WRITING: True})
        with self._explained(), writing.begin() as connection:
            yield connection
            if shown:
                take_numbers(connection, REVISION, 1)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise self._in_words(error) from error

    def _in_words(self, error: DBAPIError) -> PhotoscribeError:
        reason = str(error.orig)
        if "locked" in reason:
            return Unavailable(
                f"the library {self.where} is in use by another photoscribe that is writing. Try again when it is done"
            )
        if "full" in reason or "disk I/O" in reason:
            return Unavailable(
                f"the disk that holds the library {self.where} is full or failing. Make room and run again: "
                "it goes on where it stopped"
            )
        if "not a database" in reason or "malformed" in reason:
            return Unavailable(
                f"the library {self.where} is damaged. Restore it from a backup, or move it away and index again: "
                "names that were written into files come back"
            )
        if "readonly" in reason or "unable to open" in reason:
            return Unavailable(f"the library {self.where} cannot be written. Check its permissions, or use --library")
        return Unavailable(f"the library {self.where} cannot be used: {reason}")


def get_setting(connection: Connection, key: str) -> str | None:
    return connection.execute(select(schema.setting.c.value).where(schema.setting.c.key == key)).scalar()


def set_setting(connection: Connection, key: str, value: str) -> None:
    connection.execute(delete(schema.setting).where(schema.setting.c.key == key))
    connection.execute(insert(schema.setting).values(key=key, value=value))


def take_numbers(connection: Connection, key: str, count: int) -> range:
    """The next `count` numbers of a counter, never given twice. Inside a writing transaction."""
    first = int(get_setting(connection, key) or 1)
    set_setting(connection, key, str(first + count))
    return range(first, first + count)


class SqlNotes:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        with self._database.read() as connection:
            return get_setting(connection, key)

    def put(self, key: str, value: str) -> None:
        with self._database.write(shown=False) as connection:
            set_setting(connection, key, value)
