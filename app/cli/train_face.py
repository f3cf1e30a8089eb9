"""`sounding train face`: joins the labelled faces, the shipped model and the fit."""

from __future__ import annotations

from pathlib import Path


def fit_face(
    data: Path,
    out: Path,
    passes: int,
    views: int,
    width: int,
    seed: int,
    cache: Path | None,
    *,
    force: bool,
    only_preprocess: bool,
    plain: bool,
) -> None:
    """Fit and write the model, its figures and its card."""
    from app.adapters.files.models import ModelStore, cache_folder
    from app.adapters.vision.face_data import BadFaceData
    from app.cli.train import note, stop
    from app.ports.errors import PortError
    from app.training.face import Order, train_face
    from app.training.face_fit import Plan
    from app.training.face_views import BadBase

    try:
        base = ModelStore().path("emotion", "facial_expression_model_weights.onnx")
        kept = cache or cache_folder().parent / "train" / "face"
        plan = Plan(passes=passes, views=views, width=width, seed=seed, plain=plain)
        order = Order(data, out, base, kept, plan, force, only_preprocess)
        figures = train_face(order, note)
    except BadFaceData as error:
        stop(str(error), 2)
    except ValueError as error:
        stop(str(error), 2)
    except (BadBase, PortError) as error:
        stop(str(error), 1)
    if figures is None:
        note(f"the views are in {kept}")
        return
    for name, title in (("joined", "this model"), ("shipped", "shipped model")):
        scores = figures[name]
        note(f"{title}: accuracy {scores['accuracy']:.4f}, macro-F1 {scores['macro_f1']:.4f}")
    note(f"{out}: {out.stat().st_size} bytes; figures and card beside it")
