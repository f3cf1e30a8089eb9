"""A fitted reader of stress as one ONNX file: plain matrix operations, one output per baseline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from app.adapters.voice.stress_model import KIND, META_KEY, OUTPUTS
from app.delivery.voice_features import FEATURES
from app.training.voice import FARTHEST, Head, VoiceModel

Floats = NDArray[np.float64]

OPSET = 17


def save_voice(model: VoiceModel, about: dict[str, Any], out: Path) -> None:
    """Write the model with what it is; `about` goes into the file's own description."""
    nodes: list[Any] = []
    weights: list[Any] = []
    for manner, head in model.heads.items():
        made, held = _head(manner, head)
        nodes += made
        weights += held
    row = helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["n", len(FEATURES)])
    shares = [
        helper.make_tensor_value_info(OUTPUTS[manner], TensorProto.FLOAT, ["n", 3])
        for manner in model.heads
    ]
    graph = helper.make_graph(nodes, "stress_in_a_voice", [row], shares, weights)
    made_model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
    made_model.ir_version = 9
    described = {
        **about,
        "kind": KIND,
        "features": list(FEATURES),
        "usual": [round(float(v), 6) for v in model.usual],
        "missing": [round(float(v), 6) for v in model.missing],
    }
    helper.set_model_props(made_model, {META_KEY: json.dumps(described)})
    onnx.checker.check_model(made_model)
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(out.name + ".part")
    partial.write_bytes(made_model.SerializeToString())
    partial.replace(out)


def _head(manner: str, head: Head) -> tuple[list[Any], list[Any]]:
    """Scaled rows, squared distances to the support vectors, their kernel, decisions, shares."""

    def name(part: str) -> str:
        return f"{manner}_{part}"

    held = {
        "middle": head.middle,
        "scale": head.scale,
        "low": np.array(-FARTHEST),
        "high": np.array(FARTHEST),
        "axis": np.array([1], dtype=np.int64),
        "turned": head.vectors.T,
        "lengths": (head.vectors**2).sum(axis=1),
        "two": np.array(2.0),
        "gamma": np.array(-head.gamma),
        "weights": head.weights @ head.turn,
        "bias": head.bias @ head.turn + head.shift,
    }
    steps = (
        ("Sub", ("rows", name("middle")), "centred"),
        ("Div", (name("centred"), name("scale")), "wide"),
        ("Clip", (name("wide"), name("low"), name("high")), "scaled"),
        ("Mul", (name("scaled"), name("scaled")), "squared"),
        ("ReduceSum", (name("squared"), name("axis")), "length"),
        ("MatMul", (name("scaled"), name("turned")), "dots"),
        ("Mul", (name("dots"), name("two")), "twice"),
        ("Add", (name("length"), name("lengths")), "both"),
        ("Sub", (name("both"), name("twice")), "apart"),
        ("Mul", (name("apart"), name("gamma")), "near"),
        ("Exp", (name("near"),), "kernel"),
        ("MatMul", (name("kernel"), name("weights")), "turned_out"),
        ("Add", (name("turned_out"), name("bias")), "logits"),
    )
    nodes = [helper.make_node(kind, list(into), [name(out)]) for kind, into, out in steps]
    shares = OUTPUTS[manner]  # type: ignore[index]  # the heads' keys are manners
    nodes.append(helper.make_node("Softmax", [name("logits")], [shares], axis=1))
    return nodes, [numpy_helper.from_array(_plain(v), name(part)) for part, v in held.items()]


def _plain(values: NDArray[Any]) -> NDArray[Any]:
    return values if values.dtype == np.int64 else values.astype(np.float32)
