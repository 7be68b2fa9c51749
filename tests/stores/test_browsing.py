"""Lists of photos: the same order everywhere, nothing twice, nothing lost."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.app.browsing import UNDATED, Card, Spot
from photoscribe.app.library import ScanResult
from photoscribe.core.changes import PersonAdded, VerdictGiven
from photoscribe.core.maps import area_between, grid_for
from photoscribe.core.people import FaceId, PersonId, Verdict
from photoscribe.core.photo import PhotoId
from photoscribe.core.query import Query, parse
from photoscribe.stores.sqlite import SqliteLibrary
from tests.fakes import face_at
from tests.stores.libraries import Told, analysed, fill
from tests.stores.test_migrating import library_of_part_1

DATES = ("2021-05-01T10:00:00", "2021-05-01T10:00:00", "2021-05-31T23:59:59", None, "2020-12-31T23:59:59", "2021-06-01")
PHOTOS = [
    Told(f"/p/{at % 3}/{at:02}.jpg", DATES[at % len(DATES)], stars=at % 6, tags=("even",) if at % 2 == 0 else ())
    for at in range(40)
]
EVERYTHING = Query()
QUERIES = ("", "tag:even", "rating:3..5", "taken:2021-05", "-taken:2021-05", "folder:/p/1", "is:untagged")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteLibrary]:
    library = SqliteLibrary(tmp_path_factory.mktemp("library"))
    fill(library, PHOTOS)
    library.catalogue.apply(ScanResult(roots=(Path("/p"),), gone=(PhotoId(3),)))
    yield library
    library.close()


def listed(library: SqliteLibrary, text: str, limit: int) -> list[PhotoId]:
    """Page by page, as a client gets it."""
    found: list[PhotoId] = []
    after: Spot | None = None
    while True:
        page = library.browser.page(parse(text), after, limit)
        if not page:
            return found
        found += [card.id for _, card in page]
        after = page[-1][0]


def in_order(library: SqliteLibrary, text: str) -> list[PhotoId]:
    def key(id_: PhotoId) -> tuple[bool, str, int]:
        taken = PHOTOS[id_ - 1].taken
        return taken is not None, taken if taken and "T" in taken else f"{taken}T00:00:00", id_

    return sorted((hit.photo for hit in library.finder.find(parse(text))), key=key, reverse=True)


@given(st.sampled_from(QUERIES), st.integers(1, 50))
def test_pages_give_every_photo_once_and_in_order(library: SqliteLibrary, text: str, limit: int) -> None:
    assert listed(library, text, limit) == in_order(library, text)


@given(st.sampled_from(QUERIES), st.integers(1, 7))
def test_the_timeline_is_the_list(library: SqliteLibrary, text: str, limit: int) -> None:
    found: list[PhotoId] = []
    for key, count in library.browser.months(parse(text)):
        starts = range(0, count, limit)
        bucket = [tile.id for at in starts for tile in library.browser.tiles(parse(text), key, at, limit)]
        assert len(bucket) == count
        found += bucket
    assert found == in_order(library, text)


@given(st.sampled_from(QUERIES), st.integers(1, 40))
def test_the_neighbours_of_a_photo_are_those_of_the_list(library: SqliteLibrary, text: str, photo: int) -> None:
    spot = library.browser.spot(PhotoId(photo))
    assert spot is not None
    found = library.browser.neighbours(parse(text), spot)
    order = in_order(library, text)
    if photo in order:
        at = order.index(PhotoId(photo))
        assert found.newer == (order[at - 1] if at else None)
        assert found.older == (order[at + 1] if at + 1 < len(order) else None)
        assert found.at == at
    else:  # where it would be
        assert found.newer == (order[found.at - 1] if found.at else None)
        assert found.older == (order[found.at] if found.at < len(order) else None)


@given(st.sampled_from(QUERIES))
def test_counts_and_ids_are_those_of_the_list(library: SqliteLibrary, text: str) -> None:
    order = in_order(library, text)
    assert library.finder.ids(parse(text)) == order
    assert library.finder.count(parse(text)) == len(order)
    assert sum(count for _, count in library.browser.months(parse(text))) == len(order)


def test_months_come_newest_first_and_the_undated_last(library: SqliteLibrary) -> None:
    keys = [key for key, _ in library.browser.months(EVERYTHING)]
    assert keys == ["2021-06", "2021-05", "2020-12", UNDATED]
    assert [tile.day for tile in library.browser.tiles(EVERYTHING, "2021-05", 0, 1)] == [31]
    assert {tile.day for tile in library.browser.tiles(EVERYTHING, UNDATED, 0, 50)} == {0}


def test_a_photo_that_is_gone_is_shown_only_to_who_asks_for_it(library: SqliteLibrary) -> None:
    assert PhotoId(3) not in listed(library, "", 50)
    assert listed(library, "is:missing", 50) == [3]
    (card,) = library.browser.cards([PhotoId(3)])
    assert card.missing


def test_cards_come_in_the_order_asked_and_unknown_ones_are_left_out(library: SqliteLibrary) -> None:
    found: Sequence[Card] = library.browser.cards([PhotoId(9), PhotoId(999), PhotoId(2)])
    assert [card.id for card in found] == [9, 2]
    assert (found[1].path, found[1].taken) == ("/p/1/01.jpg", "2021-05-01T10:00:00")
    assert library.browser.spot(PhotoId(999)) is None


def test_folders_are_counted_without_what_is_gone(library: SqliteLibrary) -> None:
    assert {folder: count for folder, count, _ in library.browser.folders()} == {"/p/0": 14, "/p/1": 13, "/p/2": 12}


@pytest.fixture
def own(tmp_path: Path) -> Iterator[SqliteLibrary]:
    library = SqliteLibrary(tmp_path / "library")
    yield library
    library.close()


def test_a_photo_is_missing_with_its_file_and_comes_back_with_it(own: SqliteLibrary) -> None:
    ids = fill(own, [Told("/p/a.jpg"), Told("/p/b.jpg"), Told("/p/c.jpg")])

    def there() -> list[int]:
        shown = [card.id for _, card in own.browser.page(EVERYTHING, None, 9)]
        assert own.catalogue.counts() == (len(shown), 3 - len(shown))
        return sorted(shown)

    own.catalogue.apply(ScanResult(roots=(Path("/p"),), gone=tuple(ids[:2])))
    assert there() == [3]
    moved = own.catalogue.file(ids[0])
    assert moved is not None
    own.catalogue.apply(ScanResult(roots=(Path("/p"),), moved=((ids[0], moved.seen),), back=(ids[1],)))
    assert there() == [1, 2, 3]


def test_a_moved_photo_is_in_its_new_folder(own: SqliteLibrary) -> None:
    (id_,) = fill(own, [Told("/p/a/1.jpg")])
    known = own.catalogue.file(id_)
    assert known is not None
    seen = type(known.seen)(Path("/p/b/1.jpg"), 100, 1, "image")
    own.catalogue.apply(ScanResult(roots=(Path("/p"),), moved=((id_, seen),)))
    assert [folder for folder, *_ in own.browser.folders()] == ["/p/b"]
    assert own.finder.ids(parse("folder:/p/b")) == [id_]
    assert own.finder.ids(parse("folder:/p/a")) == []


def test_a_folder_is_not_the_one_that_is_spelt_alike(own: SqliteLibrary) -> None:
    fill(own, [Told("/p/a/1.jpg"), Told("/p/A/2.jpg"), Told("/p/a b/3.jpg"), Told("/p/a/x/4.jpg"), Told("/p/a%/5.jpg")])
    assert own.finder.ids(parse("folder:/p/a")) == [4, 1]
    assert own.finder.ids(parse('folder:"/p/a b/"')) == [3]
    assert len(own.finder.ids(parse("-folder:/p/a"))) == 3
    assert [known.seen.path.name for known in own.catalogue.known_under([Path("/p/A")])] == ["2.jpg"]


def test_an_area_may_cross_the_date_line(own: SqliteLibrary) -> None:
    fill(
        own,
        [
            Told("/p/1", at=(-18.1, 178.4)),
            Told("/p/2", at=(-18.2, -179.0)),
            Told("/p/3", at=(48.2, 16.4)),
            Told("/p/4"),
        ],
    )
    assert own.finder.ids(parse("area:-30,170,0,-170")) == [2, 1]
    assert own.finder.ids(parse("area:40,10,50,20")) == [3]
    assert own.finder.ids(parse("-area:40,10,50,20")) == [4, 2, 1]
    area = area_between(-30, 170, 0, 190)
    assert {cell.cover for cell in own.browser.cells(EVERYTHING, area, grid_for(area, 3))} == {1, 2}
    assert own.browser.placed(EVERYTHING) == (3, 1)
    assert (own.finder.count(parse("is:placed")), own.finder.ids(parse("is:placeless"))) == (3, [4])


def test_photos_close_together_share_a_cell_until_the_map_comes_near(own: SqliteLibrary) -> None:
    fill(own, [Told(f"/p/{at}", at=(42.0 + at / 1000, 13.0)) for at in range(4)])
    area = area_between(41, 12, 43, 14)
    (cell,) = own.browser.cells(EVERYTHING, area, grid_for(area, 4))
    assert (cell.count, cell.south, cell.west) == (4, 42.0, 13.0)
    assert cell.north == pytest.approx(42.003)
    assert cell.latitude == pytest.approx(42.0015)
    assert len(own.browser.cells(EVERYTHING, area, grid_for(area_between(42, 12.99, 42.01, 13.01), 18))) == 4


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rating:4", [1]), ("rating:0..5", [2, 1]), ("-rating:4", [4, 3, 2]), ("is:rated", [1]),
        ("is:image", [4, 2, 1]), ("is:video", [3]), ("is:tagged", [4]), ("is:untagged", [3, 2, 1]),
        ("tag:a", [4]), ("tag:b", [4]),
    ],
)  # fmt: skip
def test_ratings_kinds_and_tags_are_asked_for(own: SqliteLibrary, text: str, found: list[int]) -> None:
    rejected = Told("/p/4", stars=-1, tags=("a/b",))
    fill(own, [Told("/p/1", stars=4), Told("/p/2", stars=0), Told("/p/3", kind="video"), rejected])
    assert own.finder.ids(parse(text)) == found


def test_what_can_be_asked_for_is_counted_by_photos(own: SqliteLibrary) -> None:
    two = (face_at(0.1), face_at(0.5))
    fill(own, [Told("/p/1", city="Rome", tags=("Beach",), camera="X100", faces=two), Told("/p/2", city="Rome")])
    ann = PersonId("ann")
    given = [VerdictGiven(FaceId(id_), Verdict("confirmed", ann)) for id_ in (1, 2)]
    own.history.record("name", "Ann", [PersonAdded(ann, "Ann"), *given])
    words = own.browser.vocabulary()
    assert (list(words.people), list(words.tags)) == ([("Ann", 1)], [("Beach", 1)])
    assert list(words.places) == [(("", "", "Rome", ""), 2)]
    assert set(words.cameras) == {("X100", 1), ("", 1)}


def test_the_revision_goes_up_with_what_is_shown_and_only_then(own: SqliteLibrary) -> None:
    seen = [own.revision()]
    fill(own, [Told("/p/1")])
    seen.append(own.revision())
    own.history.record("name", "Ann", [PersonAdded(PersonId("ann"), "Ann")])
    seen.append(own.revision())
    assert seen == sorted(set(seen))
    own.notes.put("key", "value")
    own.ledger.begin_run()
    assert own.revision() == seen[-1]


def test_another_process_sees_the_revision_go_up(own: SqliteLibrary) -> None:
    other = SqliteLibrary(own.folder)
    before = other.revision()
    fill(own, [Told("/p/1")])
    assert other.revision() > before
    other.close()


def test_a_look_stays_with_its_picture_and_no_longer(own: SqliteLibrary) -> None:
    (id_,) = fill(own, [Told("/p/1", look=b"l" * 160, colour=7)])

    def read_again(picture: str) -> int | None:
        """As when only its metadata changed: not decoded."""
        own.ledger.commit([analysed(id_, Told("/p/1", picture=picture))])
        ids, _ = own.likeness.looks(PhotoId(0))
        (card,) = own.browser.cards([id_])
        assert (card.colour is None) == (len(ids) == 0)
        return card.colour

    assert read_again("") == 7
    assert read_again("another") is None


def test_photos_are_near_in_time_place_or_by_who_is_in_them(own: SqliteLibrary) -> None:
    ann = PersonId("ann")
    fill(
        own,
        [
            Told("/p/1", "2019-08-14T18:00:00", at=(42.0, 13.0), faces=(face_at(0.1),)),
            Told("/p/2", "2019-08-14T20:00:00"),
            Told("/p/3", at=(42.001, 13.001)),
            Told("/p/4", faces=(face_at(0.1),)),
            Told("/p/5", "2019-08-15T18:00:00", at=(43.0, 13.0)),
        ],
    )
    given = [VerdictGiven(FaceId(id_), Verdict("confirmed", ann)) for id_ in (1, 2)]
    own.history.record("name", "Ann", [PersonAdded(ann, "Ann"), *given])
    assert set(own.likeness.near(PhotoId(1), 9)) - {1} == {2, 3, 4}
    assert own.likeness.near(PhotoId(99), 9) == []
    own.catalogue.apply(ScanResult(roots=(Path("/p"),), gone=(PhotoId(2),)))
    traits = own.likeness.traits([PhotoId(id_) for id_ in (1, 2, 3, 99)])
    assert traits.keys() == {1, 3}
    assert traits[PhotoId(1)].people == {ann}
    assert traits[PhotoId(1)].taken == datetime(2019, 8, 14, 18, tzinfo=UTC)
    assert traits[PhotoId(3)].position == (42.001, 13.001)


def test_an_earlier_library_is_shown_at_once(tmp_path: Path) -> None:
    library_of_part_1(tmp_path / "library")
    library = SqliteLibrary(tmp_path / "library")
    assert listed(library, "", 9) == [1]
    assert listed(library, "is:missing", 9) == [2]
    assert list(library.browser.folders()) == [("/p/sub", 1, 1)]
    (card,) = library.browser.cards([PhotoId(1)])
    assert card.colour is None
    assert library.revision() >= 1
    library.close()
