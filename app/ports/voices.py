"""Port of what is kept of voices: figures of an answer, and readings of stress in a practice."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from app.domain.figures import StressReading
from app.domain.phonation import TurnVoice


class Voices(Protocol):
    """Rows of the modalities delivery and voice; readings of an assessment are refused."""

    async def keep(self, interview_id: UUID, voice: TurnVoice) -> None:
        """Keep the voice of a turn; a later word on the same turn replaces it."""
        ...

    async def of(self, interview_id: UUID) -> tuple[TurnVoice, ...]:
        """The voices of an interview, by turn."""
        ...

    async def keep_stress(self, interview_id: UUID, readings: tuple[StressReading, ...]) -> None:
        """Keep readings, in place of those that were there.

        Raises:
            PurposeForbids: the interview is an assessment.
        """
        ...

    async def stress(self, interview_id: UUID) -> tuple[StressReading, ...]:
        """The readings, by time; none in an assessment."""
        ...
