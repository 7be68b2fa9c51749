"""What the user does to people: each action one change, each undone, no word lost."""

import itertools
from collections.abc import Sequence
from pathlib import Path

import pytest

from photoscribe.app.editing import Chosen, Edited, Editing
from photoscribe.app.library import ScanResult
from photoscribe.app.pipeline import drain
from photoscribe.app.ports import SeenFile
from photoscribe.app.undoing import Undoing
from photoscribe.app.writing import Writing
from photoscribe.core.changes import ChangeId
from photoscribe.core.errors import UsageError
from photoscribe.core.geometry import Box
from photoscribe.core.people import FaceId, GroupId, PersonId, Suggestion, Verdict
from photoscribe.stores.sqlite import SqliteLibrary
from tests.app.test_indexing import source
from tests.app.test_writing import FakeWriter
from tests.fakes import InlineExecutor, ScriptedFaces, face_at


class Album:
    """Three photos with two faces each: 1 2, 3 4, 5 6; group 7 holds 1 3 5."""

    def __init__(self, library: SqliteLibrary) -> None:
        self.library, self.learnt = library, 0
        files = tuple(SeenFile(Path(f"/p/{i}.jpg"), 1, 1, "image") for i in range(3))
        library.catalogue.apply(ScanResult(roots=(Path("/p"),), new=files))
        step = ScriptedFaces({i: (face_at(0.1), face_at(0.6)) for i in (1, 2, 3)})
        drain(library.ledger, InlineExecutor([step]), lambda _: None, 8)
        library.faces.set_groups({FaceId(i): GroupId(7) for i in (1, 3, 5)})
        ids = (PersonId(f"person-{i}") for i in itertools.count(1))
        self.editing = Editing(library, new_id=lambda: next(ids), learn=self.learn)
        self.undoing = Undoing(library, Writing(library, FakeWriter(), source()), learn=self.learn)

    def learn(self) -> None:
        self.learnt += 1

    @property
    def states(self) -> dict[int, str]:
        names = {person.id: person.name for person in self.library.people.all()}
        return {
            face.id: names.get(face.standing.person, face.standing.state)  # type: ignore[arg-type]  # None is no key
            for face in self.library.faces.all()
            if face.standing.state != "unknown"
        }


@pytest.fixture
def album(library: SqliteLibrary) -> Album:
    return Album(library)


def faces(*ids: int) -> Chosen:
    return Chosen(tuple(FaceId(id_) for id_ in ids))


def group(*ids: int) -> Chosen:
    return Chosen(groups=tuple(GroupId(id_) for id_ in ids))


def test_naming_a_group_names_its_faces_in_one_change(album: Album) -> None:
    assert album.editing.name(group(7), " Ann  Lee ") == Edited(ChangeId(1), 3)
    assert album.states == {1: "Ann Lee", 3: "Ann Lee", 5: "Ann Lee"}
    assert album.learnt == 1


def test_a_known_name_in_another_case_is_the_same_person(album: Album) -> None:
    album.editing.name(faces(1), "Ann")
    album.editing.name(faces(3), "ANN")
    assert [person.name for person in album.library.people.all()] == ["Ann"]


def test_naming_a_face_again_takes_the_old_name_back(album: Album) -> None:
    album.editing.name(faces(1), "Ann")
    album.editing.name(faces(1), "Bob")
    assert album.states == {1: "Bob"}


def test_confirm_takes_the_suggestion(album: Album) -> None:
    album.editing.name(faces(1), "Ann")
    ann = album.library.people.all()[0].id
    album.library.faces.set_suggestions({FaceId(3): Suggestion(ann, 0.9)})
    album.editing.confirm(faces(3))
    assert album.states == {1: "Ann", 3: "Ann"}
    with pytest.raises(UsageError, match="nobody is suggested for face f5"):
        album.editing.confirm(faces(5))
    album.editing.confirm(faces(5), "ann")
    assert album.states[5] == "Ann"


def test_a_rejection_is_remembered_and_a_later_name_wins(album: Album) -> None:
    album.editing.name(faces(1, 3), "Ann")
    album.editing.reject(faces(3))
    assert album.states == {1: "Ann"}
    ann = album.library.people.all()[0].id
    assert album.library.faces.rejections() == [(FaceId(3), ann)]
    album.editing.name(faces(3), "Ann")
    assert album.library.faces.rejections() == []
    with pytest.raises(UsageError, match="taken for nobody"):
        album.editing.reject(faces(5))
    album.editing.reject(faces(5), "Ann")
    assert album.library.faces.rejections() == [(FaceId(5), ann)]


