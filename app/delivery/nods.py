"""Nods and shakes: a head that goes to and fro quickly, up and down or from side to side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST_SWING = 4.0
"""Degrees between two turning points; of a still head the angles waver by about one."""

SLOWEST_S = 0.6
QUICKEST_S = 0.08
"""How long one swing takes: slower is looking elsewhere, quicker a slip of the landmarks."""

SWINGS = 3
"""Fewest swings in a row; a head that only goes down and up again may just have looked down."""

CLEARLY = 1.5
"""How many times wider the head swings this way than the other way in the same time."""

GAP_S = 0.3


@dataclass(frozen=True)
class Swing:
    """From one turning point to the next."""

    start_s: float
    end_s: float
    degrees: float


def gestures(times: Floats, angles: Floats, others: Floats) -> tuple[tuple[float, float], ...]:
    """Start and end of each to-and-fro of `angles` that is clearly wider than that of `others`."""
    found: list[tuple[float, float]] = []
    for part in _unbroken(times, angles):
        for run in _runs(swings(times[part], angles[part])):
            start, end = run[0].start_s, run[-1].end_s
            inside = (times >= start) & (times <= end)
            aside = others[inside]
            if np.ptp(aside[np.isfinite(aside)]) * CLEARLY <= max(each.degrees for each in run):
                found.append((start, end))
    return tuple(found)


def swings(times: Floats, angles: Floats) -> tuple[Swing, ...]:
    """The ways between turning points that lie at least `LEAST_SWING` apart."""
    found: list[Swing] = []
    low = high = turn = 0
    rising: bool | None = None
    for place in range(1, len(angles)):
        low = place if angles[place] < angles[low] else low
        high = place if angles[place] > angles[high] else high
        if rising is not False and angles[high] - angles[place] >= LEAST_SWING:
            found += _swing(times, angles, turn, high) if rising else []
            rising, turn, low = False, high, place
        elif rising is not True and angles[place] - angles[low] >= LEAST_SWING:
            found += _swing(times, angles, turn, low) if rising is False else []
            rising, turn, high = True, low, place
    if rising is not None:
        found += _swing(times, angles, turn, high if rising else low)
    return tuple(found)


def _swing(times: Floats, angles: Floats, start: int, end: int) -> list[Swing]:
    degrees = abs(float(angles[end] - angles[start]))
    return [Swing(float(times[start]), float(times[end]), degrees)]


def _runs(every: Sequence[Swing]) -> list[list[Swing]]:
    """The stretches of quick swings that are long enough."""
    runs: list[list[Swing]] = [[]]
    for each in every:
        if QUICKEST_S <= each.end_s - each.start_s <= SLOWEST_S:
            runs[-1].append(each)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) >= SWINGS]


def _unbroken(times: Floats, angles: Floats) -> list[NDArray[np.intp]]:
    """The places of the stretches in which a head was seen without a gap."""
    seen = np.flatnonzero(np.isfinite(angles))
    if not len(seen):
        return []
    breaks = np.flatnonzero(np.diff(times[seen]) > GAP_S) + 1
    return list(np.split(seen, breaks))
