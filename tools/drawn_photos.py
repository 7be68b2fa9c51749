"""Draws a small photo collection that is nobody's, for screenshots: drawn_photos.py DIR [COUNT].

Landscapes of three countries with dates and positions in EXIF, and portraits of five people who do not exist, in
folders as a person would have them. The same pictures at every run.
"""

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

T = TypeVar("T")
Colour = tuple[int, int, int]
Scene = Callable[[np.random.Generator, int, int], Image.Image]

_SKIES: Sequence[tuple[Colour, Colour]] = (
    ((64, 124, 196), (216, 232, 240)),
    ((38, 60, 120), (250, 178, 120)),
    ((90, 78, 140), (246, 150, 130)),
    ((120, 160, 190), (236, 236, 226)),
    ((20, 28, 64), (90, 100, 150)),
    ((250, 196, 110), (255, 236, 200)),
)


@dataclass(frozen=True)
class Album:
    """Pictures of one folder. begin: on the clock of the place. position: latitude and longitude, None for none."""

    folder: str
    begin: str
    position: tuple[float, float] | None
    scenes: tuple[Scene, ...]
    count: int


def main() -> int:
    into, scale = Path(sys.argv[1]), float(sys.argv[2]) / 100 if len(sys.argv) > 2 else 1.0
    made = 0
    for number, album in enumerate(_albums()):
        folder = into / album.folder
        folder.mkdir(parents=True, exist_ok=True)
        for index in range(max(1, round(album.count * scale))):
            random = np.random.default_rng([number, index])
            width, height = ((1600, 1200), (1600, 1067), (1200, 1600), (1800, 1012))[int(random.integers(4))]
            image = album.scenes[index % len(album.scenes)](random, width, height)
            taken = datetime.fromisoformat(album.begin) + timedelta(hours=float(random.uniform(0, 90)))
            _save(image, folder / f"IMG_{1000 + 37 * number + index:04}.jpg", taken, _near(album.position, random))
            made += 1
    print(f"{made} pictures drawn in {into}")
    return 0


def _albums() -> Sequence[Album]:
    people = tuple(_portrait_of(person) for person in range(5))
    return (
        Album("2024/Alps", "2024-07-20T09:00", (46.55, 8.0), (mountains, mountains, lake), 16),
        Album("2024/Sardinia", "2024-09-02T10:00", (39.2, 9.1), (sea, sea, dunes), 12),
        Album("2023/Abruzzo", "2023-08-11T08:00", (42.45, 13.56), (mountains, meadow, lake), 14),
        Album("2023/Lisbon", "2023-04-03T17:00", (38.71, -9.14), (skyline, sea, skyline), 9),
        Album("2022/Garden", "2022-05-14T11:00", None, (meadow, flowers, flowers), 10),
        Album("2022/Oslo", "2022-02-05T15:00", (59.91, 10.75), (skyline, mountains, lake), 8),
        Album("2024/Birthday", "2024-11-09T18:00", (45.46, 9.19), people, 15),
        Album("2023/Friends", "2023-06-24T19:00", None, people, 15),
    )


