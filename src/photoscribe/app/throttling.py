"""Slows down who guesses passwords: each wrong one makes the next wait longer."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from photoscribe.core.errors import UsageError

FREE_TRIES = 5
_LONGEST_FOR_NAME = 60.0
"""Short, since anybody can make the owner wait by guessing at the owner's name."""
_LONGEST_FOR_ADDRESS = 900.0
_FORGET_AFTER = 3600.0
_MOST_KNOWN = 10_000


class Throttled(UsageError):
    """seconds: how long to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many wrong passwords. Try again in {max(1, round(seconds))} seconds")
        self.seconds = seconds


def wait_seconds(failures: int, longest: float) -> float:
    """How long to wait after so many wrong passwords: none at first, then 1, 2, 4 ... seconds."""
    over = failures - FREE_TRIES
    return 0.0 if over < 0 else min(longest, 2.0 ** min(over, 30))


@dataclass(slots=True)
class _Failures:
    count: int
    last: float


class Throttle:
    """Remembers in memory, and in bounded memory. clock: seconds, from any start."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], _Failures] = {}

    def begin(self, name: str, address: str) -> tuple[tuple[str, str], ...]:
        """Counts a try as wrong before it is known, so that many at once win nothing. Raises Throttled."""
        keys = (("name", name[:200]), ("address", address))
        limits = (_LONGEST_FOR_NAME, _LONGEST_FOR_ADDRESS)
        with self._lock:
            now = self._clock()
            left = max(self._left(key, longest, now) for key, longest in zip(keys, limits, strict=True))
            if left > 0:
                raise Throttled(left)
            self._make_room(now)
            for key in keys:
                known = self._known.setdefault(key, _Failures(0, now))
                known.count, known.last = known.count + 1, now
        return keys

    def forgive(self, keys: tuple[tuple[str, str], ...]) -> None:
        """The try was right."""
        with self._lock:
            for key in keys:
                self._known.pop(key, None)

    def _left(self, key: tuple[str, str], longest: float, now: float) -> float:
        known = self._known.get(key)
        if known is None or now - known.last > _FORGET_AFTER:
            self._known.pop(key, None)
            return 0.0
        return wait_seconds(known.count, longest) - (now - known.last)

    def _make_room(self, now: float) -> None:
        if len(self._known) < _MOST_KNOWN:
            return
        for key in [key for key, one in self._known.items() if now - one.last > _FORGET_AFTER]:
            del self._known[key]
        for key in sorted(self._known, key=lambda key: self._known[key].last)[: len(self._known) - _MOST_KNOWN + 1]:
            del self._known[key]
