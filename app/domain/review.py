"""What people make of a machine's grades: marks beside them, reviews, contests and the trail.

Nothing here replaces a score. A mark is added beside it; what stands is read from both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from app.domain.errors import BadMark
from app.domain.question import Rubric
from app.domain.scorecard import CriterionScore, Scorecard

MOST_WORDS = 2000
CANDIDATE = "the candidate"


class ReviewState(StrEnum):
    """How far a scorecard has come; in an assessment only a released one is a result."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    RELEASED = "released"


@dataclass(frozen=True)
class Review:
    """Where the review of one scorecard stands; it holds for one `edition` of the card only.

    `released_at` stays when a released card is marked anew: the candidate sees what was released
    until the next release.
    """

    interview_id: UUID
    question_id: str
    edition: str
    state: ReviewState
    by: str
    at: datetime
    released_at: datetime | None = None


@dataclass(frozen=True)
class Origin:
    """What a mark was held against: the rubric, the model, and how sure the machine was.

    The raw values are those before a recalibration; None where there was none.
    """

    rubric_id: str
    rubric_version: int
    model: str | None
    confidence: float | None
    raw_level: int | None = None
    raw_confidence: float | None = None


MarkKind = Literal["correction", "confirmation"]


@dataclass(frozen=True)
class Mark:
    """A person's level for one criterion; a correction needs a reason, and neither needs a quote.

    `proposed` is the machine's level at that time; a `level` of None says that none can be given.
    `blind` says that the person saw neither it nor another person's mark.
    """

    interview_id: UUID
    question_id: str
    criterion_id: str
    edition: str
    kind: MarkKind
    proposed: int | None
    level: int | None
    max_level: int
    reason: str
    by: str
    at: datetime
    origin: Origin
    id: int = 0
    blind: bool = False

    def __post_init__(self) -> None:
        """A mark is signed, within the scale, and a change is explained."""
        if not self.by.strip():
            raise BadMark("expected a name, found none")
        if self.level is not None and not 0 <= self.level <= self.max_level:
            raise BadMark(f"expected a level from 0 to {self.max_level}, found {self.level}")
        if self.kind == "correction" and not self.reason.strip():
            raise BadMark("expected a reason for the correction, found none")


@dataclass(frozen=True)
class Contest:
    """The candidate's word against one level; open until a person answers."""

    id: UUID
    interview_id: UUID
    question_id: str
    criterion_id: str
    reason: str
    at: datetime
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether nobody has answered yet."""
        return self.answered_at is None


class Act(StrEnum):
    """What can stand in the trail."""

    GRADED = "graded"
    MARKED = "marked"
    REVIEWED = "reviewed"
    RELEASED = "released"
    CONTESTED = "contested"
    ANSWERED = "answered"
    AMENDED = "amended"


@dataclass(frozen=True)
class AuditEntry:
    """Who did what and when, with the levels before and after; no word of the candidate."""

    interview_id: UUID
    act: Act
    who: str
    at: datetime
    question_id: str | None = None
    criterion_id: str | None = None
    before: int | None = None
    after: int | None = None
    id: int = 0


@dataclass(frozen=True)
class Standing:
    """One criterion as it stands: the machine's score, if there is one, and the marks beside it."""

    criterion_id: str
    title: str
    weight: float
    max_level: int
    score: CriterionScore | None
    marks: tuple[Mark, ...] = ()

    @property
    def proposed(self) -> int | None:
        """The machine's level."""
        return self.score.level if self.score is not None else None

    @property
    def level(self) -> int | None:
        """The level that stands: the last mark's, else the machine's."""
        return self.marks[-1].level if self.marks else self.proposed

    @property
    def correction(self) -> Mark | None:
        """The last mark that gave a reason of its own, where a person's level stands."""
        return next((m for m in reversed(self.marks) if m.kind == "correction"), None)


def state_of(card: Scorecard, review: Review | None) -> ReviewState:
    """The state of this card: a review of an earlier edition no longer counts."""
    if review is None or review.edition != card.edition:
        return ReviewState.DRAFT
    return review.state


def standings(
    card: Scorecard, marks: Sequence[Mark], rubric: Rubric | None = None
) -> tuple[Standing, ...]:
    """Every criterion of a card with its marks; those of the rubric that have no score come last.

    Marks of another edition of the card, or of another card, are left out.
    """
    ours = [m for m in marks if m.question_id == card.question_id and m.edition == card.edition]
    found = [
        Standing(s.criterion_id, s.title, s.weight, s.max_level, s, _of(ours, s.criterion_id))
        for s in card.criteria
    ]
    known = {standing.criterion_id for standing in found}
    found += [
        Standing(c.id, c.title, c.weight, c.max_level, None, _of(ours, c.id))
        for c in (rubric.criteria if rubric is not None else ())
        if c.id not in known
    ]
    return tuple(found)


def is_released(card: Scorecard, review: Review | None) -> bool:
    """Whether this card, as it is now, was ever released."""
    return review is not None and review.edition == card.edition and review.released_at is not None


def visible(marks: Sequence[Mark], review: Review | None) -> tuple[Mark, ...]:
    """The marks that a candidate of an assessment may see: those made before the last release."""
    released = review.released_at if review is not None else None
    return tuple(m for m in marks if released is not None and m.at <= released)


def share_of(criteria: Sequence[Standing]) -> float | None:
    """Weighted share of the reachable levels, 0..1, over the criteria that have a level."""
    graded = [c for c in criteria if c.level is not None]
    if not graded:
        return None
    total = sum(c.weight for c in graded)
    return sum(c.weight * (c.level or 0) / c.max_level for c in graded) / total


def _of(marks: Sequence[Mark], criterion_id: str) -> tuple[Mark, ...]:
    return tuple(m for m in marks if m.criterion_id == criterion_id)
