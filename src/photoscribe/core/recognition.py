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
_SETS = 256  # sets of faces ranked at a time
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

    def replaced(self, number: int, vectors: Vectors, handicap: NDArray[np.float32]) -> "_Looks":
        """These vectors as all that belongs to one number."""
        kept = self.owner != number
        owner = np.concatenate([self.owner[kept], np.full(len(vectors), number)])
        order = np.argsort(owner, kind="stable")
        return _Looks(
            np.concatenate([self.vectors[kept], vectors])[order],
            owner[order],
            np.concatenate([self.handicap[kept], handicap])[order],
        )


@dataclass(frozen=True, slots=True)
class PersonLooks:
    """What was learnt of one person, whoever else there is: her looks and what she is not, with handicaps."""

    person: str
    shown: tuple[Vectors, NDArray[np.float32]]
    refused: tuple[Vectors, NDArray[np.float32]]

    @classmethod
    def of(cls, examples: PersonExamples, scale: RecognitionScale) -> "PersonLooks":
        strong = np.full(len(examples.rejected), STRONG, np.int8)
        shown = _looks(examples.vectors, examples.grades, scale)
        return cls(examples.person, shown, _looks(examples.rejected, strong, scale))


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
        return cls.of([PersonLooks.of(person, scale) for person in gallery], background, scale)

    @classmethod
    def of(cls, gallery: Sequence[PersonLooks], background: Vectors, scale: RecognitionScale) -> "Recogniser":
        """As `fit`, from what was learnt of each person before."""
        check_unit_rows(background)
        strangers = background[:: max(1, -(-len(background) // _MOST_STRANGERS))]
        looks = _stacked([person.shown for person in gallery], background.shape[1])
        looks = _Looks(looks.vectors, looks.owner, looks.handicap + _raised(looks.vectors, strangers, scale))
        refused = _stacked([person.refused for person in gallery], background.shape[1])
        return cls(tuple(person.person for person in gallery), looks, refused, strangers, scale)

    def taught(self, learnt: PersonLooks) -> "Recogniser":
        """With this person's looks in place of what was known of her; the others and the strangers stay."""
        known = learnt.person in self.people
        people = self.people if known else (*self.people, learnt.person)
        number = people.index(learnt.person)
        vectors, handicap = learnt.shown
        raised = handicap + _raised(vectors, self.strangers, self.scale)
        looks = self.looks.replaced(number, vectors, raised)
        return Recogniser(people, looks, self.rejected.replaced(number, *learnt.refused), self.strangers, self.scale)

    def with_groups(self, hearts: Vectors, sizes: NDArray[np.int64]) -> "Recogniser":
        """With groups of so many faces as further people without a name; a group has one look, its heart."""
        count = len(self.people)
        handicap = self.scale.firm * (1 - 1 / sizes) + _raised(hearts, self.strangers, self.scale)
        looks = _Looks(
            np.concatenate([self.looks.vectors, hearts]),
            np.concatenate([self.looks.owner, count + np.arange(len(hearts))]),
            np.concatenate([self.looks.handicap, handicap.astype(np.float32)]),
        )
        return Recogniser((*self.people, *("" for _ in hearts)), looks, self.rejected, self.strangers, self.scale)

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

    def rank_sets(
        self, vectors: Vectors, sets: NDArray[np.int64], *, forbidden: NDArray[np.int64], most: int
    ) -> Ranking:
        """The likeliest people of sets of faces that belong together: the mean over the faces of each.

        sets: (n,) the set of each face, from 0, rising, none empty. As a face's probability is calibrated, so is the
        mean: of the sets at 0.7, seven in ten faces are that person's.
        """
        check_unit_rows(vectors)
        first = np.flatnonzero(np.diff(sets, prepend=-1))
        total, most = len(first), min(most, len(self.people))
        people = np.full((total, most), -1, np.int32)
        probability, unknown = np.zeros((total, most), np.float32), np.ones(total, np.float32)
        for start in range(0, total, _SETS) if most else ():
            rows = slice(first[start], first[start + _SETS] if start + _SETS < total else len(vectors))
            inside = forbidden[(forbidden[:, 0] >= rows.start) & (forbidden[:, 0] < rows.stop)]
            posterior, nobody = self._posterior(vectors[rows], inside - (rows.start, 0))
            begins = first[start : start + _SETS] - rows.start
            sizes = np.diff(np.append(begins, rows.stop - rows.start))
            mean = np.add.reduceat(posterior, begins, axis=0) / sizes[:, None]
            order = np.argsort(-mean, axis=1, kind="stable")[:, :most]
            done = slice(start, start + _SETS)
            probability[done] = np.take_along_axis(mean, order, 1)
            people[done] = np.where(probability[done] > 0, order, -1)
            unknown[done] = np.add.reduceat(nobody, begins) / sizes
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
    work = Agglomeration(faces, Conflicts({}, {}, {}, {}), Heights(scale.look))
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
