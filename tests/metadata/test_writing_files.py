"""What surrounds the bytes of a photo: permissions, times, links, folders, disks that fill up."""

import errno
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from photoscribe.core.edits import Edit
from photoscribe.core.errors import Unavailable, WriteRefused
from photoscribe.core.facts import Region
from photoscribe.media.fingerprint import content_hash, picture_hash
from photoscribe.metadata import replacing
from photoscribe.metadata.writing import Writer
from tests.metadata.samples import jpeg, written
from tests.metadata.written_photos import ANN, HERE, NAME_ANN, names_in, plan, read, undo, write

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0
LONG_AGO = 1_000_000_000_000_000_000


def test_permissions_and_times_are_kept(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    path.chmod(0o640)
    os.utime(path, ns=(LONG_AGO, LONG_AGO + 123_456_789))
    write(writer, path)
    after = path.stat()
    assert after.st_mode & 0o777 == 0o640
    assert after.st_mtime_ns == LONG_AGO + 123_456_789


def test_times_move_on_when_that_is_chosen(tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    os.utime(path, ns=(LONG_AGO, LONG_AGO))
    with Writer(picture_hash=picture_hash, content_hash=content_hash, keep_times=False) as fresh:
        write(fresh, path)
    assert path.stat().st_mtime_ns > LONG_AGO + 10**9


def test_a_written_photo_never_has_the_size_and_the_time_that_it_had(writer: Writer, tmp_path: Path) -> None:
    """A backup that compares those two would otherwise miss a name that is as long as the one before."""
    path = written(tmp_path, jpeg())
    write(writer, path)
    os.utime(path, ns=(LONG_AGO, LONG_AGO))
    for name in ("Bob", "Joe", "Eve", "Max"):
        before = path.stat()
        (old,) = read(path).regions
        write(writer, path, Edit(name_regions=(Region(HERE, name),), drop_regions=(Region(HERE, old.name),)))
        after = path.stat()
        assert after.st_size != before.st_size
        assert after.st_mtime_ns == LONG_AGO


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="extended attributes are Linux only in Python")
def test_extended_attributes_are_kept(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    try:
        os.setxattr(path, "user.comment", b"from the attic")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    (prepared,) = write(writer, path)
    assert os.getxattr(path, "user.comment") == b"from the attic"
    undo(writer, prepared)
    assert os.getxattr(path, "user.comment") == b"from the attic"


@pytest.mark.skipif(not ROOT, reason="only root gives files away")
def test_the_owner_is_kept_where_that_is_possible(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    os.chown(path, 12345, 23456)
    write(writer, path)
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 23456)


def test_a_read_only_photo_gets_a_sidecar_and_the_reason(writer: Writer, tmp_path: Path) -> None:
    data = jpeg()
    path = written(tmp_path, data)
    path.chmod(0o444)
    planned = plan(writer, path)
    assert (planned.path.name, planned.note) == ("photo.jpg.xmp", "It is read-only.")
    write(writer, path)
    assert path.read_bytes() == data
    assert names_in(tmp_path) == ["photo.jpg", "photo.jpg.xmp"]


def test_a_photo_with_a_second_name_gets_a_sidecar_so_that_both_names_stay_one_file(
    writer: Writer, tmp_path: Path
) -> None:
    path = written(tmp_path, jpeg())
    os.link(path, tmp_path / "other.jpg")
    planned = plan(writer, path)
    assert planned.path.name == "photo.jpg.xmp"
    assert "hard link" in planned.note
    write(writer, path)
    assert path.samefile(tmp_path / "other.jpg")


def test_a_link_stays_a_link_and_the_photo_it_leads_to_is_written(writer: Writer, tmp_path: Path) -> None:
    (tmp_path / "album").mkdir()
    path = written(tmp_path, jpeg())
    link = tmp_path / "album" / "link.jpg"
    link.symlink_to(path)
    planned = plan(writer, link)
    assert planned.path == path.resolve()
    write(writer, link)
    assert link.is_symlink()
    assert plan(writer, path).changes == ()


def test_a_folder_that_cannot_be_written_is_refused_with_the_reason(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, jpeg())
    path.chmod(0o444)
    real = os.access
    monkeypatch.setattr(os, "access", lambda where, mode: Path(where) != tmp_path and real(where, mode))
    planned = plan(writer, path)
    assert planned.refusal == "It is read-only. Its folder is read-only too."
    with pytest.raises(WriteRefused, match="folder"):
        writer.prepare(planned)


def test_an_empty_photo_is_refused(writer: Writer, tmp_path: Path) -> None:
    with pytest.raises(WriteRefused, match="empty"):
        plan(writer, written(tmp_path, b""))


def test_a_broken_photo_is_not_made_worse(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg()[:100])
    assert plan(writer, path).path.suffix == ".xmp"
    write(writer, path)
    assert path.read_bytes() == jpeg()[:100]


def test_a_folder_is_no_photo(writer: Writer, tmp_path: Path) -> None:
    with pytest.raises((WriteRefused, Unavailable)):
        writer.plan(tmp_path, NAME_ANN, "file")


def test_a_name_as_long_as_the_disk_allows_still_gets_its_temporary_file(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg(), "é" * 125 + ".jpg")
    write(writer, path)
    assert plan(writer, path).changes == ()


def test_a_name_that_is_no_utf8_is_written_too(writer: Writer, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.jpg")
    try:
        path.write_bytes(jpeg())
    except OSError:
        pytest.skip("this file system takes UTF-8 alone")
    write(writer, path)
    assert plan(writer, path).changes == ()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_leaves_the_photo_as_it_was_and_says_what_to_do(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = written(tmp_path, jpeg())
    data = path.read_bytes()
    planned = plan(writer, path)

    def full(_descriptor: int, data: memoryview) -> int:
        raise OSError(number, os.strerror(number), len(data))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(Unavailable, match=r"the disk is full, so .* Free some space"):
        writer.prepare(planned)
    assert path.read_bytes() == data
    assert names_in(tmp_path) == ["photo.jpg"]


FULL_DISK = """
import os, resource, sys
from pathlib import Path
from photoscribe.core.errors import Unavailable
from photoscribe.media.fingerprint import content_hash, picture_hash
from photoscribe.metadata.writing import Writer
from tests.metadata.written_photos import NAME_ANN

path = Path(sys.argv[1])
with Writer(picture_hash=picture_hash, content_hash=content_hash) as writer:
    (planned,) = writer.plan(path, NAME_ANN, "file")
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size // 2, resource.RLIM_INFINITY))
    try:
        writer.prepare(planned)
    except Unavailable as error:
        print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits on the size of files are a thing of Unix")
def test_a_disk_that_fills_up_half_way_is_met_in_a_real_process(tmp_path: Path) -> None:
    path = written(tmp_path, jpeg((800, 600)))
    data = path.read_bytes()
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", FULL_DISK, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, check=True, timeout=60)
    assert "the disk is full" in done.stdout
    assert path.read_bytes() == data
    assert names_in(tmp_path) == ["photo.jpg"]


@pytest.mark.skipif(not ROOT or sys.platform != "linux", reason="only root mounts a small disk")
def test_a_small_disk_that_is_really_full(writer: Writer, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], check=False)
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        path = written(disk, jpeg((300, 200)))
        data = path.read_bytes()
        with suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
            while True:
                filler.write(b"x" * 512)
        with pytest.raises(Unavailable, match="the disk is full"):
            write(writer, path)
        assert path.read_bytes() == data
        assert names_in(disk) == ["filler", "photo.jpg"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


KILLED = """
import os, sys
from pathlib import Path
from photoscribe.media.fingerprint import content_hash, picture_hash
from photoscribe.metadata import replacing
from photoscribe.metadata.writing import Writer
from tests.metadata.written_photos import NAME_ANN

path, call, when = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
real, calls = getattr(os, call), []

def counted(*args, **kwargs):
    calls.append(1)
    if len(calls) == when:
        os.kill(os.getpid(), 9)
    return real(*args, **kwargs)

with Writer(picture_hash=picture_hash, content_hash=content_hash) as writer:
    (planned,) = writer.plan(path, NAME_ANN, "file")
    setattr(os, call, counted)
    writer.prepare(planned).commit()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are a thing of Unix")
@pytest.mark.parametrize(("call", "when"), [("write", 1), ("utime", 1), ("fsync", 1), ("replace", 1), ("fsync", 2)])
def test_a_photo_is_whole_whenever_the_process_is_killed(tmp_path: Path, call: str, when: int) -> None:
    path = written(tmp_path, jpeg((200, 100)))
    data = path.read_bytes()
    root = Path(__file__).resolve().parents[2]
    subprocess.run([sys.executable, "-c", KILLED, str(path), call, str(when)], cwd=root, check=False, timeout=60)
    with Writer(picture_hash=picture_hash, content_hash=content_hash) as fresh:
        assert path.read_bytes() == data or plan(fresh, path).changes == ()
        write(fresh, path)
        assert plan(fresh, path).changes == ()
    assert names_in(tmp_path) == ["photo.jpg"]


def test_a_disk_that_loses_what_is_written_is_noticed(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, jpeg())
    planned = plan(writer, path)
    real = os.write
    monkeypatch.setattr(os, "write", lambda to, data: real(to, bytes(len(data))))
    with pytest.raises(Unavailable, match="does not keep"):
        writer.prepare(planned)
    assert names_in(tmp_path) == ["photo.jpg"]


def test_a_sidecar_that_appears_meanwhile_is_not_overwritten(writer: Writer, tmp_path: Path) -> None:
    path = written(tmp_path, jpeg())
    (planned,) = writer.plan(path, Edit(name_regions=(ANN,)), "sidecar")
    prepared = writer.prepare(planned)
    (tmp_path / "photo.jpg.xmp").write_bytes(b"another program's")
    with pytest.raises(Unavailable, match="changed while"):
        prepared.commit()
    assert (tmp_path / "photo.jpg.xmp").read_bytes() == b"another program's"
    assert names_in(tmp_path) == ["photo.jpg", "photo.jpg.xmp"]


def test_a_sidecar_that_appears_in_the_last_moment_is_not_overwritten_either(tmp_path: Path) -> None:
    new, there = written(tmp_path, b"ours", ".new"), written(tmp_path, b"another program's", "photo.jpg.xmp")
    with pytest.raises(Unavailable, match="changed while"):
        replacing._make(new, there)
    assert there.read_bytes() == b"another program's"


def test_where_there_are_no_hard_links_a_sidecar_is_made_all_the_same(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", none)
    path = written(tmp_path, jpeg())
    write(writer, path, target="sidecar")
    assert names_in(tmp_path) == ["photo.jpg", "photo.jpg.xmp"]


def test_an_old_photo_is_not_read_again_at_the_commit(
    writer: Writer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only one that changed within the coarsest clock's tick is compared whole: that would double the reading."""
    path = written(tmp_path, jpeg())
    real = time.time_ns
    monkeypatch.setattr(time, "time_ns", lambda: real() + 3_000_000_000)
    prepared = writer.prepare(plan(writer, path))
    monkeypatch.setattr(replacing, "read_file", None)
    prepared.commit()
    monkeypatch.undo()
    assert plan(writer, path).changes == ()
