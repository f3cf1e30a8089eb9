"""Ports of speech. All calls block; callers run them off the event loop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.domain.interview import Word

Pcm = NDArray[np.int16]
"""Mono 16-bit samples, shape (n,). The microphone's rate is 16,000 Hz."""

SAMPLE_RATE = 16_000


@dataclass(frozen=True)
class Transcript:
    """What was recognised; word times are seconds from the start of the given samples.

    `language` is a two-letter guess with `language_probability`; `unreliable` is set when the
    recogniser repeated itself or heard no speech.
    """

    words: tuple[Word, ...]
    language: str = "en"
    language_probability: float = 1.0
    unreliable: bool = False

    @property
    def text(self) -> str:
        """The words as one line."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True)
class Sound:
    """Synthesised speech: PCM16 mono at `rate` Hz."""

    pcm: bytes
    rate: int

    @property
    def seconds(self) -> float:
        """How long it plays."""
        return len(self.pcm) / 2 / self.rate


class SpeechToText(Protocol):
    """Words with times out of samples."""

    def transcribe(self, pcm: Pcm, *, hotwords: Sequence[str] = ()) -> Transcript:
        """Recognise up to 30 s of speech; raises SpeechUnavailable."""
        ...

    def fillers(self, pcm: Pcm) -> Transcript:
        """Recognise up to 30 s, keeping "um" and "uh"; for delivery only."""
        ...


class TextToSpeech(Protocol):
    """Speech out of text, sentence by sentence."""

    def speak(self, text: str, *, rate: float = 1.0) -> Iterator[Sound]:
        """Yield one sound per sentence; `rate` 0.8 is slower; raises SpeechUnavailable."""
        ...


class VoiceActivity(Protocol):
    """Speech probability of one stream; holds the stream's state, so one object per connection."""

    def probability(self, frame: Pcm) -> float:
        """The probability that these 512 samples hold speech, 0..1."""
        ...

    def reset(self) -> None:
        """Forget the stream so far."""
        ...


class TurnDetector(Protocol):
    """Whether an utterance sounds finished."""

    def complete(self, pcm: Pcm) -> float:
        """The probability, 0..1, judged on the last 8 s."""
        ...
