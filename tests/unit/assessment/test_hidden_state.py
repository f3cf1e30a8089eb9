"""A linear probe says what its weights say, within bounds, and its file is checked."""

from __future__ import annotations

import json

import numpy as np
import pytest

from app.assessment.hidden_state import (
    BadStateScorer,
    StateScorer,
    from_document,
    to_document,
)

pytestmark = pytest.mark.unit

PROBE = StateScorer(
    "m, layer 2", np.array([1.0, 0.0, -2.0]), np.array([1.0, 2.0, 0.5]), np.array([0.1, -0.2, 0.0])
)


def test_a_state_is_standardised_and_weighed():
    said = PROBE.says(np.array([[1.0, 0.0, 9.0], [3.0, 0.0, -2.0], [1.0, 2.0, -2.0]]))
    assert said == pytest.approx([0.0, 0.2, -0.2])


def test_no_state_moves_a_score_by_more_than_half_the_scale():
    assert PROBE.says(np.array([[1e6, 0.0, 0.0], [-1e6, 0.0, 0.0]])) == pytest.approx([0.5, -0.5])


def test_a_file_comes_back_as_it_was():
    found = from_document(json.loads(json.dumps(to_document(PROBE))))
    assert found.model == PROBE.model
    states = np.random.default_rng(0).normal(0, 1, (5, 3))
    assert found.says(states) == pytest.approx(PROBE.says(states))


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"weights": [0.1, 0.2]},
        {"scale": [1.0, 0.0, 1.0]},
        {"mean": [1.0, "x", 1.0]},
        {"mean": [1.0, float("nan"), 1.0]},
        {"weights": [[0.1, 0.2, 0.3]], "mean": [[1, 1, 1]], "scale": [[1, 1, 1]]},
    ],
)
def test_a_wrong_file_is_refused(change: dict[str, object]):
    with pytest.raises(BadStateScorer, match="expected"):
        from_document({**to_document(PROBE), **change})


@pytest.mark.parametrize("name", ["model", "mean", "scale", "weights", "version"])
def test_a_file_without_a_part_is_refused(name: str):
    document = to_document(PROBE)
    del document[name]
    with pytest.raises(BadStateScorer):
        from_document(document)