@pytest.mark.parametrize("kind", ["ignored", "not_a_face"])
def test_putting_faces_away_takes_their_name(album: Album, kind: str) -> None:
    album.editing.name(faces(1), "Ann")
    album.editing.ignore(faces(1, 2), kind=kind)  # type: ignore[arg-type]  # one of the two literals
    assert album.states == {1: "ignored", 2: "ignored"}
    album.editing.name(faces(1), "Ann")
    assert album.states == {1: "Ann", 2: "ignored"}


def test_merging_moves_every_word(album: Album) -> None:
    album.editing.name(faces(1), "Annie")
    album.editing.name(faces(3), "Ann")
    album.editing.reject(faces(5), "Annie")
    album.editing.merge(["Annie"], "Ann")
    assert album.states == {1: "Ann", 3: "Ann"}
    ann = album.library.people.named("Ann")
    assert ann is not None
    assert album.library.people.all() == [ann]
    assert album.library.faces.rejections() == [(FaceId(5), ann.id)]
    with pytest.raises(UsageError, match="nothing to merge"):
        album.editing.merge(["Ann"], "ann")


def test_a_renamed_person_keeps_her_faces(album: Album) -> None:
    album.editing.name(faces(1, 3), "Ann")
    assert album.editing.rename("Ann", "Anna").faces == 2
    assert album.states == {1: "Anna", 3: "Anna"}
    album.editing.name(faces(5), "Bob")
    with pytest.raises(UsageError, match="merge"):
        album.editing.rename("Bob", "anna")
    album.editing.rename("Bob", "BOB")
    assert album.states[5] == "BOB"


def test_splitting_takes_faces_out_for_ever(album: Album) -> None:
    album.editing.name(faces(1, 3, 5), "Ann")
    album.editing.split(faces(3))
    album.editing.split(faces(5), "Bea")
    assert album.states == {1: "Ann", 5: "Bea"}
    assert {face for face, _ in album.library.faces.rejections()} == {3, 5}
    with pytest.raises(UsageError, match="belongs to nobody"):
        album.editing.split(faces(2))


