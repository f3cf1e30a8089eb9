"""Geometry of the growth page's small charts; a table with the same numbers stands under each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.assessment.growth import Trend
from app.usecases.build_growth import Growth

WIDTH = 320.0
TALL = 120.0
SIDE = 12.0
TOP = 12.0


@dataclass(frozen=True)
class Dot:
    """One session: its place, its interval's ends, and the values in words."""

    x: float
    y: float
    low: float | None
    high: float | None
    at: datetime
    value: float
    least: float | None
    most: float | None


@dataclass(frozen=True)
class Chart:
    """One small chart in the unit of its title; `marks` are where the rubric changed.

    `of` says what kind of question it is about: several rubrics have a criterion of one title.
    """

    title: str
    of: str
    unit: str
    dots: tuple[Dot, ...]
    line: str
    marks: tuple[tuple[float, str], ...]
    baseline: tuple[float, float] | None
    bottom: float
    top: float
    trend: Trend
    per_month: float | None


def curve_charts(grown: Growth) -> tuple[Chart, ...]:
    """A chart for each criterion, in percent of its levels and in the order of its rubric."""
    charts = []
    order = {criterion: n for n, criterion in enumerate(grown.titles)}
    for curve in sorted(grown.curves, key=lambda c: order.get((c.rubric, c.criterion), len(order))):
        times = [point.at for point in curve.points]
        place = _places(times)
        dots = tuple(
            _dot(place[n], p.at, _percent(p.share.value), p.share.low, p.share.high)
            for n, p in enumerate(curve.points)
        )
        marks = tuple(
            (place[times.index(mark.at)], f"rubric version {mark.after}") for mark in curve.marks
        )
        monthly = curve.trend.monthly.value
        charts.append(
            Chart(
                grown.titles.get((curve.rubric, curve.criterion), curve.criterion),
                grown.rubrics.get(curve.rubric, curve.rubric.replace("-", " ").capitalize()),
                "% of its levels",
                dots,
                _line(dots),
                marks,
                None,
                0.0,
                100.0,
                curve.trend,
                None if monthly is None else 100 * monthly,
            )
        )
    return tuple(charts)


def measure_charts(grown: Growth) -> tuple[Chart, ...]:
    """A chart for each measure of delivery, with the person's own baseline as a line."""
    charts = []
    for measure in grown.measures:
        known = [*measure.values, *([measure.baseline] if measure.baseline is not None else [])]
        low, high = min(0.0, *known), max(known) * 1.1 or 1.0
        place = _places(measure.times)
        dots = tuple(
            Dot(place[n], _y(value, low, high), None, None, at, value, None, None)
            for n, (at, value) in enumerate(zip(measure.times, measure.values, strict=True))
        )
        base = measure.baseline
        line = None if base is None else (_y(base, low, high), base)
        monthly = measure.trend.monthly.value
        charts.append(
            Chart(
                measure.title,
                "",
                measure.unit,
                dots,
                _line(dots),
                (),
                line,
                low,
                high,
                measure.trend,
                monthly,
            )
        )
    return tuple(charts)


def _places(times: Sequence[datetime]) -> list[float]:
    if not times:
        return []
    first, last = min(times), max(times)
    whole = (last - first).total_seconds()
    inner = WIDTH - 2 * SIDE
    if whole <= 0:
        return [WIDTH / 2 for _ in times]
    return [round(SIDE + inner * (at - first).total_seconds() / whole, 1) for at in times]


def _dot(x: float, at: datetime, value: float, low: float | None, high: float | None) -> Dot:
    least, most = (None if v is None else _percent(v) for v in (low, high))
    ends = [None if v is None else _y(v, 0.0, 100.0) for v in (least, most)]
    return Dot(x, _y(value, 0.0, 100.0), ends[0], ends[1], at, value, least, most)


def _percent(share: float | None) -> float:
    return 100.0 * (share or 0.0)


def _y(value: float, low: float, high: float) -> float:
    return round(TOP + (TALL - 2 * TOP) * (1 - (value - low) / (high - low)), 1)


def _line(dots: Sequence[Dot]) -> str:
    return " ".join(f"{dot.x},{dot.y}" for dot in dots)
