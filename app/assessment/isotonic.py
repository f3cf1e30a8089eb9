"""Isotonic regression, and what people's marks teach by it about a grader's levels and confidence.

Pool-adjacent-violators in numpy: the best rising function through the marks, in least squares.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.agreement import Steps

LEAST_MARKS = 30
FOLDS = 5
Values = NDArray[np.float64]


@dataclass(frozen=True)
class Marked:
    """One level that the grader gave and a person marked; `cluster` is its interview."""

    proposed: int
    given: int
    max_level: int
    confidence: float
    cluster: str


@dataclass(frozen=True)
class Taught:
    """What the marks taught; errors are in levels, on interviews that were left out."""

    levels: Steps | None
    confidence: Steps
    error_before: float
    error_after: float


def fitted(at: Sequence[float], values: Sequence[float]) -> Steps:
    """The rising function nearest to the points; equal places are averaged first."""
    places = np.asarray(at, float)
    heights = np.asarray(values, float)
    if not len(places) or len(places) != len(heights):
        raise ValueError("expected as many values as places, at least one")
    knots = np.unique(places)
    weights = np.array([np.sum(places == knot) for knot in knots], float)
    means = np.array([heights[places == knot].mean() for knot in knots])
    level = _pooled(means, weights)
    return Steps(tuple(float(k) for k in knots), tuple(float(v) for v in level))


def read(steps: Steps, at: float) -> float:
    """The function's value, straight between its knots and flat beyond them."""
    return float(np.interp(at, steps.at, steps.value))


def recalibrated(proposed: int, max_level: int, levels: Steps | None) -> int:
    """The level that people would have given, as far as their marks tell.

    The lowest stays: no words were found that would carry more.
    """
    if levels is None or proposed == 0:
        return proposed
    return math.floor(max_level * read(levels, proposed / max_level) + 0.5)


def taught(marks: Sequence[Marked]) -> Taught | None:
    """What at least `LEAST_MARKS` marks teach; None below that, or from too few interviews.

    Levels are only moved when that comes nearer to people on interviews left out of fitting; the
    confidence is the share of right levels, also counted on interviews left out.
    """
    moved = moved_unseen(marks)
    if moved is None:
        return None
    before = _error([m.proposed for m in marks], marks)
    after = _error(moved, marks)
    better = after < before
    final = moved if better else [m.proposed for m in marks]
    right = [float(level == mark.given) for level, mark in zip(final, marks, strict=True)]
    return Taught(
        _levels(marks) if better else None,
        _held_in(fitted([m.confidence for m in marks], right), len(marks)),
        before,
        after if better else before,
    )


def moved_unseen(marks: Sequence[Marked]) -> list[int] | None:
    """The level of each mark as the marks of other interviews would move it; None: too few."""
    clusters = sorted({mark.cluster for mark in marks})
    if len(marks) < LEAST_MARKS or len(clusters) < FOLDS:
        return None
    fold = {name: place % FOLDS for place, name in enumerate(clusters)}
    moved = [0] * len(marks)
    for left_out in range(FOLDS):
        steps = _levels([m for m in marks if fold[m.cluster] != left_out])
        for place, mark in enumerate(marks):
            if fold[mark.cluster] == left_out:
                moved[place] = recalibrated(mark.proposed, mark.max_level, steps)
    return moved


def _levels(marks: Sequence[Marked]) -> Steps:
    return fitted([m.proposed / m.max_level for m in marks], [m.given / m.max_level for m in marks])


def _error(levels: Sequence[int], marks: Sequence[Marked]) -> float:
    return float(np.mean([abs(a - m.given) for a, m in zip(levels, marks, strict=True)]))


def _held_in(steps: Steps, n: int) -> Steps:
    """Never quite certain: so many marks can't tell more."""
    edge = 1.0 / (n + 2)
    return Steps(steps.at, tuple(min(1 - edge, max(edge, value)) for value in steps.value))


def _pooled(means: Values, weights: Values) -> Values:
    blocks: list[list[float]] = []  # mean, weight, number of knots
    for mean, weight in zip(means, weights, strict=True):
        blocks.append([float(mean), float(weight), 1.0])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            last, before = blocks.pop(), blocks.pop()
            whole = last[1] + before[1]
            pooled = (last[0] * last[1] + before[0] * before[1]) / whole
            blocks.append([pooled, whole, last[2] + before[2]])
    return np.concatenate([np.full(int(count), mean) for mean, _, count in blocks])
