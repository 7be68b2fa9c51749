"""People are taught one at a time, and groups are ranked as the faces in them are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoscribe.core import recognition as module
from photoscribe.core.recognition import PersonLooks
from tests.core.sphere import faces_of, scattered
from tests.core.test_recognition import NOTHING, SCALE, fitted, person, probability


def test_a_person_taught_later_is_known_as_if_she_had_been_there_from_the_start() -> None:
    vectors, _ = faces_of([6, 6, 6])
    strangers = scattered(50, seed=3, dimensions=64)
    ann, bob, cid = (person(name, vectors[at : at + 5]) for name, at in (("ann", 0), ("bob", 6), ("cid", 12)))
    whole = fitted(ann, bob, cid, background=strangers)
    taught = fitted(ann, cid, background=strangers).taught(PersonLooks.of(bob, SCALE))
    for face in (5, 11, 17):
        for name in ("ann", "bob", "cid"):
            assert probability(taught, vectors[face], name) == pytest.approx(probability(whole, vectors[face], name))


def test_what_is_taught_replaces_what_was_known_of_a_person() -> None:
    vectors, _ = faces_of([6, 6, 6])
    before = fitted(person("ann", vectors[:5]), person("bob", vectors[6:11]))
    after = before.taught(PersonLooks.of(person("ann", vectors[12:17], rejected=vectors[:1]), SCALE))
    assert after.people == before.people
    assert probability(after, vectors[5], "ann") < 0.01
    assert probability(after, vectors[17], "ann") > 0.9
    assert probability(after, vectors[11], "bob") == pytest.approx(probability(before, vectors[11], "bob"), rel=1e-3)
    nothing = np.empty((0, 64), np.float32), np.empty(0, np.float32)
    assert probability(after.taught(PersonLooks("ann", nothing, nothing)), vectors[17], "ann") < 1e-6


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 5), min_size=1, max_size=8))
def test_a_set_of_faces_has_the_mean_of_their_probabilities(seed: int, sizes: list[int]) -> None:
    vectors = scattered(sum(sizes), seed=seed)
    recogniser = fitted(person("ann", scattered(3, seed=1)), person("bob", scattered(3, seed=2)))
    sets = np.repeat(np.arange(len(sizes)), sizes)
    forbidden = np.array([[0, 1]])
    ranking = recogniser.rank_sets(vectors, sets, forbidden=forbidden, most=2)
    single = recogniser.rank(vectors, forbidden=forbidden, most=2)
    by_person = np.zeros((len(vectors), 2))
    rows = np.arange(len(vectors))
    for column in range(2):
        known = single.people[:, column] >= 0
        by_person[rows[known], single.people[known, column]] = single.probability[known, column]
    for number in range(len(sizes)):
        mean = by_person[sets == number].mean(0)
        for who, chance in zip(ranking.people[number].tolist(), ranking.probability[number].tolist(), strict=True):
            assert chance == pytest.approx(mean[who] if who >= 0 else 0, abs=1e-5)
    assert ranking.unknown.shape == (len(sizes),)


def test_sets_are_ranked_the_same_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, who = faces_of([4] * 7)
    recogniser = fitted(person("a", vectors[:3]), person("b", vectors[4:7]))
    forbidden = np.array([[5, 1], [20, 0]])
    whole = recogniser.rank_sets(vectors, np.array(who), forbidden=forbidden, most=1)
    monkeypatch.setattr(module, "_SETS", 2)
    blocks = recogniser.rank_sets(vectors, np.array(who), forbidden=forbidden, most=1)
    assert np.array_equal(whole.people, blocks.people)
    assert np.allclose(whole.probability, blocks.probability)


def test_nobody_and_nothing_can_be_ranked() -> None:
    recogniser = fitted()
    assert recogniser.rank_sets(
        scattered(2, seed=0, dimensions=64), np.array([0, 1]), forbidden=NOTHING, most=3
    ).people.shape == (2, 0)


def test_two_halves_of_a_person_are_each_others_likeliest() -> None:
    vectors, _ = faces_of([12, 12, 12])
    hearts = np.stack([vectors[at : at + 6].mean(0) for at in (0, 6, 12, 24)])
    hearts = (hearts / np.linalg.norm(hearts, axis=1, keepdims=True)).astype(np.float32)
    recogniser = fitted(person("named", vectors[18:24])).with_groups(hearts, np.array([6, 6, 6, 6]))
    probes = np.concatenate([vectors[at : at + 4] for at in (0, 6, 12, 24)])
    sets = np.repeat(np.arange(4), 4)
    own = np.stack([np.arange(16), 1 + sets], axis=1)
    ranking = recogniser.rank_sets(probes, sets, forbidden=own, most=1)
    assert ranking.people[:3, 0].tolist() == [2, 1, 0]
    assert (ranking.probability[:3, 0] > 0.8).all()
    assert ranking.probability[3, 0] < 0.1
