"""The layers that are fitted: the shipped model's upper half, with room to become another.

Each pair of convolutions over place and over channels (mini_XCEPTION has no others there) becomes
one full convolution that gives the same at first. So the fit begins where the shipped model ends,
with seven times the weights above its middle layer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import nn

from app.training.face_views import MIDDLE, BadBase

_DROPPED = 0.1
_END = "Softmax"


@dataclass(frozen=True)
class Step:
    """One operation of the upper half: its ONNX kind, its output's name, its inputs' names."""

    kind: str
    name: str
    inputs: tuple[str, ...]


@dataclass
class UpperHalf:
    """Fitted layers by name, and the steps that they are taken in."""

    layers: nn.ModuleDict
    steps: tuple[Step, ...]

    def logits(self, middles: torch.Tensor) -> torch.Tensor:
        """Of middle layers (n, 32, 15, 15) the logits (n, 7)."""
        known = {MIDDLE: middles}
        for step in self.steps:
            inputs = [known[name] for name in step.inputs]
            known[step.name] = self._result(step, inputs)
        return known[self.steps[-1].name]

    def _result(self, step: Step, inputs: list[torch.Tensor]) -> torch.Tensor:
        if step.kind in ("Conv", "BatchNormalization"):
            given = inputs[0]
            if step.name == self._last_convolution:
                given = nn.functional.dropout2d(given, _DROPPED, self.layers.training)
            result: torch.Tensor = self.layers[step.name](given)
            return result
        if step.kind == "Add":
            return inputs[0] + inputs[1]
        if step.kind == "Relu":
            return nn.functional.relu(inputs[0])
        if step.kind == "MaxPool":
            return _halved(inputs[0])
        if step.kind == "GlobalAveragePool":
            return inputs[0].mean((2, 3), keepdim=True)
        return inputs[0].flatten(1)

    @property
    def _last_convolution(self) -> str:
        return next(step.name for step in reversed(self.steps) if step.kind == "Conv")


def upper_half(base: bytes) -> UpperHalf:
    """The shipped model above its middle layer, pairs of convolutions made one; raises BadBase."""
    graph = onnx.load_from_string(base).graph
    weights = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    names = [node.output[0] for node in graph.node]
    if MIDDLE not in names:
        raise BadBase(f"the expression model has no layer {MIDDLE}")
    steps, layers, deep = [], nn.ModuleDict(), {}
    for node in graph.node[names.index(MIDDLE) + 1 :]:
        name, source = node.output[0], node.input[0]
        if node.op_type == _END:
            break
        if node.op_type == "Conv" and name.endswith(".deep"):
            deep[name] = (source, weights[node.input[1]])
            continue
        if source in deep:
            source, below = deep[source]
            above = weights[node.input[1]]
            layers[name] = _convolution(above * below[:, 0][None], None, 1)
        elif node.op_type == "Conv":
            bias = weights[node.input[2]] if len(node.input) > 2 else None
            layers[name] = _convolution(weights[node.input[1]], bias, _stride(node))
        elif node.op_type == "BatchNormalization":
            layers[name] = _normalisation([weights[each] for each in node.input[1:]], node)
        inputs = (source,) if name in layers else tuple(node.input)
        steps.append(Step(node.op_type, name, inputs))
    return UpperHalf(layers, tuple(steps))


def _convolution(kernel: NDArray[Any], bias: NDArray[Any] | None, stride: int) -> nn.Conv2d:
    after, before, side = kernel.shape[:3]
    layer = nn.Conv2d(before, after, side, stride=stride, padding=side // 2, bias=bias is not None)
    layer.weight.data.copy_(torch.from_numpy(np.array(kernel)))
    if bias is not None:
        layer.bias.data.copy_(torch.from_numpy(np.array(bias)))
    return layer


def _normalisation(weights: list[NDArray[Any]], node: onnx.NodeProto) -> nn.BatchNorm2d:
    epsilon = next(each.f for each in node.attribute if each.name == "epsilon")
    layer = nn.BatchNorm2d(len(weights[0]), eps=epsilon, momentum=0.01)
    places = (layer.weight.data, layer.bias.data, layer.running_mean, layer.running_var)
    for place, values in zip(places, weights, strict=True):
        place.copy_(torch.from_numpy(np.array(values)))
    return layer


def _stride(node: onnx.NodeProto) -> int:
    return next((int(each.ints[0]) for each in node.attribute if each.name == "strides"), 1)


def _halved(values: torch.Tensor) -> torch.Tensor:
    """The greatest of each 3 x 3, every second place; TensorFlow puts the smaller margin first."""
    side = values.shape[-1]
    margin = max((-(-side // 2) - 1) * 2 + 3 - side, 0)
    first, last = margin // 2, margin - margin // 2
    padded = nn.functional.pad(values, (first, last, first, last), value=-1e9)
    return nn.functional.max_pool2d(padded, 3, 2)
