"""Writes the fitted layers and the shipped model as one ONNX file in DeepFace's contract.

(n, 48, 48, 1) in 0..1 in, (n, 7) shares out. Inside, each face is seen in five places, two pixels
to each side and as it is; the answer is the mean of all log shares, the shipped model's and the
fitted layers'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import checker, helper, numpy_helper

from app.domain.interview import EMOTIONS
from app.training.face_views import MIDDLE

if TYPE_CHECKING:
    from app.training.face_network import UpperHalf

MOVES = ((0, 0), (-2, 0), (2, 0), (0, -2), (0, 2))
_MARGIN = 2
_SIDE = 48


def joined_onnx(base: bytes, fitted: UpperHalf | None, weight: float) -> bytes:
    """The file; `weight` (0..1) is the fitted layers' in the mean, which may be left out."""
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
    logs = maker.node("Log", ["above_zero"], "base_logs")
    if fitted is not None:
        own = maker.node("LogSoftmax", [maker.layers(fitted)], "own_logs", axis=1)
        logs = maker.mean_of(logs, own, weight)
    shape = maker.number("by_view", np.array([len(MOVES), -1, len(EMOTIONS)]))
    maker.node("Reshape", [logs, shape], "split")
    maker.node("ReduceMean", ["split"], "mean_logs", axes=[0], keepdims=0)
    maker.node("Softmax", ["mean_logs"], "output", axis=1)
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

    def layers(self, fitted: UpperHalf) -> str:
        """The fitted steps on the shipped model's middle layer; returns their last output."""
        names = {MIDDLE: MIDDLE}
        for step in fitted.steps:
            inputs = [names[name] for name in step.inputs]
            names[step.name] = f"own_{step.name}"
            self._step(step.kind, inputs, names[step.name], fitted, step.name)
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

    def _step(
        self, kind: str, inputs: list[str], output: str, fitted: UpperHalf, name: str
    ) -> None:
        attributes: dict[str, Any] = {}
        if kind == "Conv":
            layer = fitted.layers[name]
            inputs = [*inputs, self._tensor(f"{output}.kernel", layer.weight)]
            if layer.bias is not None:
                inputs.append(self._tensor(f"{output}.bias", layer.bias))
            attributes = {"auto_pad": "SAME_UPPER", "strides": list(layer.stride)}
        elif kind == "BatchNormalization":
            layer = fitted.layers[name]
            values = (layer.weight, layer.bias, layer.running_mean, layer.running_var)
            inputs += [self._tensor(f"{output}.{n}", each) for n, each in enumerate(values)]
            attributes = {"epsilon": layer.eps}
        elif kind == "MaxPool":
            attributes = {"kernel_shape": [3, 3], "strides": [2, 2], "auto_pad": "SAME_UPPER"}
        elif kind == "Flatten":
            attributes = {"axis": 1}
        self.node(kind, inputs, output, **attributes)

    def _tensor(self, name: str, value: Any) -> str:  # noqa: ANN401 - torch has no types here
        return self.number(name, value.detach().cpu().numpy().astype(np.float32))

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
