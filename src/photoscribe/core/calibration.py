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


# All figures: 3,299 faces of 1,106 people (LFW deep-funneled, test data of this project), YuNet's closer look,
# 2026-11-20, by benchmarks/grouping.py and benchmarks/recognition.py, which choose again with --calibrate. Real
# libraries hold relatives, children and more people than these: where the figures left a choice, the stricter value
# stands.
#
# Grouping. `default`: the loosest that keeps a precision of 0.998 and pulls at most 1 in 200 strangers into a
# group, chosen on half of the people, measured on the other half, 20 times: F 0.991 there; then raised until two
# brothers in the data (mean cosine 0.436) stay two. `small`, `crowd`: of the strangers among 100,000 made-up faces
# 7.9 % are pulled without `crowd`, 0.8 % with it, and F goes from 0.993 to 0.995. `weak`, `both_weak`: with 2 in 5
# faces of 17 px, pulled strangers go from 1.2 to 0.2 %.
#
# Recognition. `slope`, `offset`: fitted to galleries of 155 people with 1, 2, 3 and 5 examples, without a
# background, strangers and known faces weighing alike (`known`). `firm`: makes even odds the same cosine whatever
# the number of examples (0.337 to 0.378 without). `common`: measured over all people. `suggest`: over 5 folds of
# people, 1 to 5 examples, with and without a background, at most 1 % of strangers are named, and 3 % in the worst
# group of people.
CALIBRATIONS = {
    # Grouping: precision 0.9997, F 0.991, 0.5 % of strangers pulled; the rule chose 0.36 to 0.47. Recognition: 0.33 %
    # of strangers named (worst group 1.3 %); from 1 and 5 examples 96.5 % and 99.1 % recalled; expected calibration
    # error 0.002 to 0.008.
    "sface-2021dec": Calibration(
        GroupingScale(loosest=0.35, default=0.44, strictest=0.62, small=0.02, crowd=0.013, weak=0.01, both_weak=0.06),
        RecognitionScale(
            look=0.45, firm=0.04, weak=0.03, common=0.264, slope=58.6, offset=-21.7, known=0.5, suggest=0.7
        ),
    ),
    # Grouping: precision 1, F 0.996, nobody pulled. Recognition: 0.1 % (worst group 0.9 %); 97.8 % and 99.9 %.
    "edgeface-s": Calibration(
        GroupingScale(loosest=0.39, default=0.46, strictest=0.66, small=0.02, crowd=0.013, weak=0.01, both_weak=0.06),
        RecognitionScale(
            look=0.48, firm=0.04, weak=0.03, common=0.198, slope=50.9, offset=-18.7, known=0.5, suggest=0.8
        ),
    ),
    # Grouping: precision 1, F 0.995, nobody pulled. Recognition: 0.15 % (worst group 0.4 %); 97.6 % and 99.7 %.
    "w600k-mbf": Calibration(
        GroupingScale(loosest=0.24, default=0.32, strictest=0.5, small=0.02, crowd=0.013, weak=0.01, both_weak=0.06),
        RecognitionScale(
            look=0.35, firm=0.04, weak=0.03, common=0.13, slope=58.3, offset=-14.3, known=0.5, suggest=0.7
        ),
    ),
}

# Stricter than any of the measured models needs; even odds at a cosine of 0.5.
_UNMEASURED = Calibration(
    GroupingScale(loosest=0.45, default=0.55, strictest=0.75, small=0.03, crowd=0.013, weak=0.02, both_weak=0.1),
    RecognitionScale(look=0.55, firm=0.04, weak=0.05, common=0.2, slope=40, offset=-20, known=0.5, suggest=0.9),
)
