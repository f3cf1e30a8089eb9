"""A store with one graded answer in it, for tests of review."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.domain.consent import Purpose
from app.domain.interview import Interview, InterviewStatus, Turn
from app.domain.question import Bank
from app.domain.scorecard import (
    CardStatus,
    CriterionScore,
    Evidence,
    Provenance,
    Scorecard,
    Ungraded,
)
from app.ports.embeddings import Vectors
from app.usecases.review_scorecard import MarkWish
from app.usecases.under_review import InterviewUnderReview, open_review
from tests.fakes.embeddings import FakeEmbedder
from tests.fakes.store import FakeStore
from tests.unit.agent.grading_world import OTHER, QUESTION, RUBRIC

ID = UUID(int=70)
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SAID = "Each one waits for a lock that another one holds"
BANK = Bank(tracks=(), questions=(QUESTION, OTHER), rubrics=(RUBRIC,))


def later(minutes: int) -> datetime:
    return NOW + timedelta(minutes=minutes)


def a_card(
    interview_id: UUID = ID, level: int = 2, *, question: str = QUESTION.id, confidence: float = 0.7
) -> Scorecard:
    """The idea at a level, the use without one."""
    quote = Evidence("quote" if level else "nearest", SAID, 0)
    return Scorecard(
        interview_id,
        question,
        (0,),
        CardStatus.REVIEW,
        (
            CriterionScore("idea", "Core idea", level, 3, 2.0, (quote,), "Why.", confidence),
            CriterionScore(
                "use", "Use and limits", None, 2, 1.0, (), "", 0.0, Ungraded.NO_EVIDENCE
            ),
        ),
        provenance=Provenance(RUBRIC.id, 2, None, None, None, "offline", "basic", NOW, "digest"),
    )


async def graded(
    store: FakeStore,
    interview_id: UUID = ID,
    purpose: Purpose = Purpose.ASSESSMENT,
    card: Scorecard | None = None,
    answer: str = SAID,
    at: datetime = NOW,
) -> None:
    """One interview of one answered question."""
    card = card or a_card(interview_id)
    async with store.begin() as work:
        if await work.library.digest() is None:
            await work.library.load(BANK, (), no_vectors())
        await work.interviews.add(
            Interview(
                interview_id,
                purpose,
                "t",
                "Track",
                InterviewStatus.COMPLETED,
                "basic",
                at,
                asks=1,
                question_ids=(card.question_id,),
            )
        )
        await work.turns.add(
            Turn(
                UUID(int=interview_id.int * 1000),
                interview_id,
                0,
                "question",
                card.question_id,
                "What is it?",
                answer=answer,
            )
        )
        await work.scorecards.save(card)


def no_vectors() -> Vectors:
    return FakeEmbedder().embed([])


async def opened(store: FakeStore, interview_id: UUID = ID) -> InterviewUnderReview:
    found = await open_review(store, interview_id)
    assert found is not None
    return found


async def wish(
    store: FakeStore,
    level: int | None,
    *,
    criterion: str = "idea",
    by: str = "Ada",
    interview_id: UUID = ID,
) -> MarkWish:
    """A mark by somebody who just opened the page."""
    found = await opened(store, interview_id)
    (held,) = found.cards
    return MarkWish(
        held.card.question_id,
        criterion,
        level,
        "It lacks the cycle.",
        by,
        held.card.edition,
        held.seen(criterion),
    )


async def regrade(store: FakeStore, level: int) -> None:
    """The machine grades the same words anew."""
    card = a_card(level=level)
    assert card.provenance is not None
    origin = replace(card.provenance, graded_at=later(5))
    async with store.begin() as work:
        await work.scorecards.save(replace(card, provenance=origin))
