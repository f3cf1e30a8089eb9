"""Sounds for tests: recordings at the microphone's rate, and synthesised speech brought to it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from app.ports.speech import SAMPLE_RATE, Pcm, Sound


def recording(path: Path) -> Pcm:
    """A speech file as 16 kHz mono."""
    from faster_whisper.audio import decode_audio

    return np.asarray(decode_audio(str(path)) * 32767, dtype=np.int16)


def at_microphone_rate(sounds: Iterable[Sound]) -> Pcm:
    """Sounds one after the other as 16 kHz mono."""
    parts = []
    for sound in sounds:
        wave = np.frombuffer(sound.pcm, "<i2").astype(np.float64)
        times = np.arange(int(len(wave) * SAMPLE_RATE / sound.rate)) * sound.rate / SAMPLE_RATE
        parts.append(np.interp(times, np.arange(len(wave)), wave))
    return np.concatenate(parts).astype(np.int16)
