"""Ports of kept microphone audio: PCM16 mono at 16 kHz, appended while the interview runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True)
class Shredded:
    """What an erasure took: files of recordings, and the keys that opened them."""

    files: int
    keys: int


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
    """Kept audio by interview. Every call may block: callers run them off the event loop."""

    def open(self, interview_id: UUID) -> RecordingWriter:
        """Begin a new stretch."""
        ...

    def read(
        self, interview_id: UUID, file: str, from_s: float = 0.0, to_s: float | None = None
    ) -> bytes:
        """The samples of a stretch between two of its seconds, also of one cut off by a crash.

        Raises StoreUnavailable when there is no such stretch, or its key is gone.
        """
        ...

    def seconds(self, interview_id: UUID, file: str) -> float:
        """How long a stretch is by now; raises StoreUnavailable when there is none."""
        ...

    def remove(self, interview_id: UUID, file: str) -> None:
        """Remove one stretch with its key; none is no error."""
        ...

    def erase(self, interview_id: UUID) -> Shredded:
        """Remove all audio of an interview: first the keys, then the files."""
        ...


class Keys(Protocol):
    """The keys of recordings, one for each file. Calls block."""

    def make(self, interview_id: UUID, file: str) -> bytes:
        """A new key of 32 bytes for this file, in place of any that it had."""
        ...

    def of(self, interview_id: UUID, file: str) -> bytes | None:
        """The key of this file, or None where it has none or was erased."""
        ...

    def erase(self, interview_id: UUID, file: str | None = None) -> int:
        """Erase all keys of an interview, or the one of a file; how many there were."""
        ...
