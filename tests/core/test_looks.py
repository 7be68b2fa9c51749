"""What pictures look like: copies near, others far."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from photoscribe.core.looks import LENGTH, average_colour, look_of, similarities
from photoscribe.core.photo import Pixels


def drawn(seed: int, width: int = 320, height: int = 213) -> Pixels:
    """Blots of colour, as different from seed to seed as photos are."""
    coarse = np.random.default_rng(seed).integers(0, 255, (4, 5, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def alike(one: Pixels, other: Pixels) -> float:
    return float(similarities(look_of(one), look_of(other)[None])[0])


@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 255))
def test_every_picture_has_a_look(width: int, height: int, grey: int) -> None:
    pixels = np.full((height, width, 3), grey, np.uint8)
    look = look_of(pixels)
    assert look.shape == (LENGTH,)
    assert look.dtype == np.uint8
    assert average_colour(pixels) == grey * 0x010101
    assert alike(pixels, pixels) == 1


def test_the_average_colour_is_red_green_blue() -> None:
    pixels = np.zeros((2, 2, 3), np.uint8)
    pixels[:, 0] = (255, 100, 10)
    pixels[:, 1] = (255, 102, 20)
    assert average_colour(pixels) == 0xFF650F


@given(st.integers(0, 1000))
def test_a_copy_is_known_again_whatever_was_done_to_it(seed: int) -> None:
    picture = drawn(seed)
    brighter = np.clip(picture * 1.1 + 5, 0, 255).astype(np.uint8)
    smaller = np.asarray(cv2.resize(picture, (160, 107), interpolation=cv2.INTER_AREA), np.uint8)
    assert alike(picture, smaller) > 0.9
    assert alike(picture, brighter) > 0.75


@given(st.integers(0, 1000), st.integers(1001, 2000))
def test_other_pictures_are_far(one: int, other: int) -> None:
    assert alike(drawn(one), drawn(other)) < 0.6


def test_what_stands_elsewhere_looks_different() -> None:
    picture = drawn(1)
    assert alike(picture, np.ascontiguousarray(picture[:, ::-1])) < 0.5
    assert alike(picture, np.ascontiguousarray(picture[::-1])) < 0.5


def test_many_are_compared_as_each_alone() -> None:
    looks = np.random.default_rng(3).integers(0, 255, (20_000, LENGTH), dtype=np.uint8)
    together = similarities(looks[5], looks)
    assert together[5] == 1
    assert together[19_999] == pytest.approx(float(similarities(looks[5], looks[19_999:])[0]))


def opened(path: Path) -> Pixels:
    with Image.open(path) as image:
        small = image.convert("RGB")
        small.thumbnail((320, 320))
        return np.asarray(small)


def test_copies_of_real_photos_lie_apart_from_other_photos(shared: Path) -> None:
    folder = shared / "dups" / "imagededup"
    original, resized = (opened(folder / "mixed_images" / f"ukbench00120{end}.jpg") for end in ("", "_resize"))
    others = [opened(path) for path in sorted((folder / "base_images").iterdir()) if path.stem != "ukbench00120"]
    assert alike(original, resized) > 0.95
    assert max(alike(original, other) for other in others) < 0.5
