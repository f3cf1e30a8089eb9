"""What many measured values come to: a median with the spread around it, never a bare mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """So many values, sorted, with their median, upper quantiles and range."""

    values: tuple[float, ...]
    median: float
    p90: float
    p95: float

    @property
    def n(self) -> int:
        """How many values there were."""
        return len(self.values)

    @property
    def least(self) -> float:
        """The smallest."""
        return self.values[0]

    @property
    def most(self) -> float:
        """The greatest."""
        return self.values[-1]


def figures(values: Iterable[float | None]) -> Figures | None:
    """The figures of what was measured; None where nothing was."""
    kept = tuple(sorted(value for value in values if value is not None))
    if not kept:
        return None
    return Figures(kept, _quantile(kept, 0.5), _quantile(kept, 0.9), _quantile(kept, 0.95))


def _quantile(ordered: tuple[float, ...], share: float) -> float:
    """Between the two values around the place, as far as it lies between them."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
