from collections.abc import Iterator
from pathlib import Path

import pytest

from photoscribe.stores.sqlite import SqliteLibrary


@pytest.fixture
def library(tmp_path: Path) -> Iterator[SqliteLibrary]:
    library = SqliteLibrary(tmp_path / "library")
    yield library
    library.close()
