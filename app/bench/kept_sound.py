"""Which of what was said is in what was kept, sample by sample."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.ports.speech import SAMPLE_RATE, Pcm

PIECE_SECONDS = 0.02
PIECE = round(PIECE_SECONDS * SAMPLE_RATE)
QUIETEST = 40.0


def recorded(recordings: Path, interview: str) -> bytes:
    """All that is kept of an interview, in the order in which it was kept."""
    files = sorted(recordings.rglob(f"{interview}/*.pcm"), key=lambda path: path.stat().st_mtime_ns)
    return b"".join(path.read_bytes() for path in files)


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
