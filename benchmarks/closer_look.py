"""What the detector's closer look is for: `python benchmarks/closer_look.py [--faces N]`.

Labelled faces (../shared/data/faces) as they are, reduced to a quarter, and tilted, are aligned by the points of one
look at the whole picture and by the points of the detector. Told is how many pairs of one person are as alike as the
most alike of 1,000 and of 10,000 pairs of two, by SFace. Takes two minutes.
"""

import argparse
import csv
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from measuring import table
from photoscribe.config import default_library, settings
from photoscribe.core.photo import Pixels
from photoscribe.vision.alignment import SIDE, similarity, warped
from photoscribe.vision.detector import FaceDetector
from photoscribe.vision.embedder import FaceEmbedder
from photoscribe.vision.manifest import SFACE, YUNET
from photoscribe.vision.onnx import OnnxSession, open_session
from photoscribe.vision.weights import WeightStore
from photoscribe.vision.yunet import look, without_repeats

Points = NDArray[np.float64]  # (n, 5, 2) in pixels, of n faces
Locate = Callable[[Pixels], Points]
Change = Callable[[Pixels], Pixels]

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "faces"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measures recognition of small and tilted faces.")
    parser.add_argument("--faces", type=int, default=900)
    count = parser.parse_args().faces
    if not FOLDER.is_dir():
        sys.exit("The labelled faces are not beside this checkout (../shared/data/faces): nothing to measure with.")
    cv2.setNumThreads(1)
    store = WeightStore(settings(default_library(), os.environ).models)
    store.paths([YUNET, SFACE])
    yunet = open_session(store, YUNET, any_size=True)
    embedder = FaceEmbedder(open_session(store, SFACE))
    with (FOLDER / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:count]
    pictures = [load(FOLDER / row["file"]) for row in rows]
    who = np.unique([row["identity"] for row in rows], return_inverse=True)[1]
    told = []
    for name, change in CHANGES.items():
        changed = [change(picture) for picture in pictures]
        first, closer = (
            found_pairs(vectors(embedder, [crop(picture, locate) for picture in changed]), who)
            for locate in (first_look(yunet), all_looks(yunet))
        )
        told.append([name, *first, *closer])
    print(f"{len(pictures)} pictures of {who.max() + 1} people: % of pairs of one person found")
    print(table(("", "first look, FAR 1e-3", "1e-4", "closer look, 1e-3", "1e-4"), told))


def load(path: Path) -> Pixels:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def quartered(pixels: Pixels) -> Pixels:
    size = (pixels.shape[1] // 4, pixels.shape[0] // 4)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def tilted(degrees: float) -> Change:
    def change(pixels: Pixels) -> Pixels:
        height, width = pixels.shape[:2]
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
        return np.asarray(cv2.warpAffine(pixels, matrix, (width, height)), np.uint8)

    return change


CHANGES: dict[str, Change] = {
    "as they are": lambda pixels: pixels,
    "a quarter (face of 24 px)": quartered,
    **{f"tilted by {degrees} degrees": tilted(degrees) for degrees in (15, 25, 40)},
}


def first_look(session: OnnxSession) -> Locate:
    return lambda pixels: without_repeats(look(session, pixels, 0.3), 0.3).points.astype(np.float64)


def all_looks(session: OnnxSession) -> Locate:
    detector = FaceDetector(session)

    def locate(pixels: Pixels) -> Points:
        return np.array([face.landmarks * pixels.shape[1::-1] for face in detector.detect(pixels)]).reshape(-1, 5, 2)

    return locate


def crop(pixels: Pixels, locate: Locate) -> Pixels | None:
    """The face nearest to the middle, where the labelled one is; None when none is found."""
    points = locate(pixels)
    if len(points):
        middle = np.array(pixels.shape[1::-1]) / 2
        nearest = points[np.argmin(np.abs(points.mean(axis=1) - middle).sum(axis=1))]
        matrix = similarity(nearest)
        if matrix is not None:
            return warped(pixels, matrix, SIDE)
    return None


def vectors(embedder: FaceEmbedder, crops: Sequence[Pixels | None]) -> NDArray[np.float32]:
    """(n, d); zero, which is like nobody, for a face that was not found."""
    found = embedder.embed([one for one in crops if one is not None])
    result = np.zeros((len(crops), len(found[0])), np.float32)
    result[[one is not None for one in crops]] = found
    return result


def found_pairs(matrix: NDArray[np.float32], who: NDArray[np.intp]) -> list[str]:
    first, second = np.triu_indices(len(matrix), 1)
    cosines, same = (matrix @ matrix.T)[first, second], who[first] == who[second]
    strangers = np.sort(cosines[~same])
    thresholds = [strangers[-int(rate * len(strangers))] for rate in (1e-3, 1e-4)]
    return [f"{100 * (cosines[same] >= threshold).mean():.1f}" for threshold in thresholds]


if __name__ == "__main__":
    main()
