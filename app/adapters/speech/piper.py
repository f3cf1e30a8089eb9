"""Text to speech by a Piper voice, sentence by sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Any

from app.adapters.speech.onnx import open_session
from app.dialogue.spoken import sentences, speakable
from app.ports.errors import SpeechUnavailable
from app.ports.speech import Sound

SLOWEST, FASTEST = 0.5, 2.0


class PiperSpeech:
    """TextToSpeech; calls from several threads take turns, one sentence at a time."""

    def __init__(self, folder: Path, threads: int, *, varied: bool = True) -> None:
        """Remember where the voice is; it is loaded at the first use.

        Args:
            folder: Holds `voice.onnx` and `voice.onnx.json`.
            threads: How many threads one call may use.
            varied: The voice draws its melody and its tempo anew each time, as people do. False:
                the same words are the same sound, a little flatter.
        """
        self._folder = folder
        self._threads = threads
        self._noise = None if varied else 0.0
        self._voice: Any = None
        self._lock = Lock()

    def load(self) -> None:
        """Load the voice now, so that the first question does not wait for it."""
        with self._lock:
            self._loaded()

    def speak(self, text: str, *, rate: float = 1.0) -> Iterator[Sound]:
        """Synthesise one sentence after the other, each when it is asked for.

        Args:
            text: As written; markdown, code and symbols are put into words first.
            rate: 1.0 is the voice's own pace, 0.8 slower; kept within 0.5..2.

        Yields:
            One sound per sentence, at the voice's rate (22,050 Hz for joe); none for no words.

        Raises:
            SpeechUnavailable: The voice is missing or failed.
        """
        pace = min(max(rate, SLOWEST), FASTEST)
        for sentence in sentences(speakable(text)):
            sound = self._sound(sentence, pace)
            if sound.pcm:
                yield sound

    def _sound(self, sentence: str, pace: float) -> Sound:
        from piper.config import SynthesisConfig  # heavy: only when something is spoken

        with self._lock:
            voice = self._loaded()
            try:
                manner = SynthesisConfig(
                    length_scale=1.0 / pace, noise_scale=self._noise, noise_w_scale=self._noise
                )
                parts = voice.synthesize(sentence, manner)
                pcm = b"".join(part.audio_int16_bytes for part in parts)
            except Exception as error:  # ONNX Runtime's errors share no public base
                raise SpeechUnavailable(f"synthesis failed: {type(error).__name__}") from error
        return Sound(pcm, int(voice.config.sample_rate))

    def _loaded(self) -> Any:  # noqa: ANN401  # piper has no types
        if self._voice is None:
            from piper import PiperVoice
            from piper.config import PiperConfig

            described = self._folder / "voice.onnx.json"
            session = open_session(self._folder / "voice.onnx", self._threads)
            try:
                config = PiperConfig.from_dict(json.loads(described.read_text(encoding="utf-8")))
            except (OSError, ValueError, KeyError) as error:
                raise SpeechUnavailable(
                    f"expected a voice's description in {described.name}, found: {error}"
                ) from error
            self._voice = PiperVoice(session=session, config=config)
        return self._voice
