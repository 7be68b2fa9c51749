"""Worker processes that decode files into pictures to be sent: hostile bytes may crash or hang them, and only them."""

import contextlib
import queue
import threading
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Protocol

from photoscribe.app.pictures import Rendered, Wanted
from photoscribe.core.errors import PhotoError, Unavailable, Undecodable
from photoscribe.executors.child import ChildLimits, limit_memory, settle_in


class Renders(Protocol):
    def render(self, path: Path, wanted: Sequence[Wanted]) -> Rendered: ...


BuildRenders = Callable[[], Renders]
_READY_SECONDS = 120.0


class RenderPool:
    """At most `count` processes, each started when it is first needed, and again after it died."""

    def __init__(self, build: BuildRenders, limits: ChildLimits, count: int) -> None:
        self._free: queue.LifoQueue[_Process] = queue.LifoQueue()  # the last one used is warm
        self._all = [_Process(build, limits) for _ in range(count)]
        for one in self._all:
            self._free.put(one)

    def render(self, path: Path, wanted: Sequence[Wanted]) -> Rendered:
        """From any thread. Raises PhotoError and Unavailable."""
        process = self._free.get()
        try:
            return process.render(path, wanted)
        finally:
            self._free.put(process)

    def close(self) -> None:
        for one in self._all:
            one.interrupt()


class _Process:
    """Used by one thread at a time."""

    def __init__(self, build: BuildRenders, limits: ChildLimits) -> None:
        self._build, self._limits = build, limits
        self._lock = threading.Lock()
        self._process: SpawnProcess | None = None
        self._pipe: Connection[Any, Any] | None = None

    def render(self, path: Path, wanted: Sequence[Wanted]) -> Rendered:
        try:
            pipe = self._started()
            pipe.send((path, tuple(wanted)))
            if not pipe.poll(self._limits.seconds):
                self.interrupt()
                self._end()
                raise Unavailable(f"{path} took more than {self._limits.seconds:.0f} seconds to read. Try again later")
            answer: Rendered | PhotoError | Unavailable = pipe.recv()
        except (EOFError, OSError) as error:
            self._end()
            raise Undecodable(f"{path} made the program that opens it crash") from error
        if isinstance(answer, Exception):
            raise answer
        return answer

    def interrupt(self) -> None:
        """From any thread: end the process, whatever it does."""
        with self._lock:
            if self._process is not None:
                with contextlib.suppress(ValueError):  # it ended by itself
                    self._process.kill()

    def _started(self) -> "Connection[Any, Any]":
        with self._lock:
            if self._process is not None and self._process.is_alive() and self._pipe is not None:
                return self._pipe
        self._end()
        context = get_context("spawn")
        with self._lock:
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(
                target=_serve, args=(theirs, self._build, self._limits), name="photoscribe-render", daemon=True
            )
            self._process.start()
            theirs.close()
            pipe = self._pipe
        if not pipe.poll(_READY_SECONDS):  # its imports are no fault of the first file
            raise Unavailable("the program that opens files did not start in time. Try again later")
        pipe.recv()
        return pipe

    def _end(self) -> None:
        with self._lock:
            if self._process is None or self._pipe is None:
                return
            self._pipe.close()
            self._process.kill()
            self._process.join()
            self._process.close()
            self._process, self._pipe = None, None


def _serve(pipe: "Connection[Any, Any]", build: BuildRenders, limits: ChildLimits) -> None:
    """Answer until the other side hangs up."""
    settle_in(limits.niceness)
    renders = build()
    limit_memory(limits.memory_bytes)
    pipe.send(None)
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send(_answer(renders, *pipe.recv()))


def _answer(renders: Renders, path: Path, wanted: Sequence[Wanted]) -> Rendered | PhotoError | Unavailable:
    try:
        return renders.render(path, wanted)
    except (PhotoError, Unavailable) as error:
        return error
    except MemoryError:
        return Undecodable("needs more memory than one file may take. It may be damaged")
    except Exception as error:  # noqa: BLE001 a fault nobody foresaw must cost one picture, not the process
        return Undecodable(f"could not be opened: {type(error).__name__}: {error}")
