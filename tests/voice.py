"""Speech for tests, made by the voice that the server speaks with; the same words, the same sound.

The voice draws its melody anew each time, and now and then draws one that no recogniser gets right:
a test that says something to be understood asks for the same sound in each run.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from app.adapters.speech.piper import PiperSpeech
from app.ports.speech import SAMPLE_RATE, Pcm
from tests.needs import need_model


@cache
def steady_voice() -> PiperSpeech:
    """The voice, which says the same words in the same way."""
    return PiperSpeech(need_model("piper-joe"), 2, varied=False)


def spoken(text: str) -> Pcm:
    """These words as 16 kHz samples."""
    sounds = list(steady_voice().speak(text))
    pcm = np.concatenate([np.frombuffer(sound.pcm, dtype="<i2") for sound in sounds])
    length = round(len(pcm) * SAMPLE_RATE / sounds[0].rate)
    places = np.linspace(0, len(pcm) - 1, length)
    return np.interp(places, np.arange(len(pcm)), pcm).astype(np.int16)
