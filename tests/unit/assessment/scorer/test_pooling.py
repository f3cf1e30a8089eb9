"""Graded answers to the same question move new ones, and only as far as they are alike."""

from __future__ import annotations

import numpy as np
import pytest

from app.assessment.scorer.pooling import Answers, Kernel, pooled

pytestmark = pytest.mark.unit

KERNEL = Kernel(
    severity=0.05, meaning=0.1, meaning_reach=0.3, words=0.05, signs=0.05, signs_reach=1.0,
    slope=0.01, noise=0.02,
)  # fmt: skip


def _answers(*angles: float) -> Answers:
    """Answers on a circle; all else about them is the same."""
    vectors = np.array([[np.cos(a), np.sin(a)] for a in angles], dtype=np.float32).reshape(-1, 2)
    count = len(angles)
    words = [frozenset({f"{angle:.2f}"}) for angle in angles]
    return Answers(vectors, np.zeros((count, 3)), words, np.zeros(count))


def _likeness(one: float, other: float) -> float:
    same = float(f"{one:.2f}" == f"{other:.2f}")
    meaning = 0.1 * np.exp((np.cos(one - other) - 1.0) / 0.3)
    return float(0.05 + meaning + 0.05 * same + 0.05)


def test_the_shift_is_that_of_a_gaussian_process_written_out() -> None:
    new, graded, residuals = (0.1, 2.0), (0.0, 1.0, 3.0), np.array([0.3, -0.2, 0.1])
    among = np.array([[_likeness(a, b) for b in graded] for a in graded]) + 0.02 * np.eye(3)
    across = np.array([[_likeness(a, b) for b in graded] for a in new])
    shift = pooled(KERNEL, _answers(*new), _answers(*graded), residuals)
    inverse = np.linalg.inv(among)
    variance = 0.25 - np.diag(across @ inverse @ across.T)
    assert shift.by == pytest.approx(across @ inverse @ residuals, abs=1e-6)
    assert shift.deviation == pytest.approx(np.sqrt(variance), abs=1e-6)


def test_without_graded_answers_nothing_moves() -> None:
    shift = pooled(KERNEL, _answers(0.0, 1.0), _answers(), np.zeros(0))
    assert shift.by.tolist() == [0.0, 0.0]
    assert shift.deviation == pytest.approx(np.sqrt(0.25))


def test_a_near_answer_is_moved_further_and_known_better_than_a_far_one() -> None:
    shift = pooled(KERNEL, _answers(0.01, 3.0), _answers(0.0), np.array([-0.5]))
    assert shift.by[0] < shift.by[1] < 0.0
    assert shift.deviation[0] < shift.deviation[1]
