"""ExifTool as one process that stays open, for the formats that exiv2 cannot read or write."""

import contextlib
import json
import os
import queue
import re
import signal
import subprocess
import threading
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from photoscribe.core.errors import PhotoError, Unavailable

# Below 12.38 a file name that ends in "|" runs as a command (CVE-2022-23935).
OLDEST_SAFE = (12, 38)
_INSTALL = "Install ExifTool (https://exiftool.org) 12.38 or newer"


@dataclass(frozen=True, slots=True)
class Reply:
    """What one command gave. status: 0 when ExifTool calls it a success. errors: its stderr, a line each."""

    stdout: bytes
    errors: tuple[str, ...]
    status: int


class ExifTool:
    """A lazily started ExifTool process, one command at a time; usable from several threads.

    A process that dies or runs out of time is ended, and the next command starts a fresh one. After a fork the
    child starts its own. Close it, or use it as a context manager; it is ended with the program in any case.

    config: an ExifTool configuration file (own tags); the user's own one is never loaded, it can change results.
    """

    def __init__(self, program: str = "exiftool", *, config: Path | None = None, seconds: float = 30.0) -> None:
        self._program = program
        self._config = "" if config is None else str(config)
        self._seconds = seconds
        self._lock = threading.RLock()
        self._running: _Process | None = None
        self._version: str | None = None
        self._asked = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def available(self) -> str | None:
        """Its version, or None when it is not installed or too old to be safe. Asked once."""
        with self._lock:
            if not self._asked:
                self._asked = True
                self._version = _version_of(self._program)
            return self._version

    def run(self, *arguments: str, path: Path | None = None, seconds: float | None = None) -> Reply:
        """One command, on one file when `path` is given. An option and its value are two arguments.

        Raises PhotoError for a name or an argument that cannot be handed over, Unavailable when ExifTool is
        missing, dies or needs more than `seconds` (default: the constructor's).
        """
        lines = [_line(os.fsencode(argument)) for argument in arguments]
        if path is not None:
            lines.append(_line(_safe_path(path)))
        limit = self._seconds if seconds is None else seconds
        with self._lock:
            try:
                return self._process().ask(lines, limit)
            except Unavailable as error:
                self._stop(kill=True)
                command = " ".join([*arguments, str(path or "")]).strip()
                raise Unavailable(f"{error} Command: {command[:200]!r}") from None
            except BaseException:  # Ctrl-C: the answer that is still to come must not meet the next question
                self._stop(kill=True)
                raise

    def read_json(self, path: Path, *options: str, seconds: float | None = None) -> dict[str, Any]:
        """Tags of one file by ExifTool's JSON. Options, such as "-G1", come first.

        Numbers come as the text that they are: ExifTool writes a keyword "1e5" as a number too.
        Raises PhotoError when ExifTool cannot read the file, and as `run` does.
        """
        reply = self.run("-j", "-charset", "filename=utf8", *options, path=path, seconds=seconds)
        if not reply.stdout.strip():
            fact = reply.errors[0] if reply.errors else "ExifTool says nothing about it"
            raise PhotoError(f"the metadata cannot be read ({fact}). Repair or convert the file.")
        try:
            found = json.loads(
                reply.stdout.decode("utf-8", "replace"), parse_float=str, parse_int=str, parse_constant=str
            )
        except ValueError as error:
            raise PhotoError(f"ExifTool's answer is not JSON ({error}). Repair or convert the file.") from error
        return dict(found[0])

    def close(self) -> None:
        """Ends the process, if one runs; a later command starts another."""
        with self._lock:
            self._stop(kill=False)

    def _stop(self, *, kill: bool) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.end(kill=kill)

    def _process(self) -> "_Process":
        if self._running is not None and not self._running.is_usable():
            self._stop(kill=True)
        if self._running is None:
            if self.available() is None:
                raise Unavailable(f"ExifTool is not there, or too old to be safe. {_INSTALL}.")
            self._running = _Process([self._program, "-config", self._config, "-stay_open", "True", "-@", "-"])
        return self._running


class _Process:
    """The running program with two threads that empty its outputs, so that neither side can block for ever."""

    def __init__(self, command: Sequence[str]) -> None:
        try:
            self._popen, self._feeder = _start(command)
        except OSError as error:
            raise Unavailable(f"ExifTool does not start ({error}). {_INSTALL}.") from error
        self._owner = os.getpid()
        self._count = 0
        self._stdin = (self._feeder or self._popen).stdin
        self._arrivals: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()
        self._readers = [self._reader("out", self._popen.stdout), self._reader("err", self._popen.stderr)]
        self._finalizer = weakref.finalize(self, _end, self._popen, self._feeder, self._owner)

    def _reader(self, name: str, stream: Any) -> threading.Thread:
        thread = threading.Thread(target=_pass_on, args=(name, stream, self._arrivals), daemon=True)
        thread.start()
        return thread

    def is_usable(self) -> bool:
        """Whether it lives, and belongs to this process rather than to the one this was forked from."""
        return self._owner == os.getpid() and self._popen.poll() is None

    def ask(self, lines: Sequence[bytes], seconds: float) -> Reply:
        self._count += 1
        mark = self._count
        ends = {"out": b"{ready%d}" % mark, "err": b"{done%d}" % mark}
        footer = [b"-echo4", b"{status=${status}}{done%d}" % mark, b"-execute%d" % mark]
        got = {"out": bytearray(), "err": bytearray()}
        deadline = time.monotonic() + seconds
        # In a thread of its own: a command larger than the pipe would otherwise block past the time limit.
        threading.Thread(target=self._send, args=(b"\n".join([*lines, *footer, b""]),), daemon=True).start()
        while not all(ends[name] in got[name][-64:] for name in got):
            try:
                name, chunk = self._arrivals.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise Unavailable(f"ExifTool took more than {seconds:g} s and was ended. Try again.") from None
            if not chunk:
                raise Unavailable("ExifTool ended by itself. Try again.")
            got[name] += chunk
        return _reply(bytes(got["out"]), bytes(got["err"]), ends["out"])

    def _send(self, message: bytes) -> None:
        # A process that died shows as the end of its outputs, not here.
        with contextlib.suppress(OSError, ValueError):
            view = memoryview(message)
            while self._stdin is not None and view:
                view = view[self._stdin.write(view) :]

    def end(self, *, kill: bool) -> None:
        if kill and self._owner == os.getpid():
            _kill(self._popen)
            if self._feeder is not None:
                _kill(self._feeder)
        self._finalizer()
        if self._owner == os.getpid():
            for reader in self._readers:
                reader.join(timeout=5)


