"""Port of kept microphone audio: PCM16 mono at 16 kHz, appended while the interview runs."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID


class RecordingWriter(Protocol):
    """One stretch of audio that is being kept."""

    @property
    def file(self) -> str:
        """The name that `Recordings.read` takes."""
        ...

    def append(self, pcm: bytes) -> None:
        """Add samples; raises StoreUnavailable when the disk is full."""
        ...

    def close(self) -> float:
        """Finish; the seconds kept."""
        ...


class Recordings(Protocol):
    """Kept audio by interview."""

    def open(self, interview_id: UUID) -> RecordingWriter:
        """Begin a new stretch."""
        ...

    def read(
        self, interview_id: UUID, file: str, from_s: float = 0.0, to_s: float | None = None
    ) -> bytes:
        """The samples of a stretch between two of its seconds, also of one cut off by a crash.

        Raises StoreUnavailable when there is no such stretch.
        """
        ...

    def seconds(self, interview_id: UUID, file: str) -> float:
        """How long a stretch is by now; raises StoreUnavailable when there is none."""
        ...

    def erase(self, interview_id: UUID) -> None:
        """Remove all audio of an interview."""
        ...
