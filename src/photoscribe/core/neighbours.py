"""Exact nearest neighbours of faces by cosine similarity, kept up to date as faces come and go."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_TILE = 2048  # a tile of similarities is 16 MB: 100,000 faces x 128 stay under 300 MB in all
_PENDING = 1 << 20  # hits sorted in one go; fewer costs time, more costs memory (24 MB here)
_GRID = np.float32(1 << 20)  # BLAS rounds by the shape of the product; on this grid equal pairs stay equal


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The most similar other faces of every face.

    indices: (n, k) int32, the most similar first, equal ones by lower index, -1 where no more are
    above the floor. similarities: (n, k) float32 cosines on a grid of 2**-20, -1 beside index -1.
    floor: the lowest similarity that was kept.
    """

    indices: NDArray[np.int32]
    similarities: NDArray[np.float32]
    floor: float

    def __post_init__(self) -> None:
        if self.indices.ndim != 2 or self.indices.shape != self.similarities.shape:
            raise ValueError(f"not neighbours: {self.indices.shape} and {self.similarities.shape}")

    def __len__(self) -> int:
        return len(self.indices)

    @property
    def complete_above(self) -> NDArray[np.float32]:
        """(n,) per face: nobody more similar than this is missing from its row."""
        full = self.indices[:, -1:] >= 0
        return np.where(full, self.similarities[:, -1:], np.float32(self.floor))[:, 0]


def nearest(vectors: Vectors, *, k: int = 48, floor: float = 0.2) -> Neighbours:
    """The k nearest neighbours of every row of (n, d) unit vectors with a similarity of at least the floor.

    Exact: every pair is computed once. Memory beside the result is bounded, whatever n is.
    """
    check_unit_rows(vectors)
    return _found(_nothing(len(vectors), k, floor), vectors, _tiles_of_all(len(vectors)))


def extend(old: Neighbours, vectors: Vectors) -> Neighbours:
    """The neighbours of all rows of `vectors`, of which the first len(old) are those of `old`.

    Computes new rows against all rows only; the same result as `nearest` on all of them.
    """
    if len(vectors) < len(old):
        raise ValueError(f"{len(vectors)} vectors cannot extend the neighbours of {len(old)}")
    check_unit_rows(vectors[len(old) :])
    start = _nothing(len(vectors), old.indices.shape[1], old.floor)
    start.indices[: len(old)] = old.indices
    start.similarities[: len(old)] = old.similarities
    return _found(start, vectors, _tiles_of_new(len(old), len(vectors)))


def keep(old: Neighbours, vectors: Vectors, kept: NDArray[np.bool_]) -> Neighbours:
    """The neighbours of the rows where `kept` is true, renumbered in their order.

    vectors: (n, d), those of `old`. Only rows that were full and lost a neighbour are computed again.
    """
    if kept.shape != (len(old),) or len(vectors) != len(old):
        raise ValueError(f"{kept.shape} and {len(vectors)} vectors do not fit the neighbours of {len(old)}")
    k = old.indices.shape[1]
    number = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
    indices = np.where(old.indices >= 0, number[old.indices], -1)[kept]
    similarities = np.where(indices >= 0, old.similarities[kept], np.float32(-1))
    order = np.argsort(indices < 0, axis=1, kind="stable")
    indices, similarities = np.take_along_axis(indices, order, 1), np.take_along_axis(similarities, order, 1)
    short = np.flatnonzero((old.indices[kept, -1] >= 0) & (indices[:, -1] < 0))
    result = Neighbours(indices.astype(np.int32), similarities.astype(np.float32), old.floor)
    if not len(short):
        return result
    remaining = np.ascontiguousarray(vectors[kept])
    again = _found(_nothing(len(remaining), k, old.floor), remaining, _tiles_of_rows(short, len(remaining)))
    result.indices[short], result.similarities[short] = again.indices[short], again.similarities[short]
    return result


def check_unit_rows(vectors: Vectors) -> None:
    """Raises ValueError unless every row is float32 of unit length (within 1e-3)."""
    if vectors.ndim != 2 or vectors.dtype != np.float32:
        raise ValueError(f"not rows of vectors: {vectors.dtype} {vectors.shape}")
    squares = np.einsum("ij,ij->i", vectors, vectors)
    if len(vectors) and not np.abs(squares - 1).max() <= 2e-3:  # also true for NaN
        raise ValueError("vectors must have unit length: normalise them where they are made")


@dataclass(frozen=True, slots=True)
class _Tile:
    """Rows to compare with columns. mirrored: the columns learn of the rows as well."""

    rows: NDArray[np.int64]
    columns: slice
    mirrored: bool


