"""How strained a voice sounds beside the same person's usual voice. Experimental.

The index is no fitted model. It adds up directions that studies agree on: under stress and in high
arousal people speak higher, louder, brighter (more energy above 1 kHz) and faster, with fewer
pauses (Juslin and Laukka 2003; Scherer 2003; Giddens et al. 2013; Van Puyvelde et al. 2018). The
units are round numbers that were set before anything was measured: 2 semitones, 5 dB, 3 dB of tilt,
one syllable a second, a tenth of pauses. Sadness sounds lower and softer, and the index misses it.

How assured a voice sounds is an index of the same kind: louder, wider in pitch, faster, with fewer
pauses and no higher than usual (Scherer, London and Wolf 1973; Jiang and Pell 2017). No labelled
speech was at hand to measure it on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.delivery.own_voice import OwnVoice
from app.delivery.voice_features import FEATURES
from app.domain.figures import STRESS_LEVELS, StressLevel, StressReading

Floats = NDArray[np.float64]

LEVELS = STRESS_LEVELS
DIRECTIONS: tuple[tuple[str, float], ...] = (
    ("pitch_p50", 2.0),
    ("loudness_p80", 5.0),
    ("alpha_voiced_mean", -3.0),
    ("peaks_per_s", 1.0),
    ("pause_share", -0.1),
)
ASSURED: tuple[tuple[str, float], ...] = (
    ("loudness_p80", 5.0),
    ("pitch_range", 3.0),
    ("peaks_per_s", 1.0),
    ("pause_share", -0.1),
    ("pitch_p50", -2.0),
)
MOST_PER_DIRECTION = 2.0
MEDIUM_FROM = 0.5
HIGH_FROM = 1.0
SMOOTHING = (0.25, 0.5, 0.25)


def stress_index(row: Floats, own: OwnVoice) -> float:
    """The mean of the directions, each in its unit and at most 2 of them; 0 is as usual."""
    return _moved(row, own, DIRECTIONS)


def assurance(row: Floats, own: OwnVoice) -> float:
    """How assured the voice sounds, 0..1; .5 is as usual."""
    return 0.5 + _moved(row, own, ASSURED) / (2 * MOST_PER_DIRECTION)


def level_of(index: float) -> StressLevel:
    """The level of an index."""
    return "high" if index >= HIGH_FROM else "medium" if index >= MEDIUM_FROM else "low"


def index_confidence(index: float) -> float:
    """How far the index is from the next limit; an unfitted index is never surer than half."""
    return min(abs(index - MEDIUM_FROM), abs(index - HIGH_FROM), 0.5)


def share_confidence(shares: Floats) -> float:
    """How far the largest of three shares is above chance, 0..1."""
    return float(max(0.0, (shares.max() - 1 / 3) / (2 / 3)))


def smoothed(readings: Sequence[StressReading]) -> tuple[StressReading, ...]:
    """Shares and assurance averaged with their neighbours'; what is missing stays missing."""
    known = [n for n, reading in enumerate(readings) if reading.shares is not None]
    out = list(readings)
    for place, n in enumerate(known):
        around = known[max(0, place - 1) : place + 2]
        weights = [SMOOTHING[known.index(m) - place + 1] for m in around]
        mixed = np.average([readings[m].shares for m in around], axis=0, weights=weights)
        out[n] = replace(
            readings[n],
            shares=(float(mixed[0]), float(mixed[1]), float(mixed[2])),
            level=LEVELS[int(mixed.argmax())],
            confidence=share_confidence(mixed) * readings[n].coverage,
        )
    return _evened(out)


def _evened(readings: Sequence[StressReading]) -> tuple[StressReading, ...]:
    known = [n for n, reading in enumerate(readings) if reading.assurance is not None]
    out = list(readings)
    for place, n in enumerate(known):
        around = range(max(0, place - 1), min(len(known), place + 2))
        weights = [SMOOTHING[other - place + 1] for other in around]
        mean = np.average([readings[known[m]].assurance or 0.0 for m in around], weights=weights)
        out[n] = replace(out[n], assurance=float(mean))
    return tuple(out)


def _moved(row: Floats, own: OwnVoice, directions: Sequence[tuple[str, float]]) -> float:
    """The mean of these directions in their units, each at most 2 of them."""
    places = [FEATURES.index(name) for name, _ in directions]
    units = np.array([unit for _, unit in directions])
    moved = (row[places] - own.mean[places]) / units
    moved = moved[np.isfinite(moved)].clip(-MOST_PER_DIRECTION, MOST_PER_DIRECTION)
    return float(moved.mean()) if len(moved) else 0.0
