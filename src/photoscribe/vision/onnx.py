"""Networks on the CPU by onnxruntime."""

import contextlib
import hashlib
import logging
import os
import tempfile
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from photoscribe.core.errors import Unavailable
from photoscribe.vision.weights import Weights, WeightStore

logger = logging.getLogger(__name__)

Floats = NDArray[np.float32]
CONVERSION = 1  # revision of conversion.py
_DIGEST_BYTES = 32

ort.disable_telemetry_events()  # the builds for Windows report home otherwise


class Session(Protocol):
    """A network with one input. Safe to call from several threads."""

    def run(self, batch: Floats) -> list[Floats]:
        """All outputs for a batch (n, channels, height, width), in the order the network lists them."""
        ...


class OnnxSession:
    """threads: that one call works with. 1 lets several threads of the caller run side by side."""

    def __init__(self, model: bytes, *, threads: int = 1) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_mem_pattern = False  # shapes differ from call to call: 70 MB less, no slower (2026-11-20)
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
        self._session: Any = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._input: str = self._session.get_inputs()[0].name

    def run(self, batch: Floats) -> list[Floats]:
        outputs: list[Floats] = self._session.run(None, {self._input: batch})
        return outputs


def open_session(store: WeightStore, weights: Weights, *, any_size: bool = False, threads: int = 1) -> OnnxSession:
    """A session on checked weights, fetched if need be. Raises Unavailable."""
    source = store.path(weights)
    try:
        return OnnxSession(_ready(source, weights, any_size=any_size), threads=threads)
    except Exception as error:  # the errors of onnxruntime and onnx have no common base
        raise Unavailable(
            f"the model {source} cannot be opened ({error}): reinstall the packages onnx and onnxruntime"
        ) from error


def _ready(source: Path, weights: Weights, *, any_size: bool) -> bytes:
    """The converted network, kept beside the weights.

    Converting SFace takes 0.4 s and imports the onnx package. The kept file begins with the sha256 of the rest,
    so what runs is checked at every start (22 ms for SFace).
    """
    kept = source.parent / "converted" / f"{source.stem}.{weights.sha256[:12]}.{CONVERSION}{'s' if any_size else ''}"
    with contextlib.suppress(OSError):
        data = kept.read_bytes()
        if hashlib.sha256(memoryview(data)[_DIGEST_BYTES:]).digest() == data[:_DIGEST_BYTES]:
            return data[_DIGEST_BYTES:]
        logger.warning("%s is damaged and is made again", kept)
    from photoscribe.vision.conversion import converted  # noqa: PLC0415  # the onnx package takes 0.1 s to import

    model = converted(source.read_bytes(), any_size=any_size)
    try:
        _keep(kept, model)
    except OSError as error:
        logger.warning("the converted %s is not kept: %s", source.name, error)
    return model


def _keep(path: Path, model: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    handle, part = tempfile.mkstemp(prefix=".part-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(hashlib.sha256(model).digest())
            stream.write(model)
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
