"""Assignments, invitations and attempts in Postgres, bound to one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.adapters.store import review_schema, rows, schema
from app.adapters.store.assignment_schema import (
    assignment_attempts,
    assignment_invitations,
    assignments,
)
from app.adapters.store.repositories import Transaction
from app.adapters.store.reviews import kept_mark, kept_review
from app.domain.assignment import Assignment, Attempt, Invitation
from app.domain.consent import Purpose
from app.domain.interview import InterviewStatus
from app.ports.assignments import Taken

T = TypeVar("T")


class PostgresAssignments:
    """What educators prepare for others."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def add(self, assignment: Assignment) -> None:
        """Keep a new assignment."""
        values = rows.cleaned({**asdict(assignment), "purpose": assignment.purpose.value})
        await self._run(sa.insert(assignments).values(values))

    async def get(self, assignment_id: UUID) -> Assignment | None:
        """One, or None."""
        found = await self._run(sa.select(assignments).where(assignments.c.id == assignment_id))
        row = found.first()
        return _assignment(row) if row is not None else None

    async def all(self, limit: int = 500) -> tuple[Assignment, ...]:
        """The newest first."""
        query = sa.select(assignments).order_by(assignments.c.created_at.desc(), assignments.c.id)
        return tuple(_assignment(row) for row in await self._run(query.limit(limit)))

    async def close(self, assignment_id: UUID, at: datetime | None) -> bool:
        """Close it at a time, or open it again with None; False when there is none."""
        change = sa.update(assignments).where(assignments.c.id == assignment_id)
        return (await self._run(change.values(closed_at=at))).rowcount > 0

    async def invite(self, invitation: Invitation) -> bool:
        """Keep a new invitation; False when this name is invited already, in any spelling."""
        values = rows.cleaned(asdict(invitation))
        table = assignment_invitations
        statement = insert(table).values(values).on_conflict_do_nothing().returning(table.c.id)
        return (await self._run(statement)).first() is not None

    async def invitation(self, invitation_id: UUID) -> Invitation | None:
        """One, or None."""
        table = assignment_invitations
        row = (await self._run(sa.select(table).where(table.c.id == invitation_id))).first()
        return _invitation(row) if row is not None else None

    async def held(self, token_digest: str) -> Invitation | None:
        """That of a link; until this transaction ends, no other begins an attempt of it."""
        table = assignment_invitations
        query = sa.select(table).where(table.c.token_digest == token_digest).with_for_update()
        row = (await self._run(query)).first()
        return _invitation(row) if row is not None else None

    async def invitations(self, assignment_id: UUID) -> tuple[Invitation, ...]:
        """Those of an assignment, by name."""
        table = assignment_invitations
        query = sa.select(table).where(table.c.assignment_id == assignment_id)
        found = await self._run(query.order_by(sa.func.lower(table.c.name), table.c.id))
        return tuple(_invitation(row) for row in found)

    async def renew(self, invitation_id: UUID, token_digest: str, expires_at: datetime) -> bool:
        """Give it another link; False when it is gone."""
        change = {"token_digest": token_digest, "expires_at": expires_at}
        return await self._changed(invitation_id, change)

    async def accommodate(self, invitation_id: UUID, accommodations: tuple[str, ...]) -> bool:
        """Replace what helps this person; False when it is gone."""
        return await self._changed(invitation_id, {"accommodations": list(accommodations)})

    async def uninvite(self, invitation_id: UUID) -> bool:
        """Remove an invitation; its interviews stay, and leave the cohort. False when gone."""
        table = assignment_invitations
        return (await self._run(sa.delete(table).where(table.c.id == invitation_id))).rowcount > 0

    async def begin(self, attempt: Attempt) -> None:
        """Keep an attempt, and count it on its invitation."""
        await self._run(sa.insert(assignment_attempts).values(asdict(attempt)))
        if attempt.invitation_id is not None:
            table = assignment_invitations
            await self._changed(attempt.invitation_id, {"used": table.c.used + 1})

    async def attempt(self, interview_id: UUID) -> Attempt | None:
        """That of an interview, or None."""
        table = assignment_attempts
        row = (
            await self._run(sa.select(table).where(table.c.interview_id == interview_id))
        ).first()
        return Attempt(**row._mapping) if row is not None else None

    async def attempts_of(self, invitation_id: UUID) -> tuple[tuple[Attempt, InterviewStatus], ...]:
        """Those of an invitation with how far they are, by number."""
        table = assignment_attempts
        query = _with_status().where(table.c.invitation_id == invitation_id)
        found = await self._run(query.order_by(table.c.number))
        return tuple((_attempt(row), InterviewStatus(row.status)) for row in found)

    async def taken(self, assignment_id: UUID) -> tuple[Taken, ...]:
        """Every attempt of an assignment but trials, with its outcome, in the order they began."""
        table = assignment_attempts
        ours = (table.c.assignment_id == assignment_id, table.c.trial.is_(False))
        query = _with_status().where(*ours)
        begun = list(await self._run(query.order_by(table.c.begun_at, table.c.interview_id)))
        ids = sa.select(table.c.interview_id).where(*ours)
        cards = await self._by_interview(schema.scorecards, ids, "turns", rows.scorecard)
        marks = await self._by_interview(review_schema.marks, ids, "id", kept_mark)
        reviews = await self._by_interview(
            review_schema.reviews, ids, "question_id", lambda row: kept_review(row._mapping)
        )
        contests = review_schema.contests
        still = sa.select(contests.c.interview_id, sa.func.count().label("open_contests"))
        still = still.where(contests.c.interview_id.in_(ids), contests.c.answered_at.is_(None))
        counted = await self._run(still.group_by(contests.c.interview_id))
        waiting = {row.interview_id: row.open_contests for row in counted}
        return tuple(
            Taken(
                _attempt(row),
                InterviewStatus(row.status),
                tuple(cards[row.interview_id]),
                tuple(marks[row.interview_id]),
                tuple(reviews[row.interview_id]),
                waiting.get(row.interview_id, 0),
            )
            for row in begun
        )

    async def _by_interview(
        self,
        table: sa.Table,
        ids: sa.Select[tuple[UUID]],
        order: str,
        read: Callable[[rows.Result], T],
    ) -> dict[UUID, list[T]]:
        query = sa.select(table).where(table.c.interview_id.in_(ids)).order_by(table.c[order])
        return _grouped(await self._run(query), read)

    async def _changed(self, invitation_id: UUID, values: rows.Values) -> bool:
        table = assignment_invitations
        change = sa.update(table).where(table.c.id == invitation_id).values(values)
        return (await self._run(change)).rowcount > 0


def _with_status() -> sa.Select[tuple[object, ...]]:
    table, interviews = assignment_attempts, schema.interviews
    return sa.select(*table.c, interviews.c.status).join(
        interviews, interviews.c.id == table.c.interview_id
    )


def _grouped(found: Iterable[rows.Result], read: Callable[[rows.Result], T]) -> dict[UUID, list[T]]:
    grouped: dict[UUID, list[T]] = defaultdict(list)
    for row in found:
        grouped[row.interview_id].append(read(row))
    return grouped


def _assignment(row: rows.Result) -> Assignment:
    values = {**row._mapping}
    values["purpose"] = Purpose(values["purpose"])
    values["question_ids"] = tuple(values["question_ids"])
    return Assignment(**values)


def _invitation(row: rows.Result) -> Invitation:
    values = {**row._mapping}
    values["accommodations"] = tuple(values["accommodations"])
    return Invitation(**values)


def _attempt(row: rows.Result) -> Attempt:
    return Attempt(
        row.interview_id,
        row.assignment_id,
        row.number,
        row.begun_at,
        row.invitation_id,
        row.trial,
    )
