"""Faces found again are the same faces: ids and verdicts survive a new detection, a new file, a new model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from photoscribe.core.geometry import Box, intersection, iou

SAME_FACE_IOU = 0.3
"""Boxes of two detectors, or of a detector and another program, on one face rarely overlap less."""

SAME_FACE_INSIDE = 0.7
"""Some programs frame the head, some the features: a box that lies this much inside another is its face."""


def overlap(a: Box, b: Box) -> float:
    """How much two boxes speak of one face, in [0, 1]; 0 when they do not.

    The intersection over union where it is at least SAME_FACE_IOU; half the contained share where the
    smaller box (of at least a tenth of the larger) lies inside the larger one.
    """
    union = iou(a, b)
    if union >= SAME_FACE_IOU:
        return union
    small, large = sorted((a.area, b.area))
    inside = intersection(a, b) / small
    return inside / 10 if inside >= SAME_FACE_INSIDE and small >= large / 10 else 0.0


@dataclass(frozen=True, slots=True)
class Matching:
    """Pairs of (old index, new index) of one face each, and the indices that found no partner."""

    pairs: tuple[tuple[int, int], ...]
    gone: tuple[int, ...]
    new: tuple[int, ...]


def match(old: Sequence[Box], new: Sequence[Box], alike: Callable[[int, int], float] | None = None) -> Matching:
    """Pair boxes of one photo, best overlap first, each box once.

    alike: a second opinion (old index, new index) -> similarity in [-1, 1], which decides between
    overlaps that are close, as with two faces cheek to cheek.
    """
    candidates = []
    for i, before in enumerate(old):
        for j, after in enumerate(new):
            shared = overlap(before, after)
            if shared:
                candidates.append((-(shared + (0.5 * alike(i, j) if alike else 0.0)), i, j))
    pairs: list[tuple[int, int]] = []
    left, right = set(range(len(old))), set(range(len(new)))
    for _, i, j in sorted(candidates):
        if i in left and j in right:
            pairs.append((i, j))
            left.remove(i)
            right.remove(j)
    return Matching(tuple(sorted(pairs)), tuple(sorted(left)), tuple(sorted(right)))
