"""Stacks show the surest faces first, and a question is known by its faces."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.core.agglomeration import STRONG, WEAK
from photoscribe.core.calibration import CALIBRATIONS, RecognitionScale
from photoscribe.core.reviewing import evenly, heart_of, least_sure, likeness_to, likeness_to_others, token_of
from tests.core.sphere import faces_of, scattered, unit


def strong(count: int) -> np.ndarray:
    return np.full(count, STRONG, np.int8)


def test_a_wrong_quarter_does_not_pull_the_heart_of_a_stack() -> None:
    vectors, _ = faces_of([9, 3])
    clean = heart_of(vectors[:9], strong(9))
    assert float(heart_of(vectors, strong(12)) @ clean) > 0.98
    similarity = likeness_to(vectors, heart_of(vectors, strong(12))[None])
    assert similarity[:9].min() > similarity[9:].max()


def test_weak_faces_do_not_count_in_the_heart_beside_strong_ones() -> None:
    vectors, _ = faces_of([3, 5])
    grades = np.array([STRONG] * 3 + [WEAK] * 5, np.int8)
    assert np.allclose(heart_of(vectors, grades), heart_of(vectors[:3], strong(3)))
    assert np.allclose(heart_of(vectors, np.full(8, WEAK, np.int8)), heart_of(vectors, strong(8)))


def test_among_three_the_stranger_is_the_least_like_the_others() -> None:
    vectors, _ = faces_of([2, 1])
    alike = likeness_to_others(vectors)
    assert alike.argmin() == 2
    assert likeness_to_others(vectors[:1]).tolist() == [1]
    assert likeness_to_others(vectors[:0]).tolist() == []


@given(st.integers(2, 30), st.integers(0, 2**32 - 1))
def test_likeness_to_others_is_that_to_the_mean_of_the_others(count: int, seed: int) -> None:
    vectors = scattered(count, seed=seed)
    for at in range(count):
        others = np.delete(vectors, at, axis=0).sum(0, dtype=np.float64)
        if np.linalg.norm(others) > 1e-3:
            expected = max(0.0, float(vectors[at] @ others / np.linalg.norm(others)))
            assert likeness_to_others(vectors)[at] == pytest.approx(expected, abs=1e-3)


def test_opposite_faces_have_no_others_to_be_like() -> None:
    assert np.isfinite(likeness_to_others(unit(np.array([[1.0, 0], [-1, 0], [1, 0]])))).all()


@pytest.mark.parametrize("scale", [one.recognition for one in CALIBRATIONS.values()])
def test_among_more_people_a_face_must_be_more_alike_to_be_sure(scale: RecognitionScale) -> None:
    steps = [least_sure(scale, people) for people in (0, 1, 10, 200, 5000)]
    assert steps == sorted(steps)
    assert 0.2 < steps[0] < steps[-1] < 0.8


def test_rows_are_spread_evenly() -> None:
    rows = np.arange(100, 200)
    assert evenly(rows, 3).tolist() == [100, 149, 199]
    assert evenly(rows, 100) is rows


def test_a_token_knows_the_question_its_faces_and_what_was_said() -> None:
    faces = np.array([3, 1, 2])
    token = token_of("g1", 7, faces)
    assert token == token_of("g1", 7, np.array([1, 2, 3]))
    others = [token_of("g2", 7, faces), token_of("g1", 8, faces), token_of("g1", 7, faces[:2])]
    assert len({token, *others}) == 4
