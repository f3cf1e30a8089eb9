"""Lanes of a voice as paths over the report's timeline, each between its own least and greatest."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.figures import Lane, StressReading
from app.domain.report import Report

WIDTH = 1000.0
TALL = 36.0
MOST_POINTS = 700


@dataclass(frozen=True)
class Curve:
    """One lane's path in the chart's units, with the values at its lower and upper edge."""

    title: str
    unit: str
    path: str
    least: float
    most: float


def curves(report: Report, seconds: float) -> tuple[Curve, ...]:
    """The lanes in which something was measured; none without consent to them."""
    lanes = report.voice.lanes if report.voice else ()
    drawn = (_curve(lane, seconds) for lane in lanes)
    return tuple(curve for curve in drawn if curve is not None)


def strained(report: Report) -> tuple[StressReading, ...]:
    """The readings of stress that say something; an assessment has none."""
    readings = report.stress.readings if report.stress else ()
    return tuple(reading for reading in readings if reading.level is not None)


def _curve(lane: Lane, seconds: float) -> Curve | None:
    every = max(1, len(lane.values) // MOST_POINTS)
    points = [
        (lane.start_s + place * lane.step_s, _mean(lane.values[place : place + every]))
        for place in range(0, len(lane.values), every)
    ]
    known = [value for _, value in points if value is not None]
    if not known or seconds <= 0:
        return None
    least, most = min(known), max(known)
    span = (most - least) or 1.0
    path, pen = "", "M"
    for at, value in points:
        if value is None:
            pen = "M"
            continue
        x = at / seconds * WIDTH
        y = TALL * (1 - (value - least) / span)
        path += f"{pen}{x:.1f} {y:.1f}"
        if pen == "M":
            path += "h0.1"  # a single value is a dot
        pen = "L"
    return Curve(lane.title, lane.unit, path, least, most)


def _mean(values: tuple[float | None, ...]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
