"""A recording that somebody brought, and how far its analysis is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

TRACK = "upload"
UNNAMED = ""  # the question of a recording that answers none of the bank's
UNASKED = "What is said in this recording."


class UploadState(StrEnum):
    """Where the analysis stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Upload:
    """One file of one interview. `size` are its bytes; `share` of 1 is how far the analysis is.

    The file itself is sealed like a recording, and removed once it was analysed. `error` says what
    was wrong with it.
    """

    interview_id: UUID
    file: str
    name: str
    size: int
    state: UploadState = UploadState.WAITING
    stage: str = "Waiting"
    share: float = 0.0
    error: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in (UploadState.DONE, UploadState.FAILED)
