"""Faces found and what it costs: `python benchmarks/detection.py`.

The labelled group photos (148 faces, ../shared/data/groups) are looked at as they are, and inside grey pictures
1.4 to 4 times as large, which makes their faces small. OpenCV runs the same networks in the same run, on one thread
like ours. Milliseconds are of the processor, the fastest of several passes that alternate between the contenders.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from measuring import table
from photoscribe.config import default_library, settings
from photoscribe.core.photo import Pixels
from photoscribe.vision.alignment import SIDE, similarity, warped
from photoscribe.vision.detector import DetectionSettings, FaceDetector
from photoscribe.vision.embedder import FaceEmbedder
from photoscribe.vision.manifest import SFACE, YUNET
from photoscribe.vision.onnx import OnnxSession, open_session
from photoscribe.vision.weights import WeightStore
from photoscribe.vision.yunet import look, without_repeats

Boxes = NDArray[np.float64]  # (n, 4) left, top, right, bottom in pixels, best score first
Counts = NDArray[np.int64]
Detect = Callable[[Pixels], Boxes]

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
SHARES = (1, 0.7, 0.5, 0.35, 0.25)  # of the picture's sides that the group photo takes
BANDS = (0, 8, 12, 16, 32, 1024)  # shorter side of a face in pixels of the picture reduced to 1024
PEER_SCORE = 0.6  # for OpenCV and for our first look alone


@dataclass(frozen=True, slots=True)
class GroupPhoto:
    pixels: Pixels
    faces: Boxes
    ignored: Boxes


@dataclass(frozen=True, slots=True)
class Contender:
    name: str
    side: int
    detect: Detect


def no_counts() -> Counts:
    return np.zeros(len(BANDS) - 1, np.int64)


@dataclass
class Tally:
    """found, labelled: by band. false: boxes on no labelled face."""

    found: Counts = field(default_factory=no_counts)
    labelled: Counts = field(default_factory=no_counts)
    false: int = 0

    def percent_by_band(self) -> list[str]:
        return [f"{100 * part / of:.1f}" if of else "" for part, of in zip(self.found, self.labelled, strict=True)]


def main() -> None:
    if not DATA.is_dir():
        sys.exit("The test photos are not beside this checkout (../shared/data): nothing to measure with.")
    cv2.setNumThreads(1)
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    store = WeightStore(settings(default_library(), os.environ).models)
    store.paths([YUNET, SFACE])
    photos = load_groups()
    tell_detection(store, photos)
    tell_embedding(store, photos[0])


def tell_detection(store: WeightStore, photos: Sequence[GroupPhoto]) -> None:
    contenders = contenders_of(store)
    took = milliseconds({one.name: in_turn(one.detect, photos) for one in contenders}, rounds=5)
    rows = []
    for one in contenders:
        as_taken, in_all = tally(one.detect, photos, SHARES[:1]), tally(one.detect, photos, SHARES)
        whole = as_taken.labelled.sum()
        found, false = 100 * as_taken.found.sum() / whole, 100 * as_taken.false / whole
        cost = f"{took[one.name] / len(photos):.1f}", f"{took[f'OpenCV {one.side}'] / took[one.name]:.2f}"
        rows.append([one.name, f"{found:.1f}", f"{false:.1f}", *in_all.percent_by_band(), in_all.false, *cost])
    bands = [f"{low}-{high} px" for low, high in pairwise(BANDS)]
    heads = ("", "found %", "false %", *bands, "false", "ms a photo", "OpenCV's ms / ms")
    print("Faces as photographed; then at five sizes, % found by pixels at 1024, and boxes on no labelled face.")
    print(table(heads, rows), end="\n\n")


def contenders_of(store: WeightStore) -> list[Contender]:
    session = open_session(store, YUNET, any_size=True)
    sides = (640, 1024, 1280)
    ours = [Contender(f"photoscribe {side}", side, three_looks(session, side)) for side in sides]
    first = Contender("first look alone, 1024", 1024, one_look(session, 1024))
    return [*ours, first, *(Contender(f"OpenCV {side}", side, by_opencv(store.path(YUNET), side)) for side in sides)]


def three_looks(session: OnnxSession, side: int) -> Detect:
    detector = FaceDetector(session, DetectionSettings(side=side))

    def detect(pixels: Pixels) -> Boxes:
        size = np.tile(pixels.shape[1::-1], 2)
        edges = [(f.box.x, f.box.y, f.box.x + f.box.w, f.box.y + f.box.h) for f in detector.detect(pixels)]
        return np.asarray(np.array(edges).reshape(-1, 4) * size, np.float64)

    return detect


def one_look(session: OnnxSession, side: int) -> Detect:
    def detect(pixels: Pixels) -> Boxes:
        small, share = reduced(pixels, side)
        return corners(without_repeats(look(session, small, PEER_SCORE), 0.3).boxes / share)

    return detect


def by_opencv(model: Path, side: int) -> Detect:
    network: Any = cv2.FaceDetectorYN.create(str(model), "", (320, 320), PEER_SCORE, 0.3, 5000)

    def detect(pixels: Pixels) -> Boxes:
        small, share = reduced(pixels, side)
        network.setInputSize((small.shape[1], small.shape[0]))
        _, found = network.detect(np.ascontiguousarray(small[:, :, ::-1]))
        if found is None:
            return np.empty((0, 4))
        return corners(found[np.argsort(-found[:, 14]), :4] / share)

    return detect


def reduced(pixels: Pixels, side: int) -> tuple[Pixels, float]:
    share = min(1.0, side / max(pixels.shape[:2]))
    size = (round(pixels.shape[1] * share), round(pixels.shape[0] * share))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8), share


def corners(boxes: NDArray[np.floating[Any]]) -> Boxes:
    return np.concatenate([boxes[:, :2], boxes[:, :2] + boxes[:, 2:]], axis=1).astype(np.float64)


def load_groups() -> list[GroupPhoto]:
    labels = json.loads((DATA / "groups" / "labels.json").read_text())
    return [
        GroupPhoto(
            load(DATA / "groups" / name),
            np.array(label["boxes_xyxy"]).reshape(-1, 4),
            np.array(label["ignore_xyxy"]).reshape(-1, 4),
        )
        for name, label in labels.items()
    ]


def load(path: Path) -> Pixels:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def in_turn(detect: Detect, photos: Sequence[GroupPhoto]) -> Callable[[], None]:
    def run() -> None:
        for photo in photos:
            detect(photo.pixels)

    return run


def milliseconds(jobs: dict[str, Callable[[], None]], rounds: int) -> dict[str, float]:
    """The fastest of several passes of each job; the jobs alternate, so that a busy machine is fair to all."""
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(rounds + 1):
        for name, job in jobs.items():
            before = time.process_time()
            job()
            taken[name].append((time.process_time() - before) * 1000)
    return {name: min(times[1:]) for name, times in taken.items()}


def tally(detect: Detect, photos: Sequence[GroupPhoto], shares: Sequence[float]) -> Tally:
    result = Tally()
    for photo in photos:
        sides = (photo.faces[:, 2:] - photo.faces[:, :2]).min(axis=1)
        for share in shares:
            picture = padded(photo.pixels, share)
            found, false = matched(detect(picture), photo)
            bands = np.digitize(sides * 1024 / max(1024, *picture.shape[:2]), BANDS[1:-1])
            np.add.at(result.labelled, bands, 1)
            np.add.at(result.found, bands[found], 1)
            result.false += false
    return result


def padded(pixels: Pixels, share: float) -> Pixels:
    height, width = (round(side / share) for side in pixels.shape[:2])
    canvas = np.full((height, width, 3), 110, np.uint8)
    canvas[: pixels.shape[0], : pixels.shape[1]] = pixels
    return canvas


def matched(boxes: Boxes, photo: GroupPhoto) -> tuple[NDArray[np.bool_], int]:
    """Which labelled faces have a box, each its own, and how many boxes are on no face, labelled or ignored."""
    found, false = np.zeros(len(photo.faces), bool), 0
    for box in boxes:
        likeness = np.where(found, 0, alike(box, photo.faces))
        best = int(np.argmax(likeness))
        if likeness[best] > 0:
            found[best] = True
        elif not alike(box, photo.ignored).any():
            false += 1
    return found, false


def alike(box: Boxes, labels: Boxes) -> Boxes:
    """Overlap with each label where it is 0.35 or the box has its centre in the label, else 0: labels are loose."""
    sides = np.clip(np.minimum(box[2:], labels[:, 2:]) - np.maximum(box[:2], labels[:, :2]), 0, None)
    shared = sides.prod(axis=1)
    areas = (labels[:, 2:] - labels[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod()
    overlap = shared / (areas - shared)
    centre = (box[:2] + box[2:]) / 2
    inside = ((labels[:, :2] <= centre) & (centre <= labels[:, 2:])).all(axis=1)
    return np.where(inside | (overlap >= 0.35), overlap, 0)


def tell_embedding(store: WeightStore, photo: GroupPhoto) -> None:
    faces = FaceDetector(open_session(store, YUNET, any_size=True)).detect(photo.pixels)
    matrices = [similarity(face.landmarks * photo.pixels.shape[1::-1]) for face in faces]
    crops = [warped(photo.pixels, matrix, SIDE) for matrix in matrices if matrix is not None][:8]
    embedder = FaceEmbedder(open_session(store, SFACE))
    peer: Any = cv2.FaceRecognizerSF.create(str(store.path(SFACE)), "")
    reversed_crops = [np.ascontiguousarray(crop[:, :, ::-1]) for crop in crops]

    def in_batches_of(size: int) -> Callable[[], None]:
        def run() -> None:
            for start in range(0, len(crops), size):
                embedder.embed(crops[start : start + size])

        return run

    def one_by_one() -> None:
        for crop in reversed_crops:
            peer.feature(crop)

    jobs = {f"photoscribe, {size} at once": in_batches_of(size) for size in (1, 4, 8)} | {
        "OpenCV, 1 at once": one_by_one
    }
    took = milliseconds(jobs, rounds=6)
    rows = [[name, f"{ms / len(crops):.1f}", f"{took['OpenCV, 1 at once'] / ms:.2f}"] for name, ms in took.items()]
    print(table(("SFace", "ms a face", "OpenCV's ms / ms"), rows))


if __name__ == "__main__":
    main()
