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


@dataclass(frozen=True)
class Compared:
    """What the kernel looks at between two sets of answers: a row for one, a column for other."""

    cosines: Floats
    apart: Floats
    words: Floats
    estimates: Floats

    def part(self, rows: slice, columns: slice) -> Compared:
        """Some rows and columns of it."""
        return Compared(
            self.cosines[rows, columns],
            self.apart[rows, columns],
            self.words[rows, columns],
            self.estimates[rows, columns],
        )


def pooled(kernel: Kernel, new: Answers, graded: Answers, residuals: Floats) -> Shift:
    """Carry the residuals (grade minus calibrated estimate) of graded answers over to new ones."""
    alone = own_variance(kernel, new.estimates)
    if not len(residuals):
        return Shift(np.zeros(len(alone)), np.sqrt(alone))
    among = likeness(kernel, compared(graded, graded))
    return carried(kernel, alone, likeness(kernel, compared(new, graded)), among, residuals)


def carried(
    kernel: Kernel, alone: Floats, across: Floats, among: Floats, residuals: Floats
) -> Shift:
    """The same from likenesses: of each new answer with itself, with the graded, of the graded."""
    known = among + kernel.noise * np.eye(len(residuals))
    solved = np.linalg.solve(known, np.column_stack([residuals, across.T]))
    explained = (across * solved[:, 1:].T).sum(axis=1)
    return Shift(across @ solved[:, 0], np.sqrt(np.maximum(alone - explained, 0.0)))


def compared(one: Answers, other: Answers) -> Compared:
    """Compare every answer of one set with every answer of the other."""
    cosines = np.clip(one.vectors @ other.vectors.T, -1.0, 1.0).astype(np.float64)
    apart = ((one.signs[:, None, :] - other.signs[None, :, :]) ** 2).mean(axis=2)
    words = _common_words(one.words, other.words)
    return Compared(cosines, apart, words, np.outer(one.estimates, other.estimates))


def likeness(kernel: Kernel, between: Compared) -> Floats:
    """How far marks go together."""
    return np.asarray(
        kernel.severity
        + kernel.meaning * np.exp((between.cosines - 1.0) / kernel.meaning_reach)
        + kernel.words * between.words
        + kernel.signs * np.exp(-between.apart / kernel.signs_reach)
        + kernel.slope * between.estimates,
        dtype=np.float64,
    )


def own_variance(kernel: Kernel, estimates: Floats) -> Floats:
    """The likeness of each answer with itself."""
    fixed = kernel.severity + kernel.meaning + kernel.words + kernel.signs
    return np.asarray(fixed + kernel.slope * estimates**2, dtype=np.float64)


def _common_words(one: Sequence[frozenset[str]], other: Sequence[frozenset[str]]) -> Floats:
    """Jaccard likeness; two answers without any word beyond the question are alike."""
    return np.array(
        [[len(a & b) / len(a | b) if a or b else _NOTHING_NEW for b in other] for a in one]
    ).reshape(len(one), len(other))
