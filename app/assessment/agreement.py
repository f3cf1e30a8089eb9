"""How far two markers agree: weighted kappa, ICC, alpha, bias, each with its count and interval.

Intervals are percentile bootstraps over clusters (interviews), because marks of one interview
hang together; the seed is part of the call, so the same marks give the same interval.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.agreement import Figure

Levels = NDArray[np.float64]
Statistic = Callable[[Levels, Levels], float | None]

LEAST_PAIRS = 10
LEAST_CLUSTERS = 3
RESAMPLES = 400
SEED = 20261121
_LEAST_RESAMPLED = 0.5


@dataclass(frozen=True)
class Pairs:
    """Levels that two markers gave the same criteria; `cluster` names where each pair is from."""

    first: tuple[float, ...]
    second: tuple[float, ...]
    cluster: tuple[str, ...]

    def __post_init__(self) -> None:
        """One of each for every pair."""
        if not len(self.first) == len(self.second) == len(self.cluster):
            raise ValueError("expected as many first as second levels and clusters")


def kappa(first: Levels, second: Levels) -> float | None:
    """Quadratic weighted kappa; None when both markers only ever gave one and the same level."""
    chance = _chance(first, second)
    return 1.0 - float(np.mean((first - second) ** 2)) / chance if chance > 0 else None


def icc(ratings: Levels) -> float | None:
    """ICC(A,1) of ratings (targets x markers): absolute agreement of a single marker.

    Two-way model after McGraw and Wong; the same value as Shrout and Fleiss' ICC(2,1).
    """
    n, k = ratings.shape
    if n < 2 or k < 2:
        return None
    mean = ratings.mean()
    rows = k * float(((ratings.mean(axis=1) - mean) ** 2).sum()) / (n - 1)
    columns = n * float(((ratings.mean(axis=0) - mean) ** 2).sum()) / (k - 1)
    rest = ratings - ratings.mean(axis=1, keepdims=True) - ratings.mean(axis=0) + mean
    error = float((rest**2).sum()) / ((n - 1) * (k - 1))
    below = rows + (k - 1) * error + k / n * (columns - error)
    return (rows - error) / below if below > 0 else None


def alpha(units: Sequence[Sequence[float]]) -> float | None:
    """Krippendorff's alpha for interval data; units with one value count for nothing."""
    kept = [np.asarray(unit, dtype=float) for unit in units if len(unit) > 1]
    if not kept:
        return None
    whole = np.concatenate(kept)
    n = len(whole)
    expected = _squares(whole) / (n * (n - 1))
    if expected == 0:
        return None
    observed = sum(_squares(unit) / (len(unit) - 1) for unit in kept) / n
    return float(1.0 - observed / expected)


def bias(first: Levels, second: Levels) -> float | None:
    """How much higher the first marker is, in levels."""
    return float(np.mean(first - second)) if len(first) else None


def exact(first: Levels, second: Levels) -> float | None:
    """The share of pairs that are equal."""
    return float(np.mean(first == second)) if len(first) else None


def within_one(first: Levels, second: Levels) -> float | None:
    """The share of pairs at most one level apart."""
    return float(np.mean(np.abs(first - second) <= 1)) if len(first) else None


def icc_of_two(first: Levels, second: Levels) -> float | None:
    """ICC(A,1) of two markers."""
    return icc(np.stack([first, second], axis=1)) if len(first) else None


def alpha_of_two(first: Levels, second: Levels) -> float | None:
    """Alpha of two markers who both marked everything."""
    n = 2 * len(first)
    whole = np.concatenate([first, second])
    expected = _squares(whole) / (n * (n - 1)) if n > 2 else 0.0
    if expected == 0:
        return None
    return 1.0 - 2.0 * float(np.sum((first - second) ** 2)) / n / expected


def figure(statistic: Statistic, pairs: Pairs, *, seed: int = SEED) -> Figure:
    """The statistic with its interval; all None where too few marks would make it a guess."""
    n = len(pairs.first)
    if n < LEAST_PAIRS or len(set(pairs.cluster)) < LEAST_CLUSTERS:
        return Figure(None, None, None, n)
    drawn = _resampled(statistic, pairs, np.random.default_rng(seed))
    value = statistic(np.asarray(pairs.first, float), np.asarray(pairs.second, float))
    return _with_interval(value, [v for v in drawn if v is not None], n)


def difference(statistic: Statistic, later: Pairs, earlier: Pairs, *, seed: int = SEED) -> Figure:
    """How the statistic moved from the earlier to the later pairs, with its interval."""
    n = min(len(later.first), len(earlier.first))
    one, other = figure(statistic, later), figure(statistic, earlier)
    if one.value is None or other.value is None:
        return Figure(None, None, None, n)
    random = np.random.default_rng(seed)
    drawn = [_resampled(statistic, pairs, random) for pairs in (later, earlier)]
    found = [a - b for a, b in zip(*drawn, strict=True) if a is not None and b is not None]
    return _with_interval(one.value - other.value, found, n)


def _resampled(
    statistic: Statistic, pairs: Pairs, random: np.random.Generator
) -> list[float | None]:
    first, second = np.asarray(pairs.first, float), np.asarray(pairs.second, float)
    groups = _groups(pairs.cluster)
    found = []
    for _ in range(RESAMPLES):
        drawn = random.integers(0, len(groups), len(groups))
        rows = np.concatenate([groups[i] for i in drawn])
        found.append(statistic(first[rows], second[rows]))
    return found


def _with_interval(value: float | None, found: Sequence[float], n: int) -> Figure:
    if value is None or len(found) < _LEAST_RESAMPLED * RESAMPLES:
        return Figure(value, None, None, n)
    low, high = np.quantile(found, [0.025, 0.975])
    return Figure(value, float(low), float(high), n)


def _groups(clusters: Sequence[str]) -> list[NDArray[np.intp]]:
    """Where the pairs of each cluster stand."""
    names = np.asarray(clusters)
    return [np.flatnonzero(names == name) for name in sorted(set(clusters))]


def _chance(first: Levels, second: Levels) -> float:
    """The mean squared distance if the two markers were independent."""
    if not len(first):
        return 0.0
    return float(np.mean(first**2) + np.mean(second**2) - 2.0 * np.mean(first) * np.mean(second))


def _squares(values: Levels) -> float:
    """The sum of squared distances over all ordered pairs."""
    n = len(values)
    return float(2 * n * np.sum(values**2) - 2 * np.sum(values) ** 2)
