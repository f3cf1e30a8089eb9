"""End of turn by Smart Turn v3: does the utterance sound finished?"""

from __future__ import annotations

from pathlib import Path
from threading import Lock

import numpy as np

from app.adapters.speech.log_mel import log_mel
from app.adapters.speech.onnx import OnnxSession, open_session
from app.ports.errors import SpeechUnavailable
from app.ports.speech import SAMPLE_RATE, Pcm

WINDOW_SECONDS = 8


class SmartTurn:
    """TurnDetector on the last 8 s; safe to share."""

    def __init__(self, path: Path, threads: int) -> None:
        """Remember where the model is; it is opened at the first use.

        Args:
            path: `smart-turn-v3.2-cpu.onnx`.
            threads: How many threads one call may use.
        """
        self._path = path
        self._threads = threads
        self._session: OnnxSession | None = None
        self._lock = Lock()

    def load(self) -> None:
        """Open the model now, so that the first turn does not wait for it."""
        self._loaded()

    def complete(self, pcm: Pcm) -> float:
        """The probability that the turn is over.

        Args:
            pcm: 16 kHz samples up to now, of any length; the last 8 s are judged.

        Returns:
            0..1; 0 for no samples.

        Raises:
            SpeechUnavailable: The model is missing or failed.
        """
        if not len(pcm):
            return 0.0
        session = self._loaded()
        length = WINDOW_SECONDS * SAMPLE_RATE
        wave = np.zeros(length, dtype=np.float32)
        tail = pcm[-length:].astype(np.float32) / 32768.0
        wave[length - len(tail) :] = tail
        wave = (wave - wave.mean()) / np.sqrt(wave.var() + 1e-7)
        try:
            answer = session.run(None, {"input_features": log_mel(wave)[None]})
        except Exception as error:  # ONNX Runtime's errors share no public base
            raise SpeechUnavailable(f"turn detection failed: {type(error).__name__}") from error
        return float(np.asarray(answer[0]).ravel()[0])

    def _loaded(self) -> OnnxSession:
        with self._lock:
            if self._session is None:
                self._session = open_session(self._path, self._threads)
            return self._session
