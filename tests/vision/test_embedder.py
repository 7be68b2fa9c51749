"""Vectors of one person are alike, of two are not, whatever else is computed beside them."""

import cv2
import numpy as np
import pytest

from photoscribe.core.facts import check_unit
from photoscribe.core.photo import Pixels
from photoscribe.vision.alignment import SIDE, similarity, warped
from photoscribe.vision.detector import FaceDetector
from photoscribe.vision.embedder import FaceEmbedder
from photoscribe.vision.manifest import SFACE
from photoscribe.vision.models import Pack
from photoscribe.vision.onnx import Floats, OnnxSession, open_session
from photoscribe.vision.weights import WeightStore
from tests.vision.conftest import GroupPhoto, Pair, load
from tests.vision.test_conversion import PACKS_HERE


class Counting:
    """A network whose vector is the mean of each plane; keeps what it was asked."""

    def __init__(self) -> None:
        self.batches: list[Floats] = []

    def run(self, batch: Floats) -> list[Floats]:
        self.batches.append(batch.copy())
        return [batch.mean(axis=(2, 3)) + np.array([[1, 2, 3]], np.float32)]


def crop_of(detector: FaceDetector, pixels: Pixels) -> Pixels:
    face = min(detector.detect(pixels), key=lambda one: abs(one.box.centre[0] - 0.5) + abs(one.box.centre[1] - 0.5))
    matrix = similarity(face.landmarks * pixels.shape[1::-1])
    assert matrix is not None
    return warped(pixels, matrix, SIDE)


def noise(n: int) -> list[Pixels]:
    return list(np.random.default_rng(0).integers(0, 256, (n, SIDE, SIDE, 3), np.uint8))


def test_no_faces_ask_for_nothing() -> None:
    network = Counting()
    assert FaceEmbedder(network).embed([]) == []
    assert network.batches == []


def test_the_network_gets_red_first_scaled_as_it_wants_in_small_batches() -> None:
    red = np.zeros((SIDE, SIDE, 3), np.uint8)
    red[:, :, 0] = 255
    network = Counting()
    vectors = FaceEmbedder(network, mean=127.5, scale=1 / 127.5).embed([red] * 9)
    assert sum(len(batch) for batch in network.batches) == len(vectors) == 9
    assert max(len(batch) for batch in network.batches) <= 4
    np.testing.assert_allclose(network.batches[0][0].mean(axis=(1, 2)), [1, -1, -1], atol=1e-6)
    expected = np.array([2, 1, 2]) / 3
    np.testing.assert_allclose(vectors[8], expected, atol=1e-6)


def test_the_mirrored_face_is_added_when_asked() -> None:
    half = np.zeros((SIDE, SIDE, 3), np.uint8)
    half[:, :50] = 200
    network = Counting()
    FaceEmbedder(network, mirrored=True).embed([half])
    np.testing.assert_array_equal(network.batches[1], network.batches[0][..., ::-1])


@pytest.mark.models
def test_a_face_has_one_vector_alone_and_in_a_batch(embedder: FaceEmbedder) -> None:
    crops = noise(6)
    together = embedder.embed(crops)
    for crop, vector in zip(crops, together, strict=True):
        check_unit(vector)
        (alone,) = embedder.embed([crop])
        np.testing.assert_allclose(vector, alone, atol=1e-5)


@pytest.mark.models
@pytest.mark.shared
def test_vectors_are_those_of_opencv(
    store: WeightStore, embedder: FaceEmbedder, detector: FaceDetector, group: GroupPhoto
) -> None:
    peer = cv2.FaceRecognizerSF.create(str(store.path(SFACE)), "")
    for face in detector.detect(group.pixels)[:5]:
        matrix = similarity(face.landmarks * group.pixels.shape[1::-1])
        assert matrix is not None
        crop = warped(group.pixels, matrix, SIDE)
        theirs = peer.feature(np.ascontiguousarray(crop[:, :, ::-1]))[0]
        (ours,) = embedder.embed([crop])
        assert ours @ theirs / np.linalg.norm(theirs) > 0.999


@pytest.mark.models
@pytest.mark.shared
@pytest.mark.parametrize("pack", PACKS_HERE, ids=lambda pack: pack.name)
def test_one_person_is_more_alike_than_two(
    store: WeightStore, detector: FaceDetector, pairs: list[Pair], pack: Pack
) -> None:
    """120 pairs; on 2026-11-20 all packs told at least 119 of them apart at the stated cosine."""
    embedder = FaceEmbedder(open_session(store, pack.embedder), mean=pack.mean, scale=pack.scale)
    paths = sorted({path for a, b, _ in pairs for path in (a, b)})
    vectors = dict(zip(paths, embedder.embed([crop_of(detector, load(path)) for path in paths]), strict=True))
    cosines = np.array([vectors[a] @ vectors[b] for a, b, _ in pairs])
    same = np.array([same for *_, same in pairs])
    assert ((cosines >= pack.cosines.best) == same).sum() >= 117
    assert (cosines[same] >= pack.cosines.far_1e_4).mean() >= 0.93
    assert (cosines[~same] >= pack.cosines.far_1e_4).sum() == 0
    assert np.median(cosines[same]) - np.median(cosines[~same]) > 0.5


@pytest.mark.models
@pytest.mark.shared
@pytest.mark.parametrize("degrees", [-25, 15, 40])
def test_a_tilted_head_is_still_the_same_person(
    detector: FaceDetector, embedder: FaceEmbedder, sface: OnnxSession, portrait: Pixels, degrees: float
) -> None:
    assert sface is not None
    matrix = cv2.getRotationMatrix2D((125, 125), degrees, 1)
    tilted = np.asarray(cv2.warpAffine(portrait, matrix, (250, 250)), np.uint8)
    upright, turned = embedder.embed([crop_of(detector, portrait), crop_of(detector, tilted)])
    assert upright @ turned > 0.85
