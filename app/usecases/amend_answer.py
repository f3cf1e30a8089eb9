"""Correct mis-heard words: kept beside what was heard, and the question is graded anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from app.domain.interview import InterviewStatus, Turn
from app.domain.review import CANDIDATE, Act, AuditEntry
from app.domain.scorecard import CardStatus
from app.ports.store import Store, UnitOfWork


def _now() -> datetime:
    return datetime.now(UTC)


async def amend_answer(
    store: Store,
    interview_id: UUID,
    index: int,
    text: str,
    *,
    clock: Callable[[], datetime] = _now,
) -> Turn | None:
    """Keep the amendment and queue the grading; None when there is no such answered turn.

    While the interview is live nothing is amended: its answers may still be reopened.
    A text equal to what was heard takes an earlier amendment back.
    """
    async with store.begin() as work:
        interview = await work.interviews.get(interview_id)
        if interview is None or interview.status is InterviewStatus.LIVE:
            return None
        turns = await work.turns.of(interview_id)
        turn = next((t for t in turns if t.index == index and t.answer is not None), None)
        if turn is None:
            return None
        cleaned = " ".join(text.split())
        heard = " ".join((turn.answer or "").split())
        amendment = None if cleaned == heard else cleaned
        if amendment == turn.amendment:
            return turn
        if not await work.turns.amend(turn, amendment):
            return None
        await queue_grading(work, interview_id, turn.question_id)
        entry = AuditEntry(interview_id, Act.AMENDED, CANDIDATE, clock(), turn.question_id)
        await work.review.trail.add(entry)
    return replace(turn, amendment=amendment, revision=turn.revision + 1)


async def grade_again(store: Store, interview_id: UUID, question_id: str) -> bool:
    """Queue the grading of a scorecard that failed; False when there is no such card."""
    async with store.begin() as work:
        return await queue_grading(work, interview_id, question_id)


async def queue_grading(work: UnitOfWork, interview_id: UUID, question_id: str) -> bool:
    """Mark the question's card as waiting and queue its job in the same transaction."""
    cards = await work.scorecards.of(interview_id)
    card = next((c for c in cards if c.question_id == question_id), None)
    if card is None:
        return False
    waiting = replace(card, status=CardStatus.WAITING, criteria=(), gates=(), reason="")
    await work.scorecards.save(waiting)
    await work.jobs.grade(interview_id, question_id)
    return True
