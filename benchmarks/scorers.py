"""Other ways to score a face against named people, each as it is usually done: what photoscribe's is compared with.

A scorer returns (probes, people) scores, of which a larger one means more alike.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelled_faces import FacesAndLabels, Ids, Vectors, within_covariance

Scores = NDArray[np.float64]

_SHRINKAGE = 0.9  # of the covariances towards a multiple of the identity; the best of 0.5, 0.9 and 1 on these faces
_COHORT = 100


@dataclass(frozen=True, slots=True)
class Task:
    """The gallery's rows by person, the rows to score, and one vector for each stranger of the background."""

    faces: FacesAndLabels
    gallery: list[Ids]
    probes: Ids
    background: Vectors

    @property
    def vectors(self) -> Vectors:
        """Of the probes."""
        return self.faces.vectors[self.probes]


Scorer = Callable[[Task], Scores]


def nearest_example(task: Task) -> Scores:
    return _by_example(task, lambda likeness: likeness.max(1))


def mean_of_top_three(task: Task) -> Scores:
    return _by_example(task, lambda likeness: np.sort(likeness, axis=1)[:, -3:].mean(1))


def centroid(task: Task) -> Scores:
    return np.asarray(task.vectors @ _centroids(task).T, np.float64)


def adaptive_s_norm(task: Task) -> Scores:
    """Centroid cosine, standardised by the most alike of the background, for the person and for the face."""
    vectors, people = task.vectors, _centroids(task)
    of_people, of_faces = (np.sort(one @ task.background.T, axis=1)[:, -_COHORT:] for one in (people, vectors))
    scores = vectors @ people.T
    by_person = (scores - of_people.mean(1)) / of_people.std(1)
    by_face = (scores - of_faces.mean(1)[:, None]) / of_faces.std(1)[:, None]
    return np.asarray(by_person + by_face, np.float64)


def shared_covariance_gaussians(task: Task) -> Scores:
    """Log likelihood of a Gaussian around the person over a mixture of equal ones around the background."""
    spread = np.linalg.inv(np.linalg.cholesky(_within_a_person(task))).T
    people = np.array([task.faces.vectors[rows].mean(0) for rows in task.gallery])
    vectors = task.vectors @ spread
    strangers = _log_density(vectors, task.background @ spread)
    most = strangers.max(1, keepdims=True)
    mixture = most + np.log(np.exp(strangers - most).mean(1, keepdims=True))
    return np.asarray(_log_density(vectors, people @ spread) - mixture, np.float64)


def two_covariances(task: Task) -> Scores:
    """Probabilistic LDA: the log likelihood ratio of one person or two, with Gaussians between and within people."""
    within = _within_a_person(task)
    between = _shrunk(np.cov(task.background.T.astype(np.float64)) - within)
    whiten = np.linalg.inv(np.linalg.cholesky(within))
    strengths, axes = np.linalg.eigh(whiten @ between @ whiten.T)
    turn, centre = (axes.T @ whiten).T, task.background.mean(0)
    strengths = np.maximum(strengths, 0)
    vectors = (task.vectors - centre) @ turn
    scores = []
    for rows in task.gallery:
        gain = len(rows) * strengths / (len(rows) * strengths + 1)
        mean, variance = gain * ((task.faces.vectors[rows].mean(0) - centre) @ turn), strengths * (1 - gain) + 1
        same = -(((vectors - mean) ** 2) / variance + np.log(variance)).sum(1)
        other = -((vectors**2) / (strengths + 1) + np.log(strengths + 1)).sum(1)
        scores.append((same - other) / 2)
    return np.stack(scores, axis=1)


PEERS: dict[str, Scorer] = {
    "nearest example": nearest_example,
    "mean of top three": mean_of_top_three,
    "centroid": centroid,
    "centroid, adaptive s-norm": adaptive_s_norm,
    "shared-covariance Gaussians": shared_covariance_gaussians,
    "two covariances (PLDA)": two_covariances,
}


def _by_example(task: Task, pool: Callable[[Vectors], Vectors]) -> Scores:
    pooled = [pool(task.vectors @ task.faces.vectors[rows].T) for rows in task.gallery]
    return np.stack(pooled, axis=1).astype(np.float64)


def _centroids(task: Task) -> Vectors:
    means = np.array([task.faces.vectors[rows].mean(0) for rows in task.gallery])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)


def _within_a_person(task: Task) -> Scores:
    """Of everybody who is not in the gallery, as someone who had labelled data would have learnt it."""
    faces = task.faces
    others = ~np.isin(faces.who, faces.who[[rows[0] for rows in task.gallery]])
    who = np.unique(faces.who[others], return_inverse=True)[1].astype(np.int64)
    return _shrunk(within_covariance(faces.vectors[others].astype(np.float64), who))


def _shrunk(covariance: Scores) -> Scores:
    dimensions = len(covariance)
    even = np.trace(covariance) / dimensions * np.eye(dimensions)
    values, axes = np.linalg.eigh((1 - _SHRINKAGE) * covariance + _SHRINKAGE * even)
    return np.asarray((axes * np.maximum(values, 1e-6)) @ axes.T, np.float64)


def _log_density(vectors: NDArray[np.floating], means: NDArray[np.floating]) -> Scores:
    """Up to a constant, of unit Gaussians around the means."""
    squares = (vectors**2).sum(1)[:, None] + (means**2).sum(1) - 2 * vectors @ means.T
    return np.asarray(-squares / 2, np.float64)
