"""Values are checked where they are made, so that nobody checks them again."""

from datetime import UTC, datetime

import numpy as np
import pytest

from photoscribe.core.facts import Exposure, Face, Position, Rating, Tagging, Taken, check_unit
from photoscribe.core.geometry import Box
from photoscribe.core.photo import PhotoId, Picture, Size, face_version_of, version_of

BOX = Box(0.1, 0.1, 0.2, 0.2)


def test_a_score_is_a_share() -> None:
    with pytest.raises(ValueError, match="score"):
        Face(BOX, 1.5)


@pytest.mark.parametrize(
    "vector", [np.ones(3, np.float32), np.ones((1, 1), np.float32), np.array([1.0]), np.full(2, np.nan, np.float32)]
)
def test_a_vector_has_unit_length(vector: np.ndarray) -> None:
    if not np.isnan(vector).any():
        with pytest.raises(ValueError, match="unit vector"):
            Face(BOX, 0.5, vector=vector)
    check_unit(np.array([0.6, 0.8], np.float32))


def test_a_vector_of_nothing_is_no_vector() -> None:
    with pytest.raises(ValueError, match="unit vector"):
        check_unit(np.full(2, np.nan, np.float32))


def test_local_time_has_no_zone() -> None:
    with pytest.raises(ValueError, match="no zone"):
        Taken(datetime(2020, 1, 1, tzinfo=UTC))
    taken = Taken(datetime(2020, 1, 1, 12), 120)  # noqa: DTZ001 local on purpose
    assert taken.utc == datetime(2020, 1, 1, 10, tzinfo=UTC)
    assert Taken(taken.local).utc == datetime(2020, 1, 1, 12, tzinfo=UTC)


def test_places_stars_and_tags_are_real() -> None:
    with pytest.raises(ValueError, match="position"):
        Position(91, 0)
    with pytest.raises(ValueError, match="rating"):
        Rating(6)
    with pytest.raises(ValueError, match="exposure"):
        Exposure(f_number=0)
    with pytest.raises(ValueError, match="tag"):
        Tagging(())
    with pytest.raises(ValueError, match="tag"):
        Tagging(("a", ""))


def test_sizes_and_pixels_are_real() -> None:
    with pytest.raises(ValueError, match="size"):
        Size(0, 1)
    assert Size(4, 3).turned == Size(3, 4)
    with pytest.raises(ValueError, match="RGB"):
        Picture(PhotoId(1), np.zeros((2, 2), np.uint8), Size(2, 2))


def test_the_version_of_a_picture_changes_with_it() -> None:
    box, beside = Box(0.1, 0.1, 0.2, 0.2), Box(0.1, 0.1, 0.2, 0.21)
    found = {version_of("a"), version_of("b"), face_version_of("a", box), face_version_of("a", beside)}
    assert {len(one) for one in found} == {12}
    assert len(found) == 4
    assert version_of("") == ""
