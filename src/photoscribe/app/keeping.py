"""Answers kept as long as the library stays as it is."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """At most so many answers, each of one revision; the longest unused goes first. For several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[K, tuple[int, V]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: K, revision: int, ask: Callable[[], V]) -> V:
        """The answer of this revision; asked for outside the lock, so that a slow one holds up nobody else."""
        with self._lock:
            found = self._answers.get(key)
            if found is not None and found[0] == revision:
                self._answers.move_to_end(key)
                return found[1]
        answer = ask()
        with self._lock:
            self._answers[key] = revision, answer
            self._answers.move_to_end(key)
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return answer
