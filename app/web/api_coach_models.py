"""What the API takes and tells of the coach and its knowledge."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from app.domain.coaching import MOST_NOTE, MOST_QUESTION, CoachFigures, Exchange, Outcome
from app.web.api_models import Model, Said, Told

Question = Annotated[
    str,
    StringConstraints(min_length=1, max_length=MOST_QUESTION),
    Said,
]
NoteText = Annotated[str, StringConstraints(min_length=20, max_length=MOST_NOTE), Said]
Line = Annotated[str, StringConstraints(min_length=3, max_length=400), Said]
NoteKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


class Asked(Model):
    """A question to the coach about one's own interviews."""

    question: Question = Field(examples=["What was my weakest answer?"])


class MomentOut(Told):
    """Words that were said in one turn; seconds from the interview's start, null if typed."""

    interview_id: UUID
    turn: int
    quote: str
    start_s: float | None
    end_s: float | None


class NoteRefOut(Told):
    """One version of a note of knowledge."""

    note_id: str
    version: int


class SentenceOut(Told):
    """One sentence with what it cites: moments, notes, or a question of the bank."""

    text: str
    moments: tuple[MomentOut, ...]
    notes: tuple[NoteRefOut, ...]
    question_id: str | None
    support: float = Field(description="0 to 1, as code found it.")


class ExchangeOut(Model):
    """A question with its answer. `words` stand where there is nothing to cite."""

    id: UUID
    asked_at: datetime
    question: str
    outcome: Outcome
    sentences: tuple[SentenceOut, ...]
    words: str
    model: str
    helpful: bool | None
    handed_off: bool

    @classmethod
    def of(cls, exchange: Exchange) -> ExchangeOut:
        """That of an exchange."""
        answer = exchange.answer
        return cls(
            id=exchange.id,
            asked_at=exchange.asked_at,
            question=exchange.question,
            outcome=answer.outcome,
            sentences=tuple(SentenceOut.model_validate(one) for one in answer.sentences),
            words=answer.words,
            model=answer.model,
            helpful=exchange.helpful,
            handed_off=exchange.handed_off,
        )


class Vote(Model):
    """Whether an answer helped, or that a person is asked for."""

    vote: Literal["yes", "no", "person"]


class Cleared(Model):
    """How many exchanges were erased."""

    erased: int


class NewNote(Model):
    """A note, or the next version of one. `settles` names the question it answers."""

    id: NoteKey
    title: Annotated[Line, Field(max_length=120)]
    text: NoteText
    sources: tuple[Line, ...] = Field(min_length=1, max_length=20)
    asks: tuple[Line, ...] = Field(
        min_length=1, max_length=20, description="Ways in which people ask for it."
    )
    settles: UUID | None = None


class NoteOut(Told):
    """One version of a note; it never changes."""

    id: str
    version: int
    title: str
    text: str
    sources: tuple[str, ...]
    asks: tuple[str, ...]
    author: str
    at: datetime


class Unsettled(Model):
    """A question that had no good answer; who asked is not told."""

    id: UUID
    asked_at: datetime
    question: str
    outcome: Outcome
    helpful: bool | None
    handed_off: bool

    @classmethod
    def of(cls, exchange: Exchange) -> Unsettled:
        """That of an exchange."""
        return cls(
            id=exchange.id,
            asked_at=exchange.asked_at,
            question=exchange.question,
            outcome=exchange.answer.outcome,
            helpful=exchange.helpful,
            handed_off=exchange.handed_off,
        )


class Figures(Model):
    """How the coach does; shares are 0 to 1, null without a vote or a question."""

    outcomes: dict[Outcome, int]
    helpful: int
    unhelpful: int
    handed_off: int
    helpfulness: float | None
    hand_off_rate: float | None

    @classmethod
    def of(cls, figures: CoachFigures) -> Figures:
        """That of the coach's figures."""
        return cls(
            outcomes=figures.outcomes,
            helpful=figures.helpful,
            unhelpful=figures.unhelpful,
            handed_off=figures.handed_off,
            helpfulness=figures.helpfulness,
            hand_off_rate=figures.hand_off_rate,
        )
