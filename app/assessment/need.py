"""Who needs help: by the interval of a person's mean, never by rank.

Answers of one person scatter. How much is estimated over the whole cohort (within persons), so
that few answers of one person still have an interval; where even that is too little, there is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from app.assessment.student import t_quantile
from app.domain.agreement import Figure

LEAST_ANSWERS = 2
LEAST_FREEDOM = 5
BELOW = 0.5
Verdict = Literal["needs help", "not clear", "well on the way", "too few answers"]


@dataclass(frozen=True)
class Need:
    """One person's mean share of marks, with what its interval allows to say."""

    share: Figure
    verdict: Verdict


def needs(shares: Mapping[str, Sequence[float]], *, below: float = BELOW) -> dict[str, Need]:
    """For every person: help is needed where the whole 95 % interval lies below `below`."""
    freedom = sum(len(own) - 1 for own in shares.values() if own)
    spread = None
    if freedom >= LEAST_FREEDOM:
        spread = sqrt(sum(_squares(own) for own in shares.values() if own) / freedom)
    return {name: _need(own, spread, freedom, below) for name, own in shares.items()}


def _squares(own: Sequence[float]) -> float:
    mean = sum(own) / len(own)
    return sum((share - mean) ** 2 for share in own)


def _need(own: Sequence[float], spread: float | None, freedom: int, below: float) -> Need:
    n = len(own)
    if not n:
        return Need(Figure(None, None, None, 0), "too few answers")
    mean = sum(own) / n
    if spread is None or n < LEAST_ANSWERS:
        return Need(Figure(mean, None, None, n), "too few answers")
    half = t_quantile(0.975, freedom) * spread / sqrt(n)
    low, high = max(0.0, mean - half), min(1.0, mean + half)
    verdict: Verdict = "not clear"
    if high < below:
        verdict = "needs help"
    elif low >= below:
        verdict = "well on the way"
    return Need(Figure(mean, low, high, n), verdict)
