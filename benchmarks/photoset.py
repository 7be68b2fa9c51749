"""Photos to measure with, made from the labelled pictures beside the checkout: realistic in size, faces and content."""

import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"

_SIZES = ((4000, 3000), (4608, 3456), (5472, 3648), (6000, 4000))  # 12 to 24 megapixels, as phones and cameras have
_GRAIN = 5.0  # standard deviation of the added noise: JPEGs of 4 to 8 MB, as the cameras of these sizes write
_TURNED = {1: None, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
_ORIENTATION_TAG = 0x0112


@dataclass(frozen=True, slots=True)
class MadePhoto:
    """A photo of the set and how many labelled faces lie in it."""

    path: Path
    faces: int
    orientation: int


@dataclass(frozen=True, slots=True)
class _Crop:
    source: Path
    window: tuple[int, int, int, int]
    faces: int


def available() -> bool:
    return (SHARED / "groups" / "labels.json").is_file()


def large_photos(folder: Path, count: int, seed: int = 0) -> list[MadePhoto]:
    """JPEGs of 12 to 24 megapixels with about four faces each; three in ten lie on their side (EXIF 6 and 8)."""
    rng = np.random.default_rng(seed)
    crops = _crops(rng)
    orders = []
    for number in range(count):
        orientation = int(rng.choice([1, 6, 8], p=[0.7, 0.15, 0.15]))
        orders.append((next(crops), folder / f"photo-{number:04}.jpg", orientation, seed + number))
    with ProcessPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        return list(pool.map(_made, *zip(*orders, strict=True)))


def _crops(rng: np.random.Generator) -> Iterator[_Crop]:
    """Windows that hold 3 to 5 whole faces and cut none."""
    folder = SHARED / "groups"
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    labels = labels.get("files", labels)
    names = sorted(labels)
    while True:
        name = str(rng.choice(names))
        label = labels[name]
        boxes = [*label["boxes_xyxy"], *label.get("ignore_xyxy", [])]
        for _ in range(50):
            window = _window(rng, label["width"], label["height"])
            inside = [_overlap(box, window) for box in boxes]
            if all(share in {0.0, 1.0} for share in inside) and 3 <= sum(inside) <= 5:
                yield _Crop(folder / name, window, int(sum(inside)))
                break


def _window(rng: np.random.Generator, width: int, height: int) -> tuple[int, int, int, int]:
    """A random one of 4:3, upright or not, that is as wide or high as a third of the picture at least."""
    aspect = 4 / 3 if rng.random() < 0.7 else 3 / 4
    largest = min(width, height * aspect)
    w = float(rng.uniform(0.35, 1.0)) * largest
    h = w / aspect
    left, top = rng.uniform(0, width - w), rng.uniform(0, height - h)
    return int(left), int(top), int(left + w), int(top + h)


def _overlap(box: Sequence[float], window: tuple[int, int, int, int]) -> float:
    """The share of the box that lies in the window."""
    width = min(box[2], window[2]) - max(box[0], window[0])
    height = min(box[3], window[3]) - max(box[1], window[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / ((box[2] - box[0]) * (box[3] - box[1]))


def _made(crop: _Crop, path: Path, orientation: int, seed: int) -> MadePhoto:
    rng = np.random.default_rng(seed)
    with Image.open(crop.source) as source:
        picture = source.convert("RGB").crop(crop.window)
    if rng.random() < 0.5:
        picture = ImageOps.mirror(picture)
    width, height = _SIZES[int(rng.integers(len(_SIZES)))]
    if picture.height > picture.width:
        width, height = height, width
    pixels = np.asarray(picture.resize((width, height), Image.Resampling.LANCZOS), np.float32)
    grain = rng.standard_normal((height, width, 1), np.float32) * _GRAIN
    picture = Image.fromarray(np.clip(pixels + grain, 0, 255).astype(np.uint8))
    if turn := _TURNED[orientation]:
        picture = picture.transpose(turn)
    exif = Image.Exif()
    exif[_ORIENTATION_TAG] = orientation
    picture.save(path, quality=92, exif=exif)
    return MadePhoto(path, crop.faces, orientation)


def small_photos(folder: Path, count: int) -> None:
    """Portraits of 250 pixels, each with other bytes and in most one face: enough people for a grouping to work on."""
    faces = sorted((SHARED / "faces").glob("*/*.jpg"))
    for number in range(count):
        place = folder / f"{number // 500:03}"
        place.mkdir(parents=True, exist_ok=True)
        turn, source = divmod(number, len(faces))
        with Image.open(faces[source]) as face:
            picture = ImageOps.mirror(face) if turn % 2 else face.copy()
        # The border makes the bytes differ where the same face comes again.
        ImageOps.expand(picture, 4 + turn, fill=(number % 256, number // 256 % 256, 90)).save(
            place / f"{number:05}.jpg", quality=88
        )
