"""What was said about faces outlives a new detection, a new model and an edited file."""

from pathlib import Path

import pytest

from photoscribe.app.library import ScanResult
from photoscribe.app.ports import READ, Analysed, Found, Opened, SeenFile
from photoscribe.core.changes import (
    ChangeId,
    FaceDrawn,
    FacesPaired,
    FacesRegrouped,
    Operation,
    PersonAdded,
    PersonRenamed,
    VerdictGiven,
    inverse,
)
from photoscribe.core.facts import Face, Origin, Region, Statement
from photoscribe.core.geometry import Box
from photoscribe.core.metadata import FileMetadata
from photoscribe.core.people import FaceId, GroupId, PersonId, Suggestion, Verdict
from photoscribe.core.photo import PhotoId, Size
from photoscribe.core.query import parse
from photoscribe.stores.sqlite import SqliteLibrary
from tests.fakes import face_at, unit

FACES = Origin("faces", "1")
ANN, BOB = PersonId("ann"), PersonId("bob")
PHOTO = PhotoId(1)


@pytest.fixture(autouse=True)
def one_photo(library: SqliteLibrary) -> None:
    library.catalogue.apply(ScanResult(roots=(Path("/p"),), new=(SeenFile(Path("/p/a.jpg"), 100, 1, "image"),)))


def found(library: SqliteLibrary, *faces: Face, regions: tuple[Region, ...] | None = None) -> None:
    statements = tuple(Statement(region, Origin("xmp")) for region in regions or ())
    opened = Opened("content", "picture", 100, 1, "image", Size(4, 3), FileMetadata(statements))
    outcomes = [Found(FACES, faces)] + ([Found(READ, ())] if regions is not None else [])
    library.ledger.commit([Analysed(PHOTO, opened, tuple(outcomes))])


def say(library: SqliteLibrary, *operations: Operation) -> int:
    return library.history.record("test", "said", operations)[0]


def confirm(face: int, person: PersonId) -> VerdictGiven:
    return VerdictGiven(FaceId(face), Verdict("confirmed", person))


def states(library: SqliteLibrary) -> dict[int, tuple[str, str | None]]:
    return {face.id: (face.standing.state, face.standing.person) for face in library.faces.all()}


def test_a_face_found_again_keeps_its_number_and_its_name(library: SqliteLibrary) -> None:
    found(library, face_at(0.1), face_at(0.5))
    say(library, PersonAdded(ANN, "Ann"), confirm(2, ANN))
    found(library, face_at(0.51, vector=unit(1, 0)), face_at(0.8))
    assert states(library) == {2: ("confirmed", ANN), 3: ("unknown", None)}


def test_a_named_face_that_is_not_found_again_stays(library: SqliteLibrary) -> None:
    found(library, face_at(0.1), face_at(0.5))
    say(library, PersonAdded(ANN, "Ann"), confirm(1, ANN))
    found(library)
    assert states(library) == {1: ("confirmed", ANN)}


@pytest.mark.parametrize("kind", ["ignored", "not_a_face"])
def test_a_face_put_away_stays_away_when_it_is_found_again(library: SqliteLibrary, kind: str) -> None:
    found(library, face_at(0.1))
    say(library, VerdictGiven(FaceId(1), Verdict(kind)))  # type: ignore[arg-type]  # one of the two literals
    found(library, face_at(0.1))
    assert states(library) == {1: ("ignored", None)}


def test_a_drawn_box_keeps_its_place_and_takes_the_vector(library: SqliteLibrary) -> None:
    found(library)
    id_ = library.faces.reserve(1)[0]
    say(library, FaceDrawn(id_, PHOTO, Box(0.1, 0.1, 0.12, 0.12)))
    found(library, face_at(0.1, vector=unit(1, 2)))
    (face,) = library.faces.all()
    assert (face.id, face.source, face.box.w) == (id_, "user", 0.12)
    assert library.faces.vectors("test").matrix.shape == (1, 2)


def test_a_drawn_box_stays_without_any_vector(library: SqliteLibrary) -> None:
    id_ = library.faces.reserve(1)[0]
    say(library, FaceDrawn(id_, PHOTO, Box(0.1, 0.1, 0.12, 0.12)))
    found(library)
    assert states(library) == {id_: ("unknown", None)}


