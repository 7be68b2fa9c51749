"""The real models, opened once, and real photos."""

import csv
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photoscribe.config import default_library, settings
from photoscribe.core.photo import Pixels
from photoscribe.vision.detector import FaceDetector
from photoscribe.vision.embedder import FaceEmbedder
from photoscribe.vision.faces import FaceStep, face_step
from photoscribe.vision.manifest import SFACE, YUNET
from photoscribe.vision.models import DEFAULT
from photoscribe.vision.onnx import OnnxSession, open_session
from photoscribe.vision.weights import WeightStore

Pair = tuple[Path, Path, bool]


def user_store() -> WeightStore:
    return WeightStore(settings(default_library(), os.environ).models)


@pytest.fixture(scope="session")
def store() -> WeightStore:
    """The weights of this user, among which a test marked `models` finds the default ones."""
    return user_store()


@pytest.fixture(scope="session")
def yunet(store: WeightStore) -> OnnxSession:
    return open_session(store, YUNET, any_size=True)


@pytest.fixture(scope="session")
def sface(store: WeightStore) -> OnnxSession:
    return open_session(store, SFACE)


@pytest.fixture(scope="session")
def detector(yunet: OnnxSession) -> FaceDetector:
    return FaceDetector(yunet)


@pytest.fixture(scope="session")
def embedder(sface: OnnxSession) -> FaceEmbedder:
    return FaceEmbedder(sface)


@pytest.fixture(scope="session")
def step(store: WeightStore) -> FaceStep:
    return face_step(DEFAULT, store)


@dataclass(frozen=True, slots=True)
class GroupPhoto:
    """boxes, ignored: (n, 4) left, top, right, bottom in pixels; ignored may or may not be found."""

    name: str
    pixels: Pixels
    boxes: list[list[float]]
    ignored: list[list[float]]


def load(path: Path) -> Pixels:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


@pytest.fixture(scope="session")
def groups(shared: Path) -> list[GroupPhoto]:
    labels = json.loads((shared / "groups" / "labels.json").read_text())
    return [
        GroupPhoto(name, load(shared / "groups" / name), label["boxes_xyxy"], label["ignore_xyxy"])
        for name, label in labels.items()
    ]


@pytest.fixture(scope="session")
def group(groups: list[GroupPhoto]) -> GroupPhoto:
    """1920 x 1440, 14 faces."""
    return next(photo for photo in groups if photo.name == "human-samples-group-1.jpg")


@pytest.fixture(scope="session")
def portrait(shared: Path) -> Pixels:
    """250 x 250, one face of 80 px in the middle."""
    with (shared / "faces" / "labels.csv").open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["kind"] == "id")
    return load(shared / "faces" / row["file"])


@pytest.fixture(scope="session")
def pairs(shared: Path) -> list[Pair]:
    """60 pairs of one person and 60 of two, spread over the list."""
    with (shared / "faces" / "pairs.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            (shared / "faces" / row["a"], shared / "faces" / row["b"], row["same"] == "1")
            for row in csv.DictReader(file)
        ]
    same, different = [row for row in rows if row[2]], [row for row in rows if not row[2]]
    return same[::50][:60] + different[::50][:60]