# What ends ExifTool when we are killed: at the end of its input it does not stop, it polls for ever (12.57). "-if 0"
# keeps it from running what may be half a command, twice in case an option waits for its value.
_FEED = r"cat; printf '\n-if\n0\n-if\n0\n-stay_open\nFalse\n'"


def _start(command: Sequence[str]) -> tuple["subprocess.Popen[bytes]", "subprocess.Popen[bytes] | None"]:
    """ExifTool, and the process that passes our commands on to it (none on Windows, where a broken pipe ends it).

    In sessions of their own: Ctrl-C is for us, who then end them in order.
    """
    pipe = subprocess.PIPE
    if os.name == "nt":
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0), None  # noqa: S603 -- the configured program
    reading, writing = os.pipe()
    try:
        popen = subprocess.Popen(  # noqa: S603 -- the configured program and fixed options
            command, stdin=reading, stdout=pipe, stderr=pipe, bufsize=0, start_new_session=True
        )
        try:
            feeder = subprocess.Popen(  # noqa: S603 -- fixed text
                ["/bin/sh", "-c", _FEED], stdin=pipe, stdout=writing, bufsize=0, start_new_session=True
            )
        except OSError:
            _kill(popen)
            popen.communicate()
            raise
        return popen, feeder
    finally:
        os.close(reading)
        os.close(writing)


def _pass_on(name: str, stream: BinaryIO, arrivals: "queue.SimpleQueue[tuple[str, bytes]]") -> None:
    with stream:
        while True:
            try:
                chunk = os.read(stream.fileno(), 1 << 16)
            except (OSError, ValueError):
                chunk = b""
            arrivals.put((name, chunk))
            if not chunk:
                return


def _end(popen: "subprocess.Popen[bytes]", feeder: "subprocess.Popen[bytes] | None", owner: int) -> None:
    """Asks the process to stop, then makes it; waits, so that no zombie stays."""
    if owner != os.getpid():
        return
    stdin = (feeder or popen).stdin
    if stdin is not None:
        with contextlib.suppress(OSError, ValueError):
            stdin.write(b"-stay_open\nFalse\n")
        with contextlib.suppress(OSError, ValueError):
            stdin.close()
    for process in (popen, feeder):
        if process is not None:
            try:
                process.wait(timeout=2)
            except subprocess.TimeoutExpired:
                _kill(process)
                process.wait()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(OSError):
        if os.name == "nt":
            process.kill()
        elif process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def _reply(out: bytes, err: bytes, end: bytes) -> Reply:
    match = re.search(rb"\{status=(-?\d+)\}\{done\d+\}\s*$", err)
    status = int(match.group(1)) if match else 1
    errors = err[: match.start()] if match else err
    lines = tuple(line for line in errors.decode("utf-8", "replace").splitlines() if line.strip())
    return Reply(out[: out.rindex(end)], lines, status)


def _version_of(program: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 -- the configured program and fixed options
            [program, "-config", "", "-ver"], capture_output=True, timeout=30, check=True, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError):
        return None
    text = done.stdout.decode("ascii", "replace").strip()
    match = re.fullmatch(r"(\d+)\.(\d+).*", text)
    return text if match and (int(match[1]), int(match[2])) >= OLDEST_SAFE else None


def _safe_path(path: Path) -> bytes:
    """The absolute name, which no leading dash can turn into an option."""
    name = os.fsencode(path.absolute())
    if name.rstrip().endswith(b"|"):
        raise PhotoError("ExifTool is not given a name that ends in '|'. Rename the file.")
    return name


def _line(argument: bytes) -> bytes:
    r"""One argument as one line of ExifTool's argument file.

    Lines that it would trim or skip go as C strings ("#[CSTR]"); those, as of ExifTool 12.57, double a `$` and an
    `@` into `\$` and `\@`, so text with a line break and one of those two cannot be handed over at all.
    """
    trimmed = argument != argument.strip() or re.match(rb"-[-:\w]+#?(\s+[-+<]?=|[-+<]?= )", argument)
    if not (trimmed or b"\n" in argument or b"\r" in argument or argument[:1] in {b"#", b""}):
        return argument
    if b"\0" in argument or b"$" in argument or b"@" in argument:
        raise PhotoError(
            f"ExifTool cannot be given {argument[:80]!r}: a line break or space beside a '$' or '@'. Rename it."
        )
    escaped = argument.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r").replace(b"\t", b"\\t")
    return b"#[CSTR]" + escaped
