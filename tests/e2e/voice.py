"""Speech for browser tests, made by the voice that the server speaks with."""

from __future__ import annotations

from functools import cache

import numpy as np

from app.adapters.speech.piper import PiperSpeech
from app.ports.speech import SAMPLE_RATE, Pcm
from tests.needs import need_model


@cache
def _voice() -> PiperSpeech:
    return PiperSpeech(need_model("piper-joe"), 2)


def spoken(text: str) -> Pcm:
    """These words as 16 kHz samples."""
    sounds = list(_voice().speak(text))
    pcm = np.concatenate([np.frombuffer(sound.pcm, dtype="<i2") for sound in sounds])
    length = round(len(pcm) * SAMPLE_RATE / sounds[0].rate)
    places = np.linspace(0, len(pcm) - 1, length)
    return np.interp(places, np.arange(len(pcm)), pcm).astype(np.int16)
