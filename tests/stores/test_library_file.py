"""The library's file: migrations, locks, other people's names for files, and errors in words."""

import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from photoscribe.app.library import ScanResult
from photoscribe.app.ports import SeenFile, Skipped
from photoscribe.core.errors import Unavailable
from photoscribe.stores import migrating, schema
from photoscribe.stores.paths import to_path, to_text
from photoscribe.stores.sqlite import FILE_NAME, SqliteLibrary


def test_the_migrations_lead_to_the_schema(library: SqliteLibrary) -> None:
    with library._database.read() as connection:
        difference = compare_metadata(MigrationContext.configure(connection), schema.metadata)
    assert difference == []


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(migrating._SCRIPTS)).get_current_head() == migrating.HEAD


def test_a_library_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    SqliteLibrary(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE_NAME) as raw:
        raw.execute("update alembic_version set version_num = '9999'")
    raw.close()
    with pytest.raises(Unavailable, match="newer photoscribe"):
        SqliteLibrary(tmp_path)


def test_a_file_that_is_no_database_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database at all, but long enough to look at" * 100)
    with pytest.raises(Unavailable, match="damaged"):
        SqliteLibrary(tmp_path)


def test_a_library_that_another_process_writes_says_so(tmp_path: Path) -> None:
    library = SqliteLibrary(tmp_path, busy_seconds=0.1)
    other = sqlite3.connect(tmp_path / FILE_NAME)
    other.execute("begin immediate")
    with pytest.raises(Unavailable, match="in use by another photoscribe"):
        library.notes.put("key", "value")
    other.rollback()
    other.close()
    library.notes.put("key", "value")
    assert library.notes.get("key") == "value"
    library.close()


def test_only_one_process_indexes(tmp_path: Path) -> None:
    first, second = SqliteLibrary(tmp_path), SqliteLibrary(tmp_path)
    taken = pytest.raises(Unavailable, match="another photoscribe is indexing")
    with first.only_indexer(), taken, second.only_indexer():
        pass
    with second.only_indexer():
        pass
    first.close()
    second.close()


def test_readers_go_on_while_somebody_writes(tmp_path: Path) -> None:
    library = SqliteLibrary(tmp_path)
    library.notes.put("key", "before")
    seen: list[str | None] = []
    with library._database.write():
        reader = threading.Thread(target=lambda: seen.append(library.notes.get("key")))
        reader.start()
        reader.join()
    assert seen == ["before"]
    library.close()


@pytest.mark.parametrize("name", [b"plain.jpg", "größe ☃.jpg".encode(), b"bad-\xff\xfe.jpg", b"100%_.jpg", b"a\\b.jpg"])
def test_any_file_name_is_kept(library: SqliteLibrary, name: bytes) -> None:
    path = Path("/photos") / name.decode("utf-8", "surrogateescape")
    assert to_path(to_text(path)) == path
    to_text(path).encode()
    library.catalogue.apply(ScanResult(roots=(Path("/photos"),), new=(SeenFile(path, 1, 1, "image"),)))
    assert [one.seen.path for one in library.catalogue.known_under([Path("/photos")])] == [path]


def test_folders_with_like_names_are_apart(library: SqliteLibrary) -> None:
    files = tuple(SeenFile(Path(text), 1, 1, "image") for text in ("/a_b/1.jpg", "/axb/2.jpg", "/a_b2/3.jpg"))
    library.catalogue.apply(ScanResult(roots=(Path("/"),), new=files))
    assert [one.seen.path.name for one in library.catalogue.known_under([Path("/a_b")])] == ["1.jpg"]


def test_what_a_scan_left_out_is_replaced_by_the_next(library: SqliteLibrary) -> None:
    for reason in ("first", "second"):
        left_out = (Skipped(Path("/a/x"), 1, 1, reason, failed=True),)
        library.catalogue.apply(ScanResult(roots=(Path("/a"),), skipped=left_out))
    assert [one.reason for one in library.catalogue.skipped_under([Path("/a")])] == ["second"]
