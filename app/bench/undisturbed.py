"""What the engines make of an answer that nothing disturbs: the measure of what may be expected."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from app.adapters.files.models import ModelStore
from app.adapters.speech.silero import SileroModel
from app.adapters.speech.whisper import WhisperSpeech
from app.bench.answers import SpokenAnswer
from app.bench.words import Alignment, aligned, plain
from app.ports.speech import VoiceActivity

FRAME = 512
FRAME_SECONDS = 0.032
SPEECH_ABOVE = 0.5


@dataclass(frozen=True)
class Undisturbed:
    """Which words are heard, and how many seconds of speech there are."""

    alignment: Alignment
    speech_s: float


def heard_undisturbed(answer: SpokenAnswer) -> Undisturbed:
    """Recognise an answer whole, and measure its speech."""
    words = _recogniser().transcribe(answer.pcm).words
    heard = plain([word.text for word in words])
    return Undisturbed(aligned(plain(answer.words), heard), _speech_seconds(answer))


def _speech_seconds(answer: SpokenAnswer) -> float:
    stream: VoiceActivity = _activity().stream()
    frames = len(answer.pcm) // FRAME
    loud = sum(
        stream.probability(answer.pcm[number * FRAME : (number + 1) * FRAME]) > SPEECH_ABOVE
        for number in range(frames)
    )
    return loud * FRAME_SECONDS


@lru_cache(maxsize=1)
def _recogniser() -> WhisperSpeech:
    return WhisperSpeech(ModelStore().model_folder("whisper-base"), 2)


@lru_cache(maxsize=1)
def _activity() -> SileroModel:
    return SileroModel(ModelStore().path("silero-vad", "silero_vad.onnx"))
