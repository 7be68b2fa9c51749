"""Runs the steps on this machine: files are opened in worker processes, models run in threads.

Each thread owns one process. While the thread runs the models on one picture, its process opens
the next, so decoding and inference are busy together and at most two pictures a thread are held.
"""

import os
import queue
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self

from photoscribe.app.opening import Opening
from photoscribe.app.pipeline import infer
from photoscribe.app.ports import READ, Analysed, Found, Outcome, Step, Work
from photoscribe.core.errors import Stopped
from photoscribe.core.facts import Origin
from photoscribe.executors.child import BuildOpener, Child, ChildLimits


class LocalExecutor:
    """A context manager. make_steps: loads the models, while the processes are starting.

    threads: how many pictures are inferred at once; as many processes open files.
    """

    def __init__(
        self, make_steps: Callable[[], Sequence[Step]], build: BuildOpener, *, threads: int, limits: ChildLimits
    ) -> None:
        self._make_steps, self._build, self._limits = make_steps, build, limits
        self._steps: Sequence[Step] = ()
        self._inbox: queue.Queue[Work | None] = queue.Queue()
        self._outbox: queue.Queue[Analysed | BaseException] = queue.Queue()
        self._count = threads
        self._threads: list[threading.Thread] = []
        self._children: list[Child] = []

    @property
    def origins(self) -> Sequence[Origin]:
        return [READ, *(step.origin for step in self._steps)]

    def run(self, works: Iterable[Work]) -> Iterator[Analysed]:
        """One result for each work, in the order they are ready; draws at most 3 works a thread ahead."""
        source, pending, exhausted = iter(works), 0, False
        while True:
            while not exhausted and pending < 3 * self._count:
                work = next(source, None)
                if work is None:
                    exhausted = True
                else:
                    self._inbox.put(work)
                    pending += 1
            if not pending:
                return
            result = self._outbox.get()
            pending -= 1
            if isinstance(result, BaseException):
                raise result
            yield result

    def interrupt(self) -> None:
        """From any thread: run() raises Stopped at once, and what is under way is dropped."""
        self._outbox.put(Stopped("stopped"))
        for child in self._children:
            child.interrupt()

    def _work(self, child: Child) -> None:
        step_back(self._limits.niceness)
        sent: Work | None = None
        try:
            while True:
                if sent is None:
                    sent = self._inbox.get()
                    if sent is None:
                        return
                    child.send(sent)
                opening, work = child.receive(sent), sent
                sent = self._next_if_any()
                if sent is not None:
                    child.send(sent)
                self._outbox.put(self._analyse(work, opening))
        except BaseException as error:  # noqa: BLE001 handed to the thread that waits for the result
            self._outbox.put(error)
        finally:
            child.close()

    def _next_if_any(self) -> Work | None:
        try:
            work = self._inbox.get_nowait()
        except queue.Empty:
            return None
        if work is None:  # closing: leave the sign for the blocking get
            self._inbox.put(None)
        return work

    def _analyse(self, work: Work, opening: Opening) -> Analysed:
        outcomes: list[Outcome] = list(opening.settled)
        if opening.opened is not None and READ in work.due:
            outcomes.append(Found(READ, ()))
        if opening.picture is not None:
            for step in self._steps:
                if step.origin in work.due:
                    outcomes += infer(step, [opening.picture])
        return Analysed(work.photo.id, opening.opened, tuple(outcomes))

    def __enter__(self) -> Self:
        self._children = children = [Child(self._build, self._limits) for _ in range(self._count)]
        for child in children:  # before any import: a process copies sys.path, which OpenCV bends while it is imported
            child.start()
        self._threads = [
            threading.Thread(target=self._work, args=(child,), name=f"photoscribe-model-{i}", daemon=True)
            for i, child in enumerate(children)
        ]
        for thread in self._threads:
            thread.start()
        try:
            self._steps = self._make_steps()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        """End the threads and their processes; work not yet begun is dropped."""
        while True:
            try:
                self._inbox.get_nowait()
            except queue.Empty:
                break
        for _ in self._threads:
            self._inbox.put(None)
        for thread in self._threads:
            thread.join()
        self._threads = []


def step_back(niceness: int) -> None:
    """Let other threads of this process go first, those that answer a browser; on Linux each thread has its own."""
    if niceness and sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
