"""Facts as rows, and the file that keeps the graph of alike faces."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from photoscribe.app.library import ScanResult
from photoscribe.app.neighbouring import KeptNeighbours
from photoscribe.app.ports import READ, Analysed, Found, Opened, SeenFile
from photoscribe.core.facts import (
    Camera,
    Origin,
    PersonNamed,
    Place,
    Position,
    Rating,
    Region,
    Statement,
    Tagging,
    Taken,
    Text,
)
from photoscribe.core.geometry import Box
from photoscribe.core.metadata import FileMetadata
from photoscribe.core.neighbours import nearest
from photoscribe.core.photo import PhotoId, Size
from photoscribe.core.query import parse
from photoscribe.stores.facts import region_from_json, region_to_json, with_offset
from photoscribe.stores.neighbours import NeighbourFile
from photoscribe.stores.sqlite import SqliteLibrary

FACTS = (
    Taken(datetime(2019, 7, 14, 12, 30), 120),  # noqa: DTZ001 local on purpose
    Position(42.4, 13.9, 850.0),
    Place("Campo Imperatore", "L'Aquila", "Abruzzo", "Italy"),
    Text("title", "Up there"),
    Text("caption", "Ann on the meadow"),
    Rating(4),
    Camera("FUJIFILM", "X100V", ""),
    Tagging(("Places", "Abruzzo")),
    Tagging(("meadow",)),
    PersonNamed("Ann"),
    Region(Box(0.1, 0.1, 0.2, 0.2), "", "Pet"),
)


@pytest.fixture
def told(library: SqliteLibrary) -> SqliteLibrary:
    library.catalogue.apply(ScanResult(roots=(Path("/p"),), new=(SeenFile(Path("/p/a.jpg"), 1, 1, "image"),)))
    metadata = FileMetadata(tuple(Statement(fact, Origin("xmp")) for fact in FACTS), problems=("a broken tag",))
    opened = Opened("c", "p", 1, 1, "image", Size(4, 3), metadata)
    library.ledger.commit([Analysed(PhotoId(1), opened, (Found(READ, ()),))])
    return library


def test_everything_a_file_says_is_kept_and_shown(told: SqliteLibrary) -> None:
    record = told.catalogue.photo(Path("/p/a.jpg"))
    assert record is not None
    assert (record.taken, record.latitude, record.longitude) == ("2019-07-14T12:30:00+02:00", 42.4, 13.9)
    assert (record.title, record.caption, record.rating) == ("Up there", "Ann on the meadow", 4)
    assert (record.place, record.camera) == ("Campo Imperatore, L'Aquila, Abruzzo, Italy", "FUJIFILM X100V")
    assert record.tags == ("meadow", "Places/Abruzzo")
    kinds = [one.kind for one in record.facts]
    assert sorted(kinds) == sorted(
        [
            "taken",
            "position",
            "place",
            "title",
            "caption",
            "rating",
            "camera",
            "tag",
            "tag",
            "person",
            "region",
            "problem",
        ]
    )


@pytest.mark.parametrize(
    "query",
    [
        "taken:2019-07", "place:abruzzo", "camera:x100", "tag:abruzzo", "tag:places", "tag:Places/Abruzzo",
        "tag:meadow", "meadow", "up", "ann", "aquila", "-place:rome",
    ],
)  # fmt: skip
def test_what_is_said_is_found(told: SqliteLibrary, query: str) -> None:
    assert len(told.finder.find(parse(query))) == 1


@pytest.mark.parametrize("query", ["tag:place", "tag:mead", "taken:2020", "-tag:meadow", "place:%"])
def test_what_is_not_said_is_not_found(told: SqliteLibrary, query: str) -> None:
    assert told.finder.find(parse(query)) == []


def test_an_unknown_photo_has_no_record(library: SqliteLibrary) -> None:
    assert library.catalogue.photo(Path("/nowhere")) is None
    assert library.catalogue.file(PhotoId(9)) is None


def test_offsets_are_written_as_people_read_them() -> None:
    assert [with_offset("t", minutes) for minutes in (None, 0, -210, 345)] == ["t", "t+00:00", "t-03:30", "t+05:45"]


def test_a_region_survives_the_row() -> None:
    region = Region(Box(0.1, 0.2, 0.3, 0.4), 'A & "B"', "Face")
    assert region_from_json(region_to_json(region)) == region


def test_the_graph_is_kept_and_a_broken_file_is_only_a_loss_of_time(tmp_path: Path) -> None:
    matrix = np.eye(4, dtype=np.float32)
    kept = KeptNeighbours(np.arange(4), np.arange(4) + 7, nearest(matrix, floor=-0.5))
    store = NeighbourFile(tmp_path / "cache")
    assert store.load("m") is None
    store.save("m", kept)
    again = store.load("m")
    assert again is not None
    assert np.array_equal(again.faces, kept.faces)
    assert np.array_equal(again.neighbours.indices, kept.neighbours.indices)
    assert again.neighbours.floor == -0.5
    (tmp_path / "cache" / "neighbours-m.npz").write_bytes(b"PK broken")
    assert store.load("m") is None


def test_a_full_disk_loses_only_the_cache(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    kept = KeptNeighbours(np.arange(1), np.arange(1), nearest(np.eye(1, dtype=np.float32)))
    NeighbourFile(tmp_path / "cache").save("m", kept)
    assert NeighbourFile(tmp_path / "cache").load("m") is None
