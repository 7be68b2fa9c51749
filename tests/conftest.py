"""Fixtures that every suite shares: where the test photos and the weights are."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real test photos; the test is skipped by name where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"no test photos at {SHARED}")
    return SHARED
