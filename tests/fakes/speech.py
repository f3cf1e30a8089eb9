"""Scripted speech: what is heard, said and judged is written down beforehand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.domain.interview import Word
from app.ports.errors import SpeechUnavailable
from app.ports.speech import SAMPLE_RATE, Pcm, Sound, Transcript

RATE = 22_050
QUIET = 100


@dataclass
class FakeSpeechToText:
    """Hears `texts` one after the other (the last again and again), and nothing in silence."""

    texts: Sequence[str] = ("the first thing that I would do is to measure",)
    broken: bool = False
    hotwords: list[tuple[str, ...]] = field(default_factory=list)
    _heard: int = 0

    def transcribe(self, pcm: Pcm, *, hotwords: Sequence[str] = ()) -> Transcript:
        """The next scripted text, its words spread over the samples."""
        self.hotwords.append(tuple(hotwords))
        return self._hear(pcm, keep_fillers=False)

    def fillers(self, pcm: Pcm) -> Transcript:
        """The next scripted text with its "um" and "uh"."""
        return self._hear(pcm, keep_fillers=True)

    def _hear(self, pcm: Pcm, *, keep_fillers: bool) -> Transcript:
        if self.broken:
            raise SpeechUnavailable("The recogniser was told to fail.")
        if len(pcm) > 30 * SAMPLE_RATE:
            raise ValueError("expected at most 30 s")
        if not len(pcm) or int(np.abs(pcm.astype(np.int32)).max()) < QUIET:
            return Transcript((), unreliable=True)
        text = self.texts[min(self._heard, len(self.texts) - 1)]
        self._heard += 1
        said = [
            word
            for word in text.split()
            if keep_fillers or word.strip(",.").lower() not in {"um", "uh", "er", "hmm"}
        ]
        step = len(pcm) / SAMPLE_RATE / max(len(said), 1)
        words = (Word(text, i * step, (i + 1) * step, 0.9) for i, text in enumerate(said))
        return Transcript(tuple(words))


@dataclass
class FakeTextToSpeech:
    """A tone of 60 ms for each word; `spoken` keeps the sentences."""

    broken: bool = False
    spoken: list[str] = field(default_factory=list)

    def speak(self, text: str, *, rate: float = 1.0) -> Iterator[Sound]:
        """One tone per sentence, longer when slower."""
        if self.broken:
            raise SpeechUnavailable("The voice was told to fail.")
        for sentence in re.split(r"(?<=[.!?])\s+", text.strip()):
            words = len(re.findall(r"\w+", sentence))
            if words:
                self.spoken.append(sentence)
                samples = np.arange(int(words * 0.06 / rate * RATE))
                tone = 6000 * np.sin(2 * np.pi * 220 * samples / RATE)
                yield Sound(tone.astype("<i2").tobytes(), RATE)


@dataclass
class FakeVoiceActivity:
    """Loud is speech: the script is the sound itself."""

    resets: int = 0

    def probability(self, frame: Pcm) -> float:
        """.95 for a frame louder than noise, else .02."""
        if frame.shape != (512,):
            raise ValueError("expected 512 samples")
        return 0.95 if int(np.abs(frame.astype(np.int32)).max()) >= QUIET else 0.02

    def reset(self) -> None:
        """Count it."""
        self.resets += 1


@dataclass
class FakeTurnDetector:
    """Gives `verdicts` one after the other, the last again and again; 0 for no samples."""

    verdicts: Sequence[float] = (0.9,)
    calls: int = 0

    def complete(self, pcm: Pcm) -> float:
        """The next verdict."""
        if not len(pcm):
            return 0.0
        verdict = self.verdicts[min(self.calls, len(self.verdicts) - 1)]
        self.calls += 1
        return verdict
