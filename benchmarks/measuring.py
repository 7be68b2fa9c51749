"""What a program took: seconds of the clock and of the processors, and the memory of its whole tree of processes."""

import ctypes
import json
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

_SECONDS_BETWEEN_SAMPLES = 0.1
_BECOME_SUBREAPER = 36  # prctl's PR_SET_CHILD_SUBREAPER


@dataclass(frozen=True, slots=True)
class Taken:
    """peak_bytes: the largest sum over the tree, shared pages counted once (PSS); 0 where it was not asked for."""

    wall: float
    cpu: float
    stdout: str
    peak_bytes: int = 0


class BrokenRun(Exception):
    """The program that was to be measured failed."""


def run(command: Sequence[str | Path], *, memory: bool = False, allowed: Sequence[int] = (0,)) -> Taken:
    """Runs a program to its end."""
    _adopt_orphans()
    before, started = _children_cpu(), time.perf_counter()
    with subprocess.Popen(list(command), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        peak = _Peak(process.pid) if memory else None
        stdout, stderr = process.communicate()
        wall = time.perf_counter() - started
    _reap()
    cpu = _children_cpu() - before
    if process.returncode not in allowed:
        raise BrokenRun(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{stderr[-2000:]}")
    return Taken(wall, cpu, stdout, peak.stop() if peak else 0)


def _adopt_orphans() -> None:
    """What a program leaves running (the servers that fork its workers) becomes ours, else its time would be lost."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_BECOME_SUBREAPER, 1, 0, 0, 0)


def _reap() -> None:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.05)
        except ChildProcessError:
            return


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class _Peak:
    """Samples in a thread of its own until stopped."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self._thread.start()

    def _sample(self) -> None:
        while not self._ended.wait(_SECONDS_BETWEEN_SAMPLES):
            try:
                tree = [self._root, *self._root.children(recursive=True)]
            except psutil.Error:
                return
            self._peak = max(self._peak, sum(map(_bytes, tree)))

    def stop(self) -> int:
        self._ended.set()
        self._thread.join()
        return self._peak


def _bytes(process: psutil.Process) -> int:
    try:
        used = process.memory_full_info()
    except psutil.Error:  # it ended meanwhile
        return 0
    return int(getattr(used, "pss", used.rss))


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Plain columns, numbers to the right."""
    cells = [[str(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]

    def line(row: Sequence[str]) -> str:
        return "  ".join(
            cell.rjust(width) if index else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()

    return "\n".join([line(cells[0]), line(["-" * width for width in widths]), *map(line, cells[1:])])


def last_json(text: str) -> dict[str, Any]:
    """The last line of a program's output that is an object."""
    found: dict[str, Any] = json.loads(text.strip().splitlines()[-1])
    return found
