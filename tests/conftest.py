"""Fixtures that every suite shares: where the test photos and the weights are."""

import os
from collections.abc import Generator
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from photoscribe.config import default_library, settings
from photoscribe.core.errors import Unavailable
from photoscribe.vision.manifest import SFACE, YUNET
from photoscribe.vision.weights import WeightStore

# A machine may be busy; how long an example takes is no promise.
hypothesis.settings.register_profile("photoscribe", deadline=None)
hypothesis.settings.load_profile("photoscribe")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real test photos; the test is skipped by name where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"no test photos at {SHARED}")
    return SHARED


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test marked `models` is skipped by name where the weights cannot be had."""
    if item.get_closest_marker("models") and (problem := _no_weights()):
        pytest.skip(problem)


@cache
def _no_weights() -> str:
    """Why the default weights are not here, after an attempt to fetch them; "" when they are."""
    try:
        WeightStore(settings(default_library(), os.environ).models).paths([YUNET, SFACE])
    except Unavailable as error:
        return f"no model weights: {error}"
    return ""


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """Workers report in UTF-8, which has no place for the names of files that are not: they would end the run."""
    return _encodable((yield))


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_encodable(name): _encodable(one) for name, one in value.items()}
    return type(value)(_encodable(one) for one in value) if isinstance(value, list | tuple) else value
