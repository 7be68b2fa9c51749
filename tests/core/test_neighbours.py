"""Nearest neighbours are exact, and stay exact when faces come and go."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from photoscribe.core import neighbours as module
from photoscribe.core.neighbours import Neighbours, extend, keep, nearest
from tests.core.sphere import Vectors, faces_of, scattered

FLOOR = 0.2


def by_hand(vectors: Vectors, k: int) -> Neighbours:
    likeness = np.rint(vectors @ vectors.T * (1 << 20)) / (1 << 20)
    np.fill_diagonal(likeness, -2)
    indices = np.full((len(vectors), k), -1, np.int32)
    similarities = np.full((len(vectors), k), -1, np.float32)
    for row, likenesses in enumerate(likeness):
        order = [j for j in np.lexsort((np.arange(len(vectors)), -likenesses)) if likenesses[j] >= FLOOR][:k]
        indices[row, : len(order)] = order
        similarities[row, : len(order)] = likenesses[order]
    return Neighbours(indices, similarities, FLOOR)


def assert_same(found: Neighbours, expected: Neighbours) -> None:
    """Equal up to the rounding of products of other shapes, which may swap neighbours that are equally alike."""
    assert np.allclose(found.similarities, expected.similarities, atol=3e-6)
    differ = found.indices != expected.indices
    ahead = np.abs(np.diff(expected.similarities, axis=1, prepend=2)) < 3e-6
    behind = np.abs(np.diff(expected.similarities, axis=1, append=-2)) < 3e-6
    last = np.arange(differ.shape[1]) == differ.shape[1] - 1
    assert not (differ & ~(ahead | behind | last)).any()


@pytest.fixture(params=[4, 2048], ids=["many tiles", "one tile"])
def _tile(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TILE", request.param)
    monkeypatch.setattr(module, "_PENDING", request.param * 8)


@pytest.mark.usefixtures("_tile")
class TestWithTilesOfEverySize:
    @pytest.mark.parametrize("k", [1, 3, 50])
    @pytest.mark.parametrize("count", [0, 1, 2, 33])
    def test_every_face_gets_its_most_alike_others(self, count: int, k: int) -> None:
        vectors = scattered(count, seed=count)
        assert_same(nearest(vectors, k=k, floor=FLOOR), by_hand(vectors, k))

    @pytest.mark.parametrize("old", [0, 1, 17, 33])
    @pytest.mark.parametrize("k", [2, 50])
    def test_new_faces_are_found_by_the_old_and_find_each_other(self, old: int, k: int) -> None:
        vectors = scattered(33, seed=4)
        before = nearest(vectors[:old], k=k, floor=FLOOR)
        assert_same(extend(before, vectors), by_hand(vectors, k))

    @pytest.mark.parametrize("k", [2, 50])
    @pytest.mark.parametrize("lost", [0, 5, 32, 33])
    def test_removed_faces_make_room_for_the_next_alike(self, lost: int, k: int) -> None:
        vectors = scattered(33, seed=5)
        kept = np.ones(33, bool)
        kept[np.random.default_rng(0).permutation(33)[:lost]] = False
        found = keep(nearest(vectors, k=k, floor=FLOOR), vectors, kept)
        assert_same(found, by_hand(vectors[kept], k))

    def test_copies_of_a_photo_are_each_others_nearest_by_lower_index(self) -> None:
        copies = np.repeat(scattered(1, seed=3), 9, axis=0)
        expected = [[j for j in range(9) if j != i][:2] for i in range(9)]
        assert nearest(copies, k=2).indices.tolist() == expected
        assert extend(nearest(copies[:4], k=2), copies).indices.tolist() == expected


@given(st.integers(0, 2**32 - 1), st.integers(0, 40), st.integers(1, 8), st.data())
def test_any_history_of_additions_and_removals_ends_in_the_same_neighbours(
    seed: int, count: int, k: int, data: st.DataObject
) -> None:
    vectors = scattered(count, seed=seed)
    first = data.draw(st.integers(0, count))
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)), bool)
    found = keep(extend(nearest(vectors[:first], k=k, floor=FLOOR), vectors), vectors, kept)
    assert_same(found, by_hand(vectors[kept], k))


def test_extending_leaves_the_old_neighbours_as_they_were() -> None:
    vectors = scattered(20, seed=1)
    old = nearest(vectors[:10], k=3, floor=FLOOR)
    before: NDArray[np.int32] = old.indices.copy()
    extend(old, vectors)
    assert (old.indices == before).all()


def test_a_row_says_above_which_likeness_nobody_is_missing() -> None:
    vectors, _ = faces_of([4, 1])
    found = nearest(vectors, k=2, floor=FLOOR)
    assert found.complete_above[4] == np.float32(FLOOR)
    assert (found.complete_above[:4] == found.similarities[:4, 1]).all()


@pytest.mark.parametrize(
    "vectors", [np.ones((2, 3), np.float32), np.eye(3), np.ones(3, np.float32), np.full((1, 3), np.nan, np.float32)]
)
def test_what_is_no_row_of_unit_vectors_is_refused(vectors: Vectors) -> None:
    with pytest.raises(ValueError, match=r"vectors"):
        nearest(vectors)


def test_what_does_not_fit_is_refused() -> None:
    vectors = scattered(3, seed=0)
    found = nearest(vectors, k=2)
    with pytest.raises(ValueError, match="not a number of neighbours"):
        nearest(vectors, k=0)
    with pytest.raises(ValueError, match="cannot extend"):
        extend(found, vectors[:2])
    with pytest.raises(ValueError, match="do not fit"):
        keep(found, vectors, np.ones(2, bool))
    with pytest.raises(ValueError, match="do not fit"):
        keep(found, vectors[:2], np.ones(3, bool))
    with pytest.raises(ValueError, match="not neighbours"):
        Neighbours(found.indices, found.similarities[:2], 0.2)
