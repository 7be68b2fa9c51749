"""Guesses from the faces that have a name: what is learnt of each person is kept until her faces change."""

import hashlib
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from photoscribe.app.face_columns import CONFIRMED, SUGGESTED, UNKNOWN, FaceColumns
from photoscribe.core.calibration import RecognitionScale
from photoscribe.core.clustering import graded
from photoscribe.core.people import FaceId, PersonId, Suggestion
from photoscribe.core.recognition import PersonExamples, PersonLooks, Recogniser, exclusive, identities
from photoscribe.core.reviewing import evenly

Rows = NDArray[np.int64]

_FEW = 16
SUREST = 0.9999
"""A guess is never shown as a fact, however sure the model is."""


class Guessing:
    """May be used by one thread at a time."""

    def __init__(self, scale: RecognitionScale) -> None:
        self._scale = scale
        self._learnt: dict[PersonId, tuple[bytes, PersonLooks]] = {}

    def learn(self, columns: FaceColumns) -> Recogniser:
        """From everyone who has a confirmed face, against the faces that nobody named."""
        grades, learnt = graded(columns.qualities), dict[PersonId, tuple[bytes, PersonLooks]]()
        for person, rows in _examples(columns):
            mark, known = _mark(columns, *rows), self._learnt.get(person)
            looks = known[1] if known and known[0] == mark else taught(columns, grades, person, rows, self._scale)
            learnt[person] = mark, looks
        self._learnt = learnt
        return Recogniser.of([learnt[person][1] for person in sorted(learnt)], _background(columns), self._scale)

    def learn_roughly(self, columns: FaceColumns) -> Recogniser:
        """From a few faces of everyone: the first guess of a server that has just started."""
        grades = graded(columns.qualities)
        gallery = [
            taught(columns, grades, person, (evenly(hers, _FEW), evenly(others, _FEW)), self._scale)
            for person, (hers, others) in sorted(_examples(columns), key=lambda one: one[0])
        ]
        return Recogniser.of(gallery, _background(columns), self._scale)

    def suggestions(self, columns: FaceColumns, recogniser: Recogniser) -> dict[FaceId, Suggestion]:
        """The names that faces nobody spoke of may have."""
        open_ = np.flatnonzero((columns.states == UNKNOWN) | (columns.states == SUGGESTED))
        if not recogniser.people or not len(open_):
            return {}
        number_of = numbers(columns, recogniser)
        place = np.full(len(columns), -1, np.int64)
        place[open_] = np.arange(len(open_))
        refused = refusals(columns)
        forbidden = np.stack([place[refused[:, 0]], number_of[refused[:, 1]]], axis=1)
        forbidden = forbidden[(forbidden >= 0).all(1)]
        ranking = recogniser.rank(columns.matrix[open_], forbidden=forbidden, most=3)
        confirmed = np.flatnonzero(columns.states == CONFIRMED)
        taken = np.stack([columns.photos[confirmed], number_of[columns.persons[confirmed]]], axis=1)
        chosen = exclusive(ranking, columns.photos[open_], least=self._scale.suggest, taken=taken)
        named = np.flatnonzero(chosen >= 0)
        columns_of = chosen[named]
        return {
            FaceId(face): Suggestion(PersonId(recogniser.people[who]), min(round(probability, 6), SUREST))
            for face, who, probability in zip(
                columns.faces[open_[named]].tolist(),
                ranking.people[named, columns_of].tolist(),
                ranking.probability[named, columns_of].tolist(),
                strict=True,
            )
        }


def taught(
    columns: FaceColumns, grades: NDArray[np.int8], person: PersonId, rows: tuple[Rows, Rows], scale: RecognitionScale
) -> PersonLooks:
    """What these rows teach of a person: her faces, and those that are not hers."""
    hers, others = rows
    return PersonLooks.of(
        PersonExamples(str(person), columns.matrix[hers], grades[hers], columns.matrix[others]), scale
    )


