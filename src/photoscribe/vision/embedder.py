"""Vectors of aligned faces."""

from collections.abc import Sequence

import numpy as np

from photoscribe.core.facts import Vector
from photoscribe.core.photo import Pixels
from photoscribe.vision.onnx import Session

_BATCH = 4  # SFace, ms a face by batch 1/4/8: 7.1/6.6/7.2: larger ones leave the cache (one thread, 2026-11-20)


class FaceEmbedder:
    """A network of the ArcFace kind. Safe to call from several threads.

    mean, scale: the network takes (value - mean) * scale for values in 0..255, planes in the order RGB.
    mirrored: add the vector of the mirrored face. It doubles the time for TAR at FAR 1e-4 98.37 -> 98.49 on LFW and
    BCubed F 0.9942 -> 0.9939 (SFace, exact points, 2026-11-20), so it is off; it must be the same for a whole library.
    """

    def __init__(self, session: Session, *, mean: float = 0, scale: float = 1, mirrored: bool = False) -> None:
        self._session = session
        self._mean, self._scale = np.float32(mean), np.float32(scale)
        self._mirrored = mirrored

    def embed(self, crops: Sequence[Pixels]) -> list[Vector]:
        """One float32 vector of unit length for each (112, 112, 3) RGB crop, in order."""
        vectors: list[Vector] = []
        for start in range(0, len(crops), _BATCH):
            batch = np.stack(crops[start : start + _BATCH]).transpose(0, 3, 1, 2).astype(np.float32)
            batch = np.ascontiguousarray((batch - self._mean) * self._scale)
            raw = self._session.run(batch)[0]
            if self._mirrored:
                raw = raw + self._session.run(np.ascontiguousarray(batch[..., ::-1]))[0]
            vectors.extend(raw / np.linalg.norm(raw, axis=1, keepdims=True))
        return vectors
