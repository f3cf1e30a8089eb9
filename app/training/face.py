"""Fit an expression model of one's own on labelled faces, and say how good it is.

A network of its own is fitted from nothing, with the shipped model as a teacher beside the labels;
the answer is the mean of both. The pass is chosen on faces that the network never saw. The final
figures are of faces that nothing was chosen on, and stand beside those of the shipped model.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.adapters.vision.face_data import LabelledFaces, Part, load_faces
from app.delivery.face_scores import as_document, face_scores
from app.training.face_card import card_of
from app.training.face_export import alone_onnx, joined_onnx
from app.training.face_fit import Fitting, Plan, fit_network, goodness
from app.training.face_network import Network
from app.training.face_views import (
    PLAIN_VIEWS,
    BaseNetwork,
    Floats,
    see_part,
    session_of,
    shares_of,
)

OWN_WEIGHT = 0.5
"""The fitted network's part of the answer: set, not fitted, as the shipped model knows the faces
that could be chosen by."""


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
    views = max(PLAIN_VIEWS, order.plan.views)
    seen = see_part(faces.fit, base, views, order.cache, force=order.force, note=note)
    if order.only_preprocess:
        return None
    order.out.parent.mkdir(parents=True, exist_ok=True)
    if order.force:
        order.state.unlink(missing_ok=True)

    def choose(network: Network) -> float:
        return goodness(
            faces.selection.labels, mirrored_shares(alone_onnx(network), faces.selection)
        )

    network, fitting = fit_network(seen, faces.fit.labels, choose, order.plan, order.state, note)
    order.out.write_bytes(joined_onnx(base.content, network, OWN_WEIGHT))
    figures = _figures(order, base, faces, network, fitting)
    order.out.with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    order.out.with_suffix(".md").write_text(card_of(figures), "utf-8")
    order.state.unlink(missing_ok=True)
    return figures


def mirrored_shares(model: bytes, part: Part) -> Floats:
    """Mean shares over a face and its mirror image, of a model in DeepFace's contract."""
    session = session_of(model)
    views: Floats = np.asarray(part.faces, np.float32) / np.float32(255)
    mirror = np.ascontiguousarray(views[:, :, ::-1])
    return (shares_of(session, views) + shares_of(session, mirror)) / np.float32(2)


def _figures(
    order: Order, base: BaseNetwork, faces: LabelledFaces, network: Network, fitting: Fitting
) -> dict[str, Any]:
    """Of the written file, and of each part that it is made of, on the same faces."""
    models = {
        "joined": order.out.read_bytes(),
        "fitted_alone": alone_onnx(network),
        "shipped_moved": joined_onnx(base.content, None, 0.0),
        "shipped": base.content,
    }
    return {
        "data": order.data.name,
        "faces": {name: len(getattr(faces, name)) for name in ("fit", "selection", "test")},
        "plan": asdict(order.plan),
        "passes": fitting.history,
        "own_weight": OWN_WEIGHT,
        **{
            name: _scores(faces.test.labels, mirrored_shares(model, faces.test))
            for name, model in models.items()
        },
        "averaged_over": "a face and its mirror image",
    }


def _scores(labels: Any, shares: Floats) -> dict[str, object]:  # noqa: ANN401 - numpy integers
    return as_document(face_scores(labels.tolist(), shares.argmax(axis=1).tolist()))
