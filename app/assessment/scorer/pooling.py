"""What graded answers to the same question say about a new one: a Gaussian process on the residual.

The kernel adds what all answers to a question share (its severity), likeness in meaning, likeness
in words beyond the question, likeness of the signs, and how strongly the question rewards the
estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.assessment.scorer.features import Table

Floats = NDArray[np.float64]
_NOTHING_NEW = 1.0


@dataclass(frozen=True)
class Kernel:
    """Variances on the scale of a score from 0 to 1, and the reach of two likenesses."""

    severity: float
    meaning: float
    meaning_reach: float
    words: float
    signs: float
    signs_reach: float
    slope: float
    noise: float


@dataclass(frozen=True)
class Answers:
    """What is compared of some answers to one question, a row each.

    `vectors` have length 1, `signs` are standardised, `words` are the stems beyond the question's,
    `estimates` are the scorer's own before calibration.
    """

    vectors: NDArray[np.float32]
    signs: Table
    words: Sequence[frozenset[str]]
    estimates: Floats


@dataclass(frozen=True)
class Shift:
    """What to add to each calibrated estimate, and how unsure the sum is (standard deviation)."""

    by: Floats
    deviation: Floats


def pooled(kernel: Kernel, new: Answers, graded: Answers, residuals: Floats) -> Shift:
    """Carry the residuals (grade minus calibrated estimate) of graded answers over to new ones."""
    alone = _own_variance(kernel, new)
    if not len(residuals):
        return Shift(np.zeros(len(alone)), np.sqrt(alone))
    among = _likeness(kernel, graded, graded) + kernel.noise * np.eye(len(residuals))
    across = _likeness(kernel, new, graded)
    solved = np.linalg.solve(among, np.column_stack([residuals, across.T]))
    explained = (across * solved[:, 1:].T).sum(axis=1)
    return Shift(across @ solved[:, 0], np.sqrt(np.maximum(alone - explained, 0.0)))


def _likeness(kernel: Kernel, one: Answers, other: Answers) -> Floats:
    cosines = np.clip(one.vectors @ other.vectors.T, -1.0, 1.0).astype(np.float64)
    apart = ((one.signs[:, None, :] - other.signs[None, :, :]) ** 2).mean(axis=2)
    return np.asarray(
        kernel.severity
        + kernel.meaning * np.exp((cosines - 1.0) / kernel.meaning_reach)
        + kernel.words * _common_words(one.words, other.words)
        + kernel.signs * np.exp(-apart / kernel.signs_reach)
        + kernel.slope * np.outer(one.estimates, other.estimates),
        dtype=np.float64,
    )


def _own_variance(kernel: Kernel, answers: Answers) -> Floats:
    fixed = kernel.severity + kernel.meaning + kernel.words + kernel.signs
    return np.asarray(fixed + kernel.slope * answers.estimates**2, dtype=np.float64)


def _common_words(one: Sequence[frozenset[str]], other: Sequence[frozenset[str]]) -> Floats:
    """Jaccard likeness; two answers without any word beyond the question are alike."""
    return np.array(
        [[len(a & b) / len(a | b) if a or b else _NOTHING_NEW for b in other] for a in one]
    ).reshape(len(one), len(other))
