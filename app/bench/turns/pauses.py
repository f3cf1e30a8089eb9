"""Silence put into speech: the file's own noise floor, so long that the pause has a given length.

The natural gap at the place counts: a pause of 2 s is 2 s in all. It is the stretch around the
quietest place where nothing is louder than the floor, or where the voice detector hears no voice
(a breath, say), whichever is longer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.bench.turns.boundaries import Boundary
from app.ports.speech import SAMPLE_RATE, Pcm
from app.usecases.ear import FRAME, SILENCE_BELOW

Floats = NDArray[np.float64]

STEP = SAMPLE_RATE // 100
FLOOR_SECONDS = 0.2
TILE_FADE = SAMPLE_RATE // 50
JOIN_FADE = SAMPLE_RATE // 100
NEARBY_SECONDS = 0.12
QUIET_OVER_FLOOR = 3.0  # about 10 dB


@dataclass(frozen=True)
class Gap:
    """The quiet stretch at a word boundary, and its quietest place; samples."""

    start: int
    end: int
    quietest: int

    @property
    def seconds(self) -> float:
        """How long it is by nature."""
        return (self.end - self.start) / SAMPLE_RATE


@dataclass(frozen=True)
class Paused:
    """Speech with a pause in it; times in seconds."""

    pcm: Pcm
    start_s: float
    end_s: float


def noise_floor(pcm: Pcm) -> Pcm:
    """The quietest stretch of 0.2 s."""
    length = round(FLOOR_SECONDS * SAMPLE_RATE)
    if len(pcm) <= length:
        return pcm
    power = np.concatenate([[0.0], np.cumsum(pcm.astype(np.float64) ** 2)])
    start = int(np.argmin(power[length:] - power[:-length]))
    return pcm[start : start + length]


def tiled(floor: Pcm, samples: int) -> Pcm:
    """This much of the noise floor: its copies in a row, each faded into the next."""
    fade = min(TILE_FADE, len(floor) // 2)
    rise = np.sqrt(np.linspace(0.0, 1.0, fade))
    copy = floor.astype(np.float64)
    out = copy.copy()
    while len(out) < samples:
        joint = out[len(out) - fade :] * rise[::-1] + copy[:fade] * rise
        out = np.concatenate([out[: len(out) - fade], joint, copy[fade:]])
    return np.round(out[:samples]).astype(np.int16)


def find_gap(pcm: Pcm, boundary: Boundary, floor: Pcm, voice: Floats) -> Gap:
    """The silent stretch around the quietest place near the boundary; empty in fluent speech.

    Args:
        pcm: The uncut speech.
        boundary: Where two words meet.
        floor: The noise floor of the speech.
        voice: The voice detector's probability for each 512 samples of the speech.
    """
    loud = _loudness(pcm)
    reach = round(NEARBY_SECONDS * SAMPLE_RATE)
    first = _step(boundary.before_ends_s, -reach, len(loud))
    last = _step(boundary.after_starts_s, reach, len(loud))
    quietest = (first + int(np.argmin(loud[first : last + 1]))) * STEP + STEP // 2
    limit = QUIET_OVER_FLOOR * max(1.0, float(np.sqrt(np.mean(floor.astype(np.float64) ** 2))))
    by_loudness = _stretch(loud <= limit, quietest, STEP)
    by_voice = _stretch(voice < SILENCE_BELOW, quietest, FRAME)
    return Gap(min(by_loudness[0], by_voice[0]), max(by_loudness[1], by_voice[1]), quietest)


def with_pause(pcm: Pcm, gap: Gap, seconds: float, floor: Pcm) -> Paused | None:
    """The speech with a pause of this length in all; None where the natural one is longer."""
    missing = round(seconds * SAMPLE_RATE) - (gap.end - gap.start)
    if missing < 2 * JOIN_FADE:
        return None
    noise = tiled(floor, missing)
    joined = _faded(_faded(pcm[: gap.quietest], noise), pcm[gap.quietest :])
    start = gap.start / SAMPLE_RATE
    return Paused(joined, start, start + seconds)


def followed(pcm: Pcm, seconds: float, floor: Pcm) -> Pcm:
    """The speech and then this much of its noise floor."""
    return _faded(pcm, tiled(floor, round(seconds * SAMPLE_RATE)))


def _faded(first: Pcm, second: Pcm) -> Pcm:
    """Both in a row, without a click and without loss of length: the joint is smoothed."""
    fade = min(JOIN_FADE, len(first), len(second))
    down = np.linspace(1.0, 0.0, fade)
    head, tail = first.copy(), second.copy()
    if fade:
        step = (float(second[0]) - float(first[-1])) / 2
        head[-fade:] = np.clip(np.round(first[-fade:] + step * down[::-1]), -32768, 32767)
        tail[:fade] = np.clip(np.round(second[:fade] - step * down), -32768, 32767)
    return np.concatenate([head, tail])


def _loudness(pcm: Pcm) -> Floats:
    """The root mean square of each 10 ms."""
    whole = pcm[: len(pcm) // STEP * STEP].astype(np.float64).reshape(-1, STEP)
    loud: Floats = np.sqrt(np.mean(whole**2, axis=1))
    return loud


def _stretch(silent: NDArray[np.bool_], place: int, size: int) -> tuple[int, int]:
    """The samples of the silent steps around the step that holds this sample; none: empty there."""
    middle = min(place // size, len(silent) - 1)
    if not silent[middle]:
        return place, place
    start, end = middle, middle
    while start > 0 and silent[start - 1]:
        start -= 1
    while end + 1 < len(silent) and silent[end + 1]:
        end += 1
    return start * size, (end + 1) * size


def _step(seconds: float, reach: int, steps: int) -> int:
    return min(max(0, (round(seconds * SAMPLE_RATE) + reach) // STEP), steps - 1)
