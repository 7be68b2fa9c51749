"""Keeps the graph of alike faces between runs: only new faces are compared with all."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from photoscribe.app.library import FaceVectors
from photoscribe.core.neighbours import Neighbours, extend, keep, nearest


@dataclass(frozen=True, slots=True)
class KeptNeighbours:
    """faces, marks: (n,) which face each row was, and a mark of its vector, which changes when the vector does."""

    faces: NDArray[np.int64]
    marks: NDArray[np.int64]
    neighbours: Neighbours


class NeighbourStore(Protocol):
    """A cache: losing it costs time only."""

    def load(self, model: str) -> KeptNeighbours | None: ...

    def save(self, model: str, kept: KeptNeighbours) -> None: ...


def neighbours_of(vectors: FaceVectors, model: str, store: NeighbourStore, *, floor: float) -> Neighbours:
    """The neighbours of these faces, in their order; computed for the faces that the store does not know.

    floor: the least similarity of neighbours.
    """
    marks = _marks(vectors.matrix)
    known = store.load(model)
    if known is None or known.neighbours.floor != floor:
        found = nearest(vectors.matrix, floor=floor)
        store.save(model, KeptNeighbours(vectors.faces, marks, found))
        return found
    if np.array_equal(known.faces, vectors.faces) and np.array_equal(known.marks, marks):
        return known.neighbours
    found = _updated(vectors, marks, known)
    store.save(model, KeptNeighbours(vectors.faces, marks, found))
    return found


def _updated(vectors: FaceVectors, marks: NDArray[np.int64], known: KeptNeighbours) -> Neighbours:
    """Drop rows that are gone or changed, add the new ones, and bring the rows into the order of the faces."""
    row_of = {face: row for row, face in enumerate(vectors.faces.tolist())}
    now = np.array([row_of.get(face, -1) for face in known.faces.tolist()], np.int64)
    kept = (now >= 0) & (marks[now] == known.marks)
    before = np.zeros((len(known.faces), vectors.matrix.shape[1]), np.float32)
    before[kept] = vectors.matrix[now[kept]]
    order = np.concatenate([now[kept], np.setdiff1d(np.arange(len(vectors.faces)), now[kept])])
    grown = extend(keep(known.neighbours, before, kept), np.ascontiguousarray(vectors.matrix[order]))
    return _reordered(grown, order)


def _reordered(found: Neighbours, order: NDArray[np.int64]) -> Neighbours:
    """Row i of found is face order[i]: the same graph with rows and numbers in the faces' own order."""
    indices = np.where(found.indices >= 0, order[found.indices], -1).astype(np.int32)
    back = np.argsort(order)
    return Neighbours(indices[back], found.similarities[back], found.floor)


def _marks(matrix: NDArray[np.float32]) -> NDArray[np.int64]:
    if not len(matrix):
        return np.zeros(0, np.int64)
    return np.ascontiguousarray(matrix[:, :2]).view(np.int64)[:, 0]
