"""A process that opens photos for another: hostile bytes may crash or hang it, and only it."""

import contextlib
import ctypes
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from photoscribe.app.opening import Opening, sorted_origins
from photoscribe.app.ports import Failed, Work
from photoscribe.core.photo import Picture

log = logging.getLogger(__name__)


class Opens(Protocol):
    def open(self, work: Work) -> Opening: ...


BuildOpener = Callable[[], Opens]


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """seconds: for one file. memory_bytes: what one file may take beyond the idle process.

    patience: how many times `seconds` a process may wait for a slow disk, as long as it does not compute.
    niceness: how far it steps back for others, as `nice` counts.
    """

    seconds: float = 60.0
    memory_bytes: int = 1 << 30
    patience: int = 10
    niceness: int = 0


class Child:
    """One worker process, started at first use and again after it died. Used by one thread."""

    def __init__(self, build: BuildOpener, limits: ChildLimits) -> None:
        self._build, self._limits = build, limits
        self._process: SpawnProcess | None = None
        self._pipe: Connection[Any, Any] | None = None
        self._sent = self._used = 0.0

    def send(self, work: Work) -> None:
        """Start opening a photo; receive() gives the result."""
        if self._process is None or not self._process.is_alive():
            self.start()
        try:
            self._connection.send(work)
        except OSError:  # it died between two photos: nothing was lost
            self.start()
            self._connection.send(work)
        self._sent, self._used = time.monotonic(), self._cpu_seconds()

    def receive(self, work: Work) -> Opening:
        """The opening of the photo that was sent last. A process that dies or hangs is a failure of that photo."""
        pipe = self._connection
        try:
            if (late := self._await(pipe)) is not None:
                self.close()
                return Opening(
                    None, None, tuple(Failed(origin, late[0], retry=late[1]) for origin in sorted_origins(work))
                )
            opening: Opening
            opening, shape, full_size = pipe.recv()
            if shape is not None:
                pixels = np.empty(shape, np.uint8)
                pipe.recv_bytes_into(pixels.data.cast("B"))
                opening = replace(opening, picture=Picture(work.photo.id, pixels, full_size))
        except (EOFError, OSError) as error:
            code = self.close()
            log.warning(
                "photo %d: the process that opened it died (%s)", work.photo.id, code if code is not None else error
            )
            return _failed(work, "made the program that opens it crash, and was given up")
        return opening

    def _await(self, pipe: "Connection[Any, Any]") -> tuple[str, bool] | None:
        """None when the answer is there; else why it never came, and whether to try again another time.

        A process that computes for so long hangs in the file; one that waits does so for the disk.
        """
        seconds = self._limits.seconds
        for rounds in range(1, self._limits.patience + 1):
            if pipe.poll(max(0.0, self._sent + rounds * seconds - time.monotonic())):
                return None
            if self._cpu_seconds() - self._used > seconds / 2 or sys.platform != "linux":
                return f"took more than {seconds:.0f} seconds to open, and was given up", False
        return "the disk did not deliver it in time. Check the connection and index again", True

    def _cpu_seconds(self) -> float:
        """What the process has computed so far; 0 where the system does not tell."""
        if self._process is None or sys.platform != "linux":
            return 0.0
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            return 0.0
        user, system = fields.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def close(self) -> int | None:
        """End the process at once; its exit code."""
        if self._process is None or self._pipe is None:
            return None
        self._pipe.close()
        self._process.kill()
        self._process.join()
        code = self._process.exitcode
        self._process.close()
        self._process, self._pipe = None, None
        return code

    def interrupt(self) -> None:
        """From any thread: end the process, so that who waits for it need wait no longer."""
        process = self._process
        if process is not None:
            with contextlib.suppress(ValueError):  # it is being closed already
                process.kill()

    @property
    def _connection(self) -> "Connection[Any, Any]":
        if self._pipe is None:
            raise OSError("the worker process is not running")
        return self._pipe

    def start(self) -> None:
        """Start the process, in place of the one before; it gets ready while the caller goes on."""
        self.close()
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self._build, self._limits), name="photoscribe-open", daemon=True
        )
        self._process.start()
        theirs.close()


def _failed(work: Work, reason: str) -> Opening:
    return Opening(None, None, tuple(Failed(origin, reason, retry=False) for origin in sorted_origins(work)))


def _serve(pipe: "Connection[Any, Any]", build: BuildOpener, limits: ChildLimits) -> None:
    """Open photos until the other side hangs up."""
    settle_in(limits.niceness)
    opener = build()
    limit_memory(limits.memory_bytes)
    with contextlib.suppress(EOFError, OSError):
        while True:
            _answer(pipe, opener, pipe.recv())


def _answer(pipe: "Connection[Any, Any]", opener: Opens, work: Work) -> None:
    try:
        opening = opener.open(work)
    except MemoryError:
        opening = _failed(work, "needs more memory than one file may take. It may be damaged")
    except Exception as error:  # noqa: BLE001 a fault nobody foresaw must cost one photo, not the process
        opening = _failed(work, f"could not be opened: {type(error).__name__}: {error}")
    if opening.picture is None:
        pipe.send((opening, None, None))
        return
    pixels = np.ascontiguousarray(opening.picture.pixels)
    pipe.send((replace(opening, picture=None), pixels.shape, opening.picture.full_size))
    pipe.send_bytes(pixels.data.cast("B"))


def settle_in(niceness: int) -> None:
    """What every worker process does first: not the terminal's, not longer than its parent, not in others' way."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with_parent()
    _be_silent()
    if niceness and hasattr(os, "nice"):
        os.nice(niceness)


def _be_silent() -> None:
    """Native libraries write their complaints to the terminal; what matters comes back as an outcome."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


def _die_with_parent() -> None:
    """On Linux the kernel ends this process with its parent, even if it hangs in native code."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def limit_memory(extra_bytes: int) -> None:
    """On Linux allocations beyond the memory in use now plus extra_bytes fail; elsewhere the decoder's limits stand."""
    if sys.platform != "linux":
        return
    import resource  # noqa: PLC0415 does not exist on Windows

    with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 not a file of the user's
        used_kb = next(int(line.split()[1]) for line in status if line.startswith("VmData"))
    limit = used_kb * 1024 + extra_bytes
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
