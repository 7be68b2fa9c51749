"""A library of an earlier version, opened by this one."""

import json
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from photoscribe.core.changes import ChangeId
from photoscribe.core.photo import PhotoId
from photoscribe.core.query import parse
from photoscribe.core.tags import tag_text
from photoscribe.stores import migrating
from photoscribe.stores.sqlite import FILE_NAME, SqliteLibrary

TAGS = {1: [["Places", "Italy"], ["Italy"], ["CAFE\u0301"]], 2: [["places", "italy"]]}


def library_of_part_1(folder: Path) -> None:
    """Two photos whose files were read, by the first migration alone."""
    folder.mkdir()
    engine = create_engine(f"sqlite:///{folder / FILE_NAME}")
    config = Config()
    config.set_main_option("script_location", str(Path(migrating.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    raw = sqlite3.connect(folder / FILE_NAME)
    for id_, tags in TAGS.items():
        raw.execute("insert into photo (id, added_utc, kind) values (?, '', 'image')", [id_])
        file = [id_, f"/p/sub/{id_}.jpg", id_ == 2]
        raw.execute("insert into media_file values (?, ?, 1, 1, '[]', '', ?)", file)
        for tag in tags:
            row = [id_, json.dumps(tag), "/".join(tag).casefold()]
            raw.execute("insert into fact values (null, ?, 'metadata', 'xmp', 'tag', ?, ?)", row)
    for statement in (
        "insert into person (id, name, key) values ('ann', 'Ann', 'ann')",
        """insert into face (id, photo_id, x, y, w, h, score, source, landmarks, state, person_id)
           values (1, 1, 0.1, 0.1, 0.1, 0.1, 1, 'detector', '[]', 'confirmed', 'ann')""",
        "insert into verdict values (1, 'confirmed', 'ann', 'user')",
        "insert into ledger values (1, 'metadata', '1', 'done', '', '', 1, 1)",
        "insert into change (id, at_utc, kind, summary, operations) values (1, '2026-01-01', 'write', '', '[]')",
        "insert into journal values (1, 1, 1, '/p/sub/1.jpg', 'a', 'b', 'x', '[]', '[]', 'done')",
        "insert into written values (1, '[]')",
    ):
        raw.execute(statement)
    raw.commit()
    raw.close()


def counts(folder: Path, tables: Iterable[str]) -> dict[str, int]:
    raw = sqlite3.connect(folder / FILE_NAME)
    found = {name: raw.execute(f"select count(*) from {name}").fetchone()[0] for name in tables}  # noqa: S608 our own names
    raw.close()
    return found


def test_nothing_of_an_earlier_library_is_lost(tmp_path: Path) -> None:
    library_of_part_1(tmp_path / "library")
    raw = sqlite3.connect(tmp_path / "library" / FILE_NAME)
    tables = [name for (name,) in raw.execute("select name from sqlite_master where type = 'table'")]
    raw.close()
    before = counts(tmp_path / "library", tables)
    assert sum(bool(count) for count in before.values()) >= 10
    library = SqliteLibrary(tmp_path / "library")
    assert library.catalogue.counts() == (1, 1)
    assert [face.standing.person for face in library.faces.all()] == ["ann"]
    assert [entry.photo for entry in library.journal.of_change(ChangeId(1))] == [1]
    library.close()
    after = counts(tmp_path / "library", tables)
    assert {name: count for name, count in after.items() if count < before[name]} == {}


def test_the_tags_of_an_earlier_library_stand_at_once(tmp_path: Path) -> None:
    library_of_part_1(tmp_path / "library")
    library = SqliteLibrary(tmp_path / "library")
    found = library.words.tags_of([PhotoId(1), PhotoId(2)])
    assert {id_: sorted(tag_text(one.tag) for one in some) for id_, some in found.items()} == {
        1: ["CAFE\u0301", "Places/Italy"],
        2: ["places/italy"],
    }
    assert [hit.photo for hit in library.finder.find(parse("tag:caf\xe9"))] == [1]
    assert library.words.stated_by_files("caf\xe9", [PhotoId(1)]) == {1}
    assert [(one.tag, one.photos) for one in library.words.tags()][-1] == ("Places/Italy", 1)
    library.close()
