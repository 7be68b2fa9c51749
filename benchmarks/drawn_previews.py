"""Previews of landscapes that are nowhere, drawn by numbers, and their place in a library's cache."""

import os
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from photoscribe.core.looks import average_colour, look_of
from photoscribe.core.photo import Pixels
from photoscribe.media.crops import GRID_SIDE, PREVIEW_SIDE, preview_key
from photoscribe.media.previews import encode_jpeg, reduced

SIDES = ((1440, 960), (1440, 1080), (960, 1440), (1440, 810), (1080, 1440), (1440, 1440), (1440, 480))
OFTEN = (0.4, 0.25, 0.12, 0.1, 0.09, 0.03, 0.01)
_GOLDEN = 0.618


@dataclass(frozen=True, slots=True)
class Drawn:
    """large, small: files of both levels, to be linked."""

    width: int
    height: int
    colour: int
    look: bytes
    large: Path
    small: Path


def drawn_previews(count: int, place: Path) -> list[Drawn]:
    """place: a folder for their files, on the disk of the cache that they will be linked into."""
    place.mkdir(parents=True)
    return [_drawn(np.random.default_rng(number), place / str(number)) for number in range(count)]


def keep(cache: Path, picture_hash: str, drawn: Drawn, *, large: bool) -> None:
    """Put both levels where PreviewCache looks for them; links, so that a million take no room."""
    for side, file, wanted in ((GRID_SIDE, drawn.small, True), (PREVIEW_SIDE, drawn.large, large)):
        if wanted:
            key = preview_key(picture_hash, side)
            folder = cache / key[:2]
            if not folder.is_dir():
                folder.mkdir(parents=True)
            _link(file, folder / f"{key}.jpg")


def _link(file: Path, to: Path) -> None:
    try:
        os.link(file, to)
    except OSError:  # another disk, or too many links to one file
        to.write_bytes(file.read_bytes())


def _drawn(rng: np.random.Generator, name: Path) -> Drawn:
    width, height = SIDES[int(rng.choice(len(SIDES), p=OFTEN))]
    pixels = _landscape(rng, width, height)
    small = reduced(pixels, GRID_SIDE)
    files = name.with_suffix(".large"), name.with_suffix(".small")
    for file, level in zip(files, (pixels, small), strict=True):
        file.write_bytes(encode_jpeg(level))
    return Drawn(width, height, average_colour(small), look_of(small).tobytes(), *files)


def _landscape(rng: np.random.Generator, width: int, height: int) -> Pixels:
    """A sky with a sun, three ranges of hills, and a little grain."""
    hue = float(rng.uniform())
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    picture: NDArray[np.float32] = _colour(hue, 0.55, 0.95) * (1 - down) + _colour(hue + 0.08, 0.25, 1.0) * down
    picture = np.repeat(picture, width, axis=1)
    centre = int(rng.uniform(0.15, 0.85) * width), int(rng.uniform(0.1, 0.5) * height)
    sun = _colour(0.12, 0.3, 1.0).tolist()
    cv2.circle(picture, centre, int(height * rng.uniform(0.04, 0.12)), sun, -1, cv2.LINE_AA)
    across = np.linspace(0, 2 * np.pi, width, dtype=np.float32)
    for near in range(3):
        heights = [float(rng.uniform(0.02, 0.09)) / turns for turns in (1, 3, 7)]
        waves = sum(high * np.sin(across * turns + 40 * high) for high, turns in zip(heights, (1, 3, 7), strict=True))
        crest = ((0.45 + 0.17 * near + waves) * height).astype(np.int32)
        outline = np.concatenate([np.stack([np.arange(width), crest], 1), [[width, height], [0, height]]])
        shade = _colour(hue + _GOLDEN * (near + 1) / 3, 0.35 + 0.2 * near, 0.75 - 0.2 * near).tolist()
        cv2.fillPoly(picture, [outline.astype(np.int32)], shade, cv2.LINE_AA)
    picture += cv2.resize(rng.normal(0, 3, (height // 8, width // 8, 1)).astype(np.float32), (width, height))[..., None]
    return np.clip(picture, 0, 255).astype(np.uint8)


def _colour(hue: float, saturation: float, value: float) -> NDArray[np.float32]:
    """RGB in [0, 255]."""
    turn = (np.array((0.0, 2 / 3, 1 / 3)) + hue) % 1 * 6
    part = np.clip(np.abs(turn - 3) - 1, 0, 1)
    return np.asarray(255 * value * (1 - saturation + saturation * part), np.float32)
