"""A face is named with a probability that can be believed, or it is nobody's we know."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from photoscribe.core import recognition as module
from photoscribe.core.agglomeration import POOR, STRONG, WEAK
from photoscribe.core.calibration import RecognitionScale, calibration_of
from photoscribe.core.recognition import PersonExamples, Ranking, Recogniser, exclusive, identities
from tests.core.sphere import Vectors, faces_of, scattered, unit

SCALE = RecognitionScale(
    look=0.5, firm=0.02, weak=0.05, common=0.25, slope=40, offset=-18, known=0.5, suggest=0.8
)  # even odds at a cosine of 0.45
NOTHING = np.empty((0, 2), np.int64)


def person(
    name: str, vectors: Vectors, *, grades: list[int] | None = None, rejected: Vectors | None = None
) -> PersonExamples:
    none = np.empty((0, vectors.shape[1]), np.float32)
    marks = np.array(grades or [STRONG] * len(vectors), np.int8)
    return PersonExamples(name, vectors, marks, none if rejected is None else rejected)


def fitted(*gallery: PersonExamples, background: Vectors | None = None, scale: RecognitionScale = SCALE) -> Recogniser:
    none = np.empty((0, gallery[0].vectors.shape[1] if gallery else 64), np.float32)
    return Recogniser.fit(gallery, none if background is None else background, scale)


def probability(recogniser: Recogniser, face: Vectors, name: str) -> float:
    ranking = recogniser.rank(np.atleast_2d(face), forbidden=NOTHING, most=len(recogniser.people))
    return float(ranking.probability[0][ranking.people[0] == recogniser.people.index(name)].sum())


def mixed(*parts: tuple[float, Vectors]) -> Vectors:
    return unit(np.sum([weight * vector.astype(np.float64) for weight, vector in parts], axis=0)[None])


def test_known_people_are_named_and_strangers_are_not() -> None:
    vectors, who = faces_of([8] * 6)
    names = np.array(who)
    gallery = [person(str(one), vectors[names == one][:4]) for one in range(4)]
    probes = np.flatnonzero(np.arange(len(who)) % 8 >= 4)
    ranking = fitted(*gallery).rank(vectors[probes], forbidden=NOTHING)
    known = names[probes] < 4
    assert (ranking.people[known, 0] == names[probes][known]).all()
    assert ranking.probability[known, 0].min() > 0.9
    assert ranking.unknown[~known].min() > 0.9
    assert ranking.people.shape == (24, 4)


@pytest.mark.parametrize("block", [1, 7, 4096])
def test_the_size_of_a_block_changes_nothing(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, _ = faces_of([10, 10])
    forbidden = np.array([[3, 0], [12, 1]])
    recogniser = fitted(person("Ann", vectors[:3]), person("Bob", vectors[10:13]), background=vectors[5:8])
    expected = recogniser.rank(vectors, forbidden=forbidden)
    monkeypatch.setattr(module, "_BLOCK", block)
    found = recogniser.rank(vectors, forbidden=forbidden)
    assert (found.people == expected.people).all()
    assert np.allclose(found.probability, expected.probability, atol=1e-5)


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(0, 12), st.data())
def test_probabilities_are_probabilities_and_the_rejected_is_never_named(
    seed: int, people: int, strangers: int, data: st.DataObject
) -> None:
    vectors = scattered(60, seed=seed, dimensions=3)
    gallery = [
        person(
            str(one), vectors[one * 4 : one * 4 + 1 + one % 3], rejected=vectors[40 : 40 + data.draw(st.integers(0, 3))]
        )
        for one in range(people)
    ]
    pairs = st.tuples(st.integers(0, 59), st.integers(0, people - 1))
    forbidden = np.array(data.draw(st.lists(pairs, max_size=20)), np.int64).reshape(-1, 2)
    recogniser = fitted(*gallery, background=vectors[25 : 25 + strangers])
    ranking = recogniser.rank(vectors, forbidden=forbidden, most=3)
    total = ranking.probability.sum(1) + ranking.unknown
    assert ranking.probability.min() >= 0
    assert ranking.unknown.min() >= 0
    assert total.max() <= 1 + 1e-5
    assert (np.diff(ranking.probability, axis=1) <= 0).all()
    for face, one in forbidden.tolist():
        assert one not in ranking.people[face]
    if not any(len(one.rejected) for one in gallery) and people <= 3:
        assert np.allclose(total, 1, atol=1e-5)


@given(st.integers(0, 2**32 - 1), st.integers(0, 30))
def test_a_background_only_raises_the_bar(seed: int, strangers: int) -> None:
    vectors = scattered(60, seed=seed, dimensions=4)
    gallery = [person("Ann", vectors[:3]), person("Bob", vectors[3:4])]
    without = fitted(*gallery).rank(vectors, forbidden=NOTHING)
    with_it = fitted(*gallery, background=vectors[25 : 25 + strangers]).rank(vectors, forbidden=NOTHING)
    assert (with_it.unknown >= without.unknown - 1e-6).all()


def test_a_face_that_resembles_many_strangers_needs_more_to_be_named() -> None:
    ann, crowd, rest = unit(np.eye(64)[:3])
    face = mixed((0.5, ann), (0.45, crowd), (0.74, rest))
    ann = ann[None]
    lookalikes = unit(0.9 * crowd + 0.3 * scattered(40, seed=0, dimensions=64).astype(np.float64))
    others = scattered(40, seed=1, dimensions=64)
    plain = probability(fitted(person("Ann", ann), background=others), face, "Ann")
    assert probability(fitted(person("Ann", ann), background=lookalikes), face, "Ann") < plain / 2


def test_a_person_who_resembles_many_strangers_is_named_less_easily() -> None:
    ann, rest, crowd = unit(np.eye(64)[:3])
    face = mixed((0.5, ann), (0.86, rest))
    lookalikes = unit(0.45 * ann + 0.8 * crowd + 0.3 * scattered(40, seed=0, dimensions=64).astype(np.float64))
    plain = probability(fitted(person("Ann", ann[None])), face, "Ann")
    assert probability(fitted(person("Ann", ann[None]), background=lookalikes), face, "Ann") < plain / 2


def test_the_mean_of_many_examples_must_be_closer() -> None:
    vectors, _ = faces_of([4])
    assert fitted(person("Ann", vectors)).looks.handicap == pytest.approx(SCALE.firm * 3 / 4)
    assert fitted(person("Ann", vectors[:1])).looks.handicap == pytest.approx(0)


def test_unnamed_faces_of_the_same_person_do_not_raise_the_bar() -> None:
    vectors, _ = faces_of([30])
    alone = probability(fitted(person("Ann", vectors[:3])), vectors[20:21], "Ann")
    among = probability(fitted(person("Ann", vectors[:3]), background=vectors[5:20]), vectors[20:21], "Ann")
    assert among == pytest.approx(alone, abs=0.01)


def test_a_large_background_is_sampled() -> None:
    vectors, _ = faces_of([3])
    recogniser = fitted(person("Ann", vectors), background=scattered(4500, seed=0, dimensions=64))
    assert len(recogniser.strangers) == 1500


def test_two_lookalikes_share_the_probability() -> None:
    vectors, _ = faces_of([8], spread=0.3)
    recogniser = fitted(person("Ann", vectors[:3]), person("Bea", vectors[3:6]))
    ann, bea = (probability(recogniser, vectors[7], name) for name in ("Ann", "Bea"))
    assert 0.9 < ann + bea <= 1
    assert max(ann, bea) < 0.99


def test_the_order_of_the_people_does_not_matter() -> None:
    vectors, _ = faces_of([5, 5, 5])
    gallery = [person("Ann", vectors[:4]), person("Bob", vectors[5:9]), person("Cem", vectors[10:14])]
    face = mixed((1, vectors[4]), (0.8, vectors[9]))[0]
    for name in ("Ann", "Bob", "Cem"):
        straight, turned = (probability(fitted(*people), face, name) for people in (gallery, gallery[::-1]))
        assert straight == pytest.approx(turned, rel=1e-4)


def test_a_person_is_known_by_any_of_their_looks() -> None:
    vectors, _ = faces_of([6, 6, 4])
    child, adult = vectors[:6], vectors[6:12]
    recogniser = fitted(person("Ann", np.concatenate([child[:3], adult[:3]])))
    assert len(recogniser.looks.vectors) == 2
    assert min(probability(recogniser, face, "Ann") for face in (*child[3:], *adult[3:])) > 0.9
    assert probability(recogniser, vectors[12], "Ann") < 0.1


def test_weak_examples_do_not_change_a_look_and_poor_ones_are_not_used() -> None:
    vectors, _ = faces_of([6, 2])
    strong = fitted(person("Ann", vectors[:4])).looks
    with_weak = fitted(person("Ann", vectors[:6], grades=[STRONG] * 4 + [WEAK] * 2)).looks
    assert np.allclose(strong.vectors, with_weak.vectors)
    poor = fitted(person("Ann", vectors[2:], grades=[STRONG] * 4 + [POOR] * 2)).looks
    assert len(poor.vectors) == 1
    only = fitted(person("Ann", vectors[6:], grades=[POOR, POOR])).looks
    assert len(only.vectors) == 2
    assert only.handicap == pytest.approx(SCALE.weak)


def test_a_face_like_one_that_was_rejected_is_not_suggested_again() -> None:
    vectors, _ = faces_of([6, 6], spread=0.4)
    ann = vectors[:6]
    sister = unit(vectors[6:] + 0.8 * ann.mean(0, dtype=np.float64))
    before = fitted(person("Ann", ann[:3]))
    after = fitted(person("Ann", ann[:3], rejected=sister[:1]))
    assert probability(before, sister[3], "Ann") > 0.5
    assert probability(after, sister[3], "Ann") < 0.05
    assert probability(after, ann[4], "Ann") == pytest.approx(probability(before, ann[4], "Ann"), abs=0.01)


def test_a_face_rejected_for_one_person_may_be_another() -> None:
    vectors, _ = faces_of([4, 4])
    recogniser = fitted(person("Ann", vectors[:3], rejected=vectors[4:5]), person("Bob", vectors[4:7]))
    assert probability(recogniser, vectors[7], "Bob") > 0.9
    forbidden = recogniser.rank(vectors[7:], forbidden=np.array([[0, 1]]))
    assert 1 not in forbidden.people
    assert forbidden.unknown[0] > 0.9


def test_likeness_is_the_cosine_to_the_closest_look_with_the_bar_taken_off() -> None:
    vectors, _ = faces_of([3, 3])
    recogniser = fitted(person("Ann", vectors[:1]), person("Bob", vectors[3:4], rejected=vectors[:1]))
    assert np.allclose(recogniser.likeness(vectors), vectors @ vectors[[0, 3]].T, atol=1e-6)


def test_where_nobody_is_named_everybody_is_unknown() -> None:
    vectors, _ = faces_of([3])
    ranking = fitted().rank(vectors, forbidden=NOTHING)
    assert ranking.people.shape == (3, 0)
    assert ranking.unknown.tolist() == [1, 1, 1]
    assert len(fitted(person("Ann", vectors)).rank(vectors[:0], forbidden=NOTHING).unknown) == 0


def test_examples_that_do_not_fit_are_refused() -> None:
    vectors, _ = faces_of([2])
    with pytest.raises(ValueError, match="Ann has 0 examples"):
        person("Ann", vectors[:0])
    with pytest.raises(ValueError, match="Ann has 2 examples"):
        person("Ann", vectors, grades=[STRONG])


def test_the_background_holds_each_identity_once() -> None:
    vectors, _ = faces_of([3, 2, 1])
    rows = identities(vectors, np.array([0, 0, 0, 1, 1, -1], np.int32))
    assert rows.shape == (3, 64)
    assert np.allclose(rows[0], unit(vectors[:3].sum(0, keepdims=True, dtype=np.float64))[0], atol=1e-6)
    assert np.allclose(rows[2], vectors[5])
    assert identities(vectors[:0], np.empty(0, np.int32)).shape == (0, 64)


def ranked(rows: list[list[tuple[int, float]]]) -> Ranking:
    people = np.array([[one for one, _ in row] for row in rows], np.int32)
    probabilities = np.array([[p for _, p in row] for row in rows], np.float32)
    return Ranking(people, probabilities, 1 - probabilities.sum(1))


def chosen(ranking: Ranking, photos: list[int], taken: list[tuple[int, int]] | None = None) -> list[int]:
    pairs: NDArray[np.int64] = np.array(taken or [], np.int64).reshape(-1, 2)
    return list(exclusive(ranking, np.array(photos, np.int64), least=0.3, taken=pairs))


def test_nobody_is_twice_in_a_photo_and_the_likelier_face_has_them() -> None:
    ranking = ranked([[(0, 0.6), (1, 0.35)], [(0, 0.9), (1, 0.05)], [(0, 0.7), (1, 0.1)]])
    assert chosen(ranking, [5, 5, 6]) == [1, 0, 0]
    assert chosen(ranking, [5, 5, 5]) == [1, 0, -1]
    assert chosen(ranked([[(0, 0.5), (1, 0.4)]]), [5]) == [0]


def test_who_is_confirmed_in_a_photo_is_not_suggested_there_again() -> None:
    ranking = ranked([[(0, 0.9), (1, 0.05)]])
    assert chosen(ranking, [5], [(5, 0)]) == [-1]
    assert chosen(ranking, [5], [(6, 0)]) == [0]


def test_what_is_not_likely_enough_or_forbidden_is_not_suggested() -> None:
    assert chosen(ranked([[(0, 0.29)]]), [1]) == [-1]
    assert chosen(ranked([[(-1, 0.5)]]), [1]) == [-1]


@given(st.integers(0, 2**32 - 1), st.integers(0, 20))
def test_a_photo_never_shows_a_person_twice(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    people = np.array([random.permutation(4)[:3] for _ in range(count)], np.int32).reshape(-1, 3)
    shares = -np.sort(-random.dirichlet(np.ones(4), count)[:, :3].astype(np.float32), axis=1).reshape(-1, 3)
    photos = random.integers(0, 5, count)
    taken = np.array([[0, 0], [1, 2]])
    columns = exclusive(Ranking(people, shares, 1 - shares.sum(1)), photos, least=0.2, taken=taken)
    shown = [(0, 0), (1, 2)] + [(int(photos[f]), int(people[f, c])) for f, c in enumerate(columns) if c >= 0]
    assert len(shown) == len(set(shown))
    for face, column in enumerate(columns.tolist()):
        assert column < 0 or shares[face, column] >= 0.2


def test_what_is_said_of_even_odds_holds() -> None:
    vectors = unit(np.eye(4)[:1])
    face = unit(np.array([[0.45, np.sqrt(1 - 0.45**2), 0, 0]]))
    assert probability(fitted(person("Ann", vectors)), face, "Ann") == pytest.approx(0.5, abs=1e-3)
    either = fitted(person("Ann", vectors), person("Bob", -vectors))
    assert probability(either, face, "Ann") == pytest.approx(1 / 3, abs=1e-3)
    likely = replace(SCALE, known=0.9)
    assert probability(fitted(person("Ann", vectors), scale=likely), face, "Ann") == pytest.approx(0.9, abs=1e-3)


def test_likeness_is_highest_for_the_person_whose_face_it_is() -> None:
    basis = np.eye(4, dtype=np.float32)
    gallery = [
        PersonExamples(name, basis[i : i + 1], np.array([STRONG], np.int8), np.empty((0, 4), np.float32))
        for i, name in enumerate(["ann", "bob"])
    ]
    recogniser = Recogniser.fit(gallery, np.empty((0, 4), np.float32), calibration_of("sface-2021dec").recognition)
    assert recogniser.likeness(basis[:2]).argmax(axis=1).tolist() == [0, 1]
