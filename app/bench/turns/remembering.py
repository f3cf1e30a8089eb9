"""The real models on a leaping clock, each judging the same samples only once.

A result comes after a stated delay of the clock, and the model runs only when somebody still waits
for it by then; so what resumed speech throws away costs nothing here either.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from copy import copy
from hashlib import blake2b

import numpy as np

from app.bench.lab.text_engines import TextMouth
from app.domain.pieces import Pieces
from app.ports.embeddings import Vectors
from app.ports.speech import (
    Pcm,
    SpeechToText,
    Transcript,
    TurnDetector,
    VoiceActivity,
)
from app.usecases.engines import Due, Engines

JUDGE_SECONDS = 0.12
RECOGNISE_SECONDS = 1.0


class RememberedActivity:
    """VoiceActivity that asks the model only for what follows samples not heard before."""

    def __init__(
        self, fresh: VoiceActivity, known: dict[bytes, tuple[float, VoiceActivity]]
    ) -> None:
        """Begin a stream; `known` is shared by streams of one model."""
        self._fresh = fresh
        self._known = known
        self._stream = fresh
        self._heard = b""

    def probability(self, frame: Pcm) -> float:
        """The model's probability that these samples hold speech."""
        self._heard = blake2b(self._heard + frame.tobytes(), digest_size=16).digest()
        if self._heard not in self._known:
            following = copy(self._stream)
            self._known[self._heard] = (following.probability(frame), following)
        probability, self._stream = self._known[self._heard]
        return probability

    def reset(self) -> None:
        """Forget the stream so far."""
        self._stream = self._fresh
        self._heard = b""


class RememberingEngines(Engines):
    """Engines whose results come after a stated delay, and whose voice is only its length."""

    def __init__(
        self,
        *,
        speech_to_text: SpeechToText,
        turn_detector: TurnDetector,
        new_activity: Callable[[], VoiceActivity],
    ) -> None:
        self._known: dict[bytes, tuple[float, VoiceActivity]] = {}
        super().__init__(
            speech_to_text=speech_to_text,
            text_to_speech=TextMouth(),
            turn_detector=turn_detector,
            new_activity=lambda: RememberedActivity(new_activity(), self._known),
            embedder=_NoMeaning(),
        )
        self._ear = speech_to_text
        self._detector = turn_detector
        self._judged: dict[bytes, float] = {}
        self._heard: dict[bytes, Transcript] = {}
        self.judge_took: list[float] = []
        self.recognise_took: list[float] = []

    async def complete(self, pcm: Pcm) -> float:
        """The detector's probability, after its delay."""
        await asyncio.sleep(JUDGE_SECONDS)
        return self.judge(pcm)

    async def transcribe(
        self, pcm: Pcm, *, hotwords: Sequence[str] = (), due: Due | None = None
    ) -> Transcript:
        """The words, after the recogniser's delay."""
        await asyncio.sleep(RECOGNISE_SECONDS)
        return self.recognise(pcm)

    def judge(self, pcm: Pcm) -> float:
        """The detector's probability, now."""
        key = _digest(pcm)
        if key not in self._judged:
            began = time.perf_counter()
            self._judged[key] = self._detector.complete(pcm)
            self.judge_took.append(time.perf_counter() - began)
        return self._judged[key]

    def recognise(self, pcm: Pcm) -> Transcript:
        """The words, now."""
        key = _digest(pcm)
        if key not in self._heard:
            began = time.perf_counter()
            self._heard[key] = self._ear.transcribe(pcm)
            self.recognise_took.append(time.perf_counter() - began)
        return self._heard[key]

    def forget(self) -> None:
        """Another file comes; nothing of this one is asked for again."""
        for kept in (self._known, self._judged, self._heard):
            kept.clear()


def _digest(pcm: Pcm) -> bytes:
    return blake2b(np.ascontiguousarray(pcm).tobytes(), digest_size=16).digest()


class _NoMeaning:
    dimensions = 1

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Nothing here is compared by meaning."""
        return np.zeros((len(texts), 1), dtype=np.float32)

    def embed_pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """Nor word by word."""
        none = np.zeros(0, np.int64)
        return [Pieces(none, none, np.zeros((0, 1), np.float32)) for _ in texts]
