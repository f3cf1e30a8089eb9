"""Geometry of the cohort's small charts; the same numbers stand in the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.assessment.item_statistics import LEAST
from app.assessment.need import Need
from app.assessment.student import mean_figure
from app.domain.agreement import Figure
from app.usecases.show_cohort import Cohort

WIDTH = 240.0
EDGE = 8.0
STACK = 6.0
TALL = 56.0
SLOTS = 40
BINS = 10


@dataclass(frozen=True)
class Dot:
    """One person's share."""

    x: float
    y: float


@dataclass(frozen=True)
class Strip:
    """One criterion: a dot a person, stacked where they fall together; the mean from 10 on."""

    title: str
    rubric_id: str
    dots: tuple[Dot, ...]
    mean: Figure
    mean_x: float | None
    low_x: float | None
    high_x: float | None
    n: int


@dataclass(frozen=True)
class Bar:
    """How many people have a mean share within a tenth."""

    x: float
    y: float
    height: float
    count: int
    label: str


@dataclass(frozen=True)
class Reach:
    """One person's mean with its interval."""

    x: float
    low: float
    high: float


def at(share: float) -> float:
    """The place of a share on a chart."""
    return round(EDGE + share * (WIDTH - 2 * EDGE), 1)


def strips(cohort: Cohort) -> tuple[Strip, ...]:
    """Small multiples, one for each criterion, all on the same scale."""
    found = []
    for place, column in enumerate(cohort.columns):
        shares = [share for _, share in cohort.spread(place)]
        mean = mean_figure(np.array(shares, float), least=LEAST)
        low = None if mean.low is None else at(max(0.0, mean.low))
        high = None if mean.high is None else at(min(1.0, mean.high))
        middle = None if mean.value is None else at(mean.value)
        dots = _stacked(shares)
        found.append(
            Strip(column.title, column.rubric_id, dots, mean, middle, low, high, len(shares))
        )
    return tuple(found)


def distribution(cohort: Cohort) -> tuple[Bar, ...]:
    """Mean shares of all people in ten equal bins; none where nobody has one."""
    shares = [row.need.share.value or 0.0 for row in cohort.graded]
    if not shares:
        return ()
    counts = Counter(min(BINS - 1, int(share * BINS + 1e-9)) for share in shares)
    tallest = max(counts.values())
    bars = []
    for place in range(BINS):
        height = round(counts[place] / tallest * 80.0, 1)
        label = f"{place * 10} to {place * 10 + 10} %"
        bars.append(Bar(place * 40.0, 80.0 - height, height, counts[place], label))
    return tuple(bars)


def reach(need: Need) -> Reach | None:
    """The interval as a line; None where there is none."""
    share = need.share
    if share.value is None or share.low is None or share.high is None:
        return None
    return Reach(at(share.value), at(share.low), at(share.high))


def _stacked(shares: Sequence[float]) -> tuple[Dot, ...]:
    heights: Counter[int] = Counter()
    dots = []
    every = Counter(round(share * SLOTS) for share in shares)
    step = min(STACK, (TALL - 2 * STACK) / max(1, max(every.values(), default=1) - 1))
    for share in sorted(shares):
        slot = round(share * SLOTS)
        dots.append(Dot(at(slot / SLOTS), round(TALL - STACK - heights[slot] * step, 1)))
        heights[slot] += 1
    return tuple(dots)
