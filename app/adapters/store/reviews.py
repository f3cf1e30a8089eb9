"""Repositories of reviews, marks, contests and the trail, bound to one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.adapters.store import review_schema, rows, schema
from app.adapters.store.assignment_schema import assignment_attempts
from app.adapters.store.learning import PostgresExemplars, PostgresRecalibrations
from app.adapters.store.repositories import Transaction, upsert
from app.domain.consent import Purpose
from app.domain.interview import InterviewStatus
from app.domain.review import Act, AuditEntry, Contest, Mark, Origin, Review, ReviewState
from app.domain.scorecard import FINAL, CardStatus, Scorecard
from app.ports.review import Queued

_STILL = (InterviewStatus.CREATED.value, InterviewStatus.LIVE.value)
_TRIALS = sa.select(assignment_attempts.c.interview_id).where(assignment_attempts.c.trial)
_ORIGIN = tuple(field.name for field in fields(Origin))


class PostgresReviews:
    """Where the reviews of scorecards stand."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def hold(self, interview_id: UUID) -> None:
        """Let no other review of this interview go on until this transaction ends."""
        table = schema.interviews
        query = sa.select(table.c.id).where(table.c.id == interview_id)
        await self._run(query.with_for_update(key_share=True))

    async def of(self, interview_id: UUID) -> tuple[Review, ...]:
        """Those of an interview."""
        table = review_schema.reviews
        query = sa.select(table).where(table.c.interview_id == interview_id)
        found = await self._run(query.order_by(table.c.question_id))
        return tuple(kept_review(row._mapping) for row in found)

    async def save(self, review: Review) -> None:
        """Insert or replace the review of this interview and question."""
        values = rows.cleaned({**asdict(review), "state": review.state.value})
        await upsert(self._run, review_schema.reviews, values)

    async def for_others(self, interview_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those that others than their own person may read."""
        table = schema.interviews
        query = sa.select(table.c.id).where(table.c.id.in_(list(interview_ids)), _for_others())
        return frozenset(row.id for row in await self._run(query))

    async def waiting(self, limit: int = 500, *, for_others: bool = False) -> tuple[Queued, ...]:
        """Cards that are not reviewed as they stand, or are contested; the oldest first."""
        cards, interviews, reviews = schema.scorecards, schema.interviews, review_schema.reviews
        contests = review_schema.contests
        same = (reviews.c.interview_id == cards.c.interview_id) & (
            reviews.c.question_id == cards.c.question_id
        )
        still_open = (
            sa.select(sa.func.count())
            .where(contests.c.interview_id == cards.c.interview_id)
            .where(contests.c.question_id == cards.c.question_id)
            .where(contests.c.answered_at.is_(None))
            .scalar_subquery()
        )
        undone = sa.or_(
            reviews.c.state.is_(None),
            reviews.c.state == ReviewState.DRAFT.value,
            reviews.c.edition != cards.c.edition,
            still_open > 0,
        )
        states = [status.value for status in (*FINAL, CardStatus.FAILED)]
        theirs = [column.label(f"review_{column.name}") for column in reviews.c]
        query = (
            sa.select(
                cards,
                interviews.c.title,
                interviews.c.purpose,
                interviews.c.created_at,
                still_open.label("open_contests"),
                *theirs,
            )
            .join(interviews, interviews.c.id == cards.c.interview_id)
            .outerjoin(reviews, same)
            .where(cards.c.status.in_(states), interviews.c.status.not_in(_STILL), undone)
            .order_by(interviews.c.created_at, cards.c.interview_id, cards.c.turns)
        )
        if for_others:
            query = query.where(_for_others())
        return tuple(_queued(row) for row in await self._run(query.limit(limit)))

    async def graded(
        self, purpose: Purpose, limit: int = 5000, *, for_others: bool = False
    ) -> tuple[Scorecard, ...]:
        """The cards with an outcome of the newest interviews of this purpose."""
        cards, interviews = schema.scorecards, schema.interviews
        newest = (
            sa.select(interviews.c.id)
            .where(interviews.c.purpose == purpose.value, interviews.c.status.not_in(_STILL))
            .where(interviews.c.id.not_in(_TRIALS))
            .order_by(interviews.c.created_at.desc(), interviews.c.id)
            .limit(limit)
        )
        if for_others:
            newest = newest.where(_for_others())
        final = cards.c.status.in_([status.value for status in FINAL])
        query = sa.select(cards).where(cards.c.interview_id.in_(newest), final)
        found = await self._run(query.order_by(cards.c.interview_id, cards.c.question_id))
        return tuple(rows.scorecard(row) for row in found)


class PostgresMarks:
    """What people marked."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def add(self, mark: Mark) -> Mark:
        """Keep one more; it comes back with its id."""
        values = asdict(mark)
        values |= values.pop("origin")
        del values["id"]
        table = review_schema.marks
        statement = sa.insert(table).values(rows.cleaned(values)).returning(table)
        return kept_mark((await self._run(statement)).one())

    async def of(self, interview_id: UUID) -> tuple[Mark, ...]:
        """Those of an interview, in the order they were made."""
        table = review_schema.marks
        query = sa.select(table).where(table.c.interview_id == interview_id)
        return tuple(kept_mark(row) for row in await self._run(query.order_by(table.c.id)))

    async def newest(self, limit: int = 20_000) -> tuple[Mark, ...]:
        """Those of all interviews, in the order they were made; the oldest fall off."""
        table = review_schema.marks
        query = sa.select(table).order_by(table.c.id.desc()).limit(limit)
        return tuple(reversed([kept_mark(row) for row in await self._run(query)]))


class PostgresContests:
    """What candidates contest."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def add(self, contest: Contest) -> None:
        """Keep a new contest; a second open one of the same criterion is refused."""
        values = rows.cleaned(asdict(contest))
        await self._run(sa.insert(review_schema.contests).values(values))

    async def of(self, interview_id: UUID) -> tuple[Contest, ...]:
        """Those of an interview, in the order they came."""
        table = review_schema.contests
        query = sa.select(table).where(table.c.interview_id == interview_id)
        found = await self._run(query.order_by(table.c.at, table.c.id))
        return tuple(Contest(**row._mapping) for row in found)

    async def answer(self, contest: Contest) -> bool:
        """Keep its answer; False, and nothing changes, when it is gone or has one already."""
        table = review_schema.contests
        values = {
            "answer": contest.answer,
            "answered_by": contest.answered_by,
            "answered_at": contest.answered_at,
        }
        still_open = (table.c.id == contest.id, table.c.answered_at.is_(None))
        update = sa.update(table).where(*still_open).values(rows.cleaned(values))
        return (await self._run(update)).rowcount > 0


class PostgresAuditTrail:
    """Who did what."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def add(self, entry: AuditEntry) -> None:
        """Keep one more."""
        values = asdict(entry) | {"act": entry.act.value}
        del values["id"]
        await self._run(sa.insert(review_schema.audit_entries).values(rows.cleaned(values)))

    async def of(self, interview_id: UUID) -> tuple[AuditEntry, ...]:
        """Those of an interview, in the order they were made."""
        table = review_schema.audit_entries
        query = sa.select(table).where(table.c.interview_id == interview_id)
        found = await self._run(query.order_by(table.c.id))
        return tuple(AuditEntry(**{**row._mapping, "act": Act(row.act)}) for row in found)


class PostgresReviewWork:
    """The repositories of review, in one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.reviews = PostgresReviews(transaction)
        self.marks = PostgresMarks(transaction)
        self.contests = PostgresContests(transaction)
        self.trail = PostgresAuditTrail(transaction)
        self.exemplars = PostgresExemplars(transaction)
        self.recalibrations = PostgresRecalibrations(transaction)


def _for_others() -> sa.ColumnElement[bool]:
    """That an interview is an assessment, was begun by an assignment, or was contested."""
    interview = schema.interviews.c
    contested = sa.select(review_schema.contests.c.interview_id)
    return sa.or_(
        interview.purpose == Purpose.ASSESSMENT.value,
        interview.id.in_(sa.select(assignment_attempts.c.interview_id)),
        interview.id.in_(contested),
    )


def kept_review(values: Any, prefix: str = "") -> Review:  # noqa: ANN401 - a row's mapping
    """The review of a row."""
    names = ("interview_id", "question_id", "edition", "state", "by", "at", "released_at")
    known = {name: values[f"{prefix}{name}"] for name in names}
    return Review(**{**known, "state": ReviewState(known["state"])})


def _queued(row: rows.Result) -> Queued:
    reviewed = row.review_state is not None
    return Queued(
        card=rows.scorecard(row),
        title=row.title,
        purpose=Purpose(row.purpose),
        created_at=row.created_at,
        review=kept_review(row._mapping, "review_") if reviewed else None,
        open_contests=row.open_contests,
    )


def kept_mark(row: rows.Result) -> Mark:
    """The mark of a row."""
    values = dict(row._mapping)
    origin = Origin(**{name: values.pop(name) for name in _ORIGIN})
    return Mark(**values, origin=origin)
