"""Kept sound by the interview's clock: which samples lie between two of its times.

How long a stretch is, its file tells: one that a crash cut off has no other record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from app.domain.interview import Recording
from app.ports.recordings import Recordings
from app.ports.speech import SAMPLE_RATE, Pcm


@dataclass(frozen=True)
class KeptSound:
    """Samples of one stretch, and the time of the first of them."""

    start_s: float
    pcm: Pcm

    @property
    def end_s(self) -> float:
        """The time after the last sample."""
        return self.start_s + len(self.pcm) / SAMPLE_RATE


def sound_of(
    recordings: Recordings, stretch: Recording, from_s: float, to_s: float | None = None
) -> KeptSound:
    """What a stretch holds between two times of the interview; it may be nothing.

    Raises:
        StoreUnavailable: the stretch can't be read.
    """
    first = max(0, round((from_s - stretch.start_s) * SAMPLE_RATE)) / SAMPLE_RATE
    last = None if to_s is None else to_s - stretch.start_s
    data = recordings.read(stretch.interview_id, stretch.file, first, last)
    return KeptSound(stretch.start_s + first, np.frombuffer(data, dtype="<i2").astype(np.int16))


def sound_between(
    recordings: Recordings, stretches: Iterable[Recording], from_s: float, to_s: float
) -> tuple[KeptSound, ...]:
    """What was kept between two times of the interview, stretch by stretch.

    Raises:
        StoreUnavailable: a stretch can't be read.
    """
    found = (
        sound_of(recordings, stretch, from_s, to_s)
        for stretch in stretches
        if stretch.start_s < to_s
    )
    return tuple(sound for sound in found if len(sound.pcm))
