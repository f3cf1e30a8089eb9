"""Port of self-reported groups, apart from the unit of work that grading has."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from app.domain.groups import SelfReport


class SelfReports(Protocol):
    """Self-reports by interview; each call is a transaction of its own."""

    async def give(self, report: SelfReport) -> bool:
        """Keep the report, or replace an earlier one; False when there is no such interview."""
        ...

    async def withdraw(self, interview_id: UUID) -> None:
        """Erase it; none is no error."""
        ...

    async def of(self, interview_id: UUID) -> SelfReport | None:
        """That of an interview, or None."""
        ...

    async def all(self) -> tuple[SelfReport, ...]:
        """Every one."""
        ...
