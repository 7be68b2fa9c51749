"""Rewriting stored networks so that they take any batch and size, and run fast on a CPU.

The results are the same to the last digits of float32; a test compares them. Whoever changes what comes out
raises CONVERSION in onnx.py, so that kept networks are converted again.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper


def converted(model: bytes, *, any_size: bool) -> bytes:
    """A network stored for a batch of 1 as one for any batch; any_size: also for any height and width.

    With any_size the outputs must be lists of cells (batch, cells, values).
    """
    network = onnx.load_from_string(model)
    graph = network.graph
    _drop_constant_inputs(graph)
    _free_shapes(graph, any_size=any_size)
    _free_reshapes(graph)
    _replace_prelu(graph)
    _drop_unused_constants(graph)
    data: bytes = network.SerializeToString(deterministic=True)
    return data


def _drop_constant_inputs(graph: Any) -> None:
    """Weights that are also listed as inputs could be changed by a caller, so nothing is folded into them."""
    constants = {constant.name for constant in graph.initializer}
    _keep(graph.input, lambda value: value.name not in constants)


def _free_shapes(graph: Any, *, any_size: bool) -> None:
    del graph.value_info[:]  # states the stored size for every tensor in between
    for value in (*graph.input, *graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "batch"
    if any_size:
        for value in graph.input:
            value.type.tensor_type.shape.dim[2].dim_param = "height"
            value.type.tensor_type.shape.dim[3].dim_param = "width"
        for value in graph.output:
            value.type.tensor_type.shape.dim[1].dim_param = f"cells_{value.name}"


def _free_reshapes(graph: Any) -> None:
    """A leading 1 in a Reshape is the batch of the export; 0 means: as in the input."""
    shapes = {node.input[1] for node in graph.node if node.op_type == "Reshape"}
    for constant in graph.initializer:
        if constant.name in shapes:
            shape = numpy_helper.to_array(constant).copy()
            if len(shape) > 1 and shape[0] == 1:
                shape[0] = 0
                constant.CopyFrom(numpy_helper.from_array(shape, constant.name))


def _replace_prelu(graph: Any) -> None:
    """PRelu as slope * x + (1 - slope) * relu(x), the products as depthwise 1x1 convolutions.

    onnxruntime 1.31 has no blocked-layout PRelu and reorders the tensor twice around each of them:
    SFace 23.9 -> 7.1 ms a face, w600k_mbf 11.6 -> 5.8 (one thread, AVX-512, 2026-11-20).
    """
    constants = {constant.name: constant for constant in graph.initializer}
    nodes = [new for node in graph.node for new in _without_prelu(node, constants, graph)]
    del graph.node[:]
    graph.node.extend(nodes)


def _without_prelu(node: Any, constants: dict[str, Any], graph: Any) -> Iterator[Any]:
    if node.op_type != "PRelu":
        yield node
        return
    (source, slope_name), (target,) = node.input, node.output
    slope = numpy_helper.to_array(constants[slope_name]).reshape(-1, 1, 1, 1)
    for suffix, factor in (("negative", slope), ("positive", np.float32(1) - slope)):
        graph.initializer.append(numpy_helper.from_array(factor, f"{target}.{suffix}.factor"))
    yield helper.make_node("Relu", [source], [f"{target}.relu"])
    for suffix, scaled in (("negative", source), ("positive", f"{target}.relu")):
        inputs, outputs = [scaled, f"{target}.{suffix}.factor"], [f"{target}.{suffix}"]
        yield helper.make_node("Conv", inputs, outputs, group=len(slope), kernel_shape=[1, 1])
    yield helper.make_node("Add", [f"{target}.positive", f"{target}.negative"], [target])


def _drop_unused_constants(graph: Any) -> None:
    used = {name for node in graph.node for name in node.input}
    _keep(graph.initializer, lambda constant: constant.name in used)


def _keep(values: Any, wanted: Any) -> None:
    kept = [value for value in values if wanted(value)]
    del values[:]
    values.extend(kept)
