"""Voice activity by Silero's ONNX model: one session for all, one small state per stream."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from app.adapters.speech.onnx import OnnxSession, open_session
from app.ports.errors import SpeechUnavailable
from app.ports.speech import SAMPLE_RATE, Pcm

FRAME = 512
CONTEXT = 64


class SileroModel:
    """The shared network; `stream()` gives each connection its own state."""

    def __init__(self, path: Path) -> None:
        """Remember where the model is; it is opened at the first use.

        Args:
            path: `silero_vad.onnx`.
        """
        self._path = path
        self._session: OnnxSession | None = None
        self._lock = Lock()

    def stream(self) -> SileroActivity:
        """A fresh stream for one connection."""
        return SileroActivity(self)

    def session(self) -> OnnxSession:
        """The open session; raises SpeechUnavailable when the file can't be read."""
        with self._lock:
            if self._session is None:
                self._session = open_session(self._path, threads=1)
            return self._session


class SileroActivity:
    """VoiceActivity of one stream. Not for several threads at once."""

    def __init__(self, model: SileroModel) -> None:
        """Start a stream on a shared model."""
        self._model = model
        self._state: NDArray[np.float32]
        self._context: NDArray[np.float32]
        self._rate = np.array(SAMPLE_RATE, dtype=np.int64)
        self.reset()

    def probability(self, frame: Pcm) -> float:
        """The probability that these samples hold speech.

        Args:
            frame: Shape (512,): 32 ms at 16 kHz.

        Returns:
            0..1.

        Raises:
            SpeechUnavailable: The model failed.
            ValueError: The frame has another length.
        """
        if frame.shape != (FRAME,):
            raise ValueError(f"expected {FRAME} samples, found {frame.shape}")
        samples = frame.astype(np.float32) / 32768.0
        window = np.concatenate([self._context, samples])[None, :]
        feeds = {"input": window, "state": self._state, "sr": self._rate}
        try:
            answer, self._state = self._model.session().run(None, feeds)
        except SpeechUnavailable:
            raise
        except Exception as error:  # ONNX Runtime's errors share no public base
            raise SpeechUnavailable(f"voice activity failed: {type(error).__name__}") from error
        self._context = samples[-CONTEXT:]
        return float(answer.ravel()[0])

    def reset(self) -> None:
        """Forget the stream so far."""
        self._state = np.zeros((2, 1, 128), dtype=np.float32)
        self._context = np.zeros(CONTEXT, dtype=np.float32)
