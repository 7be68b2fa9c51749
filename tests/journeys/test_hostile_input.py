"""Broken, hostile and odd input: one clear sentence, the right exit code, nothing lost."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import Terminal

pytestmark = pytest.mark.models


@pytest.mark.shared
def test_every_hostile_file_is_indexed_or_listed_with_its_reason(terminal: Terminal, shared: Path) -> None:
    folder = shared / "metadata"
    report = terminal.one("index", folder, expect=3)
    problems = terminal.json("problems")
    assert all(row["error"] and "\n" not in row["error"] for row in problems)
    listed = {row["path"] for row in problems}
    indexed = {row["path"] for row in terminal.json("search")}
    hidden = {"LICENSE"}
    for path in folder.rglob("*"):
        known = str(path) in listed or str(path) in indexed or path.suffix.lower() == ".xmp"
        assert known or not path.is_file() or path.name in hidden or path.name.startswith("."), path
    assert report["failed"] == len({row["path"] for row in problems if row["step"] != "scan"})
    assert report["photos"] - report["failed"] > 500
    again = terminal.one("index", folder, expect=3)
    assert (again["unchanged"], again["new"], again["failed"]) == (report["photos"], 0, report["failed"])


@pytest.mark.shared
def test_names_that_are_not_utf8_and_loops_are_no_trouble(terminal: Terminal, shared: Path, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    photo = shared / "groups" / "human-samples-group-6.jpg"
    odd = os.fsencode(folder) + b"/bad-\xff\n.jpg"
    shutil.copy(photo, os.fsdecode(odd))
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "empty.jpg").touch()
    report = terminal.one("index", folder, expect=3)
    assert (report["photos"], report["failed"]) == (2, 1)
    assert terminal.run("search", "is:unknown", "-0").stdout == odd + b"\0"
    (problem,) = terminal.json("problems")
    assert "empty" in problem["error"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1.5 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1536k", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this system lets nobody but root mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.shared
def test_a_disk_that_fills_up_while_indexing_loses_nothing(
    terminal: Terminal, shared: Path, small_disk: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number, path in enumerate(sorted((shared / "faces").glob("*/*.jpg"))[:120]):
        shutil.copy(path, folder / f"{number}.jpg")
    terminal.library = small_disk / "library"
    done = terminal.run("index", folder, expect=1)
    assert b"full" in done.stderr
    subprocess.run(["mount", "-o", "remount,size=100m", small_disk], check=True)
    report = terminal.one("index", folder)
    assert (report["photos"], report["failed"]) == (120, 0)
    assert terminal.one("status")["pending"] == 0


def test_a_library_that_another_process_holds_is_said(terminal: Terminal) -> None:
    terminal.run("status")
    other = sqlite3.connect(terminal.library / "photoscribe.db")
    other.execute("begin exclusive")
    done = terminal.run("people", "rename", "A", "B", expect=2)
    assert b"no such person" in done.stderr  # readers go on
    other.rollback()
    other.close()


def test_a_folder_that_is_not_there_is_a_usage_error(terminal: Terminal, tmp_path: Path) -> None:
    done = terminal.run("index", tmp_path / "nowhere", expect=2)
    assert b"no such file or folder" in done.stderr
    assert terminal.run("index", expect=2).stderr.startswith(b"the library is empty")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["people", "name", "banana", "Ann"], b"neither a face nor a group"),
        (["people", "name", "3"], b"say which group or face"),
        (["people", "name", "f9", "Ann"], b"no such face: f9"),
        (["people", "groups", "--alike", "7"], b"--alike"),
        (["faces", "colour:red"], b"no such query field: colour"),
        (["undo"], b"nothing to undo"),
        (["info", "/nowhere.jpg"], b"not in the library"),
        (["models", "use", "nosuch"], b"no such model"),
        (["models", "use", "edgeface"], b"--yes"),
        (["models", "install", "/etc/hostname"], b"none of the models known here"),
        (["indx"], b"no such command or folder: indx. Try: photoscribe index"),
    ],
)
def test_a_wrong_word_is_answered_with_the_remedy(terminal: Terminal, words: list[str], message: bytes) -> None:
    assert message in terminal.run(*words, expect=2).stderr