def taught_soon(
    columns: FaceColumns, person: PersonId, rows: tuple[Rows, Rows], scale: RecognitionScale, *, most: int = 64
) -> PersonLooks:
    """As `taught`, from so few of the rows that an answer can wait for it."""
    hers, others = (evenly(some, most) for some in rows)
    used = np.concatenate([hers, others])
    grades = np.zeros(len(columns), np.int8)
    grades[used] = graded(columns.qualities[used])
    return taught(columns, grades, person, (hers, others), scale)


def refusals(columns: FaceColumns) -> Rows:
    """(m, 2) rows (row, number of a person): rejected, or said to be another than a confirmed face of hers."""
    a, b = columns.apart.T
    found = [columns.rejected]
    for one, other in ((a, b), (b, a)):
        named = columns.states[other] == CONFIRMED
        found.append(np.stack([one[named], columns.persons[other[named]]], axis=1))
    return np.unique(np.concatenate(found), axis=0)


def numbers(columns: FaceColumns, recogniser: Recogniser) -> Rows:
    """The recogniser's number of each of the columns' people, -1 for one that it was not taught."""
    number = {person: at for at, person in enumerate(recogniser.people)}
    return np.array([number.get(str(person), -1) for person in columns.people], np.int64)


def changed_suggestions(
    columns: FaceColumns, suggestions: Mapping[FaceId, Suggestion]
) -> dict[FaceId, Suggestion | None]:
    """What to write so that the library holds these suggestions; None takes one away."""
    before = {
        FaceId(int(columns.faces[row])): (columns.people[columns.persons[row]], float(columns.probability[row]))
        for row in np.flatnonzero(columns.states == SUGGESTED).tolist()
    }
    different: dict[FaceId, Suggestion | None] = dict.fromkeys(before.keys() - suggestions.keys())
    for face, one in suggestions.items():
        known = before.get(face)
        if known is None or known[0] != one.person or abs(known[1] - one.probability) > _SAME_PROBABILITY:
            different[face] = one
    return different


_SAME_PROBABILITY = 0.002  # every name moves every probability a little; writing that would rewrite the library


def _background(columns: FaceColumns) -> NDArray[np.float32]:
    """One vector for each unnamed identity: the library's own strangers."""
    open_ = (columns.states == UNKNOWN) | (columns.states == SUGGESTED)
    ids = columns.groups[open_]
    labels = np.full(len(ids), -1, np.int32)
    labels[ids >= 0] = np.unique(ids[ids >= 0], return_inverse=True)[1]
    return identities(columns.matrix[open_], labels)


def _examples(columns: FaceColumns) -> Iterator[tuple[PersonId, tuple[Rows, Rows]]]:
    """Everyone with a confirmed face: the rows of hers, and of faces that are not hers."""
    refused_of: dict[int, list[int]] = {}
    for row, who in refusals(columns).tolist():
        refused_of.setdefault(who, []).append(row)
    for number, rows in _by_number(columns.persons, columns.states == CONFIRMED).items():
        yield columns.people[number], (rows, np.array(sorted(refused_of.get(number, ())), np.int64))


def _by_number(numbers_: Rows, wanted: NDArray[np.bool_]) -> dict[int, Rows]:
    """The rows of each number, where wanted."""
    rows = np.flatnonzero(wanted)
    rows = rows[np.argsort(numbers_[rows], kind="stable")]
    starts = np.flatnonzero(np.diff(numbers_[rows], prepend=-1))
    return {int(numbers_[part[0]]): part for part in np.split(rows, starts[1:]) if len(part)}


def _mark(columns: FaceColumns, rows: Rows, other: Rows) -> bytes:
    """Changes when the faces do, or their vectors."""
    found = hashlib.blake2b(columns.faces[rows].tobytes() + b"-" + columns.faces[other].tobytes(), digest_size=16)
    found.update(columns.matrix[rows, :2].tobytes())
    return found.digest()