def _tiles_of_all(n: int) -> Iterator[_Tile]:
    """Every pair once: the upper triangle, each tile serving both of its sides."""
    for start in range(0, n, _TILE):
        rows = np.arange(start, min(n, start + _TILE))
        for column in range(start, n, _TILE):
            yield _Tile(rows, slice(column, min(n, column + _TILE)), mirrored=column > start)


def _tiles_of_new(old: int, n: int) -> Iterator[_Tile]:
    """Rows from `old` on with all rows; old rows learn of new ones, and new ones of old ones."""
    for start in range(old, n, _TILE):
        rows = np.arange(start, min(n, start + _TILE))
        for column in range(0, old, _TILE):
            yield _Tile(rows, slice(column, min(old, column + _TILE)), mirrored=True)
        for column in range(start, n, _TILE):
            yield _Tile(rows, slice(column, min(n, column + _TILE)), mirrored=column > start)


def _tiles_of_rows(rows: NDArray[np.int64], n: int) -> Iterator[_Tile]:
    for start in range(0, len(rows), _TILE):
        for column in range(0, n, _TILE):
            yield _Tile(rows[start : start + _TILE], slice(column, min(n, column + _TILE)), mirrored=False)


def _nothing(n: int, k: int, floor: float) -> Neighbours:
    if k < 1:
        raise ValueError(f"not a number of neighbours: {k}")
    return Neighbours(np.full((n, k), -1, np.int32), np.full((n, k), -1, np.float32), floor)


def _found(start: Neighbours, vectors: Vectors, tiles: Iterator[_Tile]) -> Neighbours:
    """`start` (whose arrays are filled in place) with everything that the tiles bring."""
    lowest = np.maximum(start.complete_above, np.float32(start.floor))
    pending: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]] = []
    waiting = 0
    for tile in tiles:
        product = vectors[tile.rows] @ vectors[tile.columns].T
        for hit in _hits(product, tile, lowest):
            pending.append(hit)
            waiting += len(hit[0])
        if waiting > _PENDING:
            _merge(start, pending, lowest)
            pending, waiting = [], 0
    if waiting:
        _merge(start, pending, lowest)
    return start


def _hits(
    product: NDArray[np.float32], tile: _Tile, lowest: NDArray[np.float32]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]]:
    """(faces, their possible neighbours, similarities) that may enter the rows of either side."""
    slack = np.float32(1 / _GRID)
    row, column = np.nonzero(product >= (lowest[tile.rows] - slack)[:, None])
    similarity = np.rint(product[row, column] * _GRID) / _GRID
    faces, others = tile.rows[row], column + tile.columns.start
    wanted = (faces != others) & (similarity >= lowest[faces])
    yield faces[wanted], others[wanted], similarity[wanted]
    if tile.mirrored:
        row, column = np.nonzero(product >= (lowest[tile.columns] - slack)[None, :])
        similarity = np.rint(product[row, column] * _GRID) / _GRID
        faces, others = column + tile.columns.start, tile.rows[row]
        wanted = similarity >= lowest[faces]
        yield faces[wanted], others[wanted], similarity[wanted]


def _merge(
    found: Neighbours,
    pending: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]],
    lowest: NDArray[np.float32],
) -> None:
    """Enters pending hits into the rows they belong to, in place, and raises `lowest` of rows now full."""
    k = found.indices.shape[1]
    hit = np.zeros(len(found), bool)
    for faces, _, _ in pending:
        hit[faces] = True
    touched = np.flatnonzero(hit)
    kept_row, kept_column = np.nonzero(found.indices[touched] >= 0)
    faces = np.concatenate([touched[kept_row], *(faces for faces, _, _ in pending)])
    others = np.concatenate([found.indices[touched][kept_row, kept_column], *(others for _, others, _ in pending)])
    similarity = np.concatenate(
        [found.similarities[touched][kept_row, kept_column], *(similarity for _, _, similarity in pending)]
    )
    order = np.lexsort((others, -similarity, faces))
    faces, others, similarity = faces[order], others[order], similarity[order]
    first = np.flatnonzero(np.r_[True, faces[1:] != faces[:-1]])
    place = np.arange(len(faces)) - np.repeat(first, np.diff(np.r_[first, len(faces)]))
    fits = place < k
    found.indices[faces[fits], place[fits]] = others[fits]
    found.similarities[faces[fits], place[fits]] = similarity[fits]
    lowest[touched] = np.maximum(found.complete_above[touched], np.float32(found.floor))
