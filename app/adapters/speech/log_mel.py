"""Whisper-style log-mel features out of a waveform, in numpy alone."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SAMPLE_RATE = 16_000
WINDOW = 400
HOP = 160
MELS = 80
_LINEAR_UNTIL_HZ = 1000.0
_HZ_PER_MEL = 200.0 / 3.0
_LOG_STEP = np.log(6.4) / 27.0


def log_mel(wave: Floats) -> Floats:
    """Features of a 16 kHz waveform.

    Args:
        wave: Samples, shape (n,), any scale.

    Returns:
        Shape (80, n // 160): base-10 logarithms, cut 8 below their maximum, then moved to about
        -1..1 as Whisper's encoder was trained on.
    """
    padded = np.pad(wave, WINDOW // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][: len(wave) // HOP]
    power = np.abs(np.fft.rfft(frames * _window(), axis=1)) ** 2
    mels = _filters() @ power.T
    logs = np.log10(np.maximum(mels, 1e-10))
    logs = np.maximum(logs, logs.max() - 8.0)
    return np.asarray((logs + 4.0) / 4.0, dtype=np.float32)


@lru_cache(maxsize=1)
def _window() -> NDArray[np.float64]:
    return 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(WINDOW) / WINDOW)


@lru_cache(maxsize=1)
def _filters() -> NDArray[np.float64]:
    """Triangles on Slaney's mel scale, each of area 1; shape (80, 201)."""
    top = _mel_of_hz(SAMPLE_RATE / 2.0)
    corners = np.array([_hz_of_mel(mel) for mel in np.linspace(0.0, top, MELS + 2)])
    bins = np.linspace(0.0, SAMPLE_RATE / 2.0, WINDOW // 2 + 1)
    left, middle, right = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    rising = (bins - left) / (middle - left)
    falling = (right - bins) / (right - middle)
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)) * 2.0 / (right - left))


def _mel_of_hz(hz: float) -> float:
    if hz < _LINEAR_UNTIL_HZ:
        return hz / _HZ_PER_MEL
    return float(_LINEAR_UNTIL_HZ / _HZ_PER_MEL + np.log(hz / _LINEAR_UNTIL_HZ) / _LOG_STEP)


def _hz_of_mel(mel: float) -> float:
    knee = _LINEAR_UNTIL_HZ / _HZ_PER_MEL
    if mel < knee:
        return mel * _HZ_PER_MEL
    return float(_LINEAR_UNTIL_HZ * np.exp(_LOG_STEP * (mel - knee)))
