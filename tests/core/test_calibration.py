"""Thresholds are there for every model, and strict where nothing is known."""

import pytest

from photoscribe.core.calibration import CALIBRATIONS, Calibration, calibration_of

ALL = [*CALIBRATIONS.values(), calibration_of("never measured")]


def test_a_model_that_was_never_measured_is_treated_more_strictly_than_any_that_was() -> None:
    strict = calibration_of("never measured")
    for model, measured in CALIBRATIONS.items():
        assert calibration_of(model) is measured
        for alike in (0, 0.5, 1):
            assert strict.grouping.threshold(alike) > measured.grouping.threshold(alike)
        even_odds = [-one.recognition.offset / one.recognition.slope for one in (strict, measured)]
        assert even_odds[0] > even_odds[1]
        assert strict.recognition.suggest > measured.recognition.suggest


@pytest.mark.parametrize("one", ALL)
def test_thresholds_are_in_their_ranges(one: Calibration) -> None:
    assert 0 <= one.grouping.weak <= one.grouping.both_weak
    assert 0.5 <= one.recognition.suggest < 1
    assert 0 < one.recognition.known < 1
    assert one.grouping.default <= one.recognition.look
