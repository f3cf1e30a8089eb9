"""Port of assignments: what educators prepare for others, bound to one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.domain.assignment import Assignment, Attempt, Invitation
from app.domain.interview import InterviewStatus
from app.domain.review import Mark, Review
from app.domain.scorecard import Scorecard


@dataclass(frozen=True)
class Taken:
    """One attempt with what came of it."""

    attempt: Attempt
    status: InterviewStatus
    cards: tuple[Scorecard, ...] = ()
    marks: tuple[Mark, ...] = ()
    reviews: tuple[Review, ...] = ()
    open_contests: int = 0


class Assignments(Protocol):
    """Assignments, invitations and attempts; those of an erased interview are gone with it."""

    async def add(self, assignment: Assignment) -> None:
        """Keep a new assignment."""
        ...

    async def get(self, assignment_id: UUID) -> Assignment | None:
        """One, or None."""
        ...

    async def all(self, limit: int = 500) -> tuple[Assignment, ...]:
        """The newest first."""
        ...

    async def close(self, assignment_id: UUID, at: datetime | None) -> bool:
        """Close it at a time, or open it again with None; False when there is none."""
        ...

    async def invite(self, invitation: Invitation) -> bool:
        """Keep a new invitation; False when this name is invited already, in any spelling."""
        ...

    async def invitation(self, invitation_id: UUID) -> Invitation | None:
        """One, or None."""
        ...

    async def held(self, token_digest: str) -> Invitation | None:
        """That of a link; until this transaction ends, no other begins an attempt of it."""
        ...

    async def invitations(self, assignment_id: UUID) -> tuple[Invitation, ...]:
        """Those of an assignment, by name."""
        ...

    async def renew(self, invitation_id: UUID, token_digest: str, expires_at: datetime) -> bool:
        """Give it another link: the old one opens nothing any more. False when it is gone."""
        ...

    async def accommodate(self, invitation_id: UUID, accommodations: tuple[str, ...]) -> bool:
        """Replace what helps this person; False when it is gone."""
        ...

    async def uninvite(self, invitation_id: UUID) -> bool:
        """Remove an invitation; its interviews stay, and leave the cohort. False when gone."""
        ...

    async def begin(self, attempt: Attempt) -> None:
        """Keep an attempt, and count it on its invitation."""
        ...

    async def attempt(self, interview_id: UUID) -> Attempt | None:
        """That of an interview, or None."""
        ...

    async def attempts_of(self, invitation_id: UUID) -> tuple[tuple[Attempt, InterviewStatus], ...]:
        """Those of an invitation with how far they are, by number."""
        ...

    async def taken(self, assignment_id: UUID) -> tuple[Taken, ...]:
        """Every attempt of an assignment but trials, with its outcome, in the order they began."""
        ...
