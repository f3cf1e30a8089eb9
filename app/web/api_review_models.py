"""What the API takes and tells of grades, marks and contests."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.domain.consent import Purpose
from app.domain.review import Act, AuditEntry, ReviewState, Standing
from app.domain.scorecard import CardStatus, Ungraded
from app.usecases.queue_for_review import Entry
from app.usecases.under_review import CardUnderReview, InterviewUnderReview
from app.web.api_models import InterviewSummary, Model, Reason, Text2000, Told

Edition = Annotated[str, StringConstraints(max_length=200)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Newest = Annotated[int, Field(ge=0, le=2**53, description="The newest mark that was seen; or 0.")]


class EvidenceOut(Told):
    """Words that the candidate said: a quote, or the nearest sentence of one who missed it."""

    kind: Literal["quote", "nearest"]
    quote: str
    turn: int
    start_s: float | None = Field(description="Seconds from the interview's start; null if typed.")
    end_s: float | None


class Graded(Told):
    """The machine's level of one criterion with its evidence, or why there is none."""

    criterion_id: str
    title: str
    level: int | None = Field(description="From 0; null where none could be given.")
    max_level: int
    weight: float
    evidence: tuple[EvidenceOut, ...]
    reason: str
    confidence: float = Field(description="0 to 1.")
    ungraded: Ungraded | None


class GradedCard(Told):
    """One answer with its follow-ups, as the machine graded it."""

    question_id: str
    status: CardStatus
    criteria: tuple[Graded, ...]
    gates: tuple[str, ...]
    reason: str | None


class MarkOut(Told):
    """A person's level beside the machine's; a level of null says that none can be given."""

    id: int
    kind: Literal["correction", "confirmation"]
    proposed: int | None
    level: int | None
    max_level: int
    reason: str
    by: str
    at: datetime
    blind: bool


class ContestOut(Told):
    """The candidate's word against a level; open until it has an answer."""

    id: UUID
    question_id: str
    criterion_id: str
    reason: str
    at: datetime
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None


class StandingOut(Model):
    """One criterion as it stands: the machine's score, and the marks beside it."""

    criterion_id: str
    title: str
    weight: float
    max_level: int
    level: int | None = Field(description="What stands: the last mark, else the machine's.")
    score: Graded | None
    marks: tuple[MarkOut, ...]
    seen: int = Field(description="Send it back with a mark: it tells what was looked at.")

    @classmethod
    def of(cls, standing: Standing, seen: int) -> StandingOut:
        """That of a criterion."""
        return cls(
            criterion_id=standing.criterion_id,
            title=standing.title,
            weight=standing.weight,
            max_level=standing.max_level,
            level=standing.level,
            score=Graded.model_validate(standing.score) if standing.score else None,
            marks=tuple(MarkOut.model_validate(mark) for mark in standing.marks),
            seen=seen,
        )


class Said(Told):
    """One turn: what was asked, and what the candidate said or typed."""

    index: int
    question: str
    heard: str
    skipped: bool


class CardOut(Model):
    """One answer under review."""

    question_id: str
    question: str
    edition: str = Field(description="Send it back with every step: it names this grading.")
    status: CardStatus
    state: ReviewState
    ready: bool
    turns: tuple[Said, ...]
    criteria: tuple[StandingOut, ...]
    contests: tuple[ContestOut, ...]

    @classmethod
    def of(cls, held: CardUnderReview) -> CardOut:
        """That of a card."""
        return cls(
            question_id=held.card.question_id,
            question=held.question.text if held.question else held.card.question_id,
            edition=held.card.edition,
            status=held.card.status,
            state=held.state,
            ready=held.ready,
            turns=tuple(Said.model_validate(turn) for turn in held.turns),
            criteria=tuple(StandingOut.of(c, held.seen(c.criterion_id)) for c in held.criteria),
            contests=tuple(ContestOut.model_validate(one) for one in held.contests),
        )


class Trace(Told):
    """Who did what to a grade, and when."""

    act: Act
    who: str
    at: datetime
    question_id: str | None
    criterion_id: str | None
    before: int | None
    after: int | None


class ReviewOut(Model):
    """One interview under review, with its trail."""

    interview: InterviewSummary
    cards: tuple[CardOut, ...]
    trail: tuple[Trace, ...]

    @classmethod
    def of(cls, opened: InterviewUnderReview) -> ReviewOut:
        """That of an interview."""
        trail: tuple[AuditEntry, ...] = opened.trail
        return cls(
            interview=InterviewSummary.of(opened.interview),
            cards=tuple(CardOut.of(held) for held in opened.cards),
            trail=tuple(Trace.model_validate(entry) for entry in trail),
        )


class QueueEntry(Model):
    """One answer that waits for a person; `first` ones teach the grader most."""

    interview_id: UUID
    question_id: str
    question: str
    rubric: str
    purpose: Purpose
    created_at: datetime
    reasons: tuple[str, ...]
    open_contests: int
    first: bool

    @classmethod
    def of(cls, entry: Entry) -> QueueEntry:
        """That of an entry of the queue."""
        queued = entry.queued
        return cls(
            interview_id=queued.card.interview_id,
            question_id=queued.card.question_id,
            question=entry.question,
            rubric=entry.rubric,
            purpose=queued.purpose,
            created_at=queued.created_at,
            reasons=entry.reasons,
            open_contests=queued.open_contests,
            first=entry.first,
        )


class NewMark(Model):
    """A level for one criterion; whatever changes the level needs a reason."""

    level: int | None = Field(ge=0, le=20, description="null: none can be given.")
    reason: Reason = ""
    edition: Edition
    seen: Newest = 0


class Finished(Model):
    """One answer is reviewed: levels without a mark are confirmed."""

    edition: Edition
    seen: dict[Key, Newest] = Field({}, description="`seen` of each criterion.", max_length=20)


class Releasing(Model):
    """Release what was reviewed."""

    despite_contests: bool = Field(False, description="Also while a contest has no answer.")


class NewContest(Model):
    """Which level is contested, and why."""

    question_id: Key
    criterion_id: Key
    reason: Text2000


class ContestAnswer(Model):
    """A person's answer to a contest."""

    text: Text2000
