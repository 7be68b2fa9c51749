import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.core.changes import (
    FaceDrawn,
    FacesPaired,
    FieldStated,
    PersonAdded,
    PersonCovered,
    PersonRenamed,
    TagGiven,
    VerdictGiven,
    inverse,
    photos_of,
)
from photoscribe.core.faces import Matching, match, overlap
from photoscribe.core.geometry import Box
from photoscribe.core.people import FaceId, PersonId, Verdict
from photoscribe.core.photo import PhotoId
from tests.core.test_geometry import boxes

OPERATIONS = (
    PersonAdded(PersonId("a"), "Ann"),
    PersonRenamed(PersonId("a"), "Ann", "Anna"),
    VerdictGiven(FaceId(1), Verdict("ignored")),
    FaceDrawn(FaceId(1), PhotoId(1), Box(0, 0, 1, 1)),
    PersonCovered(PersonId("a"), None, FaceId(1)),
    FacesPaired(FaceId(1), FaceId(2), "apart"),
    TagGiven(("Places", "Italy"), "confirmed", (PhotoId(1), PhotoId(3))),
    FieldStated(PhotoId(2), "title", None, "Up there"),
)


def test_the_inverse_undoes_the_last_first_and_its_inverse_is_the_change() -> None:
    back = inverse(OPERATIONS)
    assert back[0] == FieldStated(PhotoId(2), "title", "Up there", None)
    assert isinstance(back[4], FaceDrawn)
    assert not back[4].present
    assert back[6] == PersonRenamed(PersonId("a"), "Anna", "Ann")
    assert inverse(back) == OPERATIONS


def test_the_photos_of_a_change_are_those_it_speaks_of_itself() -> None:
    assert photos_of(OPERATIONS) == {1, 2, 3}


def test_a_pair_of_faces_has_one_order() -> None:
    with pytest.raises(ValueError, match="order"):
        FacesPaired(FaceId(2), FaceId(1), "apart")


@given(st.lists(boxes, max_size=6), st.lists(boxes, max_size=6))
def test_each_box_is_matched_once_and_all_are_accounted_for(old: list[Box], new: list[Box]) -> None:
    found = match(old, new)
    left, right = [i for i, _ in found.pairs], [j for _, j in found.pairs]
    assert sorted([*left, *found.gone]) == list(range(len(old)))
    assert sorted([*right, *found.new]) == list(range(len(new)))
    assert all(overlap(old[i], new[j]) > 0 for i, j in found.pairs)


def test_the_best_overlap_is_matched_first() -> None:
    old = [Box(0.1, 0.1, 0.2, 0.2), Box(0.2, 0.1, 0.2, 0.2)]
    assert match(old, [Box(0.19, 0.1, 0.2, 0.2)]) == Matching(((1, 0),), (0,), ())


def test_vectors_decide_between_faces_cheek_to_cheek() -> None:
    old = [Box(0.10, 0.1, 0.2, 0.2), Box(0.18, 0.1, 0.2, 0.2)]
    new = [Box(0.15, 0.1, 0.2, 0.2)]
    assert match(old, new).pairs == ((1, 0),)
    assert match(old, new, alike=lambda i, _: 0.9 if i == 0 else -0.1).pairs == ((0, 0),)


def test_a_face_inside_a_head_is_the_same_face() -> None:
    head, features, speck = Box(0.1, 0.1, 0.4, 0.4), Box(0.2, 0.25, 0.15, 0.15), Box(0.2, 0.2, 0.05, 0.05)
    assert overlap(head, features) > 0
    assert overlap(head, speck) == 0
    assert overlap(head, Box(0.6, 0.6, 0.1, 0.1)) == 0
    assert overlap(head, head) == pytest.approx(1)
