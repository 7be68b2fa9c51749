"""A converted network says what the stored one says."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest

from photoscribe.core.errors import Unavailable
from photoscribe.vision.conversion import converted
from photoscribe.vision.manifest import SFACE, YUNET
from photoscribe.vision.models import DEFAULT, PACKS, Pack
from photoscribe.vision.onnx import Floats, OnnxSession, open_session
from photoscribe.vision.weights import Download, Weights, WeightStore
from tests.vision.conftest import user_store

PACKS_HERE = [pack for pack in PACKS if pack is DEFAULT or all(map(user_store().is_installed, pack.weights))]


def stored_answers(path: Path, batch: Floats) -> list[Floats]:
    """By the file as its makers gave it, one at a time."""
    session = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    answers = [session.run(None, {name: batch[i : i + 1]}) for i in range(len(batch))]
    return [np.concatenate(column) for column in zip(*answers, strict=True)]


def noise(*shape: int) -> Floats:
    return np.random.default_rng(0).uniform(0, 255, shape).astype(np.float32)


@pytest.mark.models
def test_the_detector_answers_as_stored(store: WeightStore, yunet: OnnxSession) -> None:
    batch = noise(1, 3, 640, 640)
    for ours, theirs in zip(yunet.run(batch), stored_answers(store.path(YUNET), batch), strict=True):
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, atol=1e-4)


@pytest.mark.models
@pytest.mark.parametrize(("height", "width"), [(32, 32), (96, 640), (736, 1024)])
def test_the_detector_takes_any_size(yunet: OnnxSession, height: int, width: int) -> None:
    cells = [height * width // stride**2 for stride in (8, 16, 32)]
    shapes = [answer.shape for answer in yunet.run(noise(1, 3, height, width))]
    assert shapes == [(1, n, values) for values in (1, 1, 4, 10) for n in cells]


@pytest.mark.models
def test_the_detector_takes_any_batch(yunet: OnnxSession) -> None:
    batch = noise(3, 3, 64, 96)
    alone = [yunet.run(batch[i : i + 1]) for i in range(3)]
    for together, *singles in zip(yunet.run(batch), *alone, strict=True):
        np.testing.assert_allclose(together, np.concatenate(singles), atol=1e-5)


@pytest.mark.models
@pytest.mark.parametrize("pack", PACKS_HERE, ids=lambda pack: pack.name)
def test_an_embedder_answers_as_stored_in_any_batch(store: WeightStore, pack: Pack) -> None:
    batch = (noise(4, 3, 112, 112) - np.float32(pack.mean)) * np.float32(pack.scale)
    (theirs,) = stored_answers(store.path(pack.embedder), batch)
    session = open_session(store, pack.embedder)
    assert theirs.shape == (4, pack.dim)
    for n in (1, 3, 4):
        (ours,) = session.run(batch[:n])
        np.testing.assert_allclose(ours, theirs[:n], atol=2e-5 * np.abs(theirs).max())


@pytest.mark.models
def test_nothing_slow_or_fixed_is_left_in_a_network(store: WeightStore) -> None:
    for weights, any_size in ((YUNET, True), (SFACE, False)):
        graph = onnx.load_from_string(converted(store.path(weights).read_bytes(), any_size=any_size)).graph
        assert "PRelu" not in {node.op_type for node in graph.node}
        assert len(graph.input) == 1
        assert graph.input[0].type.tensor_type.shape.dim[0].dim_param
        used = {name for node in graph.node for name in node.input}
        assert {constant.name for constant in graph.initializer} <= used


@pytest.fixture
def own_store(tmp_path: Path, store: WeightStore) -> WeightStore:
    """The detector alone, in a folder that a test may harm."""
    own = WeightStore(tmp_path / "models")
    own.install_from(store.path(YUNET), [YUNET])
    return own


def kept_network(store: WeightStore) -> Path:
    (kept,) = (store.folder / "converted").iterdir()
    return kept


@pytest.mark.models
def test_a_network_is_converted_once_and_then_opened_without_the_onnx_package(own_store: WeightStore) -> None:
    open_session(own_store, YUNET, any_size=True)
    made = kept_network(own_store).stat().st_mtime_ns
    program = f"""
import sys
from pathlib import Path
from photoscribe.vision.manifest import YUNET
from photoscribe.vision.onnx import open_session
from photoscribe.vision.weights import WeightStore
open_session(WeightStore(Path({str(own_store.folder)!r})), YUNET, any_size=True)
assert "onnx" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)
    assert kept_network(own_store).stat().st_mtime_ns == made


@pytest.mark.models
@pytest.mark.parametrize("harm", [b"", b"x" * 40, None])
def test_a_damaged_converted_network_is_made_again(own_store: WeightStore, harm: bytes | None) -> None:
    batch = noise(1, 3, 64, 64)
    before = open_session(own_store, YUNET, any_size=True).run(batch)
    kept = kept_network(own_store)
    whole = kept.read_bytes()
    flipped = bytearray(whole)
    flipped[len(flipped) // 2] ^= 1
    kept.write_bytes(bytes(flipped) if harm is None else harm)
    after = open_session(own_store, YUNET, any_size=True).run(batch)
    assert kept.read_bytes() == whole
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.models
def test_a_network_that_cannot_be_kept_still_runs(own_store: WeightStore) -> None:
    (own_store.folder / "converted").write_bytes(b"in the way")
    assert open_session(own_store, YUNET, any_size=True).run(noise(1, 3, 64, 64))


def test_a_file_that_is_no_network_is_an_error_with_its_remedy(tmp_path: Path) -> None:
    data = b"not a network"
    (tmp_path / "bad.onnx").write_bytes(data)
    origin = Download("https://makers.example/bad.onnx")
    bad = Weights("bad", "bad.onnx", hashlib.sha256(data).hexdigest(), len(data), "MIT", "any use", "", (origin,))
    with pytest.raises(Unavailable, match="reinstall"):
        open_session(WeightStore(tmp_path), bad)