def test_a_box_drawn_on_a_found_face_is_that_face(album: Album, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    album.editing.draw(Path("/p/0.jpg"), face_at(0.11).box, "Ann")
    assert album.states == {1: "Ann"}
    with pytest.raises(UsageError, match="known already"):
        album.editing.draw(Path("/p/0.jpg"), face_at(0.61).box)
    album.editing.draw(Path("/p/0.jpg"), Box(0.4, 0.6, 0.1, 0.1), "Bob")
    album.editing.draw(Path("/p/0.jpg"), Box(0.4, 0.8, 0.1, 0.1))
    assert (album.states, album.library.faces.count()) == ({1: "Ann", 7: "Bob"}, 8)
    with pytest.raises(UsageError, match="not in the library"):
        album.editing.draw(Path("/p/none.jpg"), face_at(0.1).box)


@pytest.mark.parametrize(
    ("chosen", "message"),
    [(faces(99), "no such face: f99"), (group(99), "no such group: 99"), (Chosen(), "which faces or groups")],
)
def test_what_is_not_there_is_named(album: Album, chosen: Chosen, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        album.editing.name(chosen, "Ann")


@pytest.mark.parametrize("name", ["", "  ", "\x00", "x" * 201])
def test_a_name_must_be_one(album: Album, name: str) -> None:
    with pytest.raises(UsageError):
        album.editing.name(faces(1), name)


def test_an_unknown_person_is_named(album: Album) -> None:
    with pytest.raises(UsageError, match="no such person: Ana"):
        album.editing.rename("Ana", "Anna")


def test_faces_taken_out_of_a_group_are_a_new_one_and_apart_from_the_rest(album: Album) -> None:
    album.library.faces.set_groups({FaceId(i): GroupId(7) for i in (1, 2, 3, 4, 5)})
    assert album.editing.apart(faces(2, 4)).faces == 2
    groups = album.library.faces.groups()
    assert (groups[FaceId(1)], groups[FaceId(3)], groups[FaceId(5)]) == (7, 7, 7)
    assert groups[FaceId(2)] == groups[FaceId(4)] != 7
    apart = album.library.columns.pairs()["apart"]
    assert {face for pair in apart for face in pair} >= {2, 4}
    assert (2, 4) not in apart
    with pytest.raises(UsageError, match="all faces of group 7"):
        album.editing.apart(faces(1, 3, 5))


def test_one_face_taken_out_is_alone(album: Album) -> None:
    album.editing.split(faces(5))
    assert album.library.faces.groups() == {1: 7, 3: 7}


def test_groups_said_to_be_one_take_the_larger_ones_number_and_the_last_word_counts(album: Album) -> None:
    album.library.faces.set_groups({FaceId(2): GroupId(8), FaceId(4): GroupId(8)})
    album.editing.different(GroupId(7), GroupId(8))
    assert len(album.library.columns.pairs()["apart"]) == 1
    album.editing.same(GroupId(8), GroupId(7))
    assert set(album.library.faces.groups().values()) == {7}
    assert [len(pairs) for pairs in album.library.columns.pairs().values()] == [0, 1]
    album.editing.apart(faces(2, 4))
    assert album.library.columns.pairs()["together"] == []
    with pytest.raises(UsageError, match="one group"):
        album.editing.same(GroupId(7), GroupId(7))
    with pytest.raises(UsageError, match="no such group: 99"):
        album.editing.different(GroupId(7), GroupId(99))


def test_a_face_without_a_name_stands_for_nobody(album: Album) -> None:
    with pytest.raises(UsageError, match="no confirmed name"):
        album.editing.cover(FaceId(5))


Action = tuple[str, Sequence[object]]


@pytest.mark.parametrize(
    "action",
    [
        lambda e: e.name(group(7), "Cid"),
        lambda e: e.confirm(faces(5), "Ann"),
        lambda e: e.reject(faces(1)),
        lambda e: e.ignore(faces(1, 6)),
        lambda e: e.merge(["Bob"], "Ann"),
        lambda e: e.rename("Bob", "Rob"),
        lambda e: e.split(faces(1), "Bob"),
        lambda e: e.draw(Path("/p/1.jpg"), Box(0.4, 0.6, 0.1, 0.1), "Dan"),
        lambda e: e.apart(faces(5)),
        lambda e: e.split(faces(5)),
        lambda e: e.same(GroupId(7), GroupId(8)),
        lambda e: e.different(GroupId(7), GroupId(8)),
        lambda e: e.cover(FaceId(3)),
    ],
)
def test_every_action_is_undone_and_done_again(album: Album, action: object) -> None:
    album.editing.name(faces(1, 3), "Ann")
    album.editing.name(faces(2), "Bob")
    album.library.faces.set_groups({FaceId(4): GroupId(8), FaceId(6): GroupId(8)})

    def snapshot() -> tuple[object, ...]:
        said = {face.id: (face.source, sorted(map(str, face.verdicts))) for face in album.library.faces.all()}
        of_people = [person.name for person in album.library.people.all()], album.library.people.covers()
        return said, album.states, of_people, album.library.columns.pairs(), album.library.faces.groups()

    before = snapshot()
    change = action(album.editing).change  # type: ignore[operator]  # the lambdas above
    after = snapshot()
    assert after != before
    undone = album.undoing.undo()
    assert (undone.undoes, snapshot()) == (change, before)
    album.undoing.undo(undone.change)
    assert snapshot() == after


def test_undo_without_a_number_goes_back_step_by_step(album: Album) -> None:
    album.editing.name(faces(1), "Ann")
    album.editing.name(faces(2), "Bob")
    album.undoing.undo()
    album.undoing.undo()
    assert album.states == {}
    with pytest.raises(UsageError, match="nothing to undo"):
        album.undoing.undo()
    with pytest.raises(UsageError, match="no such change: 99"):
        album.undoing.undo(ChangeId(99))
    with pytest.raises(UsageError, match="undone already"):
        album.undoing.undo(ChangeId(1))


def test_undoing_an_old_name_leaves_what_was_said_since(album: Album) -> None:
    first = album.editing.name(faces(1, 3), "Ann").change
    album.editing.name(faces(5), "Ann")
    album.undoing.undo(first)
    assert album.states == {5: "Ann"}
    assert Verdict("confirmed", PersonId("person-1")) in album.library.faces.all(faces=[FaceId(5)])[0].verdicts