def test_a_face_in_a_pair_outlives_a_detection_that_misses_it(library: SqliteLibrary) -> None:
    found(library, face_at(0.1), face_at(0.5), face_at(0.8))
    say(library, FacesPaired(FaceId(1), FaceId(3), "apart"))
    found(library, face_at(0.5))
    assert set(states(library)) == {1, 2, 3}
    assert library.columns.pairs() == {"apart": [(1, 3)], "together": []}


def test_a_pair_is_of_one_kind_and_the_last_word_counts(library: SqliteLibrary) -> None:
    found(library, face_at(0.1), face_at(0.5))
    say(library, FacesPaired(FaceId(1), FaceId(2), "apart"))
    say(library, FacesPaired(FaceId(1), FaceId(2), "together"))
    assert library.columns.pairs() == {"apart": [], "together": [(1, 2)]}
    say(library, FacesPaired(FaceId(1), FaceId(2), "apart", present=False))
    assert library.columns.pairs()["together"] == [(1, 2)]
    say(library, FacesPaired(FaceId(1), FaceId(99), "apart"))
    assert library.columns.pairs()["apart"] == []


def test_a_group_that_was_made_anew_meanwhile_is_left_alone_by_an_undo(library: SqliteLibrary) -> None:
    found(library, face_at(0.1), face_at(0.5))
    library.faces.set_groups({FaceId(1): GroupId(7), FaceId(2): GroupId(7)})
    moved = FacesRegrouped((FaceId(1), FaceId(2)), GroupId(7), GroupId(8))
    say(library, moved)
    library.faces.set_groups({FaceId(2): GroupId(9)})
    say(library, *inverse([moved]))
    assert library.faces.groups() == {1: 7, 2: 9}


def test_grouping_does_not_overwrite_what_the_user_moved_meanwhile(library: SqliteLibrary) -> None:
    found(library, face_at(0.1), face_at(0.5))
    before = library.columns.moment().change
    say(library, FacesRegrouped((FaceId(1),), None, GroupId(5)))
    library.faces.set_groups({FaceId(1): GroupId(7), FaceId(2): GroupId(7)}, untouched_since=ChangeId(before))
    assert library.faces.groups() == {1: 5, 2: 7}


def test_undoing_a_drawn_box_takes_it_away(library: SqliteLibrary) -> None:
    id_ = library.faces.reserve(1)[0]
    operations = (FaceDrawn(id_, PHOTO, Box(0.1, 0.1, 0.12, 0.12)),)
    change = library.history.record("draw", "drawn", operations)[0]
    library.history.record("undo", "back", inverse(operations), undoes=change)
    assert states(library) == {}


def test_a_name_in_the_file_is_confirmed_on_the_face_that_it_frames(library: SqliteLibrary) -> None:
    found(library, face_at(0.1), face_at(0.5), regions=(Region(Box(0.49, 0.09, 0.12, 0.12), "Ann"),))
    (person,) = library.people.all()
    assert (person.name, states(library)) == ("Ann", {1: ("unknown", None), 2: ("confirmed", person.id)})


def test_a_name_in_the_file_makes_a_face_where_none_was_found(library: SqliteLibrary) -> None:
    found(library, regions=(Region(Box(0.3, 0.3, 0.2, 0.2), "Ann"), Region(Box(0.6, 0.3, 0.2, 0.2), "", "Pet")))
    (face,) = library.faces.all()
    assert (face.source, face.standing.state) == ("file", "confirmed")


def test_a_name_gone_from_the_file_is_gone_from_the_library(library: SqliteLibrary) -> None:
    found(library, face_at(0.1), regions=(Region(face_at(0.1).box, "Ann"), Region(Box(0.6, 0.6, 0.2, 0.2), "Bob")))
    found(library, face_at(0.1), regions=())
    assert states(library) == {1: ("unknown", None)}


def test_the_user_outranks_the_file(library: SqliteLibrary) -> None:
    ann = Region(face_at(0.1).box, "Ann")
    found(library, face_at(0.1), regions=(ann,))
    person = library.people.all()[0].id
    say(library, PersonAdded(BOB, "Bob"), confirm(1, BOB))
    found(library, face_at(0.1), regions=(ann,))
    assert states(library) == {1: ("confirmed", BOB)}
    say(library, VerdictGiven(FaceId(1), Verdict("confirmed", BOB), present=False))
    say(library, VerdictGiven(FaceId(1), Verdict("rejected", person)))
    found(library, face_at(0.1), regions=(ann,))
    assert states(library) == {1: ("unknown", None)}


