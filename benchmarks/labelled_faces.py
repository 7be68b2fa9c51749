"""The labelled faces of ../shared/data/faces as vectors of our own detector and embedder, and how to score."""

import csv
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from platformdirs import user_cache_path

from photoscribe.config import default_library, settings
from photoscribe.core.facts import Face
from photoscribe.core.photo import PhotoId, Picture, Pixels, Size
from photoscribe.vision.faces import face_step
from photoscribe.vision.models import PACKS, Pack
from photoscribe.vision.weights import WeightStore

Vectors = NDArray[np.float32]
Ids = NDArray[np.int64]
Names = NDArray[np.str_]

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "faces"
GROUPS = ("other", "east_asian", "black", "middle_east_north_africa", "southeast_asian", "south_asian")


@dataclass(frozen=True, slots=True)
class FacesAndLabels:
    """Columns of n faces. who: the person's number. kind: "id" (4 to 10 photos), "few" (2 or 3) or "single".

    group: of the person, for kind "id" only: a blunt proxy for checks of fairness, no fact about anyone.
    small, tiny, blurred: the vectors of the same pictures reduced to a quarter and a sixth, where a face has 25 and
    17 pixels, or blurred by 5 % of a face's width; NaN where no face is found. tiny_quality, blurred_quality: (n, 3)
    size_px, sharpness, frontal.
    """

    vectors: Vectors
    small: Vectors
    tiny: Vectors
    tiny_quality: Vectors
    blurred: Vectors
    blurred_quality: Vectors
    who: Ids
    kind: Names
    group: Names

    def only(self, inside: NDArray[np.bool_]) -> "FacesAndLabels":
        """Some of the faces, their people numbered anew."""
        kept = {column.name: getattr(self, column.name)[inside] for column in fields(self)}
        kept["who"] = np.unique(kept["who"], return_inverse=True)[1].astype(np.int64)
        return FacesAndLabels(**kept)


