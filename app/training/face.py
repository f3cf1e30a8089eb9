"""Fit an expression model of one's own on labelled faces, and say how good it is.

The fit begins at the shipped model: its upper half is widened and fitted on, and the answer is the
mean of both. The pass is chosen on faces held out of this fit. The final figures are of faces that
nothing was chosen on, and stand beside those of the shipped model on the same faces.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from app.adapters.vision.face_data import LabelledFaces, Part, load_faces
from app.delivery.face_scores import as_document, face_scores
from app.domain.interview import EMOTIONS
from app.training.face_card import card_of
from app.training.face_export import joined_onnx
from app.training.face_fit import Fitting, Plan, fit_upper_half, goodness, own_shares
from app.training.face_network import UpperHalf
from app.training.face_views import PLAIN_VIEWS, BaseNetwork, Floats, Seen, see_part

OWN_WEIGHT = 0.5
"""The fitted layers' part of the answer; not fitted, since the base knows the faces of fitting."""


@dataclass(frozen=True)
class Order:
    """What to fit, from what, and where it goes."""

    data: Path
    out: Path
    base: Path
    cache: Path
    plan: Plan
    force: bool = False
    only_preprocess: bool = False

    @property
    def state(self) -> Path:
        """Where an unfinished run is kept."""
        return self.out.with_suffix(".unfinished")


def train_face(order: Order, note: Callable[[str], None]) -> dict[str, Any] | None:
    """Fit, write the ONNX file, its figures (.json) and its card (.md); returns the figures.

    None after preprocessing alone.

    Raises:
        BadFaceData: the data is in no known layout.
        BadBase: the shipped model is missing.
        ValueError: the unfinished run beside OUT has other settings.
    """
    faces = load_faces(order.data)
    sizes = {"fit": len(faces.fit), "selection": len(faces.selection), "test": len(faces.test)}
    note(", ".join(f"{name}: {count} faces" for name, count in sizes.items()))
    base = BaseNetwork(order.base)
    seen = _see(faces, base, order, note)
    if order.only_preprocess:
        return None
    order.out.parent.mkdir(parents=True, exist_ok=True)
    if order.force:
        order.state.unlink(missing_ok=True)
    chosen = faces.selection.labels

    def choose(layers: UpperHalf) -> float:
        return goodness(chosen, own_shares(layers, seen["selection"].middles))

    fitting = fit_upper_half(
        base.content, seen["fit"].middles, faces.fit.labels, choose, order.plan, order.state, note
    )
    order.out.write_bytes(joined_onnx(base.content, fitting.mean, OWN_WEIGHT))
    figures = _figures(order, base, faces, seen, fitting)
    order.out.with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    order.out.with_suffix(".md").write_text(card_of(figures), "utf-8")
    order.state.unlink(missing_ok=True)
    return figures


def _see(
    faces: LabelledFaces, base: BaseNetwork, order: Order, note: Callable[[str], None]
) -> dict[str, Seen]:
    views = {"fit": max(PLAIN_VIEWS, order.plan.views), "selection": PLAIN_VIEWS}
    parts: dict[str, Part] = {"fit": faces.fit, "selection": faces.selection, "test": faces.test}
    return {
        name: see_part(
            part, base, views.get(name, PLAIN_VIEWS), order.cache, force=order.force, note=note
        )
        for name, part in parts.items()
    }


def _figures(
    order: Order,
    base: BaseNetwork,
    faces: LabelledFaces,
    seen: dict[str, Seen],
    fitting: Fitting,
) -> dict[str, Any]:
    """Of the written file, and of each part that it is made of, on the same faces."""
    labels, test = faces.test.labels, seen["test"]
    moved = joined_onnx(base.content, None, 0.0)
    return {
        "data": order.data.name,
        "faces": {name: seen[name].shares.shape[1] for name in ("fit", "selection", "test")},
        "plan": asdict(order.plan),
        "passes": fitting.history,
        "own_weight": OWN_WEIGHT,
        "joined": _scores(labels, _file_shares(order.out.read_bytes(), faces.test)),
        "fitted_alone": _scores(labels, own_shares(fitting.mean, test.middles)),
        "shipped_moved": _scores(labels, _file_shares(moved, faces.test)),
        "shipped": _scores(labels, np.exp(test.shares[:PLAIN_VIEWS]).mean(axis=0)),
        "averaged_over": "a face and its mirror image",
    }


def _file_shares(model: bytes, part: Part) -> Floats:
    """Mean shares over a face and its mirror image, of a model in DeepFace's contract."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    total = np.zeros((len(part), len(EMOTIONS)), np.float32)
    for start in range(0, len(part), 64):
        views = np.asarray(part.faces[start : start + 64], np.float32)[..., None] / 255
        for view in (views, views[:, :, ::-1]):
            total[start : start + 64] += session.run(["output"], {"input": view})[0] / 2
    return total


def _scores(labels: Any, shares: Floats) -> dict[str, object]:  # noqa: ANN401 - numpy integers
    return as_document(face_scores(labels.tolist(), shares.argmax(axis=1).tolist()))