def test_a_rejected_person_is_never_suggested_again(library: SqliteLibrary) -> None:
    found(library, face_at(0.1))
    say(library, PersonAdded(ANN, "Ann"))
    library.faces.set_suggestions({FaceId(1): Suggestion(ANN, 0.9)})
    assert states(library) == {1: ("suggested", ANN)}
    say(library, VerdictGiven(FaceId(1), Verdict("rejected", ANN)))
    assert states(library) == {1: ("unknown", None)}
    library.faces.set_suggestions({FaceId(1): Suggestion(ANN, 0.99)})
    assert states(library) == {1: ("unknown", None)}


def test_every_change_is_undone_and_redone(library: SqliteLibrary) -> None:
    found(library, face_at(0.1))
    operations = (PersonAdded(ANN, "Ann"), confirm(1, ANN), PersonRenamed(ANN, "Ann", "Anna"))
    change = library.history.record("name", "named", operations)[0]
    undo = library.history.record("undo", "back", inverse(operations), undoes=change)[0]
    assert (states(library), library.people.all()) == ({1: ("unknown", None)}, [])
    assert library.history.get(change).undone_by == undo  # type: ignore[union-attr]  # it was recorded above
    record = library.history.get(undo)
    assert record is not None
    library.history.record("undo", "again", inverse(record.operations), undoes=undo)
    assert states(library) == {1: ("confirmed", ANN)}
    assert library.people.all()[0].name == "Anna"
    assert library.history.get(change).undone_by is None  # type: ignore[union-attr]  # it was recorded above


def test_a_person_whom_somebody_still_is_survives_the_undo_that_made_her(library: SqliteLibrary) -> None:
    found(library, face_at(0.1), face_at(0.5))
    first = (PersonAdded(ANN, "Ann"), confirm(1, ANN))
    change = library.history.record("name", "named", first)[0]
    say(library, confirm(2, ANN))
    library.history.record("undo", "back", inverse(first), undoes=change)
    assert states(library) == {1: ("unknown", None), 2: ("confirmed", ANN)}


def test_two_spellings_of_a_name_are_one_person(library: SqliteLibrary) -> None:
    say(library, PersonAdded(ANN, "Ann"))
    for spelling in ("ANN", " ann ", "\uff21nn"):
        assert library.people.named(spelling) is not None
    assert library.people.named("Anna") is None


def test_faces_are_found_by_query(library: SqliteLibrary) -> None:
    found(library, face_at(0.1), face_at(0.5), regions=())
    say(library, PersonAdded(ANN, "Ann"), PersonAdded(BOB, "Bob"), confirm(1, ANN))
    for query, hits in {
        "": 1, "person:ann": 1, "person:Bob": 0, "-person:Bob": 1, "only:Ann": 0, "is:unknown": 1, "is:confirmed": 1,
        "path:a.jpg": 1, "path:nowhere": 0, "is:faceless": 0, "is:missing": 0, "ann": 1, "taken:2019": 0,
        "-taken:2019": 1, "is:suggested": 0, "tag:beach": 0, "place:Rome": 0, "camera:X100": 0, "is:video": 0,
    }.items():  # fmt: skip
        assert len(library.finder.find(parse(query))) == hits, query
    say(library, VerdictGiven(FaceId(2), Verdict("ignored")))
    assert len(library.finder.find(parse("only:Ann"))) == 1


def test_groups_and_counts_are_kept(library: SqliteLibrary) -> None:
    found(library, face_at(0.1), face_at(0.5))
    library.faces.set_groups({FaceId(1): GroupId(7), FaceId(2): GroupId(7)})
    library.faces.set_groups({FaceId(2): None})
    assert library.faces.groups() == {FaceId(1): GroupId(7)}
    assert [face.id for face in library.faces.all(groups=[GroupId(7)])] == [1]
    say(library, PersonAdded(ANN, "Ann"), confirm(1, ANN))
    assert library.faces.counts_by_person() == {ANN: (1, 1)}
