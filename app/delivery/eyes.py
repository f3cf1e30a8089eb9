"""How far an eye is open and where it looks, from the points of MediaPipe's eye model.

The 468 points of the face hardly move when an eye closes (to .9 of its opening), so they are of no
use here; the eye model's outline falls to a fifth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Outline = NDArray[np.float64]
"""(16 or more, 2) pixels: 0 and 8 are the corners, 1-7 the lower lid, 9-15 the upper one."""

CLOSED = 0.15
"""An eye below this opening is closed, or nearly: a wide smile and a look down do it too."""

EYE_WIDTH_BY_RADIUS = 2.5
"""An eye's opening is about 30 mm wide, an eyeball's radius 12 mm."""

RESTING_RISE = 0.08
"""Of a look straight ahead the iris stands this many eye widths above the line of the corners."""


@dataclass(frozen=True)
class Eye:
    """One eye: its opening by its width, its width in pixels, and its turn in degrees."""

    openness: float
    pixels: float
    yaw: float
    pitch: float


def eye_of(outline: Outline, iris: Outline) -> Eye | None:
    """The measures of one eye; None where its outline has no width."""
    first, last = outline[0], outline[8]
    along = last - first if last[0] >= first[0] else first - last
    width = float(np.linalg.norm(along))
    if width < 1.0:
        return None
    gaps = np.linalg.norm(outline[9:16] - outline[1:8], axis=1)[2:5]
    right = along / width
    down = np.array([-right[1], right[0]])
    off = (iris - (first + last) / 2) / width
    return Eye(
        openness=float(gaps.mean()) / width,
        pixels=width,
        yaw=_turn(float(off @ right)),
        pitch=_turn(-float(off @ down) - RESTING_RISE),
    )


def both(first: Eye, second: Eye) -> Eye:
    """The mean of two eyes, each weighing by its width: of a turned head the near one counts."""
    total = first.pixels + second.pixels

    def mean(one: float, other: float) -> float:
        return (one * first.pixels + other * second.pixels) / total

    return Eye(
        openness=mean(first.openness, second.openness),
        pixels=max(first.pixels, second.pixels),
        yaw=mean(first.yaw, second.yaw),
        pitch=mean(first.pitch, second.pitch),
    )


def _turn(offset: float) -> float:
    return math.degrees(math.asin(max(-1.0, min(1.0, offset * EYE_WIDTH_BY_RADIUS))))
