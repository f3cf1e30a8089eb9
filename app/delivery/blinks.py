"""Blinks, from how far the eyes are open over time.

An eye's opening differs from person to person and with the camera's angle, so each moment is held
against the opening usual in the seconds around it. What stays shut longer than a blink is a look
down or closed eyes, and is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

AROUND_S = 3.0
USUAL = 75
"""The percentile of the openings around a moment that counts as open."""

SHUT, OPEN_AGAIN = 0.55, 0.7
"""Shares of the usual opening: a blink begins below the first and ends above the second."""

LONGEST_S = 0.6
GAP_S = 0.2
"""A blink is followed over pictures no further apart than this."""


@dataclass(frozen=True)
class Closing:
    """A time in which the eyes were shut."""

    start_s: float
    end_s: float

    @property
    def blink(self) -> bool:
        """Whether it was as short as a blink."""
        return self.end_s - self.start_s <= LONGEST_S


def closings(times: Floats, openness: Floats) -> tuple[Closing, ...]:
    """When the eyes were shut; `openness` is NaN where no eye could be measured.

    One that the pictures break into, or that runs to their end, is left out.
    """
    found: list[Closing] = []
    began: float | None = None
    last = -np.inf
    for at, share in zip(times, _by_usual(times, openness), strict=True):
        if not np.isfinite(share) or at - last > GAP_S:
            began = None
        if np.isfinite(share):
            if began is None and share < SHUT and at - last <= GAP_S:
                began = float(at)
            elif began is not None and share >= OPEN_AGAIN:
                found.append(Closing(began, float(at)))
                began = None
            last = at
    return tuple(found)


def _by_usual(times: Floats, openness: Floats) -> Floats:
    """Each opening by what is usual around it; NaN where it is not known."""
    starts = np.searchsorted(times, times - AROUND_S)
    ends = np.searchsorted(times, times + AROUND_S, side="right")
    shares = np.full(len(times), np.nan)
    for place in np.flatnonzero(np.isfinite(openness)):
        near = openness[starts[place] : ends[place]]
        usual = float(np.percentile(near[np.isfinite(near)], USUAL))
        if usual > 0:
            shares[place] = openness[place] / usual
    return shares
