"""Where speech ends in a stretch of sound, by loudness against its own background."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
FRAME = RATE // 100
QUIETEST_SHARE = 0.05
LEAST_FLOOR = 2.0
ABOVE_FLOOR = 4.0
BELOW_LOUD = 10 ** (-35 / 20)
VOICED_FRAMES = 3

Samples = NDArray[np.int16]


def voiced_end(pcm: Samples) -> int | None:
    """The number of 16 kHz samples until the last voiced 10 ms; None when nothing stands out.

    A frame is voiced when it is well above the quietest twentieth and not far below the loudest; a
    click of less than 30 ms is no voice.
    """
    count = len(pcm) // FRAME
    if count < VOICED_FRAMES:
        return None
    frames = pcm[: count * FRAME].reshape(count, FRAME).astype(np.float64)
    loud = np.sqrt((frames**2).mean(axis=1))
    floor = max(LEAST_FLOOR, float(np.quantile(loud, QUIETEST_SHARE)))
    least = max(ABOVE_FLOOR * floor, BELOW_LOUD * float(np.quantile(loud, 0.95)))
    run = np.convolve(loud > least, np.ones(VOICED_FRAMES), mode="valid") == VOICED_FRAMES
    if not run.any():
        return None
    return (int(np.flatnonzero(run)[-1]) + VOICED_FRAMES) * FRAME


def with_silence_of(pcm: Samples, seconds: float) -> Samples:
    """The sound with at most this much silence after its last voiced moment."""
    end = voiced_end(pcm)
    return pcm if end is None else pcm[: end + round(seconds * RATE)]
