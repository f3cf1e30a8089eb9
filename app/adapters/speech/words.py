"""The recogniser's pieces as words, and where voice activity finds speech."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.domain.interview import Word
from app.ports.speech import SAMPLE_RATE

Floats = NDArray[np.float32]

QUIETEST_PEAK = 0.003


def joined(pieces: Sequence[Any], seconds: float) -> tuple[Word, ...]:
    """Words out of the recogniser's pieces; one without a leading space belongs to the last."""
    words: list[Word] = []
    for piece in pieces:
        text = piece.word.strip()
        if not text:
            continue
        start, end = min(max(piece.start, 0.0), seconds), min(max(piece.end, 0.0), seconds)
        chance = min(max(float(piece.probability), 0.0), 1.0)
        if words and not piece.word.startswith(" "):
            last = words[-1]
            chance = min(last.probability, chance)
            words[-1] = Word(last.text + text, last.start_s, max(last.end_s, end), chance)
        else:
            words.append(Word(text, float(start), float(max(end, start)), chance))
    return tuple(words)


def speech_spans(wave: Floats) -> tuple[tuple[float, float], ...]:
    """Where somebody speaks, in seconds."""
    if not len(wave) or float(np.abs(wave).max()) < QUIETEST_PEAK:
        return ()
    from faster_whisper.vad import VadOptions, get_speech_timestamps  # heavy, as above

    options = VadOptions(threshold=0.4, min_speech_duration_ms=90, speech_pad_ms=100)
    found = get_speech_timestamps(wave, options)
    return tuple((span["start"] / SAMPLE_RATE, span["end"] / SAMPLE_RATE) for span in found)
