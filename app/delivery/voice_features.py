"""One row of figures about how a stretch of speech sounds: what the stress model looks at.

Functionals (means, spreads, quantiles, slopes) of pitch, loudness, spectrum, formants and rhythm,
in the spirit of the Geneva parameter sets (Eyben et al. 2016). Their order is `FEATURES`; NaN where
a figure could not be taken.
"""

from __future__ import annotations

import warnings
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.delivery.spectra import CEPSTRA, SHAPE, Spectra, harmonic_differences
from app.domain.phonation import Phonation

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FRAMES_PER_S = 100
SEMITONES_FROM_HZ = 27.5
SPEECH_BELOW_LOUD_DB = 32.0
SMOOTHED_FRAMES = 7
LEAST_PEAK_DB = 1.5

_SUMMARY = ("mean", "sd", "p5", "p20", "p50", "p80", "p95", "range", "rise", "fall")
_PAIR = ("mean", "sd")


def _named(prefix: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{prefix}_{kind}" for kind in kinds)


FEATURES: tuple[str, ...] = (
    *_named("pitch", _SUMMARY),
    *_named("loudness", _SUMMARY),
    *(name for shape in SHAPE for name in _named(f"{shape}_voiced", _PAIR)),
    *(name for shape in SHAPE for name in _named(f"{shape}_speech", _PAIR)),
    *(name for n in range(CEPSTRA) for name in _named(f"cepstrum{n + 1}", _PAIR)),
    *(f"cepstrum{n + 1}_change" for n in range(CEPSTRA)),
    *(name for n in (1, 2, 3) for name in _named(f"formant{n}", _PAIR)),
    *(name for n in (1, 2, 3) for name in _named(f"bandwidth{n}", _PAIR)),
    *_named("h1_h2", _PAIR),
    *_named("h1_a3", _PAIR),
    *_named("strength", _PAIR),
    "jitter",
    "shimmer",
    "voiced_per_s",
    "voiced_s_mean",
    "voiced_s_sd",
    "unvoiced_s_mean",
    "unvoiced_s_sd",
    "peaks_per_s",
    "voiced_share",
    "speech_s",
    "pause_share",
    "pitch_slope",
    "loudness_slope",
    "pitch_last",
)


def features_of(spectra: Spectra, phonation: Phonation) -> Floats:
    """The row of one stretch, in the order of `FEATURES`; all NaN where nobody speaks."""
    speech = speech_frames(spectra.loudness_db, phonation.pitch_hz)
    voiced = (phonation.pitch_hz > 0) & speech
    if voiced.sum() < 10:
        return np.full(len(FEATURES), np.nan)
    semitones = np.where(voiced, _semitones(phonation.pitch_hz), np.nan)
    loud = np.where(speech, spectra.loudness_db, np.nan)
    harmonics = harmonic_differences(spectra, phonation.pitch_hz)[voiced]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of columns that hold no number
        return np.array(
            [
                *_summary(semitones),
                *_summary(_smoothed(loud)),
                *_pairs(spectra.shape[voiced]),
                *_pairs(spectra.shape[speech]),
                *_pairs(spectra.cepstra[voiced]),
                *np.abs(np.diff(spectra.cepstra, axis=0))[voiced[1:]].mean(axis=0),
                *_pairs(np.log(phonation.formants_hz[voiced])),
                *_pairs(np.log(phonation.bandwidths_hz[voiced] + 1)),
                *_pairs(harmonics),
                *_pairs(phonation.strength[voiced][:, None]),
                np.log(phonation.jitter + 1e-4),
                np.log(phonation.shimmer + 1e-3),
                *_rhythm(speech, voiced, spectra.loudness_db),
                _line(semitones),
                _line(loud),
                _last(semitones) - np.nanmedian(semitones),
            ]
        )


def speech_frames(loudness_db: Floats, pitch_hz: Floats) -> Flags:
    """Frames from the first to the last voiced one that aren't far below the loudest."""
    speech = np.zeros(len(loudness_db), dtype=np.bool_)
    voiced = np.flatnonzero(pitch_hz > 0)
    if not len(voiced):
        return speech
    loudest = float(np.quantile(loudness_db[voiced], 0.95))
    speech[:] = loudness_db > loudest - SPEECH_BELOW_LOUD_DB
    speech[: voiced[0]] = False
    speech[voiced[-1] + 1 :] = False
    return speech


def runs(flags: Flags) -> list[tuple[int, int]]:
    """Where the flags are set, as (first, one past the last)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _semitones(hertz: Floats) -> Floats:
    return 12 * np.log2(np.maximum(hertz, 1.0) / SEMITONES_FROM_HZ)


def _summary(values: Floats) -> list[float]:
    quantiles = np.nanquantile(values, (0.05, 0.2, 0.5, 0.8, 0.95))
    change = np.diff(values)
    change = change[np.isfinite(change)]
    rising, falling = change[change > 0], change[change < 0]
    return [
        float(np.nanmean(values)),
        float(np.nanstd(values)),
        *(float(q) for q in quantiles),
        float(quantiles[4] - quantiles[0]),
        float(rising.mean()) if len(rising) else 0.0,
        float(falling.mean()) if len(falling) else 0.0,
    ]


def _pairs(columns: Floats) -> list[float]:
    means, spreads = np.nanmean(columns, axis=0), np.nanstd(columns, axis=0)
    return [float(v) for both in zip(means, spreads, strict=True) for v in both]


def _rhythm(speech: Flags, voiced: Flags, loudness_db: Floats) -> list[float]:
    seconds = max(float(np.ptp(np.flatnonzero(speech)) + 1) / FRAMES_PER_S, 0.1)
    spans = runs(voiced)
    lengths = np.array([end - start for start, end in spans]) / FRAMES_PER_S
    gaps = np.array([after[0] - before[1] for before, after in pairwise(spans)]) / FRAMES_PER_S
    return [
        len(spans) / seconds,
        float(lengths.mean()),
        float(lengths.std()),
        float(gaps.mean()) if len(gaps) else 0.0,
        float(gaps.std()) if len(gaps) else 0.0,
        peaks(loudness_db, voiced) / seconds,
        float(voiced.sum()) / FRAMES_PER_S / seconds,
        seconds,
        1 - float(speech.sum()) / FRAMES_PER_S / seconds,
    ]


def peaks(loudness_db: Floats, voiced: Flags) -> int:
    """Voiced peaks of loudness that stand out: near enough the number of syllables."""
    smooth = _smoothed(loudness_db)
    count, last_dip = 0, np.inf
    top: float | None = None
    for value, sounds in zip(smooth.tolist(), voiced.tolist(), strict=True):
        if top is None:
            last_dip = min(last_dip, value)
            if sounds and value > last_dip + LEAST_PEAK_DB:
                top = value
        elif value > top:
            top = value
        elif value < top - LEAST_PEAK_DB:
            count, top, last_dip = count + 1, None, value
    return count + (top is not None)


def _smoothed(values: Floats) -> Floats:
    if len(values) < SMOOTHED_FRAMES:
        return values
    padded = np.pad(values, SMOOTHED_FRAMES // 2, mode="edge")
    return np.convolve(padded, np.ones(SMOOTHED_FRAMES) / SMOOTHED_FRAMES, mode="valid")


def _line(values: Floats) -> float:
    """The slope over the whole stretch, in units a second."""
    places = np.flatnonzero(np.isfinite(values))
    if len(places) < 3:
        return 0.0
    time = places / FRAMES_PER_S
    time = time - time.mean()
    return float(time @ (values[places] - values[places].mean()) / (time @ time))


def _last(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known[-20:]))
