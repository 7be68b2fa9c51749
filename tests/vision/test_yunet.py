"""One look of the network: decoded as it was made, the same as OpenCV's, each face once."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoscribe.core.photo import Pixels
from photoscribe.vision.manifest import YUNET
from photoscribe.vision.onnx import Floats, OnnxSession
from photoscribe.vision.weights import WeightStore
from photoscribe.vision.yunet import Candidates, look, overlaps, without_repeats
from tests.vision.conftest import GroupPhoto


class Said:
    """A network that sees one face: at a cell of stride 16, with the values given."""

    def __init__(self, column: int, row: int, values: list[float], score: float = 0.81) -> None:
        self.column, self.row, self.values, self.score = column, row, values, score
        self.asked: list[tuple[int, ...]] = []

    def run(self, batch: Floats) -> list[Floats]:
        self.asked.append(batch.shape)
        _, _, height, width = batch.shape
        cells = [(height // stride) * (width // stride) for stride in (8, 16, 32)]
        answers = [np.zeros((1, n, values), np.float32) for values in (1, 1, 4, 10) for n in cells]
        at = self.row * (width // 16) + self.column
        answers[1][0, at] = self.score
        answers[4][0, at] = 1
        answers[7][0, at] = self.values
        answers[10][0, at] = np.arange(10) / 10
        return answers


def blank(width: int, height: int) -> Pixels:
    return np.zeros((height, width, 3), np.uint8)


def test_a_cell_becomes_a_box_and_points_in_pixels() -> None:
    network = Said(5, 2, [0.5, 0.25, np.log(4), np.log(2)])
    found = look(network, blank(200, 100), 0.5)
    assert network.asked == [(1, 3, 128, 224)]  # padded to what the network takes
    np.testing.assert_allclose(found.scores, [0.9], atol=1e-6)
    np.testing.assert_allclose(found.boxes, [[5.5 * 16 - 32, 2.25 * 16 - 16, 64, 32]], atol=1e-4)
    np.testing.assert_allclose(found.points[0, 1], [(5 + 0.2) * 16, (2 + 0.3) * 16], atol=1e-4)


def test_a_box_without_end_is_no_face() -> None:
    assert len(look(Said(0, 0, [0, 0, 1000, 1]), blank(64, 64), 0.5)) == 0
    assert len(look(Said(0, 0, [0, np.nan, 1, 1]), blank(64, 64), 0.5)) == 0


def test_what_scores_less_than_asked_is_left_out() -> None:
    assert len(look(Said(0, 0, [0, 0, 1, 1], score=0.16), blank(64, 64), 0.5)) == 0


sides = st.floats(1, 60)
Row = tuple[float, float, float, float]
boxes = st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100), sides, sides), max_size=30)


def candidates(rows: list[Row]) -> Candidates:
    edges = np.array(rows, np.float32).reshape(-1, 4)
    scores = np.random.default_rng(len(rows)).permutation(len(rows)) / 100
    return Candidates(edges, scores.astype(np.float32), np.zeros((len(rows), 5, 2), np.float32))


@given(boxes, st.floats(0.1, 0.9))
def test_no_two_faces_left_overlap_more_than_allowed(rows: list[Row], most: float) -> None:
    kept = without_repeats(candidates(rows), most)
    for i in range(len(kept)):
        assert (overlaps(kept.boxes[i], kept.boxes[i + 1 :]) <= most).all()


@given(boxes, st.floats(0.1, 0.9))
def test_what_goes_overlaps_a_better_one_that_stays(rows: list[Row], most: float) -> None:
    found = candidates(rows)
    kept = without_repeats(found, most)
    assert list(kept.scores) == sorted(kept.scores, reverse=True)
    for box, score in zip(found.boxes, found.scores, strict=True):
        better = kept.only(kept.scores >= score)
        stays = (better.boxes == box).all(axis=1).any()
        assert stays or (overlaps(box, better.boxes) > most * 0.999).any()


@pytest.mark.models
@pytest.mark.shared
def test_it_finds_what_opencv_finds(store: WeightStore, yunet: OnnxSession, group: GroupPhoto) -> None:
    pixels = np.asarray(cv2.resize(group.pixels, (1024, 768), interpolation=cv2.INTER_AREA), np.uint8)
    peer = cv2.FaceDetectorYN.create(str(store.path(YUNET)), "", (1024, 768), 0.6, 0.3, 5000)
    _, theirs = peer.detect(np.ascontiguousarray(pixels[:, :, ::-1]))
    ours = without_repeats(look(yunet, pixels, 0.6), 0.3)
    assert len(ours) == len(theirs) == 14
    theirs = theirs[np.argsort(-theirs[:, 14])]
    np.testing.assert_allclose(ours.boxes, theirs[:, :4], atol=1)
    np.testing.assert_allclose(ours.points.reshape(-1, 10), theirs[:, 4:14], atol=1)
    np.testing.assert_allclose(ours.scores, theirs[:, 14], atol=1e-3)
