"""PCM samples as a WAV file."""

from __future__ import annotations

import io
import wave


def wav(pcm: bytes, rate: int) -> bytes:
    """A mono 16-bit WAV file of these samples."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)
    return buffer.getvalue()
