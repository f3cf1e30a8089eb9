"""The fitted scorer: members give what scikit-learn gives, and the document keeps its word."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from app.assessment.scorer.features import NAMES
from app.assessment.scorer.members import Line
from app.assessment.scorer.model import (
    BadScorer,
    Calibration,
    ScorerModel,
    Standard,
    digest_of,
    from_document,
    to_document,
)
from app.assessment.scorer.scorer import estimated
from app.training.kernel import FIRST_KERNEL

pytestmark = pytest.mark.unit

WIDTH = len(NAMES)


def _data(seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(400, 6))
    return rows, np.sin(rows[:, 0]) + 0.5 * rows[:, 1] * (rows[:, 2] > 0)


def _model() -> ScorerModel:
    standard = Standard(NAMES, np.zeros(WIDTH), np.ones(WIDTH))
    line = Line(np.linspace(0.0, 1.0, WIDTH), 0.25)
    return ScorerModel(
        standard, {"stack": 0.5}, (line,), Calibration(0.5, 0.4), FIRST_KERNEL,
        Line(np.zeros(WIDTH + 4), 0.1), {"licence": "none"},
    )  # fmt: skip


def test_trees_as_arrays_predict_what_scikit_learn_predicts() -> None:
    ensemble = pytest.importorskip("sklearn.ensemble")
    from app.training.members import trees_of

    rows, target = _data()
    fitted = ensemble.HistGradientBoostingRegressor(
        max_leaf_nodes=6, max_iter=40, early_stopping=False, random_state=1
    ).fit(rows, target)
    fresh, _ = _data(4)
    assert trees_of(fitted).predict(fresh) == pytest.approx(fitted.predict(fresh), abs=1e-6)


def test_a_network_as_arrays_predicts_what_scikit_learn_predicts() -> None:
    networks = pytest.importorskip("sklearn.neural_network")
    from app.assessment.scorer.members import Network

    rows, target = _data()
    fitted = networks.MLPRegressor(
        hidden_layer_sizes=(5,), max_iter=300, tol=0.0, n_iter_no_change=400, random_state=1
    )
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted.fit(rows, target)
    (hidden, out), (constant, last) = fitted.coefs_, fitted.intercepts_
    network = Network(hidden, constant, out[:, 0], float(last[0]))
    assert network.predict(rows) == pytest.approx(fitted.predict(rows), abs=1e-6)


def test_a_document_comes_back_the_same() -> None:
    model = _model()
    document = json.loads(json.dumps({"digest": model.digest, **to_document(model)}))
    again = from_document(document)
    rows = np.random.default_rng(0).normal(size=(5, WIDTH))
    assert again.digest == model.digest
    assert estimated(again, rows).mean == pytest.approx(estimated(model, rows).mean)


def test_a_bent_calibration_and_shares_of_members_come_back_too() -> None:
    plain = _model()
    model = replace(
        plain,
        members=(*plain.members, Line(np.zeros(WIDTH), 3.0)),
        shares=(0.75, 0.25),
        calibration=Calibration(0.5, 0.4, knee=0.6, pull=2.0),
    )
    document = json.loads(json.dumps({"digest": model.digest, **to_document(model)}))
    again = from_document(document)
    assert again.calibration == model.calibration
    rows = np.random.default_rng(0).normal(size=(5, WIDTH))
    expected = 0.75 * model.members[0].predict(rows) + 0.75
    assert estimated(again, rows).mean == pytest.approx(expected)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"format_version": 99},
        {"features_version": 99},
        {"calibration": {"constant": 0.9, "slope": 0.4}},
        {"digest": "0" * 64},
    ],
)
def test_a_changed_document_is_refused(change: dict[str, object]) -> None:
    model = _model()
    with pytest.raises(BadScorer):
        from_document({"digest": model.digest, **to_document(model), **change})


def test_a_document_with_something_missing_is_refused_even_with_a_right_digest() -> None:
    document = {key: value for key, value in to_document(_model()).items() if key != "members"}
    with pytest.raises(BadScorer, match="missing"):
        from_document({"digest": digest_of(document), **document})


def test_other_weights_have_another_digest() -> None:
    model = _model()
    assert replace(model, calibration=Calibration(0.6, 0.4)).digest != model.digest
