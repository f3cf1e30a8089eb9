"""Bring a closed interview to its end once every asked question has an outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from app.domain.interview import Interview, InterviewStatus, Turn
from app.domain.scorecard import FINAL, CardStatus, Scorecard
from app.domain.webhook import EventKind
from app.ports.store import Store, UnitOfWork
from app.usecases.announce import announce, interview_event

_ENDED = FINAL | {CardStatus.FAILED}


def _now() -> datetime:
    return datetime.now(UTC)


class FinishInterview:
    """Handles the job that ends an interview; safe to run at any time and twice."""

    def __init__(self, *, store: Store, clock: Callable[[], datetime] = _now) -> None:
        self._store = store
        self._clock = clock

    async def __call__(self, interview_id: UUID) -> InterviewStatus | None:
        """The status afterwards; queues the grading that is missing. None: no such interview."""
        async with self._store.begin() as work:
            interview = await work.interviews.get(interview_id)
            if interview is None:
                return None
            if interview.status is not InterviewStatus.GRADING:
                return interview.status
            turns = await work.turns.of(interview_id)
            cards = await work.scorecards.of(interview_id)
            missing = unqueued(turns, cards)
            for question_id in missing:
                await work.jobs.grade(interview_id, question_id)
            if missing or not _all_ended(turns, cards):
                return interview.status
            status = outcome(interview, turns)
            now = self._clock()
            if await work.interviews.finish(interview_id, status, now):
                await _announce(work, replace(interview, status=status), now)
            return status


async def _announce(work: UnitOfWork, interview: Interview, now: datetime) -> None:
    attempt = await work.assignments.attempt(interview.id)
    if attempt is not None and attempt.trial:
        return  # an educator's own, which counts nowhere
    if interview.owner_id is not None:
        given = await work.review.reviews.for_others([interview.id])
        if interview.id not in given:
            return  # practice of a person's own, which nobody else is to know of
    kind = EventKind.INTERVIEW_FINISHED
    await announce(work, await interview_event(work, kind, interview, now))


def unqueued(turns: tuple[Turn, ...], cards: tuple[Scorecard, ...]) -> tuple[str, ...]:
    """The asked questions that have no card at all yet."""
    known = {card.question_id for card in cards}
    return tuple(question_id for question_id in asked(turns) if question_id not in known)


def asked(turns: tuple[Turn, ...]) -> tuple[str, ...]:
    """The questions that were asked, in order."""
    return tuple(dict.fromkeys(turn.question_id for turn in turns))


def outcome(interview: Interview, turns: tuple[Turn, ...]) -> InterviewStatus:
    """Ended early when fewer questions were asked than planned, or the last stands unanswered."""
    planned = min(interview.asks, len(interview.question_ids) or interview.asks)
    last = turns[-1] if turns else None
    open_end = last is not None and last.answer is None and not last.skipped
    if len(asked(turns)) < planned or open_end:
        return InterviewStatus.ENDED_EARLY
    return InterviewStatus.COMPLETED


def _all_ended(turns: tuple[Turn, ...], cards: tuple[Scorecard, ...]) -> bool:
    status = {card.question_id: card.status for card in cards}
    return all(status.get(question_id) in _ENDED for question_id in asked(turns))
