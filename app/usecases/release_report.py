"""Release an assessment's report: what people reviewed becomes the result."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.domain.consent import Purpose
from app.domain.errors import AlreadyReleased, BadMark, ContestsOpen, NotReady
from app.domain.interview import InterviewStatus
from app.domain.review import Act, AuditEntry, ReviewState
from app.domain.webhook import EventKind
from app.ports.store import Store
from app.usecases.announce import announce, interview_event
from app.usecases.under_review import InterviewUnderReview, under_review

RUNNING = frozenset({InterviewStatus.CREATED, InterviewStatus.LIVE, InterviewStatus.GRADING})


async def release_report(
    store: Store, interview_id: UUID, *, by: str, despite_contests: bool, now: datetime
) -> InterviewUnderReview | None:
    """Release every card at once; None when there is no such interview.

    Raises:
        BadMark: no name.
        NotReady: a practice, an interview that still runs, or a card that nobody reviewed.
        AlreadyReleased: nothing changed since the last release.
        ContestsOpen: the candidate waits for an answer, and `despite_contests` was not said.
    """
    name = by.strip()
    if not name:
        raise BadMark("expected a name, found none")
    async with store.begin() as work:
        await work.review.reviews.hold(interview_id)
        opened = await under_review(work, interview_id)
        if opened is None:
            return None
        _check(opened, despite_contests)
        for held in opened.cards:
            if held.review is None or held.state is not ReviewState.REVIEWED:
                continue
            released = replace(
                held.review, state=ReviewState.RELEASED, by=name, at=now, released_at=now
            )
            await work.review.reviews.save(released)
            entry = AuditEntry(interview_id, Act.RELEASED, name, now, released.question_id)
            await work.review.trail.add(entry)
        kind = EventKind.SCORECARD_RELEASED
        await announce(work, await interview_event(work, kind, opened.interview, now))
        return await under_review(work, interview_id)


def _check(opened: InterviewUnderReview, despite_contests: bool) -> None:
    if opened.interview.purpose is Purpose.PRACTICE:
        raise NotReady("a practice is never released: its owner sees everything at once")
    if opened.interview.status in RUNNING or not opened.cards:
        raise NotReady("the interview still runs, or is being graded")
    states = [held.state for held in opened.cards]
    if all(state is ReviewState.RELEASED for state in states):
        raise AlreadyReleased("this report is released already, and nothing changed since")
    left = sum(state is ReviewState.DRAFT for state in states)
    if left:
        answers = "1 answer is" if left == 1 else f"{left} answers are"
        raise NotReady(f"{answers} not reviewed yet")
    waiting = sum(len(held.open_contests) for held in opened.cards)
    if waiting and not despite_contests:
        contests = "1 contest waits" if waiting == 1 else f"{waiting} contests wait"
        raise ContestsOpen(f"{contests} for an answer")
