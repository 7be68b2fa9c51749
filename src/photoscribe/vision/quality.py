"""How well a face can be recognised: its size, its sharpness, and whether it looks at the camera."""

import cv2
import numpy as np
from numpy.typing import NDArray

from photoscribe.core.facts import Quality
from photoscribe.core.photo import Pixels
from photoscribe.vision.alignment import Doubles

_INSIDE = (slice(40, 104), slice(26, 86))  # brows to chin of the 112 px crop, without hair, hats and background
_ANGLES = np.arange(8) * np.pi / 8
_DULLEST, _DECADES = 1.6e-4, 2.0
_NOSE_DOWN = 0.56  # of the way from the eyes to the mouth: median over 3,299 LFW faces, 2026-11-20
_PROFILE, _NOD = 0.75, 0.3


def quality_of(crop: Pixels, points: Doubles, size_px: float) -> Quality:
    """Of an aligned (112, 112, 3) crop and the (5, 2) points in pixels, whatever way the head is tilted."""
    return Quality(size_px=size_px, sharpness=sharpness(crop), frontal=frontal(points))


def sharpness(crop: Pixels) -> float:
    """Fine detail in the direction that has least of it, as a share of the contrast, on a scale of two decades.

    The least direction, as a shaken camera blurs one only. After a light blur, which takes the noise of the sensor.
    """
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY).astype(np.float32)
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.0)
    xx, yy, xy = (
        cv2.Sobel(smooth, cv2.CV_32F, *order, ksize=3)[_INSIDE].ravel() / 4 for order in ((2, 0), (0, 2), (1, 1))
    )
    covariance: NDArray[np.float64] = np.cov(np.stack([xx, yy, xy]))
    across = np.stack([np.cos(_ANGLES) ** 2, np.sin(_ANGLES) ** 2, np.sin(2 * _ANGLES)])
    detail = np.einsum("ia,ij,ja->a", across, covariance, across).min()
    share = max(float(detail), 1e-9) / (float(smooth[_INSIDE].var()) + 20)  # + 20: a black crop has no detail
    return float(np.clip(np.log10(share / _DULLEST) / _DECADES, 0, 1))


def frontal(points: Doubles) -> float:
    """1 when the nose is where it is in a face that looks at the camera, 0 from about a profile on."""
    left_eye, right_eye, nose, left_mouth, right_mouth = points
    eyes, down = (left_eye + right_eye) / 2, (left_mouth + right_mouth) / 2 - (left_eye + right_eye) / 2
    between_eyes, height = float(np.hypot(*(right_eye - left_eye))), float(np.hypot(*down))
    if between_eyes < 1e-6 or height < 1e-6:
        return 0.0
    to_nose = nose - eyes
    aside = float(to_nose[0] * down[1] - to_nose[1] * down[0]) / height / between_eyes
    below = float(to_nose @ down) / height**2 - _NOSE_DOWN
    return float(np.clip(1 - np.hypot(aside / _PROFILE, below / _NOD), 0, 1))
