"""tags and its commands, in this process on a library of made-up rows."""

import json
from pathlib import Path
from typing import Any

import pytest

from photoscribe.app.library import ScanResult
from photoscribe.app.ports import SeenFile
from photoscribe.cli.main import run
from photoscribe.stores.sqlite import SqliteLibrary


class Terminal:
    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._library, self._capsys = folder / "library", capsys

    def run(self, *words: str, expect: int = 0) -> str:
        assert run(["--library", str(self._library), *words]) == expect
        return self._capsys.readouterr().out

    def json(self, *words: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run(*words, "--json").splitlines()]


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """Two photos in a folder that exists, one elsewhere."""
    (tmp_path / "sea").mkdir()
    library = SqliteLibrary(tmp_path / "library")
    paths = [tmp_path / "sea" / "1.jpg", tmp_path / "sea" / "2.jpg", tmp_path / "3.jpg"]
    paths[0].touch()
    seen = tuple(SeenFile(path, i, i, "image") for i, path in enumerate(paths))
    library.catalogue.apply(ScanResult(roots=(tmp_path,), new=seen))
    library.close()
    return Terminal(tmp_path, capsys)


def test_a_folder_or_a_query_is_tagged_and_listed(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal.json("tags", "add", "Places/Sea", str(tmp_path / "sea")) == [{"change": 1, "photos": 2, "faces": 0}]
    assert terminal.json("tags", "add", "Old", "path:3.jpg", "-path:sea")[0]["photos"] == 1
    assert terminal.json("tags", "add", "One", str(tmp_path / "sea" / "1.jpg"))[0]["photos"] == 1
    assert terminal.json("tags") == [
        {"tag": "Old", "photos": 1, "suggested": 0},
        {"tag": "One", "photos": 1, "suggested": 0},
        {"tag": "Places", "photos": 2, "suggested": 0},
        {"tag": "Places/Sea", "photos": 2, "suggested": 0},
    ]
    assert "Places/Sea" in terminal.run("tags")


def test_a_tag_is_removed_confirmed_rejected_and_undone(terminal: Terminal) -> None:
    terminal.run("tags", "add", "x", "path:jpg")
    assert terminal.json("tags", "remove", "X", "path:3.jpg")[0]["photos"] == 1
    assert terminal.json("tags", "confirm", "x", "path:jpg") == [{"change": None, "photos": 0, "faces": 0}]
    assert terminal.json("tags", "reject", "x", "path:jpg")[0]["photos"] == 2
    assert terminal.json("tags") == []
    terminal.run("undo")
    assert terminal.json("tags")[0]["photos"] == 2


def test_a_dry_run_counts_only(terminal: Terminal) -> None:
    assert terminal.json("tags", "add", "x", "path:jpg", "--dry-run") == [{"change": None, "photos": 3, "faces": 0}]
    assert terminal.json("tags") == []


def test_without_photos_or_a_tag_it_is_a_usage_error(terminal: Terminal) -> None:
    terminal.run("tags", "add", "x", expect=2)
    terminal.run("tags", "add", "/", "path:jpg", expect=2)
    terminal.run("tags", "add", "x", "foo:bar", expect=2)
