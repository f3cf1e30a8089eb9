"""Writes the fitted network, with the shipped model or alone, as ONNX in DeepFace's contract.

(n, 48, 48, 1) in 0..1 in, (n, 7) shares out. In the joined file the shipped model sees each face in
five places, two pixels to each side and as it is; the answer is the weighted mean of its log shares
and the fitted network's.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, checker, helper, numpy_helper

from app.domain.interview import EMOTIONS
from app.training.face_network import EPSILON, FACES, Network, Step

MOVES = ((0, 0), (-2, 0), (2, 0), (0, -2), (0, 2))
_MARGIN = 2
_SIDE = 48
_OPSET = 17
_IR_VERSION = 8
_SAME_KIND = {"Positive": "Relu", "Add": "Add", "Mean": "GlobalAveragePool", "Drop": "Identity"}


def joined_onnx(base: bytes, fitted: Network | None, weight: float) -> bytes:
    """The file; `weight` (0..1) is the fitted network's in the mean, which may be left out."""
    model = onnx.load_from_string(base)
    graph = model.graph
    rest = list(graph.node)
    del graph.node[:]
    maker = _Maker(graph)
    views = maker.views()
    rest[0].input[0] = views
    rest[-1].output[0] = rest[-1].name = "base_shares"
    graph.node.extend(rest)
    maker.node("Add", ["base_shares", maker.number("tiny", np.float32(1e-9))], "above_zero")
    maker.node("Log", ["above_zero"], "base_logs")
    shape = maker.number("by_view", np.array([len(MOVES), -1, len(EMOTIONS)]))
    maker.node("Reshape", ["base_logs", shape], "split")
    logs = maker.node("ReduceMean", ["split"], "mean_logs", axes=[0], keepdims=0)
    if fitted is not None:
        own = maker.node("LogSoftmax", [maker.layers(fitted)], "own_logs", axis=1)
        logs = maker.mean_of(logs, own, weight)
    maker.node("Softmax", [logs], "output", axis=1)
    return _written(model)


def alone_onnx(fitted: Network) -> bytes:
    """The fitted network by itself."""
    kind = TensorProto.FLOAT
    given = helper.make_tensor_value_info("input", kind, ["n", _SIDE, _SIDE, 1])
    said = helper.make_tensor_value_info("output", kind, ["n", len(EMOTIONS)])
    model = helper.make_model(
        helper.make_graph([], "expressions", [given], [said]),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
    )
    maker = _Maker(model.graph)
    maker.node("Softmax", [maker.layers(fitted)], "output", axis=1)
    return _written(model)


def _written(model: onnx.ModelProto) -> bytes:
    checker.check_model(model, full_check=True)
    content: bytes = onnx.ModelProto.SerializeToString(model, deterministic=True)
    return content


class _Maker:
    """Appends operations and numbers to a graph."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self._graph = graph

    def views(self) -> str:
        """The faces, moved each way, one after the other."""
        margins = [0, _MARGIN, _MARGIN, 0, 0, _MARGIN, _MARGIN, 0]
        self.node("Pad", ["input", self.number("margins", np.array(margins))], "wide", mode="edge")
        axes = self.number("places", np.array([1, 2]))
        moved = []
        for turn, (down, right) in enumerate(MOVES):
            start = np.array([_MARGIN + down, _MARGIN + right])
            ends = [self.number(f"start_{turn}", start), self.number(f"end_{turn}", start + _SIDE)]
            moved.append(self.node("Slice", ["wide", *ends, axes], f"moved_{turn}"))
        return self.node("Concat", moved, "views", axis=0)

    def layers(self, fitted: Network) -> str:
        """The fitted steps on the faces as they are; returns the logits' name."""
        shape = self.number("own_shape", np.array([-1, 1, _SIDE, _SIDE]))
        names = {FACES: self.node("Reshape", ["input", shape], "own_faces")}
        for step in fitted.steps:
            inputs = [names[name] for name in step.inputs]
            names[step.name] = f"own_{step.name}"
            self._step(step, inputs, names[step.name], fitted)
        return names[fitted.steps[-1].name]

    def mean_of(self, base: str, own: str, weight: float) -> str:
        """The weighted mean of two log shares."""
        first = self.number("base_weight", np.float32(1.0 - weight))
        second = self.number("own_weight", np.float32(weight))
        parts = [
            self.node("Mul", [base, first], "base_part"),
            self.node("Mul", [own, second], "own_part"),
        ]
        return self.node("Add", parts, "joined")

    def _step(self, step: Step, inputs: list[str], output: str, fitted: Network) -> None:
        def weights(*names: str) -> list[str]:
            return [
                self.number(f"{output}.{name}", fitted.weights[f"{step.name}.{name}"])
                for name in names
            ]

        if step.kind == "Convolution":
            shape = {"strides": [step.stride] * 2, "pads": [step.side // 2] * 4}
            self.node("Conv", [*inputs, *weights("kernel")], output, **shape)
        elif step.kind == "Normalisation":
            four = weights("scale", "shift", "mean", "variance")
            self.node("BatchNormalization", [*inputs, *four], output, epsilon=EPSILON)
        elif step.kind == "Halve":
            self.node("MaxPool", inputs, output, kernel_shape=[2, 2], strides=[2, 2])
        elif step.kind == "Linear":
            flat = self.node("Flatten", inputs, f"{output}.flat", axis=1)
            self.node("Gemm", [flat, *weights("kernel", "bias")], output, transB=1)
        else:
            self.node(_SAME_KIND[step.kind], inputs, output)

    def number(self, name: str, value: NDArray[Any] | np.float32) -> str:
        """Keep numbers in the graph."""
        self._graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def node(
        self,
        kind: str,
        inputs: list[str],
        output: str,
        **attributes: Any,  # noqa: ANN401 - ONNX attributes are numbers, texts and lists
    ) -> str:
        """Add one operation; returns its output's name."""
        self._graph.node.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output
