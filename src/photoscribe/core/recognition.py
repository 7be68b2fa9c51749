"""Whose face this is, or nobody's that we know: named people against each other and against strangers.

A person is a few looks (means of alike examples), so that a beard, glasses or ten years do not blur into
an average that looks like neither. The likeness to the closest look becomes a likelihood ratio, and
the ratios of all people compete with an explicit unknown for one probability.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoscribe.core.agglomeration import POOR, STRONG, Agglomeration, Conflicts, Faces, Heights
from photoscribe.core.calibration import RecognitionScale
from photoscribe.core.neighbours import check_unit_rows, nearest

Vectors = NDArray[np.float32]

_BLOCK = 4096  # faces compared at a time: 500 people of 4 looks take 32 MB
_MOST_STRANGERS = 2000  # the mean cosine to the most alike tenth of these has a standard error of 0.003
_DOUBT = 5.0  # strangers of typical likeness that every background is taken to hold besides its own


@dataclass(frozen=True, slots=True)
class PersonExamples:
    """What is known of one person: (m, d) confirmed faces, their (m,) grades, and (r, d) rejected faces."""

    person: str
    vectors: Vectors
    grades: NDArray[np.int8]
    rejected: Vectors

    def __post_init__(self) -> None:
        check_unit_rows(self.vectors)
        check_unit_rows(self.rejected)
        if not len(self.vectors) or self.grades.shape != (len(self.vectors),):
            raise ValueError(f"{self.person} has {len(self.vectors)} examples and {self.grades.shape} grades")


@dataclass(frozen=True, slots=True)
class Ranking:
    """The likeliest people of n faces, best first.

    people: (n, k) numbers into Recogniser.people, -1 for one that was forbidden. probability: (n, k) of
    each. unknown: (n,) that it is nobody of the people.
    """

    people: NDArray[np.int32]
    probability: NDArray[np.float32]
    unknown: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Looks:
    """(l, d) unit vectors, the number each belongs to (rising), and what each must be more alike by."""

    vectors: Vectors
    owner: NDArray[np.int64]
    handicap: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recogniser:
    """People as they were taught; immutable. Make it with `fit`."""

    people: tuple[str, ...]
    looks: _Looks
    rejected: _Looks
    strangers: Vectors
    scale: RecognitionScale

    @classmethod
    def fit(cls, gallery: Sequence[PersonExamples], background: Vectors, scale: RecognitionScale) -> "Recogniser":
        """Learn people from their examples.

        background: (b, d) one unit vector for each unnamed identity of the library (see `identities`). It only
        ever raises the bar, for a person or a face that resembles many of them. Moving the bar both ways, as score
        normalisation does, takes false matches in 10,000 from 0 to 33 among people of East Asian and from 7 to 36
        among people of black origin, when the background is mostly of others (LFW, SFace, 3 examples, 2026-11-20).
        """
        check_unit_rows(background)
        strangers = background[:: max(1, -(-len(background) // _MOST_STRANGERS))]
        shown = [_looks(person.vectors, person.grades, scale) for person in gallery]
        refused = [_looks(person.rejected, np.full(len(person.rejected), STRONG, np.int8), scale) for person in gallery]
        looks = _stacked(shown, background.shape[1])
        looks = _Looks(looks.vectors, looks.owner, looks.handicap + _raised(looks.vectors, strangers, scale))
        people = tuple(person.person for person in gallery)
        return cls(people, looks, _stacked(refused, background.shape[1]), strangers, scale)

    def rank(self, vectors: Vectors, *, forbidden: NDArray[np.int64], most: int = 5) -> Ranking:
        """The likeliest people of (n, d) faces.

        forbidden: (m, 2) rows (face, number of a person it was rejected for); these have probability 0.
        The probabilities of all people and of `unknown` add to at most 1: a face that resembles
        one rejected for a person loses what that person had.
        """
        check_unit_rows(vectors)
        count, most = len(self.people), min(most, len(self.people))
        people = np.empty((len(vectors), most), np.int32)
        probability = np.empty((len(vectors), most), np.float32)
        unknown = np.ones(len(vectors), np.float32)
        for start in range(0, len(vectors), _BLOCK) if count else ():
            rows = slice(start, start + _BLOCK)
            inside = forbidden[(forbidden[:, 0] >= start) & (forbidden[:, 0] < start + _BLOCK)]
            posterior, unknown[rows] = self._posterior(vectors[rows], inside - (start, 0))
            order = np.argsort(-posterior, axis=1, kind="stable")[:, :most]
            probability[rows] = np.take_along_axis(posterior, order, 1)
            people[rows] = np.where(probability[rows] > 0, order, -1)
        return Ranking(people, probability, unknown)

    def likeness(self, vectors: Vectors) -> NDArray[np.float32]:
        """(n, p) how alike each face is to the closest look of each person, with the bar taken off."""
        return np.asarray(self._closest(vectors, self.looks) - self._bar(vectors), np.float32)

    def _bar(self, vectors: Vectors) -> NDArray[np.float32]:
        return _raised(vectors, self.strangers, self.scale)[:, None]

    def _closest(self, vectors: Vectors, looks: _Looks) -> NDArray[np.float32]:
        """(n, p) likeness to the closest of each person's looks, very low where there are none."""
        best = np.full((len(vectors), len(self.people)), -2, np.float32)
        if len(looks.owner):
            first = np.flatnonzero(np.r_[True, looks.owner[1:] != looks.owner[:-1]])
            likeness = vectors @ looks.vectors.T - looks.handicap
            best[:, looks.owner[first]] = np.maximum.reduceat(likeness, first, axis=1)
        return best

    def _posterior(
        self, vectors: Vectors, forbidden: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(n, p) probabilities of the people and (n,) of nobody."""
        count = len(self.people)
        bar = self._bar(vectors)
        ratio = self._ratio(self._closest(vectors, self.looks) - bar)
        ratio[forbidden[:, 0], forbidden[:, 1]] = 0
        against = self._ratio(self._closest(vectors, self.rejected) - bar)
        share = self.scale.known / count
        total = (1 - self.scale.known) + share * ratio.sum(1, keepdims=True)
        return share * ratio / (total + share * against), ((1 - self.scale.known) / total)[:, 0]

    def _ratio(self, likeness: NDArray[np.floating]) -> NDArray[np.float64]:
        """How many times likelier this likeness is for one person's faces than for two people's."""
        return np.exp(np.clip(self.scale.slope * likeness.astype(np.float64) + self.scale.offset, -50, 50))


def exclusive(
    ranking: Ranking, photos: NDArray[np.int64], *, least: float, taken: NDArray[np.int64]
) -> NDArray[np.int32]:
    """The column of each face's suggested person, -1 for none: nobody is twice in one photo.

    The likeliest pairs of face and person are made first, and none below `least`. taken: (m, 2) rows
    (photo, person's number) confirmed already.
    """
    chosen = np.full(len(photos), -1, np.int32)
    used = set(map(tuple, taken.tolist()))
    face, column = np.nonzero((ranking.probability >= least) & (ranking.people >= 0))
    for at in np.lexsort((face, column, -ranking.probability[face, column])).tolist():
        one = (int(photos[face[at]]), int(ranking.people[face[at], column[at]]))
        if chosen[face[at]] < 0 and one not in used:
            chosen[face[at]] = column[at]
            used.add(one)
    return chosen


def identities(vectors: Vectors, labels: NDArray[np.int32]) -> Vectors:
    """One unit vector for each group and each face alone, to be the background of a Recogniser."""
    check_unit_rows(vectors)
    groups = int(labels.max(initial=-1)) + 1
    sums = np.zeros((groups, vectors.shape[1]), np.float32)
    np.add.at(sums, labels[labels >= 0], vectors[labels >= 0])
    return _unit(np.concatenate([sums, vectors[labels < 0]]))


def _looks(vectors: Vectors, grades: NDArray[np.int8], scale: RecognitionScale) -> tuple[Vectors, NDArray[np.float32]]:
    """The looks of one person's examples, and what is taken from the likeness to each.

    Poor examples are left out, unless there are no others.
    """
    used = (grades < POOR) | (grades.min(initial=POOR) == POOR)
    vectors, grades, numbers = vectors[used], grades[used], np.arange(np.count_nonzero(used))
    faces = Faces(vectors, numbers, grades, np.ones(len(numbers), bool), numbers)
    work = Agglomeration(faces, Conflicts({}, {}, {}), Heights(scale.look))
    near = nearest(vectors, floor=scale.look)
    row, column = np.nonzero(near.indices >= 0)
    work.run(work.connect(row, near.indices[row, column].astype(np.int64)))
    centres = work.centres()
    handicap = scale.firm * (1 - 1 / centres.size) + scale.weak * (centres.grade > STRONG)
    return _unit(centres.sums), handicap.astype(np.float32)


def _stacked(looks: Sequence[tuple[Vectors, NDArray[np.float32]]], dimensions: int) -> _Looks:
    """The looks of people 0, 1, ... in one."""
    nothing = np.empty((0, dimensions), np.float32)
    return _Looks(
        np.concatenate([nothing, *(vectors for vectors, _ in looks)]),
        np.repeat(np.arange(len(looks)), [len(vectors) for vectors, _ in looks]),
        np.concatenate([np.empty(0, np.float32), *(handicap for _, handicap in looks)]),
    )


def _raised(vectors: Vectors, strangers: Vectors, scale: RecognitionScale) -> NDArray[np.float32]:
    """(n,) by how much each resembles the strangers more than faces commonly do; never below 0.

    The mean of the most alike tenth of the strangers counts. Those so alike that they may be the
    same person are left out: they tell nothing about others.
    """
    tenth = max(1, round(len(strangers) / 10))
    raised = np.empty(len(vectors), np.float32)
    for start in range(0, len(vectors), _BLOCK):
        likeness = vectors[start : start + _BLOCK] @ strangers.T
        likeness[likeness > scale.look] = -np.inf
        top = np.partition(likeness, len(strangers) - tenth, axis=1)[:, -tenth:] if len(strangers) else likeness
        counted = np.isfinite(top)
        total = np.where(counted, top, 0).sum(1) + _DOUBT * scale.common
        raised[start : start + _BLOCK] = np.maximum(0, total / (counted.sum(1) + _DOUBT) - scale.common)
    return raised


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
