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


CALIBRATIONS = {
    "sface-2021dec": Calibration(
        GroupingScale(loosest=0.33, default=0.41, strictest=0.6, small=0.03, crowd=0.013, weak=0.02, both_weak=0.1),
        RecognitionScale(
            look=0.45, firm=0.04, weak=0.03, common=0.245, slope=57.8, offset=-20.36, known=0.5, suggest=0.8
        ),
    ),
}
