"""What the API takes and tells of assignments, invitations and cohorts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from app.domain.agreement import Figure
from app.domain.assignment import (
    LEAST_MINUTES,
    LONGEST_NAME,
    LONGEST_TITLE,
    MOST_ATTEMPTS,
    MOST_MINUTES,
    MOST_QUESTIONS,
)
from app.domain.consent import Purpose
from app.domain.question import Slug
from app.domain.review import ReviewState
from app.usecases.assign_interview import MOST_NAMES, NewAssignment
from app.usecases.show_cohort import Cohort, Row
from app.web.api_models import Model, Plain, Said, Told

Label = Annotated[
    str,
    StringConstraints(max_length=LONGEST_NAME, pattern=r"^[^;\x00-\x1f\x7f]*$"),
    Plain,
]
Title = Annotated[
    str,
    StringConstraints(min_length=3, max_length=LONGEST_TITLE),
    Said,
]
Contact = Annotated[str, StringConstraints(max_length=300), Plain]
Help = Literal[
    "more_time",
    "no_time_limit",
    "text_only",
    "slower_speech",
    "captions",
    "breaks",
    "larger_text",
    "human",
]


class MadeAssignment(Model):
    """An interview for others: whole tracks, single questions, or both."""

    title: Title = Field(examples=["Python, week 3"])
    purpose: Purpose
    tracks: tuple[Slug, ...] = Field((), max_length=MOST_QUESTIONS)
    questions: tuple[Slug, ...] = Field((), max_length=MOST_QUESTIONS)
    asks: int | None = Field(
        None, ge=1, le=MOST_QUESTIONS, description="How many questions are asked; null: all."
    )
    minutes: float = Field(20.0, ge=LEAST_MINUTES, le=MOST_MINUTES)
    attempts: int = Field(1, ge=1, le=MOST_ATTEMPTS)
    order: Literal["authored", "adaptive"] = "authored"
    language: Literal["en"] = "en"
    contact: Contact = Field("", description="Whom people may write to; an assessment needs one.")
    due_at: AwareDatetime | None = Field(
        None, description="The last moment to begin, with its offset from UTC."
    )

    @property
    def wanted(self) -> NewAssignment:
        """What is asked for."""
        return NewAssignment(
            self.title,
            self.purpose,
            self.tracks,
            self.questions,
            self.asks,
            self.minutes,
            self.attempts,
            self.order,
            self.language,
            self.contact,
            self.due_at,
        )


class AssignmentOut(Told):
    """One assignment. A closed one lets nobody begin or go on."""

    id: UUID
    title: str
    purpose: Purpose
    track_id: str
    question_ids: tuple[str, ...]
    asks: int
    minutes: float
    attempts: int
    order: Literal["authored", "adaptive"]
    language: str
    contact: str
    by: str
    created_at: datetime
    due_at: datetime | None
    closed_at: datetime | None


class Guest(Model):
    """Whom to invite; the group is the educator's own label, such as a class."""

    name: Annotated[Label, Field(min_length=1, examples=["Mia"])]
    group: Label = ""


class Guests(Model):
    """Whom to invite."""

    people: tuple[Guest, ...] = Field(min_length=1, max_length=MOST_NAMES)


class InvitationOut(Told):
    """One invited person; what helps them is told to the maker alone, elsewhere."""

    id: UUID
    name: str
    group: str
    created_at: datetime
    expires_at: datetime
    used: int = Field(description="How many attempts were begun.")


class Link(Model):
    """A new link; it is told once, and opens the interview in a browser."""

    invitation: InvitationOut
    link: str


class NotInvited(Model):
    """Who was not invited, and why."""

    name: str
    why: str


class InvitedOut(Model):
    """The new links, and who was left out."""

    made: tuple[Link, ...]
    refused: tuple[NotInvited, ...]


class Accommodations(Model):
    """What helps one person; private, for attempts begun from now on."""

    accommodations: tuple[Help, ...] = Field(max_length=8)


class Closing(Model):
    """Whether it is closed."""

    closed: bool


class ReleasedOut(Told):
    """How many reports were released now, were before, or are not ready."""

    now: int
    before: int
    waiting: int


class FigureOut(Told):
    """A number with its interval of 95 % and how many values it rests on; null: can't be told."""

    value: float | None
    low: float | None
    high: float | None
    n: int

    @classmethod
    def of(cls, figure: Figure) -> FigureOut:
        """That of a figure."""
        return cls.model_validate(figure)


class ColumnOut(Told):
    """One criterion of one rubric."""

    rubric_id: str
    criterion_id: str
    title: str


class CellOut(Told):
    """A person's mean share of the levels of one criterion, 0 to 1."""

    share: float
    answers: int
    state: ReviewState
    level: int | None
    max_level: int | None


class RowOut(Model):
    """One invited person; `cells` stand in the order of `columns`."""

    name: str
    group: str
    interview_id: UUID | None
    state: str
    cells: tuple[CellOut | None, ...]
    share: FigureOut
    verdict: Literal["needs help", "not clear", "well on the way", "too few answers"]
    open_contests: int

    @classmethod
    def of(cls, row: Row) -> RowOut:
        """That of a row."""
        return cls(
            name=row.invitation.name,
            group=row.invitation.group,
            interview_id=row.taken.attempt.interview_id if row.taken else None,
            state=row.state,
            cells=tuple(CellOut.model_validate(c) if c else None for c in row.cells),
            share=FigureOut.of(row.need.share),
            verdict=row.need.verdict,
            open_contests=row.taken.open_contests if row.taken else 0,
        )


class ItemOut(Model):
    """One question: mean share of marks, and how it goes with the rest of the answers."""

    question_id: str
    text: str
    n: int
    difficulty: FigureOut = Field(description="Mean share of marks, 0 to 1: high is easy.")
    discrimination: FigureOut = Field(description="Correlation with the other answers, -1 to 1.")
    distribution: tuple[int, ...] | None = Field(description="Shares in equal steps from 0 to 1.")
    verdict: str


class GroupOut(Model):
    """One group against all others; hidden where it is small."""

    attribute: str
    name: str
    shown: bool
    mean: FigureOut
    difference: FigureOut


class CohortOut(Model):
    """Who took an assignment, with which levels, and how its questions behave."""

    columns: tuple[ColumnOut, ...]
    rows: tuple[RowOut, ...]
    items: tuple[ItemOut, ...]
    groups: tuple[GroupOut, ...]
    below: float = Field(description="The share that help is judged by.")

    @classmethod
    def of(cls, cohort: Cohort) -> CohortOut:
        """That of a cohort."""
        return cls(
            columns=tuple(ColumnOut.model_validate(column) for column in cohort.columns),
            rows=tuple(RowOut.of(row) for row in cohort.rows),
            items=tuple(
                ItemOut(
                    question_id=item.question_id,
                    text=item.text,
                    n=item.figures.n,
                    difficulty=FigureOut.of(item.figures.difficulty),
                    discrimination=FigureOut.of(item.figures.discrimination),
                    distribution=item.figures.distribution,
                    verdict=item.figures.verdict,
                )
                for item in cohort.items
            ),
            groups=tuple(
                GroupOut(
                    attribute=attribute,
                    name=group.name,
                    shown=group.shown,
                    mean=FigureOut.of(group.mean),
                    difference=FigureOut.of(group.difference),
                )
                for attribute, groups in cohort.groups.items()
                for group in groups
            ),
            below=cohort.below,
        )
