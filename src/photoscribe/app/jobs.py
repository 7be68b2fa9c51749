"""Long work, one piece at a time: watched, cancelled, and taken up again when the program had to end in it."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from photoscribe.core.errors import Busy, NoSuch, PhotoscribeError, Stopped

log = logging.getLogger(__name__)

JobKind = Literal["index", "write", "regroup"]
JobState = Literal["queued", "running", "done", "failed", "cancelled"]
Arguments = Mapping[str, object]
Result = dict[str, object]

_SAVE_SECONDS = 2.0
_BUSY_SECONDS = 60.0
"""How long to wait for another process that does the same; it may be the one before, about to end."""


@dataclass(frozen=True, slots=True)
class JobRecord:
    """total: None until it is known. seconds_left: an estimate while it runs."""

    id: int
    kind: JobKind
    arguments: Arguments
    state: JobState
    created: datetime
    done: int = 0
    total: int | None = None
    failed: int = 0
    message: str = ""
    result: Result | None = None
    started: datetime | None = None
    finished: datetime | None = None
    seconds_left: float | None = None

    @property
    def is_over(self) -> bool:
        return self.state in {"done", "failed", "cancelled"}


class JobTable(Protocol):
    def add(self, kind: JobKind, arguments: Arguments, created: datetime) -> JobRecord: ...

    def get(self, job: int) -> JobRecord | None: ...

    def newest(self, limit: int, before: int | None = None) -> Sequence[JobRecord]:
        """Newest first; before: only those with a smaller number."""
        ...

    def open(self) -> Sequence[JobRecord]:
        """Queued and running ones, oldest first."""
        ...

    def save(self, job: JobRecord) -> None: ...


class Stop:
    """Asks work to end soon. Work asks it now and then, or leaves word what to do at once."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._lock = threading.Lock()
        self._then: list[Callable[[], None]] = []

    def ask(self) -> None:
        with self._lock:
            self._asked.set()
            then = list(self._then)
        for callback in then:
            callback()

    @property
    def is_asked(self) -> bool:
        return self._asked.is_set()

    def check(self) -> None:
        """Raises Stopped when it was asked."""
        if self._asked.is_set():
            raise Stopped("stopped")

    def wait(self, seconds: float) -> None:
        """Sleep, and raise Stopped as soon as it is asked."""
        self._asked.wait(seconds)
        self.check()

    @contextmanager
    def then(self, callback: Callable[[], None]) -> Iterator[None]:
        """While inside, being asked calls this at once, from any thread; when it was asked before, now."""
        with self._lock:
            self._then.append(callback)
            asked = self._asked.is_set()
        if asked:
            callback()
        try:
            yield
        finally:
            with self._lock:
                self._then.remove(callback)


@dataclass(frozen=True, slots=True)
class Doing:
    """What work gets: when to stop, and where to say how far it is."""

    stop: Stop
    tell: Callable[[int, int | None, int, str], None]
    """done, total, failed, message. Raises Stopped when the work is to end."""


Work = Callable[[Arguments, Doing], Result]
Listener = Callable[[JobRecord], None]


