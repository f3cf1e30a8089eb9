"""The voice in a stretch of sound, as it is measured frame by frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Phonation:
    """The voice itself, one row a frame of 10 ms.

    `pitch_hz` is 0 where nothing is voiced; `strength` is the autocorrelation there, 0..1.
    `formants_hz` and `bandwidths_hz` have three columns, NaN where none was found. `jitter` and
    `shimmer` are the mean differences of neighbouring periods (shares), NaN when unmeasurable.
    """

    pitch_hz: Floats
    strength: Floats
    formants_hz: Floats
    bandwidths_hz: Floats
    jitter: float
    shimmer: float
