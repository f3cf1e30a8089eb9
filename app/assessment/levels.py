"""From reference points to levels: calibrated presence of each point, then arithmetic.

Coefficients come from `calibration.py`; nothing here asks a model.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.assessment.calibration import (
    CERTAIN_ABSENT,
    CERTAIN_PRESENT,
    EXPERIENCE,
    EXPERIENCE_VOTED,
    KNOWLEDGE,
    KNOWLEDGE_VOTED,
    MET,
    Weights,
)

_EDGE = 0.02


@dataclass(frozen=True)
class PointSigns:
    """What speaks for one point being made: three signs of the text, and a model's vote.

    `cosine` and `recall` are of the best one or two sentences; `term` is 1 when one of the point's
    terms is named.
    """

    point_id: str
    cosine: float
    recall: float
    term: float = 0.0
    vote: float | None = None


@dataclass(frozen=True)
class LevelEstimate:
    """A level by arithmetic; `expected` is the same before rounding, `confidence` is 0..1."""

    level: int
    expected: float
    confidence: float


def presence(signs: PointSigns, *, experience: bool = False) -> float:
    """The calibrated probability, 0..1, that the answer makes this point.

    `experience` is set for behavioural questions, whose points describe the answer itself.
    """
    weights = _weights(signs.vote is not None, experience)
    vote = 0.0 if signs.vote is None else _logit(signs.vote)
    total = (
        weights.constant
        + weights.cosine * signs.cosine
        + weights.recall * signs.recall
        + weights.term * signs.term
        + weights.vote * vote
    )
    return 1.0 / (1.0 + math.exp(-total))


def is_met(probability: float) -> bool:
    """Whether a point counts as made."""
    return probability >= MET


def level_from(presences: Sequence[float], max_level: int) -> LevelEstimate:
    """The level that this share of the points carries.

    Presence below `CERTAIN_ABSENT` counts nothing and above `CERTAIN_PRESENT` fully; the mean over
    the points, times the highest level, is rounded.
    """
    if not presences:
        raise ValueError("a level needs at least one point")
    span = CERTAIN_PRESENT - CERTAIN_ABSENT
    shares = [min(1.0, max(0.0, (p - CERTAIN_ABSENT) / span)) for p in presences]
    expected = max_level * sum(shares) / len(shares)
    doubt = sum(4 * p * (1 - p) for p in presences) / len(presences)
    return LevelEstimate(math.floor(expected + 0.5), expected, max(0.0, 1.0 - doubt))


def _weights(voted: bool, experience: bool) -> Weights:
    if experience:
        return EXPERIENCE_VOTED if voted else EXPERIENCE
    return KNOWLEDGE_VOTED if voted else KNOWLEDGE


def _logit(probability: float) -> float:
    inside = min(1 - _EDGE, max(_EDGE, probability))
    return math.log(inside / (1 - inside))
