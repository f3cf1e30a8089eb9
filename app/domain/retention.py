"""How long each modality's data is kept, and the receipts for what was erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.domain.consent import Modality
from app.domain.interview import Interview

UNFINISHED = timedelta(days=1)  # nobody's sound goes while they may still be talking


class Reason(StrEnum):
    """Why something was erased."""

    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    ERASED = "erased"


@dataclass(frozen=True)
class Erasure:
    """A receipt: what was erased of an interview, when and why. It names nobody.

    `modality` is None where the whole interview went. `rows` are rows of the store, `files` and
    `keys` the recordings and the keys that opened them.
    """

    id: UUID
    interview_id: UUID
    modality: Modality | None
    reason: Reason
    rows: int
    files: int
    keys: int
    at: datetime


@dataclass(frozen=True)
class Retention:
    """Days from the end of an interview to the end of each modality's data; None: no end.

    The microphone itself keeps nothing but the words, which belong to the interview.
    """

    recording: int | None = 30
    delivery: int | None = 365
    expression: int | None = 30
    interview: int | None = None

    def days(self, modality: Modality) -> int | None:
        """The days of one modality."""
        by_modality: Mapping[Modality, int | None] = {
            Modality.AUDIO: self.interview,
            Modality.RECORDING: self.recording,
            Modality.DELIVERY: self.delivery,
            Modality.VOICE: self.expression,
            Modality.VIDEO: self.expression,
        }
        return by_modality[modality]

    def ends(self, interview: Interview, modality: Modality) -> datetime | None:
        """When the data of a modality goes, or None."""
        return _after(interview, self.days(modality))

    def interview_ends(self, interview: Interview) -> datetime | None:
        """When the whole interview goes, or None."""
        return _after(interview, self.interview)


def clock_begins(interview: Interview) -> datetime:
    """From where the days count: the end of the interview, else a day after its beginning."""
    if interview.finished_at is not None:
        return interview.finished_at
    return (interview.started_at or interview.created_at) + UNFINISHED


def _after(interview: Interview, days: int | None) -> datetime | None:
    return None if days is None else clock_begins(interview) + timedelta(days=days)
