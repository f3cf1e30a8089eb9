"""Groups of a cohort side by side: means, and differences from everybody else, with uncertainty.

Groups arrive as plain labels beside finished results; nothing here knows where they come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from app.assessment.student import Values, mean_figure, t_quantile
from app.domain.agreement import Figure

LEAST = 10
LEVEL = 0.95


@dataclass(frozen=True)
class GroupComparison:
    """One group. `difference` is its mean minus that of all others who named a group.

    All None, and `shown` False, where fewer than `LEAST` people are in it; no difference where
    the others are fewer.
    """

    name: str
    shown: bool
    mean: Figure
    difference: Figure

    @property
    def apart(self) -> bool:
        """Whether the interval of the difference leaves out 0."""
        low, high = self.difference.low, self.difference.high
        return low is not None and high is not None and (low > 0.0 or high < 0.0)


def compare(
    shares: Sequence[float], groups: Sequence[str | None], *, least: int = LEAST
) -> tuple[GroupComparison, ...]:
    """Every named group against the rest; one share a person, None for who named no group.

    Differences are Welch's. With more than two groups their intervals are widened (Bonferroni),
    so that 95 % holds for all of them together.
    """
    if len(shares) != len(groups):
        raise ValueError("expected a group, or None, for every share")
    values = np.asarray(shares, float)
    names = sorted({name for name in groups if name is not None})
    told = np.array([group is not None for group in groups], bool)
    members = {name: np.array([group == name for group in groups], bool) for name in names}
    large = sum(int(member.sum()) >= least for member in members.values())
    level = LEVEL if len(names) <= 2 else 1.0 - (1.0 - LEVEL) / max(1, large)
    found = []
    for name, member in members.items():
        own, others = values[member], values[told & ~member]
        shown = len(own) >= least
        found.append(
            GroupComparison(
                name, shown, mean_figure(own, least=least), _welch(own, others, least, level)
            )
        )
    return tuple(found)


def _welch(own: Values, others: Values, least: int, level: float) -> Figure:
    n = min(len(own), len(others))
    if n < max(2, least):
        return Figure(None, None, None, n)
    difference = float(own.mean() - others.mean())
    first, second = own.var(ddof=1) / len(own), others.var(ddof=1) / len(others)
    error = float(first + second)
    if error <= 0.0:
        return Figure(difference, difference, difference, n)
    freedom = error**2 / float(first**2 / (len(own) - 1) + second**2 / (len(others) - 1))
    half = t_quantile(0.5 + level / 2.0, freedom) * sqrt(error)
    return Figure(difference, difference - half, difference + half, n)
