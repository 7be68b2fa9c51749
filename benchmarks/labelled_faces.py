"""The labelled faces of ../shared/data/faces as vectors of our own detector and embedder, and how to score."""

import csv
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

Vectors = NDArray[np.float32]
Ids = NDArray[np.int64]
Names = NDArray[np.str_]

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "faces"
_SIZES = {"vectors": 1, "small": 4, "tiny": 6}
GROUPS = ("other", "east_asian", "black", "middle_east_north_africa", "southeast_asian", "south_asian")


@dataclass(frozen=True, slots=True)
class FacesAndLabels:
    """Columns of n faces. who: the person's number. kind: "id" (4 to 10 photos), "few" (2 or 3) or "single".

    group: of the person, for kind "id" only: a blunt proxy for checks of fairness, no fact about anyone.
    small, tiny: the vectors of the same pictures reduced to a quarter and a sixth, where a face has about 24 and
    16 pixels.
    """

    vectors: Vectors
    small: Vectors
    tiny: Vectors
    who: Ids
    kind: Names
    group: Names

    def only(self, inside: NDArray[np.bool_]) -> "FacesAndLabels":
        """Some of the faces, their people numbered anew."""
        who = np.unique(self.who[inside], return_inverse=True)[1].astype(np.int64)
        sizes = self.vectors[inside], self.small[inside], self.tiny[inside]
        return FacesAndLabels(*sizes, who, self.kind[inside], self.group[inside])


def load(model: str) -> FacesAndLabels:
    """The faces as vectors of one model; computed once (minutes) and kept in the user's cache folder."""
    if not (FOLDER / "labels.csv").is_file():
        sys.exit("The labelled faces are not beside this checkout (../shared/data/faces): nothing to measure with.")
    with (FOLDER / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cache = user_cache_path("photoscribe", ensure_exists=True) / f"benchmark-faces-{model}.npz"
    if not cache.is_file():
        files = [FOLDER / row["file"] for row in rows]
        np.savez(cache, **{name: embedded(model, files, shrink) for name, shrink in _SIZES.items()})
    kept = np.load(cache)
    who = np.unique([row["identity"] for row in rows], return_inverse=True)[1].astype(np.int64)
    kind, group = (np.array([row[column] for row in rows]) for column in ("kind", "group"))
    return FacesAndLabels(*(kept[name] for name in _SIZES), who, kind, group)


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
