"""Groups gather one person's faces, obey every verdict, and keep their numbers."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from photoscribe.core.agglomeration import POOR, STRONG, WEAK
from photoscribe.core.calibration import GroupingScale
from photoscribe.core.clustering import Known, graded, group, reconcile
from photoscribe.core.neighbours import nearest
from tests.core.sphere import Vectors, faces_of, partition, scattered, unit

SCALE = GroupingScale(loosest=0.3, default=0.45, strictest=0.8, small=0.02, crowd=0.01, weak=0.02, both_weak=0.1)
PLAIN = replace(SCALE, small=0, crowd=0)
NOBODY = np.empty((0, 2), np.int64)


def alone_in_photos(count: int) -> Known:
    return Known.of_photos(np.arange(count))


def known(
    count: int,
    *,
    photos: list[int] | None = None,
    persons: list[int] | None = None,
    rejected: list[tuple[int, int]] | None = None,
    grades: list[int] | None = None,
    apart: list[tuple[int, int]] | None = None,
    together: list[tuple[int, int]] | None = None,
) -> Known:
    return Known(
        np.array(range(count) if photos is None else photos, np.int64),
        np.array([-1] * count if persons is None else persons, np.int64),
        np.array(rejected or [], np.int64).reshape(-1, 2),
        np.array([STRONG] * count if grades is None else grades, np.int8),
        np.array(apart or [], np.int64).reshape(-1, 2),
        np.array(together or [], np.int64).reshape(-1, 2),
    )


def grouped(
    vectors: Vectors, about: Known | None = None, *, scale: GroupingScale = SCALE, alike: float = 0.5, k: int = 48
) -> NDArray[np.int32]:
    about = alone_in_photos(len(vectors)) if about is None else about
    return group(vectors, nearest(vectors, k=k), about, scale=scale, alike=alike)


def linkage_by_hand(vectors: Vectors, lowest: float) -> set[frozenset[int]]:
    """Average linkage as a textbook has it: all pairs of clusters, all pairs of faces."""
    likeness = vectors.astype(np.float64) @ vectors.T.astype(np.float64)
    clusters = [[face] for face in range(len(vectors))]
    while len(clusters) > 1:
        pairs = [(i, j) for i in range(len(clusters)) for j in range(i)]
        best = max(pairs, key=lambda ij: likeness[np.ix_(clusters[ij[0]], clusters[ij[1]])].mean())
        if likeness[np.ix_(clusters[best[0]], clusters[best[1]])].mean() < lowest:
            break
        clusters[best[1]] += clusters.pop(best[0])
    return {frozenset(cluster) for cluster in clusters if len(cluster) > 1}


def test_each_persons_faces_are_one_group_and_strangers_stay_alone() -> None:
    vectors, who = faces_of([5, 1, 8, 2, 1, 30])
    labels = grouped(vectors)
    assert labels.tolist() == [{0: 0, 2: 1, 3: 2, 5: 3}.get(one, -1) for one in who]
    assert labels.dtype == np.int32


def test_no_faces_make_no_groups() -> None:
    assert grouped(np.empty((0, 8), np.float32)).tolist() == []


@given(st.integers(0, 2**32 - 1), st.integers(0, 14))
def test_groups_are_those_of_textbook_average_linkage(seed: int, count: int) -> None:
    vectors = scattered(count, seed=seed, dimensions=4)
    assert partition(grouped(vectors, scale=PLAIN)) == linkage_by_hand(vectors, 0.45)


@given(st.integers(0, 2**32 - 1), st.integers(1, 30))
def test_the_order_of_the_faces_does_not_matter(seed: int, count: int) -> None:
    vectors = scattered(count, seed=seed)
    random = np.random.default_rng(seed)
    photos = random.integers(0, max(1, count // 2), count)
    order = random.permutation(count)
    straight = grouped(vectors, Known.of_photos(photos))
    shuffled = grouped(vectors[order], Known.of_photos(photos[order]))
    assert partition(straight) == {frozenset(order[list(one)].tolist()) for one in partition(shuffled)}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_face_between_two_goes_to_the_same_one_in_any_order(order: tuple[int, ...]) -> None:
    vectors = unit(np.array([[0.6, -0.8], [1, 0], [0.6, 0.8]]))
    labels = np.empty(3, np.int32)
    labels[list(order)] = grouped(vectors[list(order)])
    assert labels.tolist() == [0, 0, -1]


def test_groups_are_numbered_by_their_first_face() -> None:
    vectors, _ = faces_of([2, 2, 2])
    assert grouped(vectors, known(6, persons=[4, 4, -1, -1, -1, -1])).tolist() == [0, 0, 1, 1, 2, 2]


@settings(deadline=None)  # the first example warms numpy up
@given(st.integers(0, 2**32 - 1), st.integers(1, 30), st.floats(0, 1), st.floats(0, 1), st.data())
def test_stricter_only_ever_splits_groups(seed: int, count: int, one: float, other: float, data: st.DataObject) -> None:
    vectors = scattered(count, seed=seed)
    grades = data.draw(st.lists(st.sampled_from([STRONG, WEAK, POOR]), min_size=count, max_size=count))
    photos = data.draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    loose, strict = (
        partition(grouped(vectors, known(count, photos=photos, grades=grades), alike=alike))
        for alike in sorted((one, other))
    )
    assert all(any(part <= whole for whole in loose) for part in strict)


@st.composite
def libraries(draw: st.DrawFn) -> tuple[Vectors, Known]:
    count = draw(st.integers(1, 25))
    vectors = scattered(count, seed=draw(st.integers(0, 2**32 - 1)), dimensions=draw(st.integers(2, 6)))
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] != pair[1])
    about = known(
        count,
        photos=draw(st.lists(st.integers(0, 8), min_size=count, max_size=count)),
        persons=draw(st.lists(st.integers(-1, 3), min_size=count, max_size=count)),
        rejected=draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, 3)), max_size=10)),
        grades=draw(st.lists(st.sampled_from([STRONG, STRONG, WEAK, POOR]), min_size=count, max_size=count)),
        apart=draw(st.lists(pairs, max_size=6)) if count > 1 else [],
        together=draw(st.lists(pairs, max_size=6)) if count > 1 else [],
    )
    return vectors, about


@settings(deadline=None)
@given(libraries(), st.floats(0, 1), st.integers(1, 30))
def test_no_verdict_and_no_photo_is_ever_contradicted(library: tuple[Vectors, Known], alike: float, k: int) -> None:
    vectors, about = library
    labels = grouped(vectors, about, alike=alike, k=k)
    persons = about.persons
    told = set(about.together.ravel().tolist()) | set(np.flatnonzero(persons >= 0).tolist())
    for one in partition(labels):
        members = sorted(one)
        named = {int(persons[face]) for face in members if persons[face] >= 0}
        assert len(named) <= 1
        for i, face in enumerate(members):
            for other in members[:i]:
                same_photo = about.photos[face] == about.photos[other]
                assert not same_photo or persons[face] == persons[other] >= 0 or {face, other} <= told
        for face, person in about.rejected.tolist():
            assert face not in one or person not in named or persons[face] == person
    for person in set(persons[persons >= 0].tolist()):
        assert len(set(labels[persons == person].tolist())) == 1
    for a, b in about.apart.tolist():
        assert labels[a] != labels[b] or labels[a] < 0 or persons[a] == persons[b] >= 0


@given(libraries())
def test_a_weak_face_never_changes_who_else_belongs_together(library: tuple[Vectors, Known]) -> None:
    vectors, about = library
    count = len(vectors)
    about = known(count, grades=about.grades.tolist())
    strong = np.flatnonzero(about.grades == STRONG)
    with_weak = partition(grouped(vectors, about))
    without = partition(grouped(vectors[strong]))
    assert {frozenset(strong[list(one)].tolist()) for one in without} == {
        kept for one in with_weak if len(kept := one & set(strong.tolist())) > 1
    }


def test_two_faces_of_one_photo_are_two_people_and_the_better_match_stays() -> None:
    vectors, _ = faces_of([5, 1])
    vectors[5:] = unit(vectors[5:] + 1.2 * vectors[:4].sum(0, keepdims=True).astype(np.float64))
    assert grouped(vectors).tolist() == [0] * 6
    assert grouped(vectors, known(6, photos=[0, 1, 2, 3, 4, 3])).tolist() in ([0, 0, 0, -1, 0, 0], [0, 0, 0, 0, 0, -1])


@pytest.mark.parametrize("confirmed", [None, 117, 118, 119])
def test_one_collage_does_not_tear_a_person_into_pieces(confirmed: int | None) -> None:
    vectors, _ = faces_of([120])
    persons = [3 if face == confirmed else -1 for face in range(120)]
    about = known(120, photos=[*range(117), 200, 200, 200], persons=persons)
    assert grouped(vectors).tolist() == [0] * 120
    labels = grouped(vectors, about, k=120)
    assert (labels[:117] == 0).all()
    assert sorted(labels[117:].tolist()) == [-1, -1, 0]
    assert confirmed is None or labels[confirmed] == 0


def test_siblings_who_often_stand_together_are_two_groups_however_alike() -> None:
    vectors, _ = faces_of([40, 40], spread=0.5)
    vectors = unit(vectors + 1.2 * vectors.mean(0, dtype=np.float64) / np.linalg.norm(vectors.mean(0)))
    assert grouped(vectors).tolist() == [0] * 80
    labels = grouped(vectors, known(80, photos=[*range(40), *range(30, 70)]))
    assert labels.tolist() == [0] * 40 + [1] * 40


def test_twins_with_a_confirmed_face_each_are_never_one_group() -> None:
    vectors, _ = faces_of([200], spread=0.3)
    labels = grouped(vectors, known(200, persons=[1, *[-1] * 198, 2]))
    assert labels[0] != labels[199]
    assert (labels[1:199] == labels.max()).all()


def test_the_users_word_outranks_the_photo() -> None:
    vectors, _ = faces_of([3])
    mirror = known(3, photos=[0, 0, 1], persons=[7, 7, -1])
    assert grouped(vectors, mirror).tolist() == [0, 0, 0]


def test_faces_confirmed_as_one_person_are_together_however_they_look() -> None:
    vectors, _ = faces_of([3, 3])
    assert grouped(vectors, known(6, persons=[0, 0, 0, 0, -1, -1]))[[0, 3]].tolist() == [0, 0]


def test_a_rejected_face_stays_away_from_that_person_and_may_join_others() -> None:
    vectors, _ = faces_of([4, 4])
    labels = grouped(vectors, known(8, persons=[5, 5, 5, -1, 9, -1, -1, -1], rejected=[(3, 5), (7, 5)]))
    assert labels.tolist() == [0, 0, 0, -1, 1, 1, 1, 1]


def test_what_was_rejected_is_inherited_by_the_group() -> None:
    vectors, _ = faces_of([2, 2], spread=0.2)
    vectors[2:] = unit(vectors[2:] + 1.7 * vectors[:2].mean(0).astype(np.float64))
    likeness = vectors @ vectors.T
    assert likeness[2, 3] > likeness[:2, 2:].max() > 0.6
    labels = grouped(vectors, known(4, persons=[5, 5, -1, -1], rejected=[(3, 5)]))
    assert labels.tolist() == [0, 0, 1, 1]
    labels = grouped(vectors, known(4, persons=[-1, -1, 5, -1], rejected=[(0, 5)]))
    assert labels.tolist() == [0, 0, 1, 1]


def test_a_blurred_face_joins_its_person_but_bridges_nobody() -> None:
    vectors = unit(np.array([[1.0, 0, 0], [1, 1, 0], [0, 1, 0]]))
    assert grouped(vectors, scale=PLAIN, alike=0).tolist() == [0, 0, 0]
    about = known(3, grades=[STRONG, WEAK, STRONG])
    assert grouped(vectors, about, scale=PLAIN, alike=0).tolist() in ([0, 0, -1], [-1, 0, 0])


def test_weak_faces_alone_must_be_much_more_alike_and_poor_ones_stay_alone() -> None:
    vectors = unit(np.array([[0.55, np.sqrt(1 - 0.55**2)], [1, 0]]))
    assert partition(grouped(vectors)) == {frozenset({0, 1})}
    assert not partition(grouped(vectors, known(2, grades=[WEAK, WEAK])))
    vectors = np.repeat(vectors[:1], 4, 0)
    assert grouped(vectors, known(4, grades=[WEAK, WEAK, POOR, POOR])).tolist() == [0, 0, -1, -1]
    assert grouped(vectors, known(4, grades=[STRONG, WEAK, POOR, POOR])).tolist() == [0, 0, 0, 0]


def test_a_confirmed_weak_face_does_not_count_in_the_mean_of_its_person() -> None:
    vectors = unit(np.array([[1.0, 0], [-1, 0], [0.6, 0.8]]))
    assert grouped(vectors, known(3, persons=[0, 0, -1], grades=[STRONG, WEAK, STRONG])).tolist() == [0, 0, 0]
    assert grouped(vectors, known(3, persons=[0, 0, -1])).tolist() == [0, 0, -1]


def test_a_strong_face_takes_over_what_weak_faces_began() -> None:
    vectors, _ = faces_of([6], spread=0.3)
    closer = unit(vectors[:4].mean(0, keepdims=True).astype(np.float64) + 0.05 * vectors[:4])
    vectors = np.concatenate([closer, vectors[4:]])
    assert grouped(vectors, known(6, grades=[WEAK] * 4 + [STRONG] * 2), scale=replace(SCALE, weak=0.3)).max() == 0


def test_a_person_with_more_alike_faces_than_neighbours_kept_is_still_one_group() -> None:
    vectors, who = faces_of([60, 40], spread=0.7)
    assert grouped(vectors, k=3).tolist() == who


def test_bursts_whose_nearest_are_all_in_the_burst_still_find_their_person() -> None:
    moments, _ = faces_of([3, 1])
    burst = unit(np.repeat(moments.astype(np.float64), 6, 0) + 1e-3 * scattered(24, seed=1, dimensions=64))
    assert grouped(burst, k=3).tolist() == [0] * 18 + [1] * 6


def test_neighbours_cut_short_do_not_lead_around_a_verdict_for_ever() -> None:
    vectors, _ = faces_of([40], spread=0.3)
    labels = grouped(vectors, known(40, persons=[0, 1] + [-1] * 38), k=2)
    assert labels[0] != labels[1]


def test_in_a_crowd_single_faces_must_be_more_alike() -> None:
    assert SCALE.small_among(10) == SCALE.small_among(3000) == SCALE.small
    assert SCALE.small_among(300_000) == pytest.approx(SCALE.small + 2 * SCALE.crowd)


def test_alike_runs_from_the_loosest_to_the_strictest() -> None:
    assert [SCALE.threshold(alike) for alike in (0, 0.25, 0.5, 0.75, 1)] == pytest.approx(
        [0.3, 0.375, 0.45, 0.625, 0.8]
    )
    with pytest.raises(ValueError, match="not between 0 and 1"):
        SCALE.threshold(1.1)
    with pytest.raises(ValueError, match="not a scale"):
        replace(SCALE, default=0.2)


def test_small_blurred_and_turned_faces_are_graded_down_and_the_unknown_taken_for_good() -> None:
    qualities = np.array(
        [[200, 1, 1], [16, 1, 1], [200, 0.3, 1], [200, 1, 0], [8, 1, 1], [200, 0, 1], [np.nan, np.nan, np.nan]],
        np.float32,
    )
    assert graded(qualities).tolist() == [STRONG, WEAK, WEAK, WEAK, POOR, POOR, STRONG]
    assert graded(np.empty((0, 3), np.float32)).tolist() == []


def test_what_does_not_fit_is_refused() -> None:
    vectors = scattered(3, seed=0)
    with pytest.raises(ValueError, match="3 faces with"):
        group(vectors, nearest(vectors), alone_in_photos(2), scale=SCALE)
    with pytest.raises(ValueError, match="cannot be grouped"):
        group(vectors, nearest(vectors, floor=0.5), alone_in_photos(3), scale=SCALE)
    with pytest.raises(ValueError, match="equal length"):
        known(3, persons=[0])
    with pytest.raises(ValueError, match="not there"):
        known(3, rejected=[(3, 0)])
    with pytest.raises(ValueError, match="not there"):
        known(3, apart=[(0, 3)])
    with pytest.raises(ValueError, match="not there"):
        known(3, together=[(-1, 2)])


def ids(old: list[int], labels: list[int], first_free: int = 100) -> list[int]:
    return list(reconcile(np.array(old, np.int64), np.array(labels, np.int32), first_free))


def test_a_group_keeps_its_number_where_most_of_it_stays() -> None:
    assert ids([7, 7, 7, 4, 4, -1], [0, 0, 1, 1, 1, 1]) == [7, 7, 4, 4, 4, 4]
    assert ids([7, 7, 7, 7], [0, 0, 0, 1]) == [7, 7, 7, 100]
    assert ids([4, 4, 9, 9], [0, 0, 0, 0]) == [4, 4, 4, 4]
    assert ids([4, 9, 9, 9], [0, 0, 0, 0]) == [9, 9, 9, 9]
    assert ids([4, 4], [-1, -1]) == [-1, -1]
    assert ids([], []) == []


def test_a_number_in_use_is_never_given_to_a_new_group() -> None:
    with pytest.raises(ValueError, match="in use"):
        ids([7], [-1], first_free=7)


@given(st.lists(st.tuples(st.integers(-1, 6), st.integers(-1, 6)), max_size=30))
def test_numbers_are_shared_by_exactly_the_faces_of_a_group(faces: list[tuple[int, int]]) -> None:
    old, labels = [one for one, _ in faces], [label for _, label in faces]
    now = ids(old, labels)
    assert [one >= 0 for one in now] == [label >= 0 for label in labels]
    pairs = {(label, one) for label, one in zip(labels, now, strict=True) if label >= 0}
    assert len(pairs) == len({label for label, _ in pairs}) == len({one for _, one in pairs})
    assert ids(now, labels, first_free=200) == now
    for label, one in pairs:
        assert one >= 100 or one in {old[i] for i in range(len(old)) if labels[i] == label}
