"""Drawing scores apart: weak answers come out low enough, strong ones stay, and no further."""

from __future__ import annotations

import numpy as np
import pytest

from app.assessment.scorer.model import Calibration
from app.training.ends import MOST_ABOVE, MOST_BELOW, STRONG, WEAK, drawn_apart

pytestmark = pytest.mark.unit


def _skewed(noise: float) -> tuple[Calibration, np.ndarray, np.ndarray]:
    """Mostly strong answers, and signs that tell them from weak ones as well as the noise lets."""
    draw = np.random.default_rng(5)
    scores = np.clip(1.0 - draw.exponential(0.18, 2_000), 0.0, 1.0)
    said = scores + noise * draw.normal(size=len(scores))
    slope, constant = np.polyfit(said, scores, 1)
    return Calibration(float(constant), float(slope)), said, scores


def _bias(calibration: Calibration, said: np.ndarray, scores: np.ndarray) -> tuple[float, float]:
    apart = np.clip(calibration.of(said), 0.0, 1.0) - scores
    return float(apart[scores < WEAK].mean()), float(apart[scores >= STRONG].mean())


def test_weak_answers_that_a_line_puts_too_high_come_down_and_strong_ones_stay() -> None:
    line, said, scores = _skewed(0.2)
    assert _bias(line, said, scores)[0] > MOST_ABOVE
    weak, strong = _bias(drawn_apart(line, said, scores), said, scores)
    assert weak <= MOST_ABOVE
    assert strong >= -MOST_BELOW


def test_a_line_that_is_good_enough_is_left_alone_or_made_better() -> None:
    line, said, scores = _skewed(0.05)
    drawn = drawn_apart(line, said, scores)

    def error(calibration: Calibration) -> float:
        return float(((np.clip(calibration.of(said), 0.0, 1.0) - scores) ** 2).mean())

    assert error(drawn) <= error(line)


def test_below_the_knee_scores_fall_faster_and_above_it_nothing_moves() -> None:
    bent = Calibration(0.0, 1.0, knee=0.6, pull=2.0)
    assert bent.of(np.array([0.8, 0.6, 0.5])) == pytest.approx([0.8, 0.6, 0.4])
    assert Calibration(0.0, 1.0).of(np.array([0.8, 0.1, -0.2])) == pytest.approx([0.8, 0.1, -0.2])
