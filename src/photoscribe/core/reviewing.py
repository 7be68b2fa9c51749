"""What is asked next, and in which order its faces are shown."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from photoscribe.core.agglomeration import STRONG
from photoscribe.core.calibration import RecognitionScale

Vectors = NDArray[np.float32]

_TRIMMED = 0.25  # of a stack's faces, the least alike, do not pull its heart; a wrong quarter still shows as doubtful


def heart_of(vectors: Vectors, grades: NDArray[np.int8]) -> Vectors:
    """(d,) of unit length: the middle of (n, d) faces, without the least alike quarter, nor weak ones beside strong."""
    strong = vectors[grades == STRONG]
    used = strong if len(strong) else vectors
    middle = _unit(used.sum(0))
    if len(used) > 3:
        alike = used @ middle
        kept = np.argsort(-alike, kind="stable")[: len(used) - int(len(used) * _TRIMMED)]
        middle = _unit(used[kept].sum(0))
    return middle


def likeness_to(vectors: Vectors, middles: Vectors) -> NDArray[np.float32]:
    """(n,) in [0, 1]: how alike each face is to the closest of (m, d) unit vectors."""
    return np.asarray(np.clip((vectors @ middles.T).max(1), 0, 1), np.float32)


def likeness_to_others(vectors: Vectors) -> NDArray[np.float32]:
    """(n,) in [0, 1]: how alike each face is to the middle of all others; 1 for a face alone.

    Each face is left out of the middle that it is compared with, else one among three would look at home.
    """
    if len(vectors) < 2:
        return np.ones(len(vectors), np.float32)
    total = vectors.sum(0, dtype=np.float64)
    shared = vectors @ total
    length = np.sqrt(np.maximum(total @ total - 2 * shared + 1, 1e-12))
    return np.asarray(np.clip((shared - 1) / length, 0, 1), np.float32)


def least_sure(scale: RecognitionScale, people: int) -> float:
    """The likeness to the heart of a stack above which a face surely belongs to it.

    The cosine at which a face would be suggested for one of so many people, with a look of many examples.
    """
    odds = scale.suggest / (1 - scale.suggest) * (1 - scale.known) / scale.known * max(1, people)
    return float(min(0.95, (np.log(odds) - scale.offset) / scale.slope + scale.firm))


def evenly(rows: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most so many of the rows, spread over all of them."""
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]


def token_of(key: str, change: int, faces: NDArray[np.int64]) -> str:
    """Names a question as it was asked: the same faces, nothing said since."""
    state = f"{key} {change} ".encode() + np.sort(faces).astype("<i8").tobytes()
    return hashlib.blake2b(state, digest_size=12).hexdigest()


def _unit(vector: Vectors) -> Vectors:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)
