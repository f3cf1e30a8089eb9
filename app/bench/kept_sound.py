"""Which of what was said is in what was kept, sample by sample."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from app.domain.interview import Recording
from app.ports.recordings import Recordings
from app.ports.speech import SAMPLE_RATE, Pcm

PIECE_SECONDS = 0.02
PIECE = round(PIECE_SECONDS * SAMPLE_RATE)
QUIETEST = 40.0


def recorded(recordings: Recordings, stretches: Iterable[Recording]) -> bytes:
    """All that is kept in these stretches of an interview, in their order."""
    return b"".join(recordings.read(each.interview_id, each.file) for each in stretches)


def seconds_not_kept(said: Pcm, kept: bytes) -> float:
    """Seconds of the audible part of `said` whose samples are nowhere in `kept`, in any order.

    Both are PCM16 at 16 kHz, in pieces of 20 ms. Silence is left out: it is in every recording.
    """
    missing, place = 0, 0
    for start in range(0, len(said) - PIECE + 1, PIECE):
        piece = said[start : start + PIECE]
        if np.abs(piece.astype(np.float64)).mean() < QUIETEST:
            continue
        raw = piece.astype("<i2").tobytes()
        found = kept.find(raw, place)
        if found < 0:
            found = kept.find(raw)
        if found < 0:
            missing += 1
        else:
            place = found
    return round(missing * PIECE_SECONDS, 2)
