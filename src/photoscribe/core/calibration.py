"""Thresholds of the models that compare faces: data, error rate and date beside every number."""

import math
from dataclasses import dataclass

_SMALL_LIBRARY = 3000  # faces, about as many as the scales were measured on


@dataclass(frozen=True, slots=True)
class GroupingScale:
    """How alike (mean cosine) two groups must be to merge.

    loosest, default, strictest: at alike 0, 0.5 and 1, for large groups. small: added for 1 / faces of
    either side, so that two single faces must be 2 * small more alike; crowd: added to small for every
    tenfold of 3,000 faces, as among more people more pairs look alike by chance. weak: added where one side
    has weak faces only, both_weak: where both have.
    """

    loosest: float
    default: float
    strictest: float
    small: float
    crowd: float
    weak: float
    both_weak: float

    def __post_init__(self) -> None:
        if not -1 < self.loosest < self.default < self.strictest <= 1:
            raise ValueError(f"not a scale from loose to strict: {self}")

    def threshold(self, alike: float) -> float:
        """The mean cosine for a setting of 0 (loosest) to 1 (strictest), linear on either side of 0.5."""
        if not 0 <= alike <= 1:
            raise ValueError(f"not between 0 and 1: {alike}")
        if alike < 0.5:
            return self.loosest + (self.default - self.loosest) * alike * 2
        return self.default + (self.strictest - self.default) * (alike * 2 - 1)

    def small_among(self, faces: int) -> float:
        """`small` for a library of so many faces."""
        return self.small + self.crowd * max(0.0, math.log10(max(1, faces) / _SMALL_LIBRARY))


@dataclass(frozen=True, slots=True)
class RecognitionScale:
    """How a cosine between a face and a person's look becomes a probability.

    look: examples with a mean cosine of at least this are one look. firm: taken from the cosine to a look of
    many examples, of which the mean is free of noise and so closer to everybody. weak: taken from the cosine
    to a look of weak examples only. common: mean cosine
    of a face to the most alike tenth of strangers. slope, offset: natural logarithm of the likelihood ratio
    = slope * cosine + offset. known: the share of unnamed faces that are taken to be of named people.
    suggest: the least probability with which a name is suggested.
    """

    look: float
    firm: float
    weak: float
    common: float
    slope: float
    offset: float
    known: float
    suggest: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """All thresholds of one embedder."""

    grouping: GroupingScale
    recognition: RecognitionScale


def calibration_of(model: str) -> Calibration:
    """The thresholds of a model; for one that was never measured, thresholds so strict that it does little harm."""
    return CALIBRATIONS.get(model, _UNMEASURED)


# All figures: 3,299 faces of 1,106 people (LFW deep-funneled, test data of this project), 2026-11-20, by
# benchmarks/grouping.py and benchmarks/recognition.py, which choose again with --calibrate. Real libraries hold
# relatives, children and more people than these: where the figures left a choice, the stricter value stands.
#
# Grouping: `default` was chosen on half of the people, 20 times, as the loosest that keeps a precision of 0.998 and
# pulls at most 1 in 200 strangers into a group, and measured on the other half. `small` against 0: as good an F with
# half as many strangers pulled. `crowd`: on 100,000 made-up faces without it 9 % of the strangers are pulled, with it
# 1 %, and F is higher. `weak`, `both_weak`: with 2 in 5 faces of 16 px, strangers pulled fall from 2 in 400 to none.
#
# Recognition: `slope` and `offset` were fitted on galleries of 155 people with 1, 2, 3 and 5 examples, without a
# background, strangers and known faces weighing alike (`known`); in tests over 5 folds of the people. `suggest`: at 0.7
# strangers are named in at most 0.33 % of cases (0.73 % in the worst group of people, over all numbers of examples,
# with and without background) against 1 % and 3 % allowed.
CALIBRATIONS = {
    # Grouping: precision 0.999, F 0.989, no stranger in 400 pulled; chosen between 0.37 and 0.41. Recognition from 5
    # examples: 0.1 % of strangers named, 99 % of known faces recalled; expected calibration error 0.002 to 0.014.
    "sface-2021dec": Calibration(
        GroupingScale(loosest=0.33, default=0.41, strictest=0.6, small=0.03, crowd=0.013, weak=0.01, both_weak=0.06),
        RecognitionScale(
            look=0.45, firm=0.04, weak=0.03, common=0.245, slope=54.5, offset=-19.0, known=0.5, suggest=0.7
        ),
    ),
    # Grouping: precision 0.999, F 0.996; chosen between 0.37 and 0.47. Recognition from 5: 0.1 %, 99.7 %.
    "edgeface-s": Calibration(
        GroupingScale(loosest=0.33, default=0.42, strictest=0.65, small=0.03, crowd=0.013, weak=0.01, both_weak=0.06),
        RecognitionScale(
            look=0.48, firm=0.04, weak=0.03, common=0.195, slope=43.3, offset=-14.65, known=0.5, suggest=0.7
        ),
    ),
    # Grouping: precision 1.000, F 0.995; chosen between 0.26 and 0.30. Recognition from 5: 0.1 %, 99.6 %.
    "w600k-mbf": Calibration(
        GroupingScale(loosest=0.2, default=0.3, strictest=0.5, small=0.025, crowd=0.013, weak=0.01, both_weak=0.06),
        RecognitionScale(
            look=0.35, firm=0.04, weak=0.03, common=0.117, slope=61.5, offset=-14.45, known=0.5, suggest=0.7
        ),
    ),
}

# Stricter than any of the measured models needs; even odds at a cosine of 0.5.
_UNMEASURED = Calibration(
    GroupingScale(loosest=0.42, default=0.55, strictest=0.75, small=0.03, crowd=0.013, weak=0.02, both_weak=0.1),
    RecognitionScale(look=0.55, firm=0.04, weak=0.05, common=0.2, slope=40, offset=-20, known=0.5, suggest=0.8),
)
