"""Impact ratios: how often each group comes out above the overall median, against the highest.

Groups arrive as plain labels beside finished results; nothing here knows where they come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.agreement import Figure

LEAST = 10
FOUR_FIFTHS = 0.8
RESAMPLES = 400
SEED = 20261121


@dataclass(frozen=True)
class GroupRate:
    """One group; rates are None where fewer than `LEAST` people are in it."""

    name: str
    shown: bool
    rate: Figure
    ratio: Figure

    @property
    def flagged(self) -> bool:
        """Whether the ratio is below four fifths."""
        return self.ratio.value is not None and self.ratio.value < FOUR_FIFTHS


@dataclass(frozen=True)
class Impact:
    """The groups of one attribute, and how many told none; `median` is over everybody."""

    median: float | None
    people: int
    unknown: int
    groups: tuple[GroupRate, ...]


def impact(shares: Sequence[float], groups: Sequence[str | None], *, seed: int = SEED) -> Impact:
    """Rates and ratios of every named group; None in `groups` is a person who told none."""
    if not shares:
        return Impact(None, 0, 0, ())
    values = np.asarray(shares, float)
    above = values > np.median(values)
    names = sorted({name for name in groups if name is not None})
    rows = {name: np.array([g == name for g in groups]) for name in names}
    large = [name for name in names if rows[name].sum() >= LEAST]
    resampled = _resampled(above, [rows[name] for name in large], seed)
    rates = {name: float(above[rows[name]].mean()) for name in large}
    highest = max(rates.values(), default=0.0)
    found = []
    for name in names:
        n = int(rows[name].sum())
        if name not in rates:
            found.append(GroupRate(name, False, _none(n), _none(n)))
            continue
        column = resampled[:, large.index(name)]
        best = resampled.max(axis=1)
        ratios = np.divide(column, best, out=np.full(len(best), np.nan), where=best > 0)
        ratio = rates[name] / highest if highest > 0 and len(large) > 1 else None
        found.append(
            GroupRate(name, True, _figure(rates[name], column, n), _figure(ratio, ratios, n))
        )
    unknown = sum(group is None for group in groups)
    return Impact(float(np.median(values)), len(values), unknown, tuple(found))


def _resampled(
    above: NDArray[np.bool_], members: Sequence[NDArray[np.bool_]], seed: int
) -> NDArray[np.float64]:
    """The rates of each group over resampled people, within each group."""
    random = np.random.default_rng(seed)
    rates = np.zeros((RESAMPLES, len(members)))
    for column, member in enumerate(members):
        theirs = above[member].astype(float)
        drawn = random.integers(0, len(theirs), (RESAMPLES, len(theirs)))
        rates[:, column] = theirs[drawn].mean(axis=1)
    return rates


def _none(n: int) -> Figure:
    return Figure(None, None, None, n)


def _figure(value: float | None, resampled: NDArray[np.float64], n: int) -> Figure:
    known = resampled[~np.isnan(resampled)]
    if value is None or not len(known):
        return Figure(value, None, None, n)
    low, high = np.quantile(known, [0.025, 0.975])
    return Figure(value, float(low), float(high), n)
