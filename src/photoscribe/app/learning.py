"""Learns from the latest answers while the next is given: at once what concerns one person, the rest in a thread."""

import logging
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np

from photoscribe.app.doubles import ProbablyOne, probably_one
from photoscribe.app.face_columns import FaceColumns
from photoscribe.app.guessing import Guessing, changed_suggestions, taught_soon
from photoscribe.app.library import Library
from photoscribe.app.live_faces import LiveFaces
from photoscribe.core.calibration import Calibration
from photoscribe.core.errors import PhotoscribeError
from photoscribe.core.people import FaceId, GroupId, PersonId
from photoscribe.core.recognition import PersonLooks, Recogniser

T = TypeVar("T")
log = logging.getLogger(__name__)

Regroup = Callable[[FaceColumns], Mapping[FaceId, GroupId | None]]

_SWITCH_S = 0.0005
"""An answer lets go of the interpreter at every statement of SQL, and learning then holds it for this long."""

_PATIENCE_S = 3.0
_BREATH_S = 0.02
"""Between two transactions: a thread that lets go of a lock and takes it again at once leaves nobody time to."""

_SLICE = 250  # faces written in one transaction: an answer waits 10 ms for it at most


class Soon:
    """Runs something in a thread of its own, once for many wishes that come together.

    quiet_s: how long it waits for another wish. longest_s: how long it lets itself be put off. idle: done when nobody
    wished for anything for idle_s after something was done.

    A practised user answers every two seconds: learning waits for a pause, since on two cores it would double the time
    of an answer (100,000 faces, 2026-11-20); what an answer says of one person is learnt at once.
    """

    def __init__(
        self,
        do: Callable[[], None],
        idle: Callable[[], None] = lambda: None,
        *,
        quiet_s: float = 3,
        longest_s: float = 30,
        idle_s: float = 30,
    ) -> None:
        self._do, self._idle, self._quiet_s, self._longest_s, self._idle_s = do, idle, quiet_s, longest_s, idle_s
        self._wish, self._closed, self._busy = threading.Event(), threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._listeners: list[Callable[[], None]] = []

    @property
    def busy(self) -> bool:
        """Whether a wish is not fulfilled yet."""
        return self._wish.is_set() or self._busy.is_set()

    def __call__(self) -> None:
        self._wish.set()
        with self._lock:
            if self._thread is None and not self._closed.is_set():
                sys.setswitchinterval(_SWITCH_S)
                self._thread = threading.Thread(target=self._run, name="learning", daemon=True)
                self._thread.start()

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Tell whenever something was done, from the thread that did it; call what comes back to end."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def close(self) -> None:
        """Ends the thread after what it is doing, or with the program when that takes long: nothing is half written."""
        self._closed.set()
        self._wish.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE_S)

    def _run(self) -> None:
        rested = True
        while not self._closed.is_set():
            if not self._wish.wait(None if rested else self._idle_s):
                self._safely(self._idle)
                rested = True
                continue
            self._busy.set()
            waited = 0.0
            while waited < self._longest_s and not self._closed.is_set():
                self._wish.clear()
                if not self._wish.wait(self._quiet_s):
                    break
                waited += self._quiet_s
            self._wish.clear()
            if not self._closed.is_set():
                self._safely(self._do)
            self._busy.clear()
            rested = False

    def _safely(self, do: Callable[[], None]) -> None:
        try:
            do()
        except PhotoscribeError as error:  # a disk that is full, a library in use: the next wish tries again
            log.warning("learning was put off: %s", error)
        except Exception:
            log.exception("learning failed")
        else:
            for listener in list(self._listeners):
                listener()


class Learning:
    """regroup: how all faces are grouped anew, the faces whose group changes."""

    def __init__(self, library: Library, live: LiveFaces, calibration: Calibration, *, regroup: Regroup) -> None:
        self._library, self._live, self._scale, self._regroup = library, live, calibration.recognition, regroup
        self._guessing = Guessing(calibration.recognition)
        self._recogniser: Recogniser | None = None
        self._pairs: Sequence[ProbablyOne] = ()
        self._grouped_at = -1
        self._breathe = threading.Event()  # never set

    @property
    def live(self) -> LiveFaces:
        return self._live

    @property
    def recogniser(self) -> Recogniser | None:
        """With the latest answers; None before the first renewal."""
        with self._live.lock:
            if self._recogniser is not None:
                for person in self._live.retaught():
                    self._recogniser = self._recogniser.taught(self._soon(person))
            return self._recogniser

    @property
    def pairs(self) -> Sequence[ProbablyOne]:
        """As of the last renewal, the most probable first."""
        return self._pairs

    def renew(self) -> None:
        """Learn everyone anew, guess all faces again, and look for groups that are one person."""
        if self._live.stale:
            self._live.reload()
        with self._live.lock:
            self._live.catch_up()
            self._live.retaught()
            columns = self._live.copied()
        if self._recogniser is None:
            self._recogniser = self._guessing.learn_roughly(columns)
        recogniser = self._guessing.learn(columns)
        with self._live.lock:
            self._recogniser = recogniser
        self._suggest(columns, recogniser)
        self._pairs = probably_one(self._live.copied(), recogniser)

    def tidy(self) -> None:
        """Group all faces anew, when the user said something since it was last done."""
        with self._live.lock:
            self._live.catch_up()
            columns = self._live.copied()
        if self._live.stale or columns.moment.change == self._grouped_at:
            return
        with self._library.only_indexer():
            different = self._regroup(columns)
        self._grouped_at = columns.moment.change
        for part in _slices(different):
            with self._live.lock:
                self._live.catch_up()
                untouched = self._untouched(part, columns.moment.change)
                revision = self._library.faces.set_groups(untouched)
                self._live.refresh(untouched, revision)
            self._breathe.wait(_BREATH_S)
        self._pairs = probably_one(self._live.copied(), self.recogniser)

    def _suggest(self, columns: FaceColumns, recogniser: Recogniser) -> None:
        different = changed_suggestions(columns, self._guessing.suggestions(columns, recogniser))
        for part in _slices(different):
            with self._live.lock:
                self._live.catch_up()
                untouched = self._untouched(part, columns.moment.change)
                revision = self._library.faces.set_suggestions(untouched)
                self._live.refresh(untouched, revision)
            self._breathe.wait(_BREATH_S)

    def _untouched(self, part: Mapping[FaceId, T], change: int) -> dict[FaceId, T]:
        """Without the faces that the user spoke of after this change."""
        faces = list(part)
        rows = self._live.columns.rows(np.array(faces, np.int64)).tolist()
        return {
            face: part[face]
            for face, row in zip(faces, rows, strict=True)
            if row >= 0 and self._live.touched(np.array([row])) <= change
        }

    def _soon(self, person: PersonId) -> PersonLooks:
        columns, number = self._live.columns, self._live.person_number(person)
        rows, others = self._live.examples(number), self._live.refused(number)
        if not len(rows):
            nothing = np.empty((0, columns.matrix.shape[1]), np.float32), np.empty(0, np.float32)
            return PersonLooks(str(person), nothing, nothing)
        return taught_soon(columns, person, (rows, others), self._scale)


def _slices(changes: Mapping[FaceId, T]) -> Iterator[dict[FaceId, T]]:
    faces = list(changes)
    for start in range(0, len(faces), _SLICE):
        yield {face: changes[face] for face in faces[start : start + _SLICE]}
