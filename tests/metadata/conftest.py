"""ExifTool for tests that let it write or judge."""

from collections.abc import Iterator

import pytest

from photoscribe.media.fingerprint import content_hash, picture_hash
from photoscribe.metadata.exiftool import ExifTool
from photoscribe.metadata.writing import Writer


@pytest.fixture(scope="session")
def exiftool() -> Iterator[ExifTool]:
    """One ExifTool for all tests; they are skipped by name where it is not installed."""
    with ExifTool() as one:
        if one.available() is None:
            pytest.skip("no ExifTool is installed")
        yield one


@pytest.fixture(scope="session")
def writer() -> Iterator[Writer]:
    """A Writer with the hashes that the program uses, and its own ExifTool where one is installed."""
    with Writer(picture_hash=picture_hash, content_hash=content_hash, sync=False) as one:
        yield one
