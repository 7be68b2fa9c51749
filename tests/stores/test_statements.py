"""What is said of a photo, by whom, and what of it is shown."""

from pathlib import Path

from photoscribe.app.library import PhotoRecord
from photoscribe.app.ports import READ, Analysed, Failed
from photoscribe.core.changes import FieldStated, TagGiven
from photoscribe.core.photo import PhotoId
from photoscribe.stores.sqlite import SqliteLibrary
from tests.stores.libraries import FACES, Told, fill


def told(library: SqliteLibrary, photo: PhotoId) -> PhotoRecord:
    record = library.catalogue.photo_of(photo)
    assert record is not None
    assert record == library.catalogue.photo(record.path)
    return record


def states(record: PhotoRecord) -> set[tuple[str, str, str]]:
    return {(one.kind, one.origin, one.state) for one in record.facts}


def test_what_a_file_says_alone_is_what_is_shown(library: SqliteLibrary) -> None:
    (id_,) = fill(library, [Told("/p/1", "2019-08-14T18:03:11", (42.0, 13.0), "Rome", ("a/b",), 4, "X100")])
    kinds = ("taken", "position", "place", "rating", "camera", "tag")
    assert states(told(library, id_)) == {(kind, "xmp", "chosen") for kind in kinds}


def test_the_users_word_is_shown_and_the_files_stays_beside_it(library: SqliteLibrary) -> None:
    (id_,) = fill(library, [Told("/p/1", stars=2)])
    library.history.record("describe", "rating", [FieldStated(id_, "rating", None, 5)])
    record = told(library, id_)
    assert record.rating == 5
    assert [(one.kind, one.value, one.origin, one.state) for one in record.facts] == [
        ("rating", 5, "user", "chosen"),
        ("rating", 2, "xmp", "stated"),
    ]


def test_a_tag_shows_who_gave_it_and_who_took_it(library: SqliteLibrary) -> None:
    (id_,) = fill(library, [Told("/p/1", tags=("Sea", "Sky"))])
    given = TagGiven(("Sand",), "confirmed", (id_,))
    taken = TagGiven(("Sea",), "rejected", (id_,))
    library.history.record("tag", "tags", [given, taken])
    record = told(library, id_)
    assert record.tags == ("Sand", "Sky")
    assert states(record) == {
        ("tag", "user", "confirmed"),
        ("tag", "user", "rejected"),
        ("tag", "xmp", "rejected"),
        ("tag", "xmp", "chosen"),
    }


def test_problems_are_told_once(library: SqliteLibrary) -> None:
    first, second = fill(library, [Told("/p/1"), Told("/p/2")])
    library.ledger.claim([READ, FACES], 9, library.ledger.begin_run())
    failures = tuple(Failed(origin, "the disk is asleep", retry=True) for origin in (READ, FACES))
    library.ledger.commit([Analysed(first, None, failures)])
    assert library.catalogue.problems_of(first) == ["the disk is asleep"]
    assert library.catalogue.problems_of(second) == []


def test_an_unknown_photo_has_no_record(library: SqliteLibrary) -> None:
    assert library.catalogue.photo_of(PhotoId(7)) is None
    assert library.catalogue.photo(Path("/nowhere")) is None
