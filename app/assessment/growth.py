"""How a learner grows: a curve for each criterion of a rubric, and whether it rises for sure.

A rubric's versions judge differently. A curve marks where the version changes, and its trend is
fitted with a step there, so that a milder rubric doesn't pass for progress.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import sqrt
from typing import Literal

import numpy as np

from app.assessment.student import mean_figure, t_quantile
from app.domain.agreement import Figure

LEAST_SESSIONS = 4
LEAST_FREEDOM = 2
MONTH_DAYS = 30.0
Direction = Literal["rising", "falling", "no clear change", "too few sessions"]


@dataclass(frozen=True)
class Observation:
    """One criterion's level in one answer, as the share of its highest level, 0..1."""

    session: str
    at: datetime
    rubric: str
    version: int
    criterion: str
    share: float


@dataclass(frozen=True)
class Point:
    """A session's mean, with the interval that its answers allow (none from a single one)."""

    session: str
    at: datetime
    version: int
    share: Figure


@dataclass(frozen=True)
class VersionMark:
    """Where the rubric changed: at the first session of the later version."""

    at: datetime
    before: int
    after: int


@dataclass(frozen=True)
class Trend:
    """The change in 30 days, with its interval, and what it allows to say."""

    monthly: Figure
    direction: Direction


@dataclass(frozen=True)
class Curve:
    """One criterion over a learner's sessions."""

    rubric: str
    criterion: str
    points: tuple[Point, ...]
    marks: tuple[VersionMark, ...]
    trend: Trend


def curves(observations: Iterable[Observation]) -> tuple[Curve, ...]:
    """A curve for each criterion of each rubric, in the order of their names."""
    sorted_by: dict[tuple[str, str], list[Observation]] = {}
    for seen in observations:
        sorted_by.setdefault((seen.rubric, seen.criterion), []).append(seen)
    return tuple(_curve(*key, sorted_by[key]) for key in sorted(sorted_by))


def trend(
    times: Sequence[datetime], values: Sequence[float], versions: Sequence[int] | None = None
) -> Trend:
    """Least squares over sessions, with a step for each further version of the measure.

    Also for measures of delivery, which have no versions.
    """
    steps = sorted(set(versions or ()))[1:]
    n, freedom = len(values), len(values) - 2 - len(steps)
    none = Trend(Figure(None, None, None, n), "too few sessions")
    if n < LEAST_SESSIONS or freedom < LEAST_FREEDOM:
        return none
    first = min(times)
    months = [(at - first) / timedelta(days=MONTH_DAYS) for at in times]
    columns = [[1.0] * n, months]
    columns += [[float(version == step) for version in versions or ()] for step in steps]
    design, wanted = np.array(columns, float).T, np.asarray(values, float)
    fitted, _, rank, _ = np.linalg.lstsq(design, wanted, rcond=None)
    if rank < design.shape[1]:
        return none
    rest = wanted - design @ fitted
    spread = float(rest @ rest) / freedom * float(np.linalg.inv(design.T @ design)[1, 1])
    slope, half = float(fitted[1]), t_quantile(0.975, freedom) * sqrt(spread)
    return Trend(Figure(slope, slope - half, slope + half, n), _direction(slope, half))


def _curve(rubric: str, criterion: str, seen: list[Observation]) -> Curve:
    held: dict[tuple[str, int], list[Observation]] = {}
    for one in sorted(seen, key=lambda one: (one.at, one.session)):
        held.setdefault((one.session, one.version), []).append(one)
    points = tuple(_point(session, version, held[session, version]) for session, version in held)
    marks = tuple(
        VersionMark(later.at, earlier.version, later.version)
        for earlier, later in pairwise(points)
        if earlier.version != later.version
    )
    values = [point.share.value or 0.0 for point in points]
    found = trend([point.at for point in points], values, [point.version for point in points])
    return Curve(rubric, criterion, points, marks, found)


def _point(session: str, version: int, seen: list[Observation]) -> Point:
    mean = mean_figure(np.array([one.share for one in seen], float), least=1)
    if mean.low is not None and mean.high is not None:
        mean = Figure(mean.value, max(0.0, mean.low), min(1.0, mean.high), mean.n)
    return Point(session, seen[0].at, version, mean)


def _direction(slope: float, half: float) -> Direction:
    if slope - half > 0.0:
        return "rising"
    return "falling" if slope + half < 0.0 else "no clear change"
