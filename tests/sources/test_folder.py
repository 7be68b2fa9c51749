"""Walking folders: what is looked into, what is left out, and what is said about it."""

import os
from pathlib import Path

import pytest

from photoscribe.app.ports import SeenFile, Skipped
from tests.app.test_indexing import source


def walk(root: Path) -> tuple[list[str], list[Skipped]]:
    skipped: list[Skipped] = []
    return [str(one.path.relative_to(root)) for one in source().walk(root, skipped)], skipped


def fill(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("picture")


def test_system_and_hidden_folders_are_left_out(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg", "@eaDir/b.jpg", ".hidden/c.jpg", ".d.jpg", "$RECYCLE.BIN/e.jpg", "Thumbs.db", "sub/f.jpg")
    fill(tmp_path, "private/g.jpg", "private/.nomedia", "private/deeper/h.jpg")
    assert walk(tmp_path) == (["a.jpg", "sub/f.jpg"], [])


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg", "sub/b.jpg")
    (tmp_path / "sub" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere.jpg")
    names, skipped = walk(tmp_path)
    assert names == ["a.jpg", "sub/b.jpg"]
    assert {one.path.name: one.failed for one in skipped} == {"self": True, "gone.jpg": False}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_named_with_the_remedy(tmp_path: Path) -> None:
    fill(tmp_path, "closed/a.jpg")
    (tmp_path / "closed").chmod(0)
    names, skipped = walk(tmp_path)
    (tmp_path / "closed").chmod(0o700)
    assert (names, [one.reason for one in skipped]) == (
        [],
        ["may not be read. Give yourself permission to read it and index again"],
    )


def test_a_name_that_is_not_utf8_is_found(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"bad-\xff.jpg")).write_text("picture")
    assert [os.fsencode(name) for name in walk(tmp_path)[0]] == [b"bad-\xff.jpg"]


def test_special_files_are_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert walk(tmp_path) == ([], [])


def test_a_file_looked_at_again_has_its_new_sidecar(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg")
    (seen,) = source().walk(tmp_path, [])
    fill(tmp_path, "a.jpg.xmp")
    again = source().look_again(seen, tmp_path / "a.jpg.xmp")
    assert again is not None
    assert [path.name for path, *_ in again.sidecars] == ["a.jpg.xmp"]
    (tmp_path / "a.jpg.xmp").unlink()
    once_more = source().look_again(again, tmp_path / "a.jpg.xmp")
    assert once_more == SeenFile(seen.path, seen.size_bytes, seen.mtime_ns, "image")
    seen.path.unlink()
    assert source().look_again(seen, seen.path) is None


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    answer = source().recognise(SeenFile(tmp_path / "nowhere", 1, 1, None))
    assert isinstance(answer, Skipped)
