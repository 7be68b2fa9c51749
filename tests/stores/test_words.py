"""Tags and fields in the tables: what stands after the user, the files and the machine, and how it is undone."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from photoscribe.app.choosing import Photos
from photoscribe.app.describing import Describing
from photoscribe.app.editing import Editing
from photoscribe.app.library import ScanResult
from photoscribe.app.ports import READ, Analysed, Found, Opened, SeenFile
from photoscribe.app.tagging import Tagging
from photoscribe.core.changes import FieldStated, Operation, TagGiven, inverse
from photoscribe.core.errors import NoSuch, UsageError
from photoscribe.core.facts import Fact, Origin, Rating, Statement, Text
from photoscribe.core.facts import Tagging as TagFact
from photoscribe.core.metadata import FileMetadata
from photoscribe.core.people import PersonId
from photoscribe.core.photo import PhotoId, Size
from photoscribe.core.query import parse
from photoscribe.core.tags import TagWritten, tag_key, tag_text
from photoscribe.core.wording import Written
from photoscribe.stores import operations, photo_words, schema, written_rows
from photoscribe.stores.sqlite import SqliteLibrary

ALL = Photos(query="")
BEACH, ITALY = TagFact(("Beach",)), TagFact(("Places", "Italy"))


def read(library: SqliteLibrary, photo: int, *facts: Fact) -> None:
    """The file of a photo is read, and says this."""
    metadata = FileMetadata(tuple(Statement(fact, Origin("xmp")) for fact in facts))
    opened = Opened(f"c{photo}", f"p{photo}", photo, 1, "image", Size(4, 3), metadata)
    library.ledger.commit([Analysed(PhotoId(photo), opened, (Found(READ, ()),))])


@pytest.fixture
def told(library: SqliteLibrary) -> SqliteLibrary:
    """Three photos: the file of the first has a tag, that of the second a path and its flat part."""
    files = tuple(SeenFile(Path(f"/p/{name}.jpg"), i, 1, "image") for i, name in enumerate("abc", 1))
    library.catalogue.apply(ScanResult(roots=(Path("/p"),), new=files))
    read(library, 1, BEACH, Text("title", "Theirs"), Rating(1))
    read(library, 2, TagFact(("Italy",)), ITALY)
    read(library, 3)
    return library


def tags(library: SqliteLibrary) -> dict[int, list[str]]:
    found = library.words.tags_of([PhotoId(1), PhotoId(2), PhotoId(3)])
    return {id_: [tag_text(one.tag) for one in some if one.state == "confirmed"] for id_, some in found.items()}


def suggest(library: SqliteLibrary, photo: int, tag: str) -> None:
    row = {"photo_id": photo, "key": tag.casefold(), "tag": tag, "state": "suggested", "origin": "scenes"}
    with library._database.write() as connection:
        connection.execute(insert(schema.tagging), [{**row, "probability": 0.7}])


def test_what_files_say_stands_at_once(told: SqliteLibrary) -> None:
    assert tags(told) == {1: ["Beach"], 2: ["Places/Italy"]}
    read(told, 1)
    assert tags(told) == {2: ["Places/Italy"]}


def test_the_users_word_outlives_a_new_reading(told: SqliteLibrary) -> None:
    tagging = Tagging(told)
    tagging.tag("Sun", ALL)
    tagging.untag("beach", ALL)
    read(told, 1, BEACH, TagFact(("Sea",)))
    assert tags(told)[1] == ["Sea", "Sun"]
    assert [hit.photo for hit in told.finder.find(parse("tag:sun"))] == [1, 2, 3]
    assert told.finder.find(parse("tag:beach")) == []


def test_a_path_takes_the_flat_keyword_of_a_file_in_and_gives_it_back(told: SqliteLibrary) -> None:
    read(told, 3, TagFact(("Italy",)))
    change = Tagging(told).tag("Places/Italy", Photos(ids=(PhotoId(3),))).change
    assert tags(told)[3] == ["Places/Italy"]
    assert change is not None
    take_back(told, change)
    assert tags(told)[3] == ["Italy"]


def test_a_tag_that_we_took_out_of_a_file_stands_again_when_the_user_no_longer_minds(told: SqliteLibrary) -> None:
    change = Tagging(told).untag("beach", ALL).change
    with told._database.write() as connection:
        written_rows.keep(connection, 1, Written(tags=(TagWritten(("Beach",), added=False),)))
    read(told, 1)
    assert tags(told) == {2: ["Places/Italy"]}
    assert change is not None
    take_back(told, change)
    assert tags(told)[1] == ["Beach"]


def test_taking_back_a_tag_that_we_wrote_is_no_rejection(told: SqliteLibrary) -> None:
    tagging, one = Tagging(told), Photos(ids=(PhotoId(3),))
    tagging.tag("Sun", one)
    with told._database.write() as connection:
        written_rows.keep(connection, 3, Written(tags=(TagWritten(("Sun",), added=True),)))
    read(told, 3, TagFact(("Sun",)))
    assert tagging.untag("sun", one).photos == 1
    assert (tags(told).get(3), told.words.verdicts("sun", [PhotoId(3)])) == (None, {})


def test_without_a_parent_what_is_below_it_stays(told: SqliteLibrary) -> None:
    assert Tagging(told).untag("Places", ALL).photos == 0
    assert Tagging(told).untag("PLACES/italy", ALL).photos == 1
    assert tags(told) == {1: ["Beach"]}


def test_a_suggestion_is_confirmed_or_rejected_and_is_no_fact_before(told: SqliteLibrary) -> None:
    suggest(told, 1, "Dog")
    suggest(told, 3, "Dog")
    assert told.finder.find(parse("tag:dog")) == []
    assert [(one.tag, one.photos, one.suggested) for one in told.words.tags() if one.tag == "Dog"] == [("Dog", 0, 2)]
    tagging = Tagging(told)
    assert tagging.reject("dog", Photos(ids=(PhotoId(1), PhotoId(2)))).photos == 1
    assert tagging.confirm("dog", ALL).photos == 1
    assert tags(told) == {1: ["Beach"], 2: ["Places/Italy"], 3: ["dog"]}
    read(told, 3)
    assert tags(told)[3] == ["dog"]


def test_a_suggestion_outlives_words_about_other_tags(told: SqliteLibrary) -> None:
    suggest(told, 1, "Dog")
    Tagging(told).tag("Sun", ALL)
    read(told, 1, BEACH)
    (dog,) = [one for one in told.words.tags_of([PhotoId(1)])[PhotoId(1)] if one.state == "suggested"]
    assert (dog.tag, dog.origin, dog.probability) == (("Dog",), "scenes", 0.7)


def test_a_missing_photo_is_not_counted(told: SqliteLibrary) -> None:
    told.catalogue.apply(ScanResult(roots=(Path("/p"),), gone=(PhotoId(1),)))
    assert [one.tag for one in told.words.tags()] == ["Places", "Places/Italy"]
    assert Tagging(told).tag("Sun", ALL).photos == 2


def test_a_tag_that_begins_alike_is_not_below(told: SqliteLibrary) -> None:
    Tagging(told).tag("Places0", ALL)
    Tagging(told).tag("Places!", ALL)
    assert {one.tag: one.photos for one in told.words.tags()}["Places"] == 1


def take_back(library: SqliteLibrary, change: int) -> None:
    record = next(one for one in library.history.all() if one.id == change)
    library.history.record("undo", "", inverse(record.operations), undoes=record.id)


def test_taking_back_a_value_spares_what_was_said_since(told: SqliteLibrary) -> None:
    describing = Describing(told, Editing(told, new_id=lambda: PersonId("x"), learn=lambda *_: None))
    first = describing.state({"title": "One", "rating": 5}, ALL).change
    second = describing.state({"title": "Two"}, Photos(ids=(PhotoId(1),))).change
    assert first is not None
    assert second is not None
    take_back(told, first)
    assert shown(told) == {1: ("Two", 1), 2: ("", None), 3: ("", None)}
    take_back(told, second)
    assert shown(told)[1] == ("One", 1)


def shown(library: SqliteLibrary) -> Mapping[int, tuple[str, int | None]]:
    records = [library.catalogue.photo(Path(f"/p/{name}.jpg")) for name in "abc"]
    return {record.id: (record.title, record.rating) for record in records if record is not None}


def test_a_stated_value_outlives_a_new_reading_and_an_offset_comes_from_the_file(told: SqliteLibrary) -> None:
    describing = Describing(told, Editing(told, new_id=lambda: PersonId("x"), learn=lambda *_: None))
    describing.state({"title": "", "rating": 0}, Photos(ids=(PhotoId(1),)))
    read(told, 1, Text("title", "Other"), Rating(3))
    assert shown(told)[1] == ("", 0)


def test_words_about_what_is_not_there_are_refused(told: SqliteLibrary) -> None:
    with pytest.raises(NoSuch, match="no such photo: 9"):
        Tagging(told).tag("x", Photos(ids=(PhotoId(9),)))
    with pytest.raises(NoSuch, match="no photos under"):
        Tagging(told).tag("x", Photos(folder=Path("/elsewhere")))
    with pytest.raises(UsageError, match="exactly one"):
        Photos()


def test_a_photo_deleted_since_is_passed_over(told: SqliteLibrary) -> None:
    ghosts = PhotoId(99), PhotoId(3)
    said: list[Operation] = [TagGiven(("x",), "confirmed", ghosts), FieldStated(PhotoId(99), "title", None, "x")]
    told.history.record("test", "", said)
    assert tags(told)[3] == ["x"]


PLAIN = st.none() | st.sampled_from(["a", "b"])
WORDS = st.lists(
    st.builds(
        TagGiven,
        st.sampled_from([("Beach",), ("beach",), ("Italy",), ("Places", "Italy"), ("Places",)]),
        st.sampled_from(["confirmed", "rejected"]),
        st.sets(st.sampled_from([1, 2, 3]), min_size=1).map(lambda some: tuple(PhotoId(one) for one in sorted(some))),
        st.booleans(),
    )
    | st.builds(FieldStated, st.sampled_from([PhotoId(1), PhotoId(2)]), st.just("title"), PLAIN, PLAIN),
    max_size=6,
)


@given(st.lists(WORDS, max_size=4), st.sets(st.sampled_from([1, 2, 3])))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_quick_way_gives_what_working_it_all_out_anew_gives(
    told: SqliteLibrary, said: list[list[Operation]], ours: set[int]
) -> None:
    """Whatever is said, in whatever order, and whatever we wrote into files before."""
    with told._database.write() as connection:
        left = Written(tags=(TagWritten(("Beach",), added=False), TagWritten(("Places", "Italy"), added=True)))
        for photo in (1, 2, 3):
            written_rows.keep(connection, photo, left if photo in ours else Written())
        photo_words.restand(connection, {PhotoId(1), PhotoId(2), PhotoId(3)})
    for change in said:
        told.history.record("test", "", change)
        before = tags(told)
        with told._database.write() as connection:
            photo_words.restand(connection, {PhotoId(1), PhotoId(2), PhotoId(3)})
        assert tags(told) == before


@given(WORDS)
def test_operations_are_the_same_after_json(said: list[Operation]) -> None:
    assert operations.from_json(operations.to_json(said)) == tuple(said)


@given(st.lists(st.tuples(st.sampled_from(["tag", "untag", "reject"]), st.sampled_from(["Beach", "Places/Italy"]))))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_undoing_everything_from_the_newest_on_is_as_if_nothing_had_been_said(
    told: SqliteLibrary, actions: list[tuple[str, str]]
) -> None:
    before = tags(told)
    changes = [getattr(Tagging(told), action)(tag, ALL).change for action, tag in actions]
    for change in reversed([one for one in changes if one is not None]):
        take_back(told, change)
    assert tags(told) == before
    assert not told.words.verdicts(tag_key(("Beach",)), [PhotoId(1), PhotoId(2), PhotoId(3)])


def test_a_tag_taken_back_and_given_in_other_letters_has_those(told: SqliteLibrary) -> None:
    def given(tag: str, *, present: bool = True) -> TagGiven:
        return TagGiven((tag,), "confirmed", (PhotoId(3),), present)

    told.history.record("test", "", [given("Beach")])
    told.history.record("test", "", [given("Beach", present=False), given("beach")])
    assert tags(told)[3] == ["beach"]
