"""ExifTool as a process that stays open: any file name, any death, no leftovers."""

import gc
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from photoscribe.core.errors import PhotoError, Unavailable
from photoscribe.core.precedence import choose
from photoscribe.metadata.exiftool import ExifTool
from photoscribe.metadata.reading import read
from tests.metadata.samples import jpeg, written

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the tests send POSIX signals")


@pytest.fixture
def fresh(exiftool: ExifTool) -> Iterator[ExifTool]:
    """One whose process no other test has; only where the program is installed."""
    assert exiftool.available()
    with ExifTool() as one:
        yield one


def process_of(exiftool: ExifTool) -> psutil.Process:
    assert exiftool._running is not None
    return psutil.Process(exiftool._running._popen.pid)


def wait_until_gone(pid: int, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def test_its_version_is_known_and_asking_starts_no_process(fresh: ExifTool) -> None:
    version = fresh.available()
    assert version is not None
    assert float(version.split("-")[0]) >= 12.38
    assert fresh._running is None


@pytest.mark.parametrize(
    "name",
    [
        b"plain.jpg", b"two words.jpg", b" leading and trailing ", b"-v3.jpg", b"@files", b"#comment", b"=x", b"%d",
        b"$HOME.jpg", b"a&b;c|d.jpg", b"line\nbreak.jpg", b"return\r", b"tab\there", b"back\\slash\\n.jpg",
        b"line\nback\\n.jpg", "Zürich 日本.jpg".encode(), b"\xff\xfe not utf-8.jpg", b'"quoted"', b"'", b"*?[x]",
    ],
)  # fmt: skip
def test_a_file_of_any_name_is_read(tmp_path: Path, exiftool: ExifTool, name: bytes) -> None:
    folder = os.fsencode(tmp_path)
    with open(os.path.join(folder, name), "wb") as file:  # noqa: PTH118, PTH123 -- a path of bytes
        file.write(jpeg((8, 6)))
    path = Path(os.fsdecode(os.path.join(folder, name)))  # noqa: PTH118 -- a path of bytes
    assert exiftool.read_json(path, "-ImageWidth")["ImageWidth"] == "8"


def test_a_relative_name_is_never_an_option(
    tmp_path: Path, exiftool: ExifTool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("-ver", "-execute", "#x.jpg", "a.jpg"):
        path = written(Path(), jpeg((8, 6)), name)
        assert exiftool.read_json(path, "-ImageWidth")["ImageWidth"] == "8"


@pytest.mark.parametrize("name", ["a\n$b.jpg", "a\n@b.jpg", "rm -rf x |"])
def test_a_name_that_cannot_be_handed_over_is_refused(tmp_path: Path, exiftool: ExifTool, name: str) -> None:
    path = written(tmp_path, jpeg((8, 6)), name)
    with pytest.raises(PhotoError, match=r"Rename"):
        exiftool.read_json(path)


def test_values_keep_their_spaces_and_lines(tmp_path: Path, exiftool: ExifTool) -> None:
    path = written(tmp_path, jpeg((8, 6)))
    for value in ("two words", " leading", "two\nlines", "a=b, c", "100 $ @ home", "back\\slash"):
        assert exiftool.run("-overwrite_original", f"-XMP-dc:Title={value}", path=path).status == 0
        assert exiftool.read_json(path, "-XMP-dc:Title")["Title"] == value


def test_what_it_complains_of_comes_with_its_status(tmp_path: Path, exiftool: ExifTool) -> None:
    reply = exiftool.run("-j", path=tmp_path / "gone.jpg")
    assert (reply.status, reply.stdout) == (1, b"")
    assert "not found" in reply.errors[0].lower()
    with pytest.raises(PhotoError, match="not found"):
        exiftool.read_json(tmp_path / "gone.jpg")


def test_an_answer_larger_than_any_pipe_arrives_whole(exiftool: ExifTool) -> None:
    reply = exiftool.run("-listx", "-EXIF:all")
    assert reply.status == 0
    assert len(reply.stdout) > 200_000
    assert reply.stdout.rstrip().endswith(b"</taginfo>")


def test_a_command_larger_than_any_pipe_goes_through(tmp_path: Path, exiftool: ExifTool) -> None:
    path = written(tmp_path, jpeg((8, 6)))
    words = [f"-XMP-dc:Subject=a keyword of some length, number {n}" for n in range(5_000)]
    assert sum(map(len, words)) > 200_000
    assert exiftool.run("-overwrite_original", *words, path=path, seconds=60).status == 0
    assert len(choose(read(path, path.read_bytes()).statements).tags) == 5_000


def test_after_its_death_the_next_command_starts_another(tmp_path: Path, fresh: ExifTool) -> None:
    path = written(tmp_path, jpeg((8, 6)))
    fresh.read_json(path)
    first = process_of(fresh)
    first.kill()
    first.wait(10)
    assert fresh.read_json(path)["ImageWidth"] == "8"
    assert process_of(fresh).pid != first.pid


def test_its_death_in_the_middle_of_a_command_is_told(tmp_path: Path, fresh: ExifTool) -> None:
    path = written(tmp_path, jpeg((8, 6)))
    fresh.read_json(path)
    process = process_of(fresh)
    process.suspend()
    timer = threading.Timer(0.3, process.kill)
    timer.start()
    with pytest.raises(Unavailable, match="ended by itself"):
        fresh.read_json(path)
    timer.join()
    assert fresh.read_json(path)["ImageWidth"] == "8"


def test_a_command_that_hangs_is_ended_in_time(tmp_path: Path, fresh: ExifTool) -> None:
    path = written(tmp_path, jpeg((8, 6)))
    fresh.read_json(path)
    process = process_of(fresh)
    process.suspend()
    began = time.monotonic()
    with pytest.raises(Unavailable, match=r"0\.3 s"):
        fresh.read_json(path, seconds=0.3)
    assert time.monotonic() - began < 3
    assert wait_until_gone(process.pid)
    assert fresh.read_json(path)["ImageWidth"] == "8"


def test_an_interrupted_command_does_not_answer_the_next_one(
    tmp_path: Path, fresh: ExifTool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, jpeg((8, 6)))
    fresh.read_json(path)

    class Interrupted:
        def get(self, timeout: float) -> object:
            del timeout
            raise KeyboardInterrupt

    monkeypatch.setattr(fresh._running, "_arrivals", Interrupted())
    with pytest.raises(KeyboardInterrupt):
        fresh.run("-ver")
    assert fresh.read_json(path)["ImageWidth"] == "8"


def test_closing_ends_it_and_leaves_no_zombie_and_no_warning(tmp_path: Path) -> None:
    path = written(tmp_path, jpeg((8, 6)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with ExifTool() as exiftool:
            if exiftool.available() is None:
                pytest.skip("no ExifTool is installed")
            exiftool.read_json(path)
            pid = process_of(exiftool).pid
        assert not psutil.pid_exists(pid)
        exiftool.close()
        forgotten = ExifTool()
        forgotten.read_json(path)
        pid = process_of(forgotten).pid
        del forgotten
        gc.collect()
        assert not psutil.pid_exists(pid)


def test_it_dies_with_the_program_that_was_killed(tmp_path: Path, exiftool: ExifTool) -> None:
    path = written(tmp_path, jpeg((8, 6)))
    program = textwrap.dedent(f"""
        import os, signal
        from pathlib import Path
        from photoscribe.metadata.exiftool import ExifTool
        one = ExifTool()
        one.read_json(Path({str(path)!r}))
        print(one._running._popen.pid, one._running._feeder.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    assert exiftool.available()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    for pid in map(int, done.stdout.split()):
        assert wait_until_gone(pid), "an ExifTool without a master polls for ever"


def test_a_missing_program_is_told_with_the_remedy(tmp_path: Path) -> None:
    missing = ExifTool(str(tmp_path / "no-exiftool"))
    assert missing.available() is None
    with pytest.raises(Unavailable, match="Install ExifTool"):
        missing.run("-ver")


@pytest.mark.parametrize(
    ("version", "safe"), [("12.37", False), ("9.99", False), ("12.38", True), ("13.55", True), ("?", False)]
)
def test_a_version_that_runs_file_names_as_commands_is_not_used(tmp_path: Path, version: str, safe: bool) -> None:
    program = written(tmp_path, f"#!/bin/sh\necho {version}\n".encode(), "exiftool")
    program.chmod(0o755)
    assert ExifTool(str(program)).available() == (version if safe else None)


def test_several_threads_may_ask_at_once(tmp_path: Path, exiftool: ExifTool) -> None:
    paths = [written(tmp_path, jpeg((8 + n, 6)), f"{n}.jpg") for n in range(8)]
    found: dict[int, str] = {}

    def ask(n: int) -> None:
        for _ in range(3):
            found[n] = exiftool.read_json(paths[n], "-ImageWidth")["ImageWidth"]

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: str(8 + n) for n in range(8)}


def test_a_child_of_a_fork_starts_its_own(tmp_path: Path, fresh: ExifTool) -> None:
    path = written(tmp_path, jpeg((8, 6)))
    fresh.read_json(path)
    pid = process_of(fresh).pid
    program = textwrap.dedent(f"""
        import os, sys, warnings
        warnings.simplefilter("ignore")
        from pathlib import Path
        from photoscribe.metadata.exiftool import ExifTool
        one = ExifTool()
        path = Path({str(path)!r})
        one.read_json(path)
        mine = one._running._popen.pid
        child = os.fork()
        if child == 0:
            width = one.read_json(path)["ImageWidth"]
            other = one._running._popen.pid
            one.close()
            os._exit(0 if width == "8" and other != mine else 1)
        status = os.waitpid(child, 0)[1]
        assert one.read_json(path)["ImageWidth"] == "8" and one._running._popen.pid == mine
        one.close()
        sys.exit(status)
    """)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert process_of(fresh).pid == pid
