"""Port of the history of code: versions, runs, what was noticed; erased with its interview."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from app.domain.coding import CodeRun, Noticed, Snapshot


class CodeHistory(Protocol):
    """Code over the time of an interview."""

    async def save(self, snapshot: Snapshot) -> Snapshot | None:
        """Keep a version and return it with its number.

        The newest one of the question is returned instead when its code and language are the
        same, and replaced when the interview has its most versions. None when there is no such
        interview.
        """
        ...

    async def newest(self, interview_id: UUID, question_id: str) -> Snapshot | None:
        """The newest version for this question, or None."""
        ...

    async def snapshots(self, interview_id: UUID) -> tuple[Snapshot, ...]:
        """All versions, by number."""
        ...

    async def keep_run(self, run: CodeRun) -> bool:
        """Keep what a run showed; False when there is no such interview."""
        ...

    async def runs(self, interview_id: UUID) -> tuple[CodeRun, ...]:
        """All runs, in the order in which they came."""
        ...

    async def notice(self, noticed: Noticed) -> bool:
        """Keep what was noticed; False when there is no such interview."""
        ...

    async def noticed(self, interview_id: UUID) -> tuple[Noticed, ...]:
        """All that was noticed, in the order in which it came."""
        ...
