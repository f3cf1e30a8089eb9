"""Two opinions on one answer: whether they agree, and how far the offline one may be off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.assessment.scorer.scorer import Scored

AGREEMENT = 1
"""Levels that two opinions may lie apart and still agree."""
LIKELY = 1.25
"""Expected errors to either side. On the bank's own exemplars that held 94 % of 295 levels."""
MIDDLE = 0.5
_HALF = 0.5


@dataclass(frozen=True)
class Estimate:
    """What the offline scorer says of one criterion: a share of the highest level, 0..1.

    `error` is how far off it is expected to be, on the same scale.
    """

    share: float
    error: float

    @classmethod
    def of(cls, scored: Scored) -> Estimate:
        """From the scorer's own words."""
        return cls(scored.score, _HALF * (1.0 - scored.confidence))

    def level(self, top: int) -> int:
        """The nearest level."""
        return nearest_level(self.share, top)

    def between(self, top: int) -> tuple[float, float]:
        """Where the level likely lies, on the scale of the levels."""
        reach = LIKELY * self.error
        return max(0.0, self.share - reach) * top, min(1.0, self.share + reach) * top


def nearest_level(share: float, top: int) -> int:
    """The level that a share from 0 to 1 comes nearest to."""
    return int(share * top + 0.5)


def agree(shares: Sequence[float], levels: Sequence[int], tops: Sequence[int]) -> bool:
    """Whether each level lies near enough to the offline score of its criterion."""
    return all(
        abs(nearest_level(share, top) - level) <= AGREEMENT
        for share, level, top in zip(shares, levels, tops, strict=True)
    )


def weak_alone(share: float | None) -> bool:
    """Whether a grade that no judge saw lies too low to stand without a person's look."""
    return share is not None and share < MIDDLE
