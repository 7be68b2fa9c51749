"""The log: a file on this machine, and the terminal with -v."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from photoscribe.cli import logs


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root, raising = logging.getLogger("photoscribe"), logging.raiseExceptions
    before = list(root.handlers), root.level
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level, logging.raiseExceptions = before[0], before[1], raising


def test_the_file_gets_what_happened_and_the_person_hears_nothing(tmp_path: Path) -> None:
    heard: list[str] = []
    path = logs.start(0, heard.append, tmp_path / "new")
    logging.getLogger("photoscribe.app.indexing").info("indexed %d photos, caf\udce9", 3)
    assert path is not None
    assert "indexed 3 photos, caf\\udce9" in path.read_text(encoding="utf-8")
    assert not heard


@pytest.mark.parametrize(("verbosity", "levels"), [(0, []), (1, ["INFO"]), (2, ["INFO", "DEBUG"])])
def test_verbose_says_it_too(tmp_path: Path, verbosity: int, levels: list[str]) -> None:
    heard: list[str] = []
    logs.start(verbosity, heard.append, tmp_path)
    logging.getLogger("photoscribe.x").info("one")
    logging.getLogger("photoscribe.x").debug("two")
    assert [line.split()[0] for line in heard] == levels


def test_starting_twice_says_things_once(tmp_path: Path) -> None:
    heard: list[str] = []
    logs.start(1, heard.append, tmp_path)
    logs.start(1, heard.append, tmp_path)
    logging.getLogger("photoscribe").info("one")
    assert len(heard) == 1


def test_a_log_that_cannot_be_written_does_not_stop_the_work(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert logs.start(0, print, tmp_path / "file") is None
    logging.getLogger("photoscribe").warning("goes on")
