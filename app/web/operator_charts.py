"""Geometry of the operator's small charts; the numbers stand in the tables beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.figures import Figures
from app.usecases.oversee_turns import Interval

BINS = 20
BIN_WIDTH = 6.0
SHAPE_HEIGHT = 28.0
TIME_WIDTH = 1000.0
TIME_HEIGHT = 120.0
_STEPS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0)


@dataclass(frozen=True)
class Bar:
    """One bar that stands on the ground line."""

    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Shape:
    """A histogram from `low` to `high`, with the median's place."""

    bars: tuple[Bar, ...]
    median_x: float
    low: float
    high: float


@dataclass(frozen=True)
class Dot:
    """The median of an interval, with a line up to its 90th percentile."""

    x: float
    y: float
    top: float
    label: str


@dataclass(frozen=True)
class Tick:
    """A place on an axis with its words."""

    at: float
    label: str


@dataclass(frozen=True)
class OverTime:
    """Response over time."""

    dots: tuple[Dot, ...]
    times: tuple[Tick, ...]
    levels: tuple[Tick, ...]


def shape(figures: Figures | None, *, high: float | None = None) -> Shape | None:
    """How the values are spread from 0 (or the least, below it) to `high` or the greatest."""
    if figures is None:
        return None
    low = min(0.0, figures.least)
    top = max(figures.most, low + 1e-6) if high is None else high
    counts = [0] * BINS
    for value in figures.values:
        counts[min(BINS - 1, max(0, int((value - low) / (top - low) * BINS)))] += 1
    tallest = max(counts)
    bars = []
    for place, count in enumerate(counts):
        if count:
            height = max(2.0, count / tallest * SHAPE_HEIGHT)
            y = round(SHAPE_HEIGHT - height, 1)
            bars.append(Bar(round(place * BIN_WIDTH, 1), y, round(height, 1)))
    middle = (figures.median - low) / (top - low) * BINS * BIN_WIDTH
    return Shape(tuple(bars), round(middle, 1), low, top)


def over_time(intervals: Sequence[Interval]) -> OverTime | None:
    """Median and 90th percentile of the response, interval by interval; None without any."""
    measured = [i.response.p90 for i in intervals if i.response is not None]
    if not measured:
        return None
    greatest = max(measured)
    step = next((s for s in _STEPS if greatest / s <= 4), 120.0)
    top = step * max(1, -(-greatest // step))
    width = TIME_WIDTH / len(intervals)

    def height(seconds: float) -> float:
        return round(TIME_HEIGHT * (1 - max(0.0, seconds) / top), 1)

    dots = tuple(
        Dot(
            round((place + 0.5) * width, 1),
            height(interval.response.median),
            height(interval.response.p90),
            f"{_time(interval.start)}: median {interval.response.median:.2f} s, "
            f"p90 {interval.response.p90:.2f} s, turns: {interval.turns}",
        )
        for place, interval in enumerate(intervals)
        if interval.response is not None
    )
    every = max(1, len(intervals) // 6)
    times = tuple(
        Tick(round(place * width, 1), _time(interval.start))
        for place, interval in enumerate(intervals)
        if place % every == 0
    )
    count = round(top / step)
    levels = tuple(Tick(height(n * step), f"{n * step:g} s") for n in range(count + 1))
    return OverTime(dots, times, levels)


def _time(moment: datetime) -> str:
    return f"{moment:%H:%M}"
