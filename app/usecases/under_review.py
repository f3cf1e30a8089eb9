"""An interview as a reviewer sees it: cards, what they were judged by, marks, contests, trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.domain.interview import Interview, Turn
from app.domain.question import Question, Rubric
from app.domain.review import (
    AuditEntry,
    Contest,
    Origin,
    Review,
    ReviewState,
    Standing,
    standings,
    state_of,
)
from app.domain.scorecard import FINAL, CardStatus, Scorecard
from app.ports.store import Store, UnitOfWork

READY = FINAL | {CardStatus.FAILED}


@dataclass(frozen=True)
class CardUnderReview:
    """A card with what it was judged by and what people made of it."""

    card: Scorecard
    question: Question | None
    rubric: Rubric | None
    turns: tuple[Turn, ...]
    criteria: tuple[Standing, ...]
    state: ReviewState
    review: Review | None
    contests: tuple[Contest, ...]

    @property
    def ready(self) -> bool:
        """Whether there is an outcome to review; not while the card waits or is graded."""
        return self.card.status in READY

    @property
    def open_contests(self) -> tuple[Contest, ...]:
        """Those that nobody has answered."""
        return tuple(contest for contest in self.contests if contest.open)

    def criterion(self, criterion_id: str) -> Standing | None:
        """One criterion as it stands, or None."""
        return next((c for c in self.criteria if c.criterion_id == criterion_id), None)

    def seen(self, criterion_id: str) -> int:
        """The id of the newest mark of a criterion; 0 where there is none."""
        found = self.criterion(criterion_id)
        return found.marks[-1].id if found is not None and found.marks else 0


@dataclass(frozen=True)
class InterviewUnderReview:
    """One interview with its cards and its trail."""

    interview: Interview
    cards: tuple[CardUnderReview, ...]
    trail: tuple[AuditEntry, ...]

    def card(self, question_id: str) -> CardUnderReview | None:
        """The card of a question, or None."""
        return next((c for c in self.cards if c.card.question_id == question_id), None)


async def open_review(store: Store, interview_id: UUID) -> InterviewUnderReview | None:
    """All that a reviewer sees; None when there is no such interview."""
    async with store.begin() as work:
        return await under_review(work, interview_id)


async def under_review(work: UnitOfWork, interview_id: UUID) -> InterviewUnderReview | None:
    """The same, within a transaction."""
    interview = await work.interviews.get(interview_id)
    if interview is None:
        return None
    cards = await work.scorecards.of(interview_id)
    turns = await work.turns.of(interview_id)
    marks = await work.review.marks.of(interview_id)
    reviews = {r.question_id: r for r in await work.review.reviews.of(interview_id)}
    contests = await work.review.contests.of(interview_id)
    found = []
    for card in cards:
        question = await work.library.of(interview_id).question(card.question_id)
        rubric = await rubric_of(work, card, question)
        review = reviews.get(card.question_id)
        found.append(
            CardUnderReview(
                card,
                question,
                rubric,
                tuple(t for t in turns if t.question_id == card.question_id),
                standings(card, marks, rubric),
                state_of(card, review),
                review,
                tuple(c for c in contests if c.question_id == card.question_id),
            )
        )
    return InterviewUnderReview(interview, tuple(found), await work.review.trail.of(interview_id))


def said(turns: Sequence[Turn]) -> str:
    """The answer with its follow-ups as one text."""
    return " ".join(t.heard.strip() for t in turns if t.heard.strip())


def origin_of(held: CardUnderReview, criterion: Standing) -> Origin:
    """What a mark of this criterion is held against."""
    source, rubric = held.card.provenance, held.rubric
    score = criterion.score
    graded = score is not None and score.level is not None
    return Origin(
        source.rubric_id if source else rubric.id if rubric else "",
        source.rubric_version if source else rubric.version if rubric else 0,
        source.model if source and graded else None,
        score.confidence if score is not None and graded else None,
        score.raw_level if score is not None and graded else None,
        score.raw_confidence if score is not None and graded else None,
    )


async def rubric_of(work: UnitOfWork, card: Scorecard, question: Question | None) -> Rubric | None:
    """The version that graded; the question's newest where nothing was graded."""
    if card.provenance is not None:
        origin = card.provenance
        found = await work.library.rubric(origin.rubric_id, origin.rubric_version)
        if found is not None:
            return found
    library = work.library.of(card.interview_id)
    return await library.rubric(question.rubric) if question is not None else None
