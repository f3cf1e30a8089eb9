"""The engines that measure a voice, from the model cache, for commands and benches."""

from __future__ import annotations

from pathlib import Path

from app.adapters.files.models import ModelStore
from app.adapters.speech.silero import SileroModel
from app.adapters.speech.whisper import WhisperSpeech
from app.adapters.voice.praat import PraatVoice
from app.adapters.voice.stress_model import OnnxStress
from app.cli.configured import read_settings
from app.ports.voice import StressModel
from app.usecases.measure_voices import MeasureVoices
from app.usecases.track_voice import TrackVoice


def voice_measures(*, words: bool) -> tuple[MeasureVoices, MeasureVoices]:
    """What measures a voice alone, and what also counts words where they are wanted."""
    track = TrackVoice(voice=PraatVoice(), activity=voice_activity().stream)
    plain = MeasureVoices(track=track, words=None)
    return plain, MeasureVoices(track=track, words=recogniser()) if words else plain


def voice_activity() -> SileroModel:
    """Silero from the model cache."""
    return SileroModel(ModelStore().path("silero-vad", "silero_vad.onnx"))


def recogniser() -> WhisperSpeech:
    """Whisper as the settings name it."""
    settings = read_settings()
    folder = Path(settings.whisper)
    if not folder.is_dir():
        folder = ModelStore(settings.models).model_folder(f"whisper-{settings.whisper}")
    return WhisperSpeech(folder, settings.threads)


def open_model(path: Path) -> StressModel:
    """A trained model; raises VoiceUnavailable when it is none of ours."""
    return OnnxStress(path)
