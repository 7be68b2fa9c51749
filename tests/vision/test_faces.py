"""The step: pictures in, facts out, one result for each picture, the same every time."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from photoscribe.app.ports import Step
from photoscribe.core.facts import Face, Facts, Origin, check_unit
from photoscribe.core.photo import PhotoId, Picture, Pixels, Size
from photoscribe.vision.detector import DetectionSettings, FaceDetector
from photoscribe.vision.embedder import FaceEmbedder
from photoscribe.vision.faces import FaceStep
from photoscribe.vision.models import DEFAULT
from photoscribe.vision.onnx import Floats
from tests.vision.conftest import GroupPhoto

BLANK = np.full((480, 640, 3), 120, np.uint8)


def picture(pixels: Pixels, number: int = 1) -> Picture:
    return Picture(PhotoId(number), pixels, Size(pixels.shape[1] * 2, pixels.shape[0] * 2))


def faces_of(facts: Facts) -> list[Face]:
    assert all(isinstance(fact, Face) for fact in facts)
    return [fact for fact in facts if isinstance(fact, Face)]


def median_sharpness(faces: list[Face]) -> float:
    return float(np.median([face.quality.sharpness for face in faces if face.quality is not None]))


class PointsInOnePlace:
    """A detector's network that sees one face, all its points in its middle, and sees it again each time."""

    def run(self, batch: Floats) -> list[Floats]:
        _, _, height, width = batch.shape
        cells = [(height // stride) * (width // stride) for stride in (8, 16, 32)]
        answers = [np.zeros((1, n, values), np.float32) for values in (1, 1, 4, 10) for n in cells]
        at = 2 * (width // 32) + 2
        answers[2][0, at] = answers[5][0, at] = 1
        answers[8][0, at] = (0.5, 0.5, 1, 1)
        answers[11][0, at] = 0.5
        return answers


class Refusing:
    def run(self, batch: Floats) -> list[Floats]:
        raise AssertionError(f"asked for vectors of {batch.shape}")


@pytest.mark.models
def test_it_is_a_step_that_names_its_models(step: FaceStep) -> None:
    as_step: Step = step
    assert as_step.origin == Origin("faces", DEFAULT.version)


@pytest.mark.models
@pytest.mark.shared
def test_each_picture_has_its_own_faces_in_order(step: FaceStep, group: GroupPhoto, portrait: Pixels) -> None:
    pictures = [picture(BLANK, 1), picture(group.pixels, 2), picture(BLANK, 3), picture(portrait, 4)]
    results = step.infer(pictures)
    assert [len(facts) for facts in results] == [0, 14, 0, 1]
    (alone,) = step.infer([picture(portrait, 4)])
    (there,), (here,) = faces_of(results[3]), faces_of(alone)
    assert there.box == here.box
    assert there.vector is not None
    assert here.vector is not None
    np.testing.assert_allclose(there.vector, here.vector, atol=1e-5)


@pytest.mark.models
@pytest.mark.shared
def test_a_face_has_all_that_is_asked_of_it(step: FaceStep, group: GroupPhoto) -> None:
    (facts,) = step.infer([picture(group.pixels)])
    for face in faces_of(facts):
        assert face.vector is not None
        check_unit(face.vector)
        assert face.vector.shape == (DEFAULT.dim,)
        assert face.model == DEFAULT.model
        assert face.quality is not None
        assert 60 < face.quality.size_px < 130
        assert face.quality.frontal > 0.3
        assert face.quality.sharpness > 0.4
        assert len(face.landmarks) == 5
        left, right = face.landmarks[0], face.landmarks[1]
        assert face.box.x - 0.02 < left[0] < right[0] < face.box.x + face.box.w + 0.02
    assert len({face.box for face in faces_of(facts)}) == 14


@pytest.mark.models
@pytest.mark.shared
def test_tiny_faces_are_kept_and_say_that_they_are_tiny(step: FaceStep, group: GroupPhoto) -> None:
    reduced = np.asarray(cv2.resize(group.pixels, (480, 360), interpolation=cv2.INTER_AREA), np.uint8)
    tiny, large = map(faces_of, step.infer([picture(reduced), picture(group.pixels)]))
    assert len(tiny) >= 13
    for face in tiny:
        assert face.vector is not None
        assert face.quality is not None
        assert face.quality.size_px < 30
    assert median_sharpness(tiny) < median_sharpness(large) - 0.1


@pytest.mark.models
@pytest.mark.shared
def test_threads_give_the_same_faces(step: FaceStep, portrait: Pixels) -> None:
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(step.infer, [[picture(portrait, number)] for number in range(6)]))
    (first,) = faces_of(results[0][0])
    assert first.vector is not None
    for ((fact,),) in results[1:]:
        assert isinstance(fact, Face)
        assert fact.vector is not None
        assert (fact.box, fact.score, fact.landmarks, fact.quality) == (
            first.box,
            first.score,
            first.landmarks,
            first.quality,
        )
        np.testing.assert_array_equal(fact.vector, first.vector)


def test_a_face_without_places_for_its_eyes_keeps_its_box_and_has_no_vector() -> None:
    detector = FaceDetector(PointsInOnePlace(), DetectionSettings(score=0.5))
    step = FaceStep(detector, FaceEmbedder(Refusing()), origin=Origin("faces", "test"), model="test")
    (facts,) = step.infer([picture(np.zeros((160, 160, 3), np.uint8))])
    (face,) = faces_of(facts)
    assert face.vector is None
    assert face.model == ""
    assert face.quality is None
    assert face.box.centre == pytest.approx((0.5, 0.5))


def test_no_pictures_give_no_results() -> None:
    step = FaceStep(FaceDetector(Refusing()), FaceEmbedder(Refusing()), origin=Origin("faces", "test"), model="test")
    assert list(step.infer([])) == []
