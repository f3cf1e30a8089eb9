"""Keep a file's sound as it is unpacked, and hear meanwhile where somebody speaks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from app.delivery.voice_track import speech_of
from app.ports.recordings import RecordingWriter
from app.ports.speech import SAMPLE_RATE, Pcm, VoiceActivity

_FRAME = 512


class Listening:
    """Voice activity over blocks of any length, which are kept as they come."""

    def __init__(self, activity: VoiceActivity, writer: RecordingWriter) -> None:
        self._activity = activity
        self._writer = writer
        self._rest = np.zeros(0, dtype=np.int16)
        self._probabilities: list[float] = []

    def take(self, blocks: Iterator[Pcm], seconds: float) -> float:
        """Keep and hear at least so much of it, less at its end; how many seconds these were."""
        samples = 0
        for block in blocks:
            self._writer.append(block.astype("<i2").tobytes())
            self._hear(block)
            samples += len(block)
            if samples >= seconds * SAMPLE_RATE:
                break
        return samples / SAMPLE_RATE

    def _hear(self, block: Pcm) -> None:
        held = np.concatenate([self._rest, block])
        whole = len(held) // _FRAME * _FRAME
        for frame in held[:whole].reshape(-1, _FRAME):
            self._probabilities.append(self._activity.probability(frame))
        self._rest = held[whole:]

    @property
    def speech(self) -> tuple[tuple[float, float], ...]:
        """From when to when somebody speaks, in seconds."""
        return speech_of(np.array(self._probabilities), 0.0)
