"""Quality falls with what makes a face hard to recognise, and with nothing else."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from photoscribe.core.photo import Pixels
from photoscribe.vision.alignment import SIDE, TEMPLATE, similarity, warped
from photoscribe.vision.detector import FaceDetector
from photoscribe.vision.quality import frontal, quality_of, sharpness
from tests.vision.conftest import load

DRAWN = np.random.default_rng(3).integers(0, 256, (14, 14, 3), np.uint8)


def texture() -> Pixels:
    return np.asarray(cv2.resize(DRAWN, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC), np.uint8)


def blurred(crop: Pixels, sigma: float) -> Pixels:
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), sigma), np.uint8)


def shrunk(crop: Pixels, factor: int) -> Pixels:
    """And enlarged again: what a face that small would look like."""
    small = cv2.resize(crop, (SIDE // factor, SIDE // factor), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (SIDE, SIDE)), np.uint8)


def test_a_blurred_crop_is_less_sharp_the_more_it_is_blurred() -> None:
    values = [sharpness(blurred(texture(), sigma)) for sigma in (0.01, 1, 2, 3, 4, 6)]
    assert values == sorted(values, reverse=True)
    assert values[0] - values[-1] > 0.5


@pytest.mark.parametrize("vertical", [False, True])
def test_a_shaken_camera_blurs_though_only_one_way(vertical: bool) -> None:
    kernel = np.zeros((15, 15), np.float32)
    kernel[(slice(None), 7) if vertical else (7, slice(None))] = 1 / 15
    shaken = np.asarray(cv2.filter2D(texture(), -1, kernel), np.uint8)
    assert sharpness(shaken) < sharpness(texture()) - 0.2


def test_light_and_contrast_do_not_count_as_sharpness() -> None:
    dim = (texture() * 0.5).astype(np.uint8)
    assert sharpness(dim) == pytest.approx(sharpness(texture()), abs=0.05)


@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_crop_of_one_colour_is_not_sharp(value: int) -> None:
    assert sharpness(np.full((SIDE, SIDE, 3), value, np.uint8)) == 0


@pytest.mark.parametrize("degrees", [0, 30, -75, 180])
@pytest.mark.parametrize("scale", [0.2, 10])
def test_a_face_that_looks_at_the_camera_does_so_at_any_tilt_and_size(degrees: float, scale: float) -> None:
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    assert frontal(TEMPLATE @ turn.T * scale + 30) > 0.7


def test_a_face_turned_away_is_less_frontal_the_more_it_is_turned() -> None:
    values = []
    for degrees in (0, 15, 30, 45, 60, 75):
        yaw = np.radians(degrees)
        depth = np.array([0, 0, 25, 5, 5])  # the nose stands out
        x = (TEMPLATE[:, 0] - 56) * np.cos(yaw) + depth * np.sin(yaw)
        values.append(frontal(np.column_stack([x, TEMPLATE[:, 1]])))
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.7
    assert values[-1] < 0.2


def test_points_in_one_place_are_not_frontal() -> None:
    assert frontal(np.zeros((5, 2))) == 0


def test_every_quality_has_its_range() -> None:
    quality = quality_of(texture(), TEMPLATE, 80.0)
    assert quality.size_px == 80
    assert 0 <= quality.sharpness <= 1
    assert 0 <= quality.frontal <= 1


@pytest.mark.models
@pytest.mark.shared
def test_real_faces_that_can_no_longer_be_told_apart_are_weak(detector: FaceDetector, shared: Path) -> None:
    """Medians over 30 faces lie where the whole set had them on 2026-11-20: 0.85, 0.56, 0.25, 0.20."""
    with (shared / "faces" / "labels.csv").open(encoding="utf-8", newline="") as file:
        files = [shared / "faces" / row["file"] for row in csv.DictReader(file)][::110]
    crops = []
    for path in files:
        pixels = load(path)
        best = min(detector.detect(pixels), key=lambda face: abs(face.box.centre[0] - 0.5))
        matrix = similarity(best.landmarks * pixels.shape[1::-1])
        assert matrix is not None
        crops.append(warped(pixels, matrix, SIDE))
    harmed = [crops, [shrunk(crop, 4) for crop in crops], [shrunk(crop, 10) for crop in crops]]
    harmed.append([blurred(crop, 4) for crop in crops])
    medians = [float(np.median([sharpness(crop) for crop in group])) for group in harmed]
    np.testing.assert_allclose(medians, [0.85, 0.56, 0.25, 0.20], atol=0.08)
