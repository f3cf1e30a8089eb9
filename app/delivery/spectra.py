"""Spectral measures of speech, frame by frame: where its energy lies, and how that changes.

Plain numpy over windows of 25 ms every 10 ms at 16 kHz. The measures are those of the Geneva
minimal parameter set (Eyben et al. 2016), written anew: loudness, alpha ratio, Hammarberg index,
slopes, flux, mel-frequency cepstra, and the differences between harmonics.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RATE = 16_000
HOP = RATE // 100
WINDOW = 400
FFT = 512
MEL_BANDS = 26
CEPSTRA = 13
QUIETEST = 1e-10
HERTZ = np.fft.rfftfreq(FFT, 1 / RATE)


@dataclass(frozen=True)
class Spectra:
    """One row a frame of 10 ms.

    `loudness_db` is relative to full scale. `shape` holds the columns of `SHAPE`, `cepstra` the
    mel-frequency cepstra 1 to 13; `power` is the power spectrum.
    """

    loudness_db: Floats
    shape: Floats
    cepstra: Floats
    power: Floats


SHAPE = ("alpha", "hammarberg", "slope_low", "slope_high", "centroid", "rolloff", "entropy", "flux")


def spectra_of(wave: Floats) -> Spectra:
    """The spectra of 16 kHz samples within -1..1; shorter than one window: no frames."""
    frames = _frames(wave)
    power = np.abs(np.fft.rfft(frames * np.hanning(WINDOW), FFT, axis=1)) ** 2
    mean_square = (frames**2).mean(axis=1) if len(frames) else np.zeros(0)
    log_mel = np.log(power @ _mel_filters().T + QUIETEST)
    return Spectra(
        loudness_db=10 * np.log10(mean_square + QUIETEST),
        shape=_shape(power),
        cepstra=log_mel @ _cosines().T,
        power=power,
    )


def harmonic_differences(spectra: Spectra, pitch_hz: Floats) -> Floats:
    """Per frame, in dB: first over second harmonic, and first harmonic over the 2.5-3.5 kHz peak.

    Rows without pitch are NaN. A breathy voice has a strong first harmonic, a pressed one a weak.
    """
    out = np.full((len(pitch_hz), 2), np.nan)
    rows = np.flatnonzero(pitch_hz > 0)
    if not len(rows):
        return out
    decibel = 10 * np.log10(spectra.power[rows] + QUIETEST)
    first = _near(decibel, pitch_hz[rows])
    out[rows, 0] = first - _near(decibel, 2 * pitch_hz[rows])
    out[rows, 1] = first - decibel[:, (HERTZ >= 2500) & (HERTZ <= 3500)].max(axis=1)
    return out


def _near(decibel: Floats, hertz: Floats) -> Floats:
    middle = np.rint(hertz / (RATE / FFT)).astype(int)
    around = np.clip(middle[:, None] + np.arange(-1, 2)[None, :], 0, FFT // 2)
    best: Floats = np.take_along_axis(decibel, around, axis=1).max(axis=1)
    return best


def _frames(wave: Floats) -> Floats:
    if len(wave) < WINDOW:
        return np.zeros((0, WINDOW))
    return np.lib.stride_tricks.sliding_window_view(wave, WINDOW)[::HOP]


def _shape(power: Floats) -> Floats:
    floored = power + QUIETEST
    share = floored / floored.sum(axis=1, keepdims=True)
    low = floored[:, (HERTZ >= 50) & (HERTZ < 1000)].sum(axis=1)
    high = floored[:, (HERTZ >= 1000) & (HERTZ <= 5000)].sum(axis=1)
    peak_low = floored[:, HERTZ < 2000].max(axis=1)
    peak_high = floored[:, (HERTZ >= 2000) & (HERTZ <= 5000)].max(axis=1)
    cumulated = np.cumsum(share, axis=1)
    root = np.sqrt(share)
    change = np.zeros(len(power))
    change[1:] = np.sqrt(((root[1:] - root[:-1]) ** 2).sum(axis=1))
    return np.stack(
        [
            10 * np.log10(low / high),
            10 * np.log10(peak_low / peak_high),
            _slope(floored, 0, 500),
            _slope(floored, 500, 1500),
            share @ HERTZ,
            HERTZ[(cumulated < 0.85).sum(axis=1).clip(max=len(HERTZ) - 1)],
            -(share * np.log(share)).sum(axis=1),
            change,
        ],
        axis=1,
    )


def _slope(floored: Floats, low: float, high: float) -> Floats:
    """Decibels per kHz between two frequencies, by least squares."""
    within = (low <= HERTZ) & (high >= HERTZ)
    kilo = HERTZ[within] / 1000
    kilo = kilo - kilo.mean()
    decibel = 10 * np.log10(floored[:, within])
    slope: Floats = decibel @ kilo / float((kilo**2).sum())
    return slope


def _mel_filters() -> Floats:
    def mel(hertz: float) -> float:
        return 2595 * float(np.log10(1 + hertz / 700))

    centres = 700 * (10 ** (np.linspace(mel(20), mel(7600), MEL_BANDS + 2) / 2595) - 1)
    left, middle, right = centres[:-2, None], centres[1:-1, None], centres[2:, None]
    rising = (HERTZ[None, :] - left) / (middle - left)
    falling = (right - HERTZ[None, :]) / (right - middle)
    filters: Floats = np.maximum(0, np.minimum(rising, falling))
    return filters


def _cosines() -> Floats:
    number = np.arange(1, CEPSTRA + 1)[:, None]
    band = np.arange(MEL_BANDS)[None, :] + 0.5
    rows: Floats = np.sqrt(2 / MEL_BANDS) * np.cos(np.pi * number * band / MEL_BANDS)
    return rows
