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


PASSAGE = -1
"""Stands for a turn where the passage of the device check was read."""


@dataclass(frozen=True)
class TurnVoice:
    """How the voice sounded in one answer: coarse lanes and figures, never the sound itself.

    Lanes hold a value every `step_s` seconds from `start_s`, None where nobody's voice was heard.
    `problem` says why figures are missing.
    """

    turn: int
    start_s: float
    step_s: float
    pitch_hz: tuple[float | None, ...]
    loudness_db: tuple[float | None, ...]
    pitch_hz_median: float | None
    pitch_range_st: float | None
    loudness_mean_db: float | None
    loudness_spread_db: float | None
    breaks: tuple[float, ...]
    voiced_s: float
    coverage: float
    problem: str = ""
