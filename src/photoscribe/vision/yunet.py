"""One look of the YuNet network at some pixels: from pixels to candidate faces, and the choice between them.

tests/vision compare it with cv2.FaceDetectorYN, which runs the same network at less than half the speed (1024 px,
one thread, on a busy machine: 16.0 ms a photo here, 36.1 there; benchmarks/detection.py, 2026-11-20).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoscribe.core.photo import Pixels
from photoscribe.vision.onnx import Floats, Session

_STRIDES = (8, 16, 32)
_MULTIPLE = 32  # the sides that the network takes
_MOST_CANDIDATES = 5000  # bounds the work on a picture that is all texture


@dataclass(frozen=True, slots=True)
class Candidates:
    """Possible faces, several for each face. In pixels of what was looked at.

    boxes: (n, 4) left, top, width, height. scores: (n,) in [0, 1]. points: (n, 5, 2) x, y of eye, eye (image
    left first), nose, mouth corner, mouth corner (image left first).
    """

    boxes: Floats
    scores: Floats
    points: Floats

    def __len__(self) -> int:
        return len(self.scores)

    def only(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> "Candidates":
        return Candidates(self.boxes[chosen], self.scores[chosen], self.points[chosen])

    def scaled(self, x: float, y: float) -> "Candidates":
        scale = np.array([x, y], np.float32)
        return Candidates(self.boxes * np.tile(scale, 2), self.scores, self.points * scale)

    def joined(self, other: "Candidates") -> "Candidates":
        return Candidates(
            np.concatenate([self.boxes, other.boxes]),
            np.concatenate([self.scores, other.scores]),
            np.concatenate([self.points, other.points]),
        )


def look(session: Session, pixels: Pixels, least_score: float) -> Candidates:
    """Every candidate of at least this score, best first."""
    frame = _network_input(pixels)
    found = _decoded(session.run(frame), frame.shape[3], least_score)
    whole = np.isfinite(np.concatenate([found.boxes, found.points.reshape(-1, 10)], axis=1)).all(axis=1)
    found = found.only(whole)
    return found.only(np.argsort(-found.scores, kind="stable")[:_MOST_CANDIDATES])


def _network_input(rgb: Pixels) -> Floats:
    """Planes of blue, green, red in 0..255, the picture at the top left of a frame whose sides the network takes."""
    height, width = rgb.shape[:2]
    frame = np.zeros((1, 3, -(-height // _MULTIPLE) * _MULTIPLE, -(-width // _MULTIPLE) * _MULTIPLE), np.float32)
    frame[0, :, :height, :width] = rgb.transpose(2, 0, 1)[::-1]
    return frame


def _decoded(outputs: list[Floats], width: int, least_score: float) -> Candidates:
    """The network says for each cell of three grids: class, object, centre and size of a box, five points."""
    parts = []
    for stride, class_, object_, box, points in zip(_STRIDES, *(outputs[i : i + 3] for i in (0, 3, 6, 9)), strict=True):
        scores = np.sqrt(np.clip(class_[0, :, 0], 0, 1) * np.clip(object_[0, :, 0], 0, 1))
        cells = np.flatnonzero(scores >= least_score)
        rows, columns = np.divmod(cells, width // stride)
        corners = np.stack([columns, rows], axis=1).astype(np.float32)
        with np.errstate(over="ignore"):  # an infinite box is dropped later
            sizes = np.exp(box[0, cells, 2:]) * stride
        centres = (corners + box[0, cells, :2]) * stride
        marks = (corners[:, None] + points[0, cells].reshape(-1, 5, 2)) * stride
        parts.append((np.concatenate([centres - sizes / 2, sizes], axis=1), scores[cells], marks))
    return Candidates(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def overlaps(box: Floats, boxes: Floats) -> Floats:
    """Intersection over union of one box with each of many."""
    shared = shared_areas(box, boxes)
    result: Floats = shared / (box[2] * box[3] + boxes[:, 2] * boxes[:, 3] - shared)
    return result


def shared_areas(box: Floats, boxes: Floats) -> Floats:
    sides = np.minimum(box[:2] + box[2:], boxes[:, :2] + boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    result: Floats = np.clip(sides, 0, None).prod(axis=1)
    return result


def without_repeats(found: Candidates, overlap: float) -> Candidates:
    """The best candidate of each face: of two that overlap more than this, the lower score goes. Best first."""
    found = found.only(np.argsort(-found.scores, kind="stable"))
    left = np.arange(len(found))
    kept = []
    while left.size:
        best, left = left[0], left[1:]
        kept.append(best)
        left = left[overlaps(found.boxes[best], found.boxes[left]) <= overlap]
    return found.only(np.array(kept, np.intp))
