"""What the user said of two faces without saying who holds in every grouping."""

from dataclasses import replace
from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from photoscribe.core.clustering import Known
from tests.core.sphere import Vectors, faces_of, partition, unit
from tests.core.test_clustering import NOBODY, grouped, known, libraries


@settings(deadline=None)
@given(libraries(), st.floats(0, 1))
def test_faces_said_to_be_one_are_one_group_unless_something_outranks_it(
    library: tuple[Vectors, Known], alike: float
) -> None:
    vectors, about = library
    free = replace(about, persons=np.full(len(vectors), -1, np.int64), rejected=NOBODY, apart=NOBODY)
    labels = grouped(vectors, free, alike=alike)
    for a, b in about.together.tolist():
        assert labels[a] == labels[b] >= 0


@settings(deadline=None)
@given(libraries(), st.randoms(use_true_random=False))
def test_pairs_hold_whatever_the_order_of_the_faces(library: tuple[Vectors, Known], random: Random) -> None:
    vectors, about = library
    order = np.array(random.sample(range(len(vectors)), len(vectors)))
    place = np.argsort(order)
    shuffled = Known(
        about.photos[order],
        about.persons[order],
        np.stack([place[about.rejected[:, 0]], about.rejected[:, 1]], axis=1),
        about.grades[order],
        place[about.apart],
        place[about.together],
    )
    straight = partition(grouped(vectors, about))
    assert straight == {frozenset(order[list(one)].tolist()) for one in partition(grouped(vectors[order], shuffled))}


def test_a_name_outranks_a_pair_and_a_pair_outranks_looks() -> None:
    vectors, _ = faces_of([4, 4])
    labels = grouped(vectors, known(8, apart=[(0, 3)]))
    assert labels[0] != labels[3]
    assert len(set(labels[4:].tolist())) == 1
    assert grouped(vectors, known(8, together=[(0, 7)])).tolist() == [0] * 8
    assert grouped(vectors, known(8, apart=[(0, 3)], persons=[5, -1, -1, 5, -1, -1, -1, -1]))[[0, 3]].tolist() == [0, 0]
    labels = grouped(vectors, known(8, together=[(0, 7)], persons=[5, -1, -1, -1, -1, -1, -1, 6]))
    assert labels.tolist() == [0] * 4 + [1] * 4
    labels = grouped(vectors, known(8, together=[(0, 7)], persons=[5, *[-1] * 7], rejected=[(7, 5)]))
    assert labels.tolist() == [0] * 4 + [1] * 4
    labels = grouped(vectors, known(8, together=[(0, 7)], apart=[(0, 7)]))
    assert labels.tolist() == [0] * 4 + [1] * 4


def test_what_is_apart_from_one_is_apart_from_all_who_join_it() -> None:
    vectors, _ = faces_of([6, 6], spread=0.5)
    one_person = unit(vectors + 1.3 * vectors.mean(0, dtype=np.float64) / np.linalg.norm(vectors.mean(0)))
    assert grouped(one_person).tolist() == [0] * 12
    labels = grouped(one_person, known(12, apart=[(0, 11)]))
    assert labels[0] != labels[11]
    assert len(partition(labels)) == 2
