"""Ear and mouth for text: every word is a sound of its own level, and our voice is only its length.

So the whole live loop runs as it is, on the audio clock, while no model of speech is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.dialogue.spoken import sentences, speakable
from app.domain.interview import Word
from app.ports.embeddings import PieceEmbedder
from app.ports.speech import SAMPLE_RATE, Pcm, Sound, Transcript
from app.usecases.engines import Engines

BLOCK = SAMPLE_RATE // 10
SILENCE = bytes(2 * BLOCK)
COMPLETE, INCOMPLETE = 0.95, 0.1
SPEECH_LEVEL = 500
_GAP_LEVEL, _NOISE_LEVEL, _LOWEST, _STEP = 1200, 1600, 2000, 4
_VOICE_RATE = 1000
_SECONDS_PER_WORD = 0.36


@dataclass
class Vocabulary:
    """Words as sound levels and back."""

    _levels: dict[str, int] = field(default_factory=dict)

    def blocks(self, text: str, per_word: int) -> list[bytes]:
        """The text as blocks of a tenth of a second, with a short gap after each word."""
        out: list[bytes] = []
        for word in text.split():
            level = self._levels.setdefault(word, _LOWEST + _STEP * len(self._levels))
            out += [_block(level)] * per_word + [_block(_GAP_LEVEL)]
        return out

    def noise(self, seconds: float) -> list[bytes]:
        """A sound that holds no word."""
        return [_block(_NOISE_LEVEL)] * max(1, round(10 * seconds))

    def words(self, pcm: Pcm) -> tuple[Word, ...]:
        """The words that these samples hold."""
        if not len(pcm):
            return ()
        names = {level: word for word, level in self._levels.items()}
        edges = (np.flatnonzero(np.diff(pcm)) + 1).tolist()
        spans = zip([0, *edges], [*edges, len(pcm)], strict=True)
        return tuple(
            Word(names[int(pcm[start])], start / SAMPLE_RATE, end / SAMPLE_RATE)
            for start, end in spans
            if end - start > SAMPLE_RATE // 20 and int(pcm[start]) in names
        )


def _block(level: int) -> bytes:
    return np.full(BLOCK, level, dtype="<i2").tobytes()


@dataclass
class TextEar:
    """Recognises exactly the words that were said."""

    vocabulary: Vocabulary

    def transcribe(self, pcm: Pcm, *, hotwords: Sequence[str] = ()) -> Transcript:
        """The words."""
        return Transcript(self.vocabulary.words(pcm))

    def fillers(self, pcm: Pcm) -> Transcript:
        """No second pass."""
        return Transcript(())


@dataclass
class TextMouth:
    """A voice of an even pace; `spoken` keeps what would be heard."""

    spoken: list[str] = field(default_factory=list)

    def speak(self, text: str, *, rate: float = 1.0) -> Iterator[Sound]:
        """One silent sound for each sentence, as long as it takes to say."""
        for sentence in sentences(speakable(text)):
            self.spoken.append(sentence)
            samples = round(len(sentence.split()) * _SECONDS_PER_WORD / rate * _VOICE_RATE)
            yield Sound(bytes(2 * samples), _VOICE_RATE)


@dataclass
class TextDetector:
    """Tells what the script knows: whether the candidate has come to an end."""

    probability: float = COMPLETE

    def complete(self, pcm: Pcm) -> float:
        """The scripted verdict."""
        return self.probability


class Loudness:
    """Loud is speech."""

    def probability(self, frame: Pcm) -> float:
        """.9 for a loud frame."""
        return 0.9 if int(frame.max()) > SPEECH_LEVEL else 0.05

    def reset(self) -> None:
        """Nothing is kept."""


@dataclass
class TextSpeech:
    """All that stands for sound in one interview."""

    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    mouth: TextMouth = field(default_factory=TextMouth)
    detector: TextDetector = field(default_factory=TextDetector)

    def engines(self, embedder: PieceEmbedder) -> Engines:
        """Engines as the live loop takes them."""
        activity: Callable[[], Loudness] = Loudness
        return Engines(
            speech_to_text=TextEar(self.vocabulary),
            text_to_speech=self.mouth,
            turn_detector=self.detector,
            new_activity=activity,
            embedder=embedder,
        )
