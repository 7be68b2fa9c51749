"""A face lands on the template from wherever it was, and its grain does not come along."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.vision.alignment import (
    SIDE,
    TEMPLATE,
    Doubles,
    angle_of,
    carried,
    carried_back,
    scale_of,
    similarity,
    warped,
)

shifts = st.floats(-5000, 5000)
turns = st.floats(-179, 179)
scales = st.floats(0.05, 40)


def turned(points: Doubles, degrees: float, scale: float, shift: tuple[float, float]) -> Doubles:
    angle = np.radians(degrees)
    matrix = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return points @ matrix.T + shift


@given(turns, scales, shifts, shifts)
def test_a_turned_scaled_and_shifted_template_is_carried_back(degrees: float, scale: float, x: float, y: float) -> None:
    points = turned(TEMPLATE, degrees, scale, (x, y))
    matrix = similarity(points)
    assert matrix is not None
    np.testing.assert_allclose(carried(points, matrix), TEMPLATE, atol=1e-6)
    np.testing.assert_allclose(carried_back(TEMPLATE, matrix), points, atol=1e-6 * max(1, scale, abs(x), abs(y)))
    assert scale_of(matrix) == pytest.approx(1 / scale)
    assert (angle_of(matrix) + degrees + 180) % 360 == pytest.approx(180, abs=1e-6)


@given(st.lists(st.tuples(shifts, shifts), min_size=5, max_size=5))
def test_no_other_similarity_is_nearer(rows: list[tuple[float, float]]) -> None:
    points = np.array(rows)
    matrix = similarity(points)
    if matrix is None:
        return
    error = np.square(carried(points, matrix) - TEMPLATE).sum()
    for change in (1.01, 0.99):
        other = matrix * change
        other[:, 2] += TEMPLATE.mean(axis=0) - carried(points, other).mean(axis=0)
        assert np.square(carried(points, other) - TEMPLATE).sum() >= error - 1e-6


@pytest.mark.parametrize("points", [np.zeros((5, 2)), np.full((5, 2), np.nan), TEMPLATE * 1e7, TEMPLATE * 1e-9])
def test_points_that_are_no_face_give_no_matrix(points: Doubles) -> None:
    assert similarity(points) is None


@pytest.mark.parametrize("scale", [1, 2, 3, 5, 12])
@pytest.mark.parametrize("point", range(5))
def test_a_large_face_lands_where_a_small_one_does(scale: int, point: int) -> None:
    matrix = similarity(TEMPLATE * scale)
    assert matrix is not None
    picture = np.zeros((SIDE * scale, SIDE * scale, 3), np.uint8)
    at = np.round(TEMPLATE[point] * scale)
    cv2.circle(picture, (int(at[0]), int(at[1])), 5 * scale, (255, 255, 255), -1)
    crop = warped(picture, matrix, SIDE)
    assert crop.shape == (SIDE, SIDE, 3)
    light = crop[:, :, 0].astype(float)
    centre = np.array([(light.sum(axis=0) * range(SIDE)).sum(), (light.sum(axis=1) * range(SIDE)).sum()]) / light.sum()
    np.testing.assert_allclose(centre, at / scale, atol=0.1)


def test_the_grain_of_a_large_face_is_averaged_away() -> None:
    grain = np.random.default_rng(0).integers(0, 256, (SIDE * 6, SIDE * 6, 3), np.uint8)
    matrix = similarity(TEMPLATE * 6)
    assert matrix is not None
    assert warped(grain, matrix, SIDE).std() < 0.3 * grain.std()


@pytest.mark.parametrize("shift", [(-500, -500), (-40, 30), (90, 90), (5000, 0)])
def test_a_face_beyond_the_edge_is_black_there_and_no_error(shift: tuple[float, float]) -> None:
    for scale in (1, 6):
        white = np.full((SIDE * scale, SIDE * scale, 3), 255, np.uint8)
        matrix = similarity((TEMPLATE + shift) * scale)
        assert matrix is not None
        crop = warped(white, matrix, SIDE)
        inside = max(0, SIDE - abs(shift[0])) * max(0, SIDE - abs(shift[1])) / SIDE**2
        assert crop.mean() / 255 == pytest.approx(inside, abs=0.05)