def load(model: str) -> FacesAndLabels:
    """The faces as vectors of one model; computed once (minutes) and kept in the user's cache folder."""
    if not (FOLDER / "labels.csv").is_file():
        sys.exit("The labelled faces are not beside this checkout (../shared/data/faces): nothing to measure with.")
    with (FOLDER / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    pack = next(pack for pack in PACKS if pack.model == model)
    cache = user_cache_path("photoscribe", ensure_exists=True) / f"benchmark-{pack.version.replace('/', '-')}.npz"
    if not cache.is_file():
        columns = _embedded(pack, [FOLDER / row["file"] for row in rows])
        np.savez(cache, allow_pickle=False, **columns)
    who = np.unique([row["identity"] for row in rows], return_inverse=True)[1].astype(np.int64)
    kind, group = (np.array([row[column] for row in rows]) for column in ("kind", "group"))
    return FacesAndLabels(**np.load(cache), who=who, kind=kind, group=group)


def _embedded(pack: Pack, files: Sequence[Path]) -> dict[str, Vectors]:
    """Columns of FacesAndLabels, of the face nearest to the middle of each picture."""
    step = face_step(pack, WeightStore(settings(default_library(), os.environ).models))
    found: dict[str, list[Face | None]] = {}
    for number, file in enumerate(files):
        with Image.open(file) as image:
            pixels = np.asarray(image.convert("RGB"))
        for name, made in _made(pixels).items():
            picture = Picture(PhotoId(number), made, Size(made.shape[1], made.shape[0]))
            faces = [face for face in step.infer([picture])[0] if isinstance(face, Face) and face.vector is not None]
            found.setdefault(name, []).append(min(faces, key=_from_the_middle, default=None))
        if number % 500 == 0:
            print(f"{number} of {len(files)} pictures", file=sys.stderr)
    if None in found["vectors"]:
        sys.exit("There are pictures in which no face is found: these figures would leave them out.")
    kept = {name: np.stack(_filled([face.vector if face else None for face in row])) for name, row in found.items()}
    return kept | {f"{name}_quality": np.stack(_filled(_qualities(found[name]))) for name in ("tiny", "blurred")}


def _qualities(faces: Sequence[Face | None]) -> list[Vectors | None]:
    told = [face.quality if face else None for face in faces]
    return [np.array([q.size_px, q.sharpness, q.frontal], np.float32) if q else None for q in told]


def _filled(rows: Sequence[Vectors | None]) -> list[Vectors]:
    """NaN where there is no row."""
    like = next(row for row in rows if row is not None)
    return [np.full_like(like, np.nan) if row is None else row for row in rows]


def _made(pixels: Pixels) -> dict[str, Pixels]:
    blurred = np.asarray(cv2.GaussianBlur(pixels, (0, 0), 5), np.uint8)
    sizes = ((pixels.shape[1] // n, pixels.shape[0] // n) for n in (4, 6))
    small, tiny = (np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8) for size in sizes)
    return {"vectors": pixels, "small": small, "tiny": tiny, "blurred": blurred}


def _from_the_middle(face: Face) -> float:
    x, y = face.box.centre
    return (x - 0.5) ** 2 + (y - 0.5) ** 2


def bcubed(labels: Ids, who: Ids) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Precision and recall of every face: the share of its group that is its person, and of its person in its group.

    labels: below 0 for a face alone. Source: Bagga and Baldwin, 1998.
    """
    alone = labels < 0
    labels = np.where(alone, labels.max(initial=0) + 1 + np.arange(len(labels)), labels)
    labels = np.unique(labels, return_inverse=True)[1]
    pairs = np.unique(np.stack([labels, who]), axis=1, return_inverse=True, return_counts=True)
    both = pairs[2][pairs[1].ravel()]
    return both / np.bincount(labels)[labels], both / np.bincount(who)[who]


def made_up(faces: FacesAndLabels, count: int, seed: int = 0) -> tuple[Vectors, Ids]:
    """Vectors of `count` faces that scatter within and between people as the real ones do, and whose they are.

    Three in five are of 200 people, the commonest with a tenth of them all; the others are of strangers with one to
    five photos each. The likeness of strangers is that of the real ones up to 1 pair in 100,000 (cosine 0.46).
    """
    random = np.random.default_rng(seed)
    shares = 1 / np.arange(1, 201)
    sizes = np.maximum(1, (0.6 * count * shares / shares.sum()).astype(np.int64))
    strangers = np.minimum(random.geometric(0.6, count), 5)
    strangers = strangers[: np.searchsorted(np.cumsum(strangers), count - sizes.sum())]
    sizes = np.append(np.concatenate([sizes, strangers]), 0)
    sizes[-1] = count - sizes.sum()
    who = random.permutation(np.repeat(np.arange(len(sizes)), sizes))
    between, within, centre = _scatter(faces)
    people = centre + random.standard_normal((len(sizes), len(centre))) @ between.T
    unlike = np.exp(0.25 * random.standard_normal(count))
    noise = random.standard_normal((count, len(centre))) @ within.T * (unlike / np.sqrt(np.mean(unlike**2)))[:, None]
    vectors = people[who] + noise
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32), who


def _scatter(faces: FacesAndLabels) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Roots of the covariance between people and within a person, and the mean face."""
    vectors = faces.vectors.astype(np.float64)
    within = within_covariance(vectors, faces.who)
    return _root(np.cov(vectors.T) - within), _root(within), vectors.mean(0)


def within_covariance(vectors: NDArray[np.float64], who: Ids) -> NDArray[np.float64]:
    """(d, d) covariance of a person's faces around their mean, over people with several."""
    count = np.bincount(who)
    means = np.zeros((len(count), vectors.shape[1]))
    np.add.at(means, who, vectors)
    means /= np.maximum(count, 1)[:, None]
    several = count[who] > 1
    apart = (vectors - means[who])[several]
    return np.asarray(apart.T @ apart / (several.sum() - (count > 1).sum()))


def _root(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    values, axes = np.linalg.eigh(covariance)
    return np.asarray(axes * np.sqrt(np.maximum(values, 1e-6)))
