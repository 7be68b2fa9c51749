"""Photos like one photo: by their looks, which are kept in memory, and by time, place and people."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from photoscribe.core.kinship import Traits, kinship
from photoscribe.core.looks import LENGTH, Look, similarities
from photoscribe.core.photo import PhotoId

CANDIDATES = 300
"""Of the photos that look most alike, so many are compared in time, place and people too."""
OVERLAP = 1000
"""Photos are opened by several processes: up to so many ids below the highest may get their look later."""
RENEW_SECONDS = 600.0
LEAST = 0.4
"""99 of 100 pairs of 900 scenes look less alike (2026-11-20), and neither time nor place alone gives so much."""

Looks = tuple[NDArray[np.int64], NDArray[np.uint8]]


class LookTable(Protocol):
    def looks(self, after: PhotoId) -> Looks:
        """Ids in order and (n, 160) looks of all photos above an id that have one."""
        ...

    def near(self, photo: PhotoId, most: int) -> Sequence[PhotoId]:
        """Photos near in time or place, or with the same people, missing ones left out."""
        ...

    def traits(self, photos: Collection[PhotoId]) -> Mapping[PhotoId, Traits]:
        """Of those that are there; missing photos are left out."""
        ...


class Versioned(Protocol):
    def revision(self) -> int: ...


@dataclass(frozen=True, slots=True)
class _Held:
    revision: int
    since: float
    ids: NDArray[np.int64]
    looks: NDArray[np.uint8]


class Lookalikes:
    """May be called by several threads at once."""

    def __init__(self, table: LookTable, library: Versioned, clock: Callable[[], float]) -> None:
        self._table, self._library, self._clock = table, library, clock
        self._held: _Held | None = None
        self._lock = threading.Lock()

    def of(self, photo: PhotoId, limit: int) -> Sequence[tuple[PhotoId, float]]:
        """Similar photos and how similar they are, the most first."""
        own = self._table.traits([photo]).get(photo)
        ids, looks = self._looks()
        at = int(np.searchsorted(ids, photo))
        known = at < len(ids) and ids[at] == photo
        alike = similarities(looks[at], looks) if known else np.zeros(len(ids), np.float32)
        candidates = {PhotoId(int(id_)) for id_ in ids[_highest(alike, CANDIDATES)]} if known else set()
        candidates |= set(self._table.near(photo, CANDIDATES))
        traits = self._table.traits(candidates - {photo})
        found = [(id_, kinship(_look_of(id_, ids, alike), own or Traits(), other)) for id_, other in traits.items()]
        found.sort(key=lambda one: (-one[1], -one[0]))
        return [one for one in found[:limit] if one[1] >= LEAST]

    def _looks(self) -> Looks:
        with self._lock:
            revision, now = self._library.revision(), self._clock()
            held = self._held
            if held is None or (held.revision != revision and now - held.since > RENEW_SECONDS):
                held = _Held(revision, now, *self._table.looks(PhotoId(0)))
            elif held.revision != revision:
                held = _extended(held, revision, *self._table.looks(PhotoId(max(0, _last(held.ids) - OVERLAP))))
            self._held = held
        return held.ids, held.looks


def _last(ids: NDArray[np.int64]) -> int:
    return int(ids[-1]) if len(ids) else 0


def _extended(held: _Held, revision: int, ids: NDArray[np.int64], looks: NDArray[np.uint8]) -> _Held:
    """With the tail read again: rows from the first id of the tail on are replaced."""
    kept = int(np.searchsorted(held.ids, max(0, _last(held.ids) - OVERLAP), side="right"))
    return _Held(
        revision, held.since, np.concatenate([held.ids[:kept], ids]), np.concatenate([held.looks[:kept], looks])
    )


def _highest(values: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    if len(values) <= count:
        return np.arange(len(values))
    return np.argpartition(values, -count)[-count:]


def _look_of(photo: PhotoId, ids: NDArray[np.int64], alike: NDArray[np.float32]) -> float:
    at = int(np.searchsorted(ids, photo))
    return float(alike[at]) if at < len(ids) and ids[at] == photo else 0.0


def as_matrix(rows: Sequence[tuple[int, bytes]]) -> Looks:
    """Rows of (id, look); looks of another length, which an older version kept, are left out."""
    sound = [row for row in rows if len(row[1]) == LENGTH]
    matrix: Look = np.frombuffer(b"".join([row[1] for row in sound]), np.uint8).reshape(len(sound), LENGTH)
    return np.array([row[0] for row in sound], np.int64), matrix
