"""How well faces are grouped, before anybody was named: `python benchmarks/grouping.py`.

The labelled faces of ../shared/data/faces go through photoscribe's own detector and embedder, and their vectors
through its grouping and through its peers, in one run. `--calibrate` tells what the constants of core/calibration.py
are chosen from; `--large` measures 100,000 made-up faces instead of 20,000.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.cluster import DBSCAN, AgglomerativeClustering

from labelled_faces import GROUPS, FacesAndLabels, Ids, Vectors, bcubed, load, made_up
from measuring import table
from photoscribe.core.agglomeration import STRONG
from photoscribe.core.calibration import CALIBRATIONS, GroupingScale
from photoscribe.core.clustering import Known, graded, group
from photoscribe.core.neighbours import nearest

_WANTED_PRECISION, _WANTED_F, _WANTED_OF_A_GROUP = 0.99, 0.985, 0.97
_SPLITS = 20  # of the people into halves, one to choose on and one to measure on


@dataclass(frozen=True, slots=True)
class Score:
    """BCubed figures of all faces. pulled: the share of people with one photo who were put with somebody."""

    precision: float
    recall: float
    f: float
    pulled: float


def score(labels: Ids, faces: FacesAndLabels) -> Score:
    precision, recall = (float(one.mean()) for one in bcubed(labels, faces.who))
    strangers = np.flatnonzero(faces.kind == "single")
    sizes = np.bincount(labels[labels >= 0], minlength=1)
    pulled = [labels[face] >= 0 and sizes[labels[face]] > 1 for face in strangers]
    return Score(precision, recall, 2 * precision * recall / (precision + recall), float(np.mean(pulled)))


def ours(vectors: Vectors, scale: GroupingScale, alike: float = 0.5) -> Ids:
    labels = group(vectors, nearest(vectors), Known.of_photos(np.arange(len(vectors))), scale=scale, alike=alike)
    return labels.astype(np.int64)


def average_linkage(vectors: Vectors, distance: float) -> Ids:
    model = AgglomerativeClustering(None, metric="cosine", linkage="average", distance_threshold=distance)
    return np.asarray(model.fit_predict(vectors), np.int64)


def dbscan(vectors: Vectors, distance: float) -> Ids:
    return np.asarray(DBSCAN(eps=distance, min_samples=2, metric="cosine").fit_predict(vectors), np.int64)


def chinese_whispers(vectors: Vectors, least: float, rounds: int = 20) -> Ids:
    """Every face takes the label that weighs most among its neighbours, in random order, again and again."""
    known, random = nearest(vectors), np.random.default_rng(0)
    label = np.arange(len(vectors))
    likeness = np.where(known.similarities >= least, known.similarities, 0)
    near = [known.indices[face, likeness[face] > 0] for face in range(len(vectors))]
    back: list[list[int]] = [[] for _ in near]
    for face, others in enumerate(near):
        for other in others:
            back[other].append(face)
    both = [np.unique(np.concatenate([one, np.array(other, np.int64)])) for one, other in zip(near, back, strict=True)]
    weight = [vectors[others] @ vectors[face] for face, others in enumerate(both)]
    for _ in range(rounds):
        for face in random.permutation(len(vectors)).tolist():
            if len(both[face]):
                votes, number = np.unique(label[both[face]], return_inverse=True)
                label[face] = votes[np.bincount(number, weight[face]).argmax()]
    return label


def against_peers(faces: FacesAndLabels, scale: GroupingScale) -> None:
    contenders: Sequence[tuple[str, Callable[[], Ids]]] = [
        ("photoscribe, as it comes", lambda: ours(faces.vectors, scale)),
        *((f"average linkage, cut {cut}", _bind(average_linkage, faces.vectors, cut)) for cut in (0.5, 0.56, 0.58)),
        *((f"Chinese whispers from {one}", _bind(chinese_whispers, faces.vectors, one)) for one in (0.4, 0.45, 0.5)),
        *((f"DBSCAN within {one}", _bind(dbscan, faces.vectors, one)) for one in (0.42, 0.48)),
    ]
    rows, by_group, first = [], [], None
    for name, run in contenders:
        started = time.perf_counter()
        labels = run()
        seconds = time.perf_counter() - started
        one = score(labels, faces)
        first = first or one
        figures = [f"{figure:.4f}" for figure in (one.precision, one.recall, one.f)]
        rows.append([name, *figures, f"{one.pulled:.1%}", f"{first.f / one.f:.3f}", f"{seconds:.2f}"])
        by_group.append([name, *_by_group(labels, faces)])
    heads = ["grouping", "precision", "recall", "F", "strangers pulled", "our F : its F", "seconds"]
    print(table(heads, rows), "", sep="\n")
    sizes = [f"{name} ({np.count_nonzero(faces.group == name)})" for name in GROUPS]
    print(table(["precision / recall by group", *sizes], by_group), "", sep="\n")


def _bind(function: Callable[[Vectors, float], Ids], vectors: Vectors, setting: float) -> Callable[[], Ids]:
    return lambda: function(vectors, setting)


def _by_group(labels: Ids, faces: FacesAndLabels) -> list[str]:
    precision, recall = bcubed(labels, faces.who)
    inside = [faces.group == name for name in GROUPS]
    return [f"{precision[one].mean():.3f} / {recall[one].mean():.3f}" for one in inside]


def by_setting(faces: FacesAndLabels, scale: GroupingScale) -> None:
    rows = []
    for alike in (0, 0.25, 0.4, 0.5, 0.6, 0.75, 1):
        one = score(ours(faces.vectors, scale, alike), faces)
        figures = [f"{figure:.4f}" for figure in (one.precision, one.recall, one.f)]
        rows.append([f"{alike} ({scale.threshold(alike):.2f})", *figures, f"{one.pulled:.1%}"])
    print(table(["alike (mean cosine)", "precision", "recall", "F", "strangers pulled"], rows), "", sep="\n")


def with_poor_pictures(faces: FacesAndLabels, scale: GroupingScale) -> None:
    """Two in five faces tiny or blurred, first taken for good, then graded by their quality."""
    rows = []
    for kind, poor, quality in (
        ("17 px", faces.tiny, faces.tiny_quality),
        ("blurred", faces.blurred, faces.blurred_quality),
    ):
        chosen = (np.random.default_rng(0).random(len(faces.who)) < 0.4) & ~np.isnan(poor[:, 0])
        vectors = np.where(chosen[:, None], poor, faces.vectors)
        for name, given in (("taken for good", np.full(len(chosen), STRONG)), ("graded", graded(quality))):
            known = replace(
                Known.of_photos(np.arange(len(chosen))), grades=np.where(chosen, given, STRONG).astype(np.int8)
            )
            labels = group(vectors, nearest(vectors), known, scale=scale).astype(np.int64)
            one, (precision, recall) = score(labels, faces), bcubed(labels, faces.who)
            parts = [f"{figure[part].mean():.4f}" for part in (~chosen, chosen) for figure in (precision, recall)]
            rows.append([f"{kind} ({chosen.sum()}), {name}", *parts, f"{one.f:.4f}", f"{one.pulled:.1%}"])
    heads = ["poor faces", "good: precision", "recall", "poor: precision", "recall", "F", "strangers pulled"]
    print(table(heads, rows), "", sep="\n")


def by_quality(faces: FacesAndLabels, least: float) -> None:
    """How often two faces of different people, and of one, are as alike as two single faces must be to merge."""
    rows = []
    kinds = (("as they are", faces.vectors), ("25 px", faces.small), ("17 px", faces.tiny), ("blurred", faces.blurred))
    for name, vectors in kinds:
        found = ~np.isnan(vectors[:, 0])
        one = faces.who[found, None] == faces.who[found]
        np.fill_diagonal(one, val=False)
        figures = []
        for other in (vectors, faces.vectors):
            likeness = vectors[found] @ other[found].T
            np.fill_diagonal(likeness, -1)
            figures += [f"{(likeness[~one] >= least).mean() * 1e6:.0f}", f"{(likeness[one] >= least).mean():.3f}"]
        rows.append([f"{name} ({np.count_nonzero(found)})", *figures])
    heads = [f"pairs above {least:.2f}", "of two people, per million", "of one", "with a good face: of two", "of one"]
    print(table(heads, rows), "", sep="\n")


def timing(faces: FacesAndLabels, scale: GroupingScale, count: int) -> None:
    """Made-up faces that are as alike within and between people as the real ones; half belong to 200 people."""
    vectors, who = made_up(faces, count)
    started = time.perf_counter()
    neighbours = nearest(vectors)
    found = time.perf_counter()
    labels = group(vectors, neighbours, Known.of_photos(np.arange(count)), scale=scale).astype(np.int64)
    done = time.perf_counter()
    precision, recall = (float(one.mean()) for one in bcubed(labels, who))
    rows = [[f"{count:,}", f"{found - started:.1f}", f"{done - found:.1f}", f"{precision:.4f}", f"{recall:.4f}"]]
    print(table(["made-up faces", "neighbours s", "grouping s", "precision", "recall"], rows), "", sep="\n")


def calibrate(faces: FacesAndLabels, scale: GroupingScale) -> None:
    """Chooses on half of the people, measures on the other half, for many halves."""
    rows = []
    for small in (0.0, 0.01, 0.02, 0.03, 0.04):
        chosen, held_out = [], []
        for seed in range(_SPLITS):
            people = np.random.default_rng(seed).permutation(faces.who.max() + 1)
            inside = np.isin(faces.who, people[: len(people) // 2])
            best = _chosen(faces.only(inside), replace(scale, small=small))
            chosen.append(best.default)
            held_out.append(score(ours(faces.vectors[~inside], best), faces.only(~inside)))
        figures = [np.mean([getattr(one, name) for one in held_out]) for name in ("precision", "recall", "f", "pulled")]
        spread = f"{np.median(chosen):.3f} ({min(chosen):.2f} to {max(chosen):.2f})"
        rows.append([small, spread, *(f"{figure:.4f}" for figure in figures)])
    heads = ["small", "chosen default", "held-out precision", "recall", "F", "strangers pulled"]
    print(table(heads, rows), "", sep="\n")


def _chosen(faces: FacesAndLabels, scale: GroupingScale) -> GroupingScale:
    """The loosest default that keeps a precision of 0.998 and pulls at most one stranger in 200."""
    for default in np.arange(scale.loosest + 0.01, scale.strictest, 0.01):
        now = replace(scale, default=float(default))
        one = score(ours(faces.vectors, now), faces)
        if one.precision >= 0.998 and one.pulled <= 0.005:
            return now
    return scale


def reached(faces: FacesAndLabels, scale: GroupingScale) -> bool:
    labels = ours(faces.vectors, scale)
    one, precision = score(labels, faces), bcubed(labels, faces.who)[0]
    worst = min(float(precision[faces.group == name].mean()) for name in GROUPS)
    ok = one.precision >= _WANTED_PRECISION and one.f >= _WANTED_F and worst >= _WANTED_OF_A_GROUP
    wanted = f"precision {_WANTED_PRECISION}, F {_WANTED_F}, {_WANTED_OF_A_GROUP} in every group"
    print(f"wanted {wanted}: {'reached' if ok else 'MISSED'} ({one.precision:.4f}, {one.f:.4f}, {worst:.4f})")
    return ok


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures how well faces are grouped.")
    parser.add_argument("--model", default="sface-2021dec", choices=sorted(CALIBRATIONS))
    parser.add_argument("--calibrate", action="store_true", help="choose the threshold on halves of the people")
    parser.add_argument("--large", action="store_true", help="time 100,000 made-up faces, which takes minutes")
    arguments = parser.parse_args()
    faces, scale = load(arguments.model), CALIBRATIONS[arguments.model].grouping
    if arguments.calibrate:
        calibrate(faces, scale)
        return
    against_peers(faces, scale)
    by_setting(faces, scale)
    by_quality(faces, scale.default + 2 * scale.small)
    with_poor_pictures(faces, scale)
    timing(faces, scale, 100_000 if arguments.large else 20_000)
    raise SystemExit(0 if reached(faces, scale) else 1)


if __name__ == "__main__":
    main()