def mountains(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """Ridges, one behind the other, paler the farther they are."""
    image = _sky(random, width, height)
    draw = ImageDraw.Draw(image)
    far, near = np.array([176, 190, 208]), np.array(_pick(random, ((34, 52, 58), (40, 60, 40), (50, 44, 66))))
    layers = int(random.integers(4, 7))
    for layer in range(layers):
        depth = layer / (layers - 1)
        base = height * (0.42 + 0.5 * depth)
        ridge = base - height * (0.24 - 0.12 * depth) * _noise(random, width, 3 + 2 * layer)
        draw.polygon([(0, height), *_line(ridge), (width, height)], fill=_colour(far + (near - far) * depth**0.8))
    return image


def lake(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """The upper half mirrored in the lower, darker and blurred."""
    above = mountains(random, width, height).crop((0, 0, width, round(height * 0.62)))
    below = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize((width, height - above.height))
    image = Image.new("RGB", (width, height))
    image.paste(above, (0, 0))
    image.paste(below.filter(ImageFilter.GaussianBlur(6)).point(lambda value: value * 0.8), (0, above.height))
    return image


def sea(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """A low sun over water."""
    image = _sky(random, width, height)
    horizon, x = round(height * random.uniform(0.45, 0.6)), width * random.uniform(0.2, 0.8)
    radius = height * random.uniform(0.04, 0.08)
    draw = ImageDraw.Draw(image)
    draw.ellipse([x - radius, horizon - 3 * radius, x + radius, horizon - radius], fill=(255, 240, 205))
    water = _gradient(width, height - horizon, _pick(random, ((70, 130, 160), (110, 100, 130))), (18, 44, 74))
    image.paste(water, (0, horizon))
    for _ in range(260):
        y = horizon + (height - horizon) * random.uniform(0, 1) ** 1.6
        spread = (y - horizon) * 0.5 + 10
        left, half = x + random.normal(0, spread), random.uniform(4, 30)
        draw.line([(left - half, y), (left + half, y)], fill=(255, 222, 180), width=max(1, round((y - horizon) / 90)))
    return image.filter(ImageFilter.GaussianBlur(1.2))


def dunes(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """Sand hills."""
    image = _sky(random, width, height)
    draw = ImageDraw.Draw(image)
    for layer, colour in enumerate(((226, 190, 140), (214, 172, 118), (196, 150, 98), (168, 124, 80))):
        ridge = height * (0.5 + 0.12 * layer) - height * 0.12 * _noise(random, width, 2)
        draw.polygon([(0, height), *_line(ridge), (width, height)], fill=colour)
    return image.filter(ImageFilter.GaussianBlur(1))


def meadow(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """Green hills with trees."""
    image = _sky(random, width, height)
    draw = ImageDraw.Draw(image)
    for layer, colour in enumerate(((140, 172, 120), (104, 150, 84), (72, 122, 62))):
        ridge = height * (0.5 + 0.16 * layer) - height * 0.1 * _noise(random, width, 2)
        draw.polygon([(0, height), *_line(ridge), (width, height)], fill=colour)
        for _ in range(5 + 4 * layer):
            x = int(random.integers(width))
            size = height * (0.03 + 0.03 * layer) * random.uniform(0.7, 1.3)
            y = ridge[x]
            draw.rectangle([x - size / 12, y - size, x + size / 12, y], fill=(70, 54, 40))
            green = _colour(np.array(colour) * 0.62)
            draw.ellipse([x - size / 2, y - 1.9 * size, x + size / 2, y - 0.6 * size], fill=green)
    return image.filter(ImageFilter.GaussianBlur(1))


def flowers(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """Blossoms before a blurred green."""
    image = _gradient(width, height, (96, 140, 84), (36, 70, 44)).filter(ImageFilter.GaussianBlur(20))
    draw = ImageDraw.Draw(image)
    tints = ((236, 120, 140), (250, 210, 90), (196, 150, 230), (250, 240, 240))
    blossoms = sorted(random.uniform(0.02, 0.09) * height for _ in range(26))
    for size in blossoms:
        x, y, colour = random.uniform(0, width), random.uniform(0.15, 1) * height, _pick(random, tints)
        for petal in range(6):
            angle = petal * math.pi / 3
            px, py = x + size * 0.7 * math.cos(angle), y + size * 0.7 * math.sin(angle)
            draw.ellipse([px - size / 2, py - size / 2, px + size / 2, py + size / 2], fill=colour)
        draw.ellipse([x - size / 3, y - size / 3, x + size / 3, y + size / 3], fill=(240, 190, 60))
    return image.filter(ImageFilter.GaussianBlur(1.5))


def skyline(random: np.random.Generator, width: int, height: int) -> Image.Image:
    """Houses in the evening, with lit windows."""
    image = _sky(random, width, height)
    draw = ImageDraw.Draw(image)
    for layer, tone in enumerate(((92, 100, 130), (60, 64, 92), (30, 32, 50))):
        x = 0.0
        while x < width:
            wide, tall = random.uniform(0.04, 0.11) * width, height * random.uniform(0.2, 0.5) * (1 - 0.2 * layer)
            top = height * (0.86 + 0.05 * layer) - tall
            draw.rectangle([x, top, x + wide, height], fill=tone)
            step = wide / 6
            for column in range(1, 5):
                for row in range(1, int(tall / step)):
                    if random.uniform() < 0.25 + 0.1 * layer:
                        left, up = x + column * step, top + row * step
                        draw.rectangle([left, up, left + step / 2, up + step / 2], fill=(255, 222, 150))
            x += wide + random.uniform(0, 0.02) * width
    return image


def _portrait_of(person: int) -> Scene:
    """Someone with a head, hair, skin and clothes of their own, who turns up with other backgrounds."""
    mine = np.random.default_rng([99, person])
    skin = ((224, 172, 140), (141, 85, 54), (240, 200, 175), (198, 134, 92), (96, 60, 42))[person]
    hair = ((60, 40, 25), (20, 16, 14), (196, 160, 96), (120, 60, 36), (30, 24, 24))[person]
    long_face, wide_eyes, mouth = mine.uniform(0.92, 1.16), mine.uniform(0.27, 0.37), mine.uniform(0.2, 0.34)

    def scene(random: np.random.Generator, width: int, height: int) -> Image.Image:
        image = _pick(random, (meadow, dunes, sea))(random, width, height).filter(ImageFilter.GaussianBlur(9))
        draw, unit = ImageDraw.Draw(image), height * random.uniform(0.17, 0.25)
        x, y = width * random.uniform(0.35, 0.65), height * random.uniform(0.42, 0.52)

        def ellipse(cx: float, cy: float, w: float, h: float, fill: Colour) -> None:
            middle_x, middle_y = x + cx * unit, y + cy * unit
            draw.ellipse([middle_x - w * unit, middle_y - h * unit, middle_x + w * unit, middle_y + h * unit], fill)

        shirt = _pick(random, ((60, 70, 110), (150, 60, 60), (60, 110, 90), (230, 226, 214)))
        ellipse(0, 2.6, 1.7, 1.3, shirt)
        ellipse(0, 1.2, 0.34, 0.6, _shade(skin, 0.85))
        ellipse(0, -0.15, 0.96, 1.25 * long_face, hair)
        ellipse(0, 0.06, 0.78, 1.04 * long_face, skin)
        for side in (-1, 1):
            ellipse(side * 0.8, 0.05, 0.1, 0.2, skin)
            ellipse(side * wide_eyes, -0.1, 0.17, 0.085, (245, 245, 245))
            ellipse(side * wide_eyes, -0.1, 0.075, 0.08, (70, 45, 30))
            ellipse(side * wide_eyes, -0.1, 0.035, 0.04, (10, 10, 10))
            ellipse(side * wide_eyes, -0.32, 0.2, 0.035, hair)
            ellipse(side * 0.08, 0.34, 0.05, 0.03, _shade(skin, 0.6))
        ellipse(0, 0.22, 0.1, 0.18, _shade(skin, 0.94))
        ellipse(0, 0.62, mouth, 0.08, (180, 80, 80))
        return image.filter(ImageFilter.GaussianBlur(unit / 60))

    return scene


def _sky(random: np.random.Generator, width: int, height: int) -> Image.Image:
    above, below = _SKIES[int(random.integers(len(_SKIES)))]
    return _gradient(width, height, above, below)


def _gradient(width: int, height: int, above: Colour, below: Colour) -> Image.Image:
    share = np.linspace(0, 1, height)[:, None, None]
    rows = np.array(above) * (1 - share) + np.array(below) * share
    grain = np.random.default_rng(height).normal(0, 1.5, (height, width, 1))
    return Image.fromarray(np.clip(rows + grain, 0, 255).astype(np.uint8))


def _noise(random: np.random.Generator, width: int, waves: int) -> NDArray[np.float64]:
    """(width,) a smooth line between about 0 and 1, rougher the more waves."""
    x = np.linspace(0, 1, width)
    line = np.zeros(width)
    for octave in range(6):
        frequency = waves * 2**octave
        line += np.sin(2 * math.pi * (frequency * x + random.uniform())) / 2 ** (octave + 1)
    return np.asarray((line - line.min()) / (line.max() - line.min()))


def _line(ridge: NDArray[np.float64]) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in enumerate(ridge)]


def _pick(random: np.random.Generator, choices: Sequence[T]) -> T:
    return choices[int(random.integers(len(choices)))]


def _colour(value: NDArray[np.float64]) -> Colour:
    red, green, blue = (int(np.clip(channel, 0, 255)) for channel in value)
    return red, green, blue


def _shade(colour: Colour, share: float) -> Colour:
    return _colour(np.array(colour) * share)


def _near(position: tuple[float, float] | None, random: np.random.Generator) -> tuple[float, float] | None:
    if position is None:
        return None
    return position[0] + random.normal(0, 0.04), position[1] + random.normal(0, 0.05)


def _save(image: Image.Image, path: Path, taken: datetime, position: tuple[float, float] | None) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Drawn", "Brush 1"
    exif.get_ifd(0x8769)[0x9003] = taken.strftime("%Y:%m:%d %H:%M:%S")
    if position is not None:
        gps = exif.get_ifd(0x8825)
        for tag, value, letters in ((1, position[0], "NS"), (3, position[1], "EW")):
            gps[tag] = letters[value < 0]
            gps[tag + 1] = _sexagesimal(abs(value))
    image.save(path, quality=88, exif=exif)


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    minutes = (degrees % 1) * 60
    return float(int(degrees)), float(int(minutes)), round((minutes % 1) * 60, 2)


if __name__ == "__main__":
    sys.exit(main())
