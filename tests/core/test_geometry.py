from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from photoscribe.core.geometry import Box, Orientation, clipped, intersection, iou, to_stored, to_upright

unit = st.floats(0, 1)
sides = st.floats(0.01, 1)
boxes = st.builds(clipped, unit, unit, sides, sides).filter(bool)
orientations = st.sampled_from(list(Orientation))


def close(a: Box, b: Box) -> bool:
    return np.allclose([a.x, a.y, a.w, a.h], [b.x, b.y, b.w, b.h], atol=1e-9)


@given(boxes, boxes)
def test_overlap_is_symmetric_and_bounded(a: Box, b: Box) -> None:
    assert iou(a, b) == pytest.approx(iou(b, a))
    assert 0 <= iou(a, b) <= 1 + 1e-9
    assert iou(a, a) == pytest.approx(1)


def test_boxes_that_touch_do_not_overlap() -> None:
    assert intersection(Box(0, 0, 0.5, 1), Box(0.5, 0, 0.5, 1)) == 0
    assert iou(Box(0, 0, 0.5, 1), Box(0.5, 0, 0.5, 1)) == 0


@pytest.mark.parametrize(
    "box", [(-0.1, 0, 0.5, 0.5), (0, 0, 0, 0.5), (0.6, 0, 0.5, 0.5), (0, float("nan"), 0.5, 0.5), (0, 0.6, 0.1, 0.5)]
)
def test_a_box_outside_the_picture_is_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="unit square"):
        Box(*box)


def test_clipping_keeps_what_is_inside() -> None:
    assert clipped(-0.5, -0.5, 1, 1) == Box(0, 0, 0.5, 0.5)
    assert clipped(1.5, 0, 1, 1) is None
    assert clipped(float("nan"), 0, 1, 1) is None
    assert Box(0.2, 0.4, 0.2, 0.2).centre == pytest.approx((0.3, 0.5))


@given(boxes, orientations)
def test_to_stored_undoes_to_upright(box: Box, orientation: Orientation) -> None:
    assert close(to_stored(to_upright(box, orientation), orientation), box)
    assert close(to_upright(to_stored(box, orientation), orientation), box)


STORED_TO_UPRIGHT: dict[int, Callable[[NDArray[np.int64]], NDArray[np.int64]]] = {
    1: lambda a: a,
    2: np.fliplr,
    3: lambda a: np.rot90(a, 2),
    4: np.flipud,
    5: lambda a: a.T,
    6: lambda a: np.rot90(a, -1),
    7: lambda a: np.rot90(a, 2).T,
    8: np.rot90,
}


@pytest.mark.parametrize("value", range(1, 9))
def test_a_box_goes_where_its_pixels_go(value: int) -> None:
    stored = np.zeros((40, 60), np.int64)
    stored[10:15, 5:20] = 1
    upright = STORED_TO_UPRIGHT[value](stored)
    rows, columns = np.nonzero(upright)
    height, width = upright.shape
    expected = Box(
        columns.min() / width,
        rows.min() / height,
        (columns.max() + 1 - columns.min()) / width,
        (rows.max() + 1 - rows.min()) / height,
    )
    orientation = Orientation(value)
    assert close(to_upright(Box(5 / 60, 10 / 40, 15 / 60, 5 / 40), orientation), expected)
    assert orientation.swaps_sides == (upright.shape != stored.shape)
