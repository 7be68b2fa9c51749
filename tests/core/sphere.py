"""Made-up faces: people as points on a sphere, their faces scattered around them."""

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


def unit(rows: NDArray[np.float64]) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def faces_of(
    sizes: list[int], *, seed: int = 0, spread: float = 0.6, dimensions: int = 64
) -> tuple[Vectors, list[int]]:
    """Unit vectors of faces, and the person of each; two of one person have a cosine near 1 / (1 + spread**2)."""
    random = np.random.default_rng(seed)
    people = unit(random.standard_normal((len(sizes), dimensions)))
    who = np.repeat(np.arange(len(sizes)), sizes)
    noise = random.standard_normal((len(who), dimensions)) * spread / np.sqrt(dimensions)
    return unit(people[who] + noise), [int(one) for one in who]


def scattered(count: int, *, seed: int, dimensions: int = 6) -> Vectors:
    """Vectors without any order, alike often enough to tempt a merge."""
    return unit(np.random.default_rng(seed).standard_normal((count, dimensions)))


def partition(labels: NDArray[np.int32]) -> set[frozenset[int]]:
    """The groups as sets of faces; faces alone are left out."""
    return {frozenset(np.flatnonzero(labels == one).tolist()) for one in np.unique(labels[labels >= 0])}
