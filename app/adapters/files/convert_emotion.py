"""Rewrites mini_XCEPTION's Keras hdf5 file as ONNX, in DeepFace's contract, without TensorFlow.

The hdf5 file is read as data: its layer list names the graph, its groups hold the weights. The
result takes (n, 48, 48, 1) floats in 0..1 and gives (n, 7) probabilities in the order of
`domain.interview.EMOTIONS`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, checker, helper, numpy_helper

from app.adapters.files.errors import ModelFileCorrupt

OPSET = 17
IR_VERSION = 8


def emotion_onnx(hdf5: bytes) -> bytes:
    """The ONNX file for a mini_XCEPTION hdf5 file; raises ModelFileCorrupt if it is another graph.

    The same bytes in give the same bytes out, so the result has a checksum too.
    """
    try:
        with h5py.File(io.BytesIO(hdf5), "r") as file:
            layers = json.loads(file.attrs["model_config"])["config"]["layers"]
            graph = _Graph(file["model_weights"])
            graph.begin()
            for layer in layers:
                graph.add_layer(layer)
            return graph.serialise(last=layers[-1]["name"])
    except (OSError, KeyError, IndexError, ValueError, TypeError) as error:
        raise ModelFileCorrupt(
            f"The emotion model's hdf5 file is not the expected mini_XCEPTION network ({error})."
        ) from error


class _Graph:
    """Collects ONNX nodes and weights, one Keras layer at a time."""

    def __init__(self, weights: h5py.Group) -> None:
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self._layer_rules: dict[str, Callable[[str, dict[str, Any], list[str]], None]] = {
            "InputLayer": self._entry,
            "Conv2D": self._convolution,
            "SeparableConv2D": self._separable,
            "BatchNormalization": self._normalisation,
            "Activation": self._activation,
            "MaxPooling2D": self._pooling,
            "Add": self._addition,
            "GlobalAveragePooling2D": self._average,
        }

    def begin(self) -> None:
        """NHWC 48 x 48 in 0..1 -> NCHW 64 x 64 in -1..1, the network's own input."""
        self._constant("sizes", np.array([1.0, 1.0, 64 / 48, 64 / 48], np.float32))
        self._constant("half", np.array(0.5, np.float32))
        self._constant("two", np.array(2.0, np.float32))
        self._node("Transpose", ["input"], "channels_first", perm=[0, 3, 1, 2])
        self._node(
            "Resize",
            ["channels_first", "", "sizes"],
            "enlarged",
            mode="linear",
            coordinate_transformation_mode="half_pixel",
        )
        self._node("Sub", ["enlarged", "half"], "centred")
        self._node("Mul", ["centred", "two"], "scaled")

    def add_layer(self, layer: dict[str, Any]) -> None:
        """Translate one layer of the Keras configuration."""
        rule = self._layer_rules[layer["class_name"]]
        inputs = [source[0] for node in layer["inbound_nodes"] for source in node]
        rule(layer["name"], layer["config"], inputs)

    def serialise(self, last: str) -> bytes:
        """The finished, checked model file."""
        self._node("Identity", [last], "output")
        float_type = TensorProto.FLOAT
        graph = helper.make_graph(
            self._nodes,
            "mini_xception",
            [helper.make_tensor_value_info("input", float_type, ["n", 48, 48, 1])],
            [helper.make_tensor_value_info("output", float_type, ["n", 7])],
            self._constants,
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", OPSET)],
            ir_version=IR_VERSION,
            producer_name="sounding",
        )
        checker.check_model(model)
        content: bytes = onnx.ModelProto.SerializeToString(model, deterministic=True)
        return content

    def _entry(self, name: str, config: dict[str, Any], inputs: list[str]) -> None:
        if list(config["batch_input_shape"]) != [None, 64, 64, 1]:
            raise ValueError(f"input is {config['batch_input_shape']}, expected 64 x 64 grey")
        self._node("Identity", ["scaled"], name)

    def _convolution(self, name: str, config: dict[str, Any], inputs: list[str]) -> None:
        kernel = self._array(name, 0).transpose(3, 2, 0, 1)
        weights = [self._constant(f"{name}.kernel", kernel)]
        if config["use_bias"]:
            weights.append(self._constant(f"{name}.bias", self._array(name, 1)))
        self._node("Conv", inputs + weights, name, **_window(config, "kernel_size"))

    def _separable(self, name: str, config: dict[str, Any], inputs: list[str]) -> None:
        depthwise = self._array(name, 0).transpose(2, 3, 0, 1)
        pointwise = self._array(name, 1).transpose(3, 2, 0, 1)
        first = self._constant(f"{name}.depthwise", depthwise)
        second = self._constant(f"{name}.pointwise", pointwise)
        window = _window(config, "kernel_size")
        self._node("Conv", [*inputs, first], f"{name}.deep", group=len(depthwise), **window)
        self._node("Conv", [f"{name}.deep", second], name)

    def _normalisation(self, name: str, config: dict[str, Any], inputs: list[str]) -> None:
        weights = [self._constant(f"{name}.{i}", self._array(name, i)) for i in range(4)]
        epsilon = float(config["epsilon"])
        self._node("BatchNormalization", inputs + weights, name, epsilon=epsilon)

    def _activation(self, name: str, config: dict[str, Any], inputs: list[str]) -> None:
        if config["activation"] == "softmax":
            self._node("Softmax", inputs, name, axis=1)
        elif config["activation"] == "relu":
            self._node("Relu", inputs, name)
        else:
            raise ValueError(f"unknown activation {config['activation']!r}")

    def _pooling(self, name: str, config: dict[str, Any], inputs: list[str]) -> None:
        self._node("MaxPool", inputs, name, **_window(config, "pool_size"))

    def _addition(self, name: str, config: dict[str, Any], inputs: list[str]) -> None:
        self._node("Add", inputs, name)

    def _average(self, name: str, config: dict[str, Any], inputs: list[str]) -> None:
        self._node("GlobalAveragePool", inputs, f"{name}.mean")
        self._node("Flatten", [f"{name}.mean"], name, axis=1)

    def _array(self, layer: str, index: int) -> NDArray[np.float32]:
        group = self._weights[layer]
        return np.asarray(group[group.attrs["weight_names"][index]], dtype=np.float32)

    def _constant(self, name: str, value: NDArray[np.float32]) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _node(
        self,
        kind: str,
        inputs: list[str],
        output: str,
        **attributes: Any,  # noqa: ANN401 - ONNX attributes are numbers, texts and lists
    ) -> None:
        self._nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))


def _window(config: dict[str, Any], size_key: str) -> dict[str, Any]:
    """Kernel, strides and TensorFlow's padding (the smaller half first), as ONNX attributes."""
    padding = {"same": "SAME_UPPER", "valid": "VALID"}[config["padding"]]
    size, strides = list(config[size_key]), list(config["strides"])
    return {"kernel_shape": size, "strides": strides, "auto_pad": padding}
