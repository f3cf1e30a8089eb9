"""A steadied scorer loses less by misheard words, and scores else as before."""

from __future__ import annotations

import numpy as np
import pytest

from app.assessment.scorer.members import Line, Network
from app.training.steady import TAKEN_BACK, steadied, steadying

pytestmark = pytest.mark.unit


def test_the_wanted_part_of_what_word_errors_cost_is_taken_back() -> None:
    draw = np.random.default_rng(2)
    rows = draw.normal(size=(2000, 6))
    clean = rows[:300]
    misheard = clean - np.array([0.4, 0.1, 0.0, 0.3, 0.0, 0.0]) + 0.1 * draw.normal(size=(300, 6))
    line = Line(np.array([0.5, 0.2, 0.3, 0.0, 0.1, 0.0]), 0.1)
    network = Network(draw.normal(size=(6, 4)), np.zeros(4), np.full(4, 0.2), 0.0)
    members = (network, line)

    def mean(of: tuple[Line | Network, ...], table: np.ndarray) -> np.ndarray:
        return np.mean([member.predict(table) for member in of], axis=0)

    weights = steadying(members, rows, clean, misheard)
    steady = steadied(members, weights, rows.mean(axis=0))
    before = mean(members, misheard).mean() - mean(members, clean).mean()
    after = mean(steady, misheard).mean() - mean(steady, clean).mean()

    assert before < 0
    assert after == pytest.approx((1 - TAKEN_BACK) * before, abs=1e-6)
    assert mean(steady, rows).mean() == pytest.approx(mean(members, rows).mean(), abs=1e-6)
    assert np.corrcoef(mean(steady, rows), mean(members, rows))[0, 1] > 0.95
