"""Faces in a picture, their boxes and the exact places of eyes, nose and mouth."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from photoscribe.core.geometry import Box, clipped
from photoscribe.core.photo import Pixels
from photoscribe.vision import alignment
from photoscribe.vision.alignment import Doubles
from photoscribe.vision.onnx import Session
from photoscribe.vision.yunet import Candidates, look, overlaps, shared_areas, without_repeats


@dataclass(frozen=True, slots=True)
class DetectionSettings:
    """side: the longer side of a 4:3 picture in the first look; nothing is enlarged.

    close_up_side: the same in the look for faces too large for the first. close_up_px: the smallest side of a
    box there that counts. first_score: the least in these looks that deserves a closer one. score: the least
    mean of both looks that is a face. overlap: the most that two faces share, intersection over union.

    Scores chosen on data/groups at five scales from 100 % to 25 % and mirrored, 1,480 faces (2026-11-20): mean
    >= 0.7 finds 100, 100, 98.6, 88.9, 67.6 % with 21 boxes on no labelled face, one look >= 0.65 finds 100, 99.7,
    98.6, 87.2, 65.9 % with 20, some of which are hands, clocks and helmets that the closer look denies.
    """

    side: int = 1024
    close_up_side: int = 256
    close_up_px: float = 50
    first_score: float = 0.5
    score: float = 0.7
    overlap: float = 0.3


@dataclass(frozen=True, slots=True)
class Detection:
    """A face found. score: the mean of the first and the closer look.

    landmarks: (5, 2) x, y as fractions of the picture, ordered as core's Face; may lie outside.
    """

    box: Box
    score: float
    landmarks: Doubles


class FaceDetector:
    """YuNet in three looks. Safe to call from several threads.

    1. The whole picture at 1024 px finds faces of 10 to 400 px.
    2. The whole picture at 256 px finds faces that fill it.
    3. Each face alone, turned upright and brought to one size, gives its exact points.
    """

    def __init__(self, session: Session, settings: DetectionSettings | None = None) -> None:
        self._session = session
        self._settings = settings or DetectionSettings()

    def detect(self, pixels: Pixels) -> tuple[Detection, ...]:
        """Faces in (height, width, 3) RGB, best score first."""
        found = self._boxes(pixels)
        size = np.array(pixels.shape[1::-1], np.float64)
        detections = []
        for edges, first_score, points in zip(found.boxes, found.scores, found.points, strict=True):
            box = clipped(*(edges / np.tile(size, 2)).tolist())
            exact, closer_score = _look_closer(self._session, pixels, points.astype(np.float64))
            score = (float(first_score) + closer_score) / 2
            if box is not None and score >= self._settings.score:
                detections.append(Detection(box, score, exact / size))
        return tuple(sorted(detections, key=lambda detection: -detection.score))

    def _boxes(self, pixels: Pixels) -> Candidates:
        chosen = self._settings
        first = _reduced(pixels, chosen.side)
        found = without_repeats(look(self._session, first, chosen.first_score), chosen.overlap)
        if max(first.shape[:2]) > chosen.close_up_side:
            second = _reduced(first, chosen.close_up_side)
            close = look(self._session, second, chosen.first_score)
            close = close.only(close.boxes[:, 2:].min(axis=1) >= chosen.close_up_px)
            close = without_repeats(close.scaled(*_ratio(second, first)), chosen.overlap)
            found = without_repeats(_without_parts(found, close).joined(close), chosen.overlap)
        return found.scaled(*_ratio(first, pixels))


def _reduced(pixels: Pixels, side: int) -> Pixels:
    """At most the pixels of side x 3/4 side, so that a panorama keeps its faces; never less than the longer side.

    Halved by averaging while it is more than twice too large, then bilinear: recall on data/groups is that of
    averaging throughout, for 2.7 ms instead of 16.7 from 2880 px (one thread, 2026-11-20).
    """
    height, width = pixels.shape[:2]
    scale = max(side / max(height, width), side * (0.75 / (height * width)) ** 0.5)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = pixels
    while min(small.shape[0] / size[1], small.shape[1] / size[0]) >= 2:
        half = (small.shape[1] // 2, small.shape[0] // 2)
        small = np.asarray(
            cv2.resize(small[: half[1] * 2, : half[0] * 2], half, interpolation=cv2.INTER_AREA), np.uint8
        )
    return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _ratio(small: Pixels, large: Pixels) -> tuple[float, float]:
    return large.shape[1] / small.shape[1], large.shape[0] / small.shape[0]


def _without_parts(found: Candidates, close: Candidates) -> Candidates:
    """In a face of 600 px the first look sees an ear or an eye as a face: inside a better one, they go.

    132 such boxes on 900 close-ups made from LFW scored up to 0.83, the faces 0.92 and more; a real face in
    front of another scores like it (2026-11-20).
    """
    part = np.zeros(len(found), bool)
    for box, score in zip(close.boxes, close.scores, strict=True):
        inside = shared_areas(box, found.boxes) > 0.5 * found.boxes[:, 2] * found.boxes[:, 3]
        part |= inside & (found.scores < score - 0.1)
    return found.only(~part)


# The closer look: 288 px in which a face on the template is 234 px high. TAR at FAR 1e-4 of SFace on LFW by height:
# 106 px 98.17, 213 px 98.16, 234 px 98.44 (2026-11-20).
_CLOSER_SIDE = 288
_CLOSER_SCALE = 2.2
_MIDDLE = np.array([56.0, 64.0])
_CLOSER_TEMPLATE: Doubles = (alignment.TEMPLATE - _MIDDLE) * _CLOSER_SCALE + _CLOSER_SIDE / 2
# Where YuNet sees the box of a face that lies on the template: medians over 3,299 LFW faces, 2026-11-20.
_BOX_MIDDLE, _BOX_SIZE = np.array([54.9, 66.4]), np.array([80.5, 106.3])
_CLOSER_BOX = np.concatenate(
    [(_BOX_MIDDLE - _BOX_SIZE / 2 - _MIDDLE) * _CLOSER_SCALE + _CLOSER_SIDE / 2, _BOX_SIZE * _CLOSER_SCALE]
).astype(np.float32)
_MOST_LOOKS = 4
_UPRIGHT_DEGREES = 8.0


def _look_closer(session: Session, pixels: Pixels, points: Doubles) -> tuple[Doubles, float]:
    """Points and score as seen in the face turned upright by the points so far, until it stays upright.

    The network places points far too upright in a tilted head. Pairs found at FAR 1e-4 by SFace, first look -> closer
    looks: faces of 100 px 98.2 -> 98.8 %, of 24 px 88.4 -> 93.0; heads tilted by 15 degrees 93.1 -> 98.9, by 25
    40.7 -> 98.4, by 40 4.8 -> 96.7. A look costs 1.5 ms (benchmarks/closer_look.py, 2026-11-20). The score is 0 when
    nothing is seen.
    """
    score = 0.0
    for _ in range(_MOST_LOOKS):
        matrix = alignment.similarity(points, _CLOSER_TEMPLATE)
        if matrix is None:
            break
        crop = alignment.warped(pixels, matrix, _CLOSER_SIDE)
        seen, score = _agreed_points(look(session, crop, least_score=0.3))
        if seen is None:
            break
        points = alignment.carried_back(seen, matrix)
        left = alignment.similarity(seen, _CLOSER_TEMPLATE)
        if left is None or abs(alignment.angle_of(left)) < _UPRIGHT_DEGREES:
            break
    return points, score


def _agreed_points(found: Candidates) -> tuple[Doubles | None, float]:
    """The points of the face in the middle, averaged over the cells that see it (TAR + 0.2), and its score."""
    found = found.only(overlaps(_CLOSER_BOX, found.boxes) > 0.3)
    if not len(found):
        return None, 0.0
    best = int(np.argmax(found.scores))
    alike = (overlaps(found.boxes[best], found.boxes) > 0.5) & (found.scores >= 0.5 * found.scores[best])
    weights = found.scores[alike].astype(np.float64) ** 2
    points: NDArray[np.float64] = np.tensordot(weights, found.points[alike], axes=1) / weights.sum()
    return points, float(found.scores[best])
