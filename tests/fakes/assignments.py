"""Assignments, invitations and attempts in memory, with the rules of the real store."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from app.domain.assignment import Assignment, Attempt, Invitation
from app.domain.interview import Interview, InterviewStatus
from app.domain.review import Contest, Mark, Review
from app.domain.scorecard import Scorecard
from app.ports.assignments import Taken
from tests.fakes.review import refused


class Rows(Protocol):
    """Those, and the rows of review that the outcome of an attempt is read from."""

    assignments: dict[UUID, Assignment]
    invitations: dict[UUID, Invitation]
    attempts: dict[UUID, Attempt]
    interviews: dict[UUID, Interview]
    cards: dict[tuple[UUID, str], Scorecard]
    reviews: dict[tuple[UUID, str], Review]
    marks: list[Mark]
    contests: dict[UUID, Contest]


@dataclass
class AssignmentRows:
    """The rows that assignments add to those of review, which hold the attempts."""

    assignments: dict[UUID, Assignment] = field(default_factory=dict)
    invitations: dict[UUID, Invitation] = field(default_factory=dict)


class FakeAssignments:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def add(self, assignment: Assignment) -> None:
        if assignment.id in self._rows.assignments:
            raise refused("a second assignment with this id")
        self._rows.assignments[assignment.id] = assignment

    async def get(self, assignment_id: UUID) -> Assignment | None:
        return self._rows.assignments.get(assignment_id)

    async def all(self, limit: int = 500) -> tuple[Assignment, ...]:
        newest = sorted(self._rows.assignments.values(), key=lambda a: a.id)
        return tuple(sorted(newest, key=lambda a: a.created_at, reverse=True)[:limit])

    async def close(self, assignment_id: UUID, at: datetime | None) -> bool:
        kept = self._rows.assignments.get(assignment_id)
        if kept is None:
            return False
        self._rows.assignments[assignment_id] = replace(kept, closed_at=at)
        return True

    async def invite(self, invitation: Invitation) -> bool:
        if invitation.assignment_id not in self._rows.assignments:
            raise refused("no such assignment")
        key = (invitation.assignment_id, invitation.name.strip().lower())
        every = self._rows.invitations.values()
        if key in {(i.assignment_id, i.name.strip().lower()) for i in every}:
            return False
        self._rows.invitations[invitation.id] = invitation
        return True

    async def invitation(self, invitation_id: UUID) -> Invitation | None:
        return self._rows.invitations.get(invitation_id)

    async def held(self, token_digest: str) -> Invitation | None:
        every = self._rows.invitations.values()
        return next((i for i in every if i.token_digest == token_digest), None)

    async def invitations(self, assignment_id: UUID) -> tuple[Invitation, ...]:
        ours = [i for i in self._rows.invitations.values() if i.assignment_id == assignment_id]
        return tuple(sorted(ours, key=lambda i: (i.name.lower(), i.id)))

    async def renew(self, invitation_id: UUID, token_digest: str, expires_at: datetime) -> bool:
        return self._changed(invitation_id, token_digest=token_digest, expires_at=expires_at)

    async def accommodate(self, invitation_id: UUID, accommodations: tuple[str, ...]) -> bool:
        return self._changed(invitation_id, accommodations=accommodations)

    async def uninvite(self, invitation_id: UUID) -> bool:
        attempts = self._rows.attempts
        for key in [k for k, a in attempts.items() if a.invitation_id == invitation_id]:
            del attempts[key]
        return self._rows.invitations.pop(invitation_id, None) is not None

    async def begin(self, attempt: Attempt) -> None:
        if attempt.interview_id not in self._rows.interviews:
            raise refused("no such interview")
        if attempt.trial is not (attempt.invitation_id is None):
            raise refused("a trial has no invitation, and everything else has one")
        self._rows.attempts[attempt.interview_id] = attempt
        if attempt.invitation_id is not None:
            kept = self._rows.invitations[attempt.invitation_id]
            self._changed(kept.id, used=kept.used + 1)

    async def attempt(self, interview_id: UUID) -> Attempt | None:
        return self._all().get(interview_id)

    async def attempts_of(self, invitation_id: UUID) -> tuple[tuple[Attempt, InterviewStatus], ...]:
        ours = [a for a in self._all().values() if a.invitation_id == invitation_id]
        return tuple(
            (a, self._rows.interviews[a.interview_id].status)
            for a in sorted(ours, key=lambda a: a.number)
        )

    async def taken(self, assignment_id: UUID) -> tuple[Taken, ...]:
        ours = [a for a in self._all().values() if a.assignment_id == assignment_id and not a.trial]
        ours.sort(key=lambda a: (a.begun_at, a.interview_id))
        return tuple(self._outcome(attempt) for attempt in ours)

    def _outcome(self, attempt: Attempt) -> Taken:
        rows, key = self._rows, attempt.interview_id
        cards = [card for (owner, _), card in rows.cards.items() if owner == key]
        reviews = [r for r in rows.reviews.values() if r.interview_id == key]
        return Taken(
            attempt,
            rows.interviews[key].status,
            tuple(sorted(cards, key=lambda card: card.turns)),
            tuple(m for m in rows.marks if m.interview_id == key),
            tuple(sorted(reviews, key=lambda r: r.question_id)),
            sum(c.open for c in rows.contests.values() if c.interview_id == key),
        )

    def _all(self) -> dict[UUID, Attempt]:
        """Those whose interview still stands."""
        return {k: a for k, a in self._rows.attempts.items() if k in self._rows.interviews}

    def _changed(self, invitation_id: UUID, **changes: Any) -> bool:
        kept = self._rows.invitations.get(invitation_id)
        if kept is None:
            return False
        self._rows.invitations[invitation_id] = replace(kept, **changes)
        return True
