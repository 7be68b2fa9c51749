"""Open-set trials on the labelled faces: some photos of some people are named, the rest are to be told apart."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from labelled_faces import FacesAndLabels, Ids, Vectors
from photoscribe.core.agglomeration import STRONG
from photoscribe.core.calibration import Calibration, RecognitionScale
from photoscribe.core.clustering import Known, group
from photoscribe.core.neighbours import nearest
from photoscribe.core.recognition import PersonExamples, Recogniser, identities

EXAMPLES = (1, 2, 3, 5)
DRAWS = 2
_ENOUGH = 6  # photos of a person: five to be named and one to find
_FOLDS = 5

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Trial:
    """One drawing of named photos. gallery: their rows, by person. probes: the rows to recognise.

    truth: (n,) number of the probe's person in the gallery, -1 for a stranger.
    """

    gallery: list[Ids]
    probes: Ids
    truth: Ids

    def within(self, rows: Mask) -> "Trial":
        """The same with some of the probes only."""
        inside = rows[self.probes]
        return replace(self, probes=self.probes[inside], truth=self.truth[inside])


@dataclass(frozen=True, slots=True)
class Outcome:
    """Probes as columns: the probability of the best person, whether that one is right, and whose face it was.

    excluded: the best probability when the right person is not in the gallery, so that it should be nobody;
    NaN for strangers.
    """

    probability: NDArray[np.float64]
    right: Mask
    known: Mask
    group: NDArray[np.str_]
    excluded: NDArray[np.float64]


def draw(faces: FacesAndLabels, examples: int, seed: int, people: Mask) -> Trial:
    """Names `examples` photos of each of these people who has enough.

    Probes are what these have beyond five, and all photos of the others.
    """
    random = np.random.default_rng(seed)
    gallery: list[Ids] = []
    probes, truth = [], []
    for person in np.flatnonzero(people):
        rows = random.permutation(np.flatnonzero(faces.who == person))
        named = len(rows) >= _ENOUGH
        found = rows[max(EXAMPLES) :] if named else rows
        probes.append(found)
        truth.append(np.full(len(found), len(gallery) if named else -1))
        if named:
            gallery.append(rows[:examples])
    return Trial(gallery, np.concatenate(probes), np.concatenate(truth))


def taught(faces: FacesAndLabels, gallery: list[Ids], background: Vectors, scale: RecognitionScale) -> Recogniser:
    none = background[:0]
    examples = [
        PersonExamples(str(number), faces.vectors[rows], np.full(len(rows), STRONG, np.int8), none)
        for number, rows in enumerate(gallery)
    ]
    return Recogniser.fit(examples, background, scale)


def background_of(vectors: Vectors, model: Calibration) -> Vectors:
    """What a library has: one vector for every group of its unnamed faces and every face alone."""
    known = Known.of_photos(np.arange(len(vectors)))
    return identities(vectors, group(vectors, nearest(vectors), known, scale=model.grouping))


def fit(faces: FacesAndLabels, people: Mask, scale: RecognitionScale, draws: int = DRAWS) -> RecognitionScale:
    """The scale with the slope and offset under which what these people's probes turned out to be was likeliest.

    Fitted without a background, so that one only ever raises the bar. Strangers and known faces weigh alike.
    """
    scale, samples = replace(scale, common=_common(faces.only(people[faces.who]))), []
    for examples in EXAMPLES:
        for seed in range(draws):
            trial = draw(faces, examples, seed, people)
            likeness = taught(faces, trial.gallery, faces.vectors[:0], scale).likeness(faces.vectors[trial.probes])
            samples.append((likeness.astype(np.float64), trial.truth))

    def surprise(parameters: NDArray[np.float64]) -> float:
        return float(np.mean([_surprise(parameters, likeness, truth, scale.known) for likeness, truth in samples]))

    slope, offset = minimize(surprise, [scale.slope, scale.offset], method="Nelder-Mead").x
    return replace(scale, slope=float(slope), offset=float(offset))


def _common(faces: FacesAndLabels) -> float:
    """The mean cosine of a person to the tenth of the others who are most alike."""
    people = identities(faces.vectors, faces.who.astype(np.int32))
    likeness = people @ people.T
    np.fill_diagonal(likeness, -1)
    return float(np.sort(likeness, axis=1)[:, -(len(people) // 10) :].mean())


def _surprise(parameters: NDArray[np.float64], likeness: NDArray[np.float64], truth: Ids, known: float) -> float:
    """Mean negative logarithm of the probability that was given to the truth."""
    ratio = np.clip(parameters[0] * likeness + parameters[1], -50, 50)
    share = known / likeness.shape[1]
    total = np.log(1 - known + share * np.exp(ratio).sum(1))
    theirs = truth >= 0
    right = np.log(share) + ratio[theirs, truth[theirs]] - total[theirs]
    return float(-known * right.mean() - (1 - known) * (np.log(1 - known) - total[~theirs]).mean())


def folds(faces: FacesAndLabels) -> Iterator[Mask]:
    """Of the people: who is measured on; the others are fitted on."""
    number = np.random.default_rng(1).integers(0, _FOLDS, faces.who.max() + 1)
    return (number == one for one in range(_FOLDS))


@dataclass(frozen=True, slots=True)
class Bench:
    """Recognisers of each fold's people, fitted on the other folds'."""

    faces: FacesAndLabels
    model: Calibration
    scales: tuple[RecognitionScale, ...]

    @classmethod
    def fitted(cls, faces: FacesAndLabels, model: Calibration) -> "Bench":
        return cls(faces, model, tuple(fit(faces, ~fold, model.recognition) for fold in folds(faces)))

    def outcome(self, examples: int, *, probes: Vectors, background: bool = True) -> Outcome:
        """All folds' people, everybody being in the gallery. probes: the faces' vectors to recognise, in their rows."""
        everybody, parts = np.ones(self.faces.who.max() + 1, bool), []
        for seed in range(10, 10 + DRAWS):
            trial = draw(self.faces, examples, seed, everybody).within(~np.isnan(probes[:, 0]))
            strangers = background_of(probes[trial.probes], self.model) if background else probes[:0]
            for fold, scale in zip(folds(self.faces), self.scales, strict=True):
                made = taught(self.faces, trial.gallery, strangers, scale)
                parts.append(self._outcome(made, trial.within(fold[self.faces.who]), probes))
        columns = ("probability", "right", "known", "group", "excluded")
        return Outcome(*(np.concatenate([getattr(part, column) for part in parts]) for column in columns))

    def _outcome(self, made: Recogniser, trial: Trial, probes: Vectors) -> Outcome:
        vectors, known = probes[trial.probes], trial.truth >= 0
        ranking = made.rank(vectors, forbidden=np.empty((0, 2), np.int64), most=1)
        themselves = np.stack([np.flatnonzero(known), trial.truth[known]], axis=1)
        without = made.rank(vectors, forbidden=themselves, most=1).probability[:, 0]
        right = (ranking.people[:, 0] == trial.truth) & known
        excluded = np.where(known, without, np.nan).astype(np.float64)
        return Outcome(
            ranking.probability[:, 0].astype(np.float64), right, known, self.faces.group[trial.probes], excluded
        )
