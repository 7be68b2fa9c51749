"""Turning and scaling a face so that its eyes, nose and mouth stand where the embedders expect them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from photoscribe.core.photo import Pixels

Doubles = NDArray[np.float64]

SIDE = 112

# Where ArcFace-type networks are trained to see the five points, in pixels of a 112x112 crop.
TEMPLATE: Doubles = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)]
)


def similarity(points: Doubles, template: Doubles = TEMPLATE) -> Doubles | None:
    """The turn, scale and shift (2, 3) that carries the points nearest to the template, by least squares.

    None when the points lie all in one place or are no face. In the plane, with x + iy for a point, Umeyama's solution
    without mirroring is one complex division.
    """
    source, target = (p[:, 0] + 1j * p[:, 1] for p in (points, template))
    centred = source - source.mean()
    spread = np.vdot(centred, centred).real
    if not spread > 1e-6:  # also for NaN
        return None
    turn = np.vdot(centred, target - target.mean()) / spread
    if not 1e-4 < abs(turn) < 1e4:  # points that say nothing: mirrored, or a million pixels apart
        return None
    shift = target.mean() - turn * source.mean()
    return np.array([[turn.real, -turn.imag, shift.real], [turn.imag, turn.real, shift.imag]])


def scale_of(matrix: Doubles) -> float:
    return float(np.hypot(matrix[0, 0], matrix[1, 0]))


def angle_of(matrix: Doubles) -> float:
    """Degrees, clockwise on the screen."""
    return float(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0])))


def warped(pixels: Pixels, matrix: Doubles, side: int) -> Pixels:
    """The square (side, side, 3) that the matrix carries the picture to; black where the picture has nothing.

    A picture that shrinks to less than half is averaged first: bilinear sampling alone lets its grain through.
    Faces 5x too large with noise of sigma 20, cosine to the vector of the clean face: median 0.814 without,
    0.978 with averaging, for 0.36 ms (300 LFW faces, SFace, 2026-11-20).
    """
    step = int(1 / max(scale_of(matrix), 1e-3))
    if step >= 2:
        pixels, matrix = _averaged(pixels, matrix, side, step)
    return np.asarray(cv2.warpAffine(pixels, matrix, (side, side), flags=cv2.INTER_LINEAR), np.uint8)


def _averaged(pixels: Pixels, matrix: Doubles, side: int, step: int) -> tuple[Pixels, Doubles]:
    """The part of the picture that the square shows, each step x step pixels made one, and the matrix for it."""
    corners = np.linalg.solve(matrix[:, :2], np.array([[0, side, 0, side], [0, 0, side, side]]) - matrix[:, 2:])
    height, width = pixels.shape[:2]
    left, top = (
        int(np.clip(np.floor(edge) - step, 0, size - 1))
        for edge, size in zip(corners.min(1), (width, height), strict=True)
    )
    columns = max(1, int(min(np.ceil(corners[0].max()) + step, width) - left) // step)
    rows = max(1, int(min(np.ceil(corners[1].max()) + step, height) - top) // step)
    part = pixels[top : top + rows * step, left : left + columns * step]
    small = cv2.resize(part, (columns, rows), interpolation=cv2.INTER_AREA)
    # A pixel of the small picture has its centre in the middle of its step x step pixels.
    offset = np.array([left, top]) + (step - 1) / 2
    return np.asarray(small, np.uint8), np.column_stack([matrix[:, :2] * step, matrix[:, :2] @ offset + matrix[:, 2]])


def carried(points: Doubles, matrix: Doubles) -> Doubles:
    """Points (n, 2) after the matrix."""
    result: Doubles = points @ matrix[:, :2].T + matrix[:, 2]
    return result


def carried_back(points: Doubles, matrix: Doubles) -> Doubles:
    """Points (n, 2) before the matrix: the inverse of carried."""
    return np.asarray(np.linalg.solve(matrix[:, :2], (points - matrix[:, 2]).T).T, np.float64)