class Jobs:
    """now: the time in UTC. clock: seconds, from any start. Work may be done twice, when the program ends in it."""

    def __init__(
        self, table: JobTable, works: Mapping[JobKind, Work], *, now: Callable[[], datetime], clock: Callable[[], float]
    ) -> None:
        self._table, self._works, self._now, self._clock = table, works, now, clock
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None
        self._running: JobRecord | None = None
        self._stop = Stop()
        self._began = self._saved = 0.0
        self._first_done: int | None = None
        self._listeners: list[Listener] = []

    def start(self) -> None:
        """Begin to work; what an earlier program left is taken up again."""
        for job in self._table.open():
            if job.state == "running":
                self._table.save(replace(job, state="queued", message="taken up again"))
        self._thread = threading.Thread(target=self._work_on, name="photoscribe-jobs", daemon=True)
        self._thread.start()

    def close(self, seconds: float) -> bool:
        """End soon, leaving the job under way to the next start; whether it ended in time."""
        with self._lock:
            self._closing = True
            self._stop.ask()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(seconds)
            return not self._thread.is_alive()
        return True

    def add(self, kind: JobKind, arguments: Arguments) -> JobRecord:
        """One that waits already for the same is taken instead."""
        with self._lock:
            for job in self._table.open():
                if job.state == "queued" and (job.kind, dict(job.arguments)) == (kind, dict(arguments)):
                    return job
            job = self._table.add(kind, arguments, self._now())
        self._say(job)
        self._wake.set()
        return job

    def get(self, job: int) -> JobRecord:
        running = self._running
        found = running if running is not None and running.id == job else self._table.get(job)
        if found is None:
            raise NoSuch(f"no such job: {job}")
        return found

    def newest(self, limit: int, before: int | None = None) -> Sequence[JobRecord]:
        running = self._running
        found = self._table.newest(limit, before)
        return [running if running is not None and one.id == running.id else one for one in found]

    def open(self) -> Sequence[JobRecord]:
        running = self._running
        return [running if running is not None and one.id == running.id else one for one in self._table.open()]

    def is_indexing(self) -> bool:
        running = self._running
        return running is not None and running.kind == "index"

    def cancel(self, job: int) -> JobRecord:
        """One that is over stays as it is."""
        with self._lock:
            found = self.get(job)
            if found.state == "queued":
                found = replace(found, state="cancelled", finished=self._now())
                self._table.save(found)
            elif found.state == "running":
                self._stop.ask()
                self._running = found = replace(found, message="stopping")
        self._say(found)
        return found

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tell of every job that begins, goes on or ends, from the thread that works; call what comes back to end."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _work_on(self) -> None:
        while not self._closing:
            try:
                job = self._next()
                if job is not None:
                    self._do(job)
                    continue
            except PhotoscribeError as error:  # the library is out of reach for now; the job is tried again
                log.warning("jobs wait: %s", error)
            self._wake.wait(5.0)
            self._wake.clear()

    def _next(self) -> JobRecord | None:
        with self._lock:
            queued = next((job for job in self._table.open() if job.state == "queued"), None)
            if queued is None or self._closing:
                return None
            job = replace(queued, state="running", started=self._now(), done=0, total=None, failed=0)
            self._stop, self._began, self._first_done = Stop(), self._clock(), None
            self._running = job
            self._table.save(job)
        self._say(job)
        return job

    def _do(self, job: JobRecord) -> None:
        log.info("job %d: %s", job.id, job.kind)
        try:
            result = self._until_free(job)
        except Stopped:
            if self._closing:
                self._end(replace(self._now_running(job), state="queued", message="stopped with the program"))
            else:
                self._end(replace(self._now_running(job), state="cancelled", message=""))
        except PhotoscribeError as error:
            self._end(replace(self._now_running(job), state="failed", message=str(error)))
        except Exception as error:  # a fault nobody foresaw must cost one job, not all that come after
            log.exception("job %d failed unexpectedly", job.id)
            sentence = f"something unexpected went wrong ({type(error).__name__}); the details are in the log"
            self._end(replace(self._now_running(job), state="failed", message=sentence))
        else:
            self._end(replace(self._now_running(job), state="done", message="", result=result))

    def _until_free(self, job: JobRecord) -> Result:
        """The work, once no other process does the same."""
        doing = Doing(self._stop, self._tell)
        deadline = self._clock() + _BUSY_SECONDS
        while True:
            try:
                return self._works[job.kind](job.arguments, doing)
            except Busy as error:
                if self._clock() >= deadline:
                    raise
                self._tell(0, None, 0, str(error))
                self._stop.wait(1.0)

    def _tell(self, done: int, total: int | None, failed: int, message: str) -> None:
        self._stop.check()
        with self._lock:
            job = self._running
            if job is None:
                return
            now = self._clock()
            if self._first_done is None and total is not None:
                self._first_done, self._began = done, now
            job = replace(job, done=done, total=total, failed=failed, message=message)
            self._running = job = replace(job, seconds_left=self._left(done, total, now))
        if now - self._saved >= _SAVE_SECONDS:
            self._saved = now
            self._table.save(job)
        self._say(job)

    def _left(self, done: int, total: int | None, now: float) -> float | None:
        """From the speed so far; what was done by earlier runs took no time in this one."""
        if total is None or self._first_done is None or done <= self._first_done:
            return None
        return round((total - done) * (now - self._began) / (done - self._first_done), 1)

    def _now_running(self, job: JobRecord) -> JobRecord:
        return self._running or job

    def _end(self, job: JobRecord) -> None:
        finished = self._now() if job.is_over else None
        job = replace(job, finished=finished, seconds_left=None)
        with self._lock:
            self._table.save(job)
            self._running = None
        log.info("job %d: %s", job.id, job.state)
        self._say(job)

    def _say(self, job: JobRecord) -> None:
        for listener in list(self._listeners):
            listener(job)
