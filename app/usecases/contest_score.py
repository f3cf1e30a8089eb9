"""Contest a level, as the candidate; answer the contest, as a person who reviewed it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from app.domain.errors import AlreadyAnswered, BadMark, NotReady
from app.domain.review import CANDIDATE, Act, AuditEntry, Contest
from app.domain.webhook import EventKind
from app.ports.store import Store
from app.usecases.announce import announce, contest_event
from app.usecases.under_review import under_review


async def contest_score(
    store: Store,
    interview_id: UUID,
    question_id: str,
    criterion_id: str,
    reason: str,
    *,
    now: datetime,
) -> Contest | None:
    """Keep the candidate's reason; None when interview, card or criterion is unknown.

    Raises:
        BadMark: no reason.
        NotReady: there is no outcome yet, or an open contest of this criterion already.
    """
    said = reason.strip()
    if not said:
        raise BadMark("expected a reason, found none")
    async with store.begin() as work:
        await work.review.reviews.hold(interview_id)
        opened = await under_review(work, interview_id)
        held = opened.card(question_id) if opened is not None else None
        if held is None or held.criterion(criterion_id) is None:
            return None
        if not held.ready:
            raise NotReady("this answer is being graded just now; wait for it")
        if any(c.criterion_id == criterion_id for c in held.open_contests):
            raise NotReady("you have contested this already; a person will answer")
        contest = Contest(uuid4(), interview_id, question_id, criterion_id, said, now)
        await work.review.contests.add(contest)
        entry = AuditEntry(interview_id, Act.CONTESTED, CANDIDATE, now, question_id, criterion_id)
        await work.review.trail.add(entry)
        await announce(work, contest_event(EventKind.CONTEST_OPENED, contest, now))
    return contest


async def answer_contest(
    store: Store, interview_id: UUID, contest_id: UUID, answer: str, by: str, *, now: datetime
) -> Contest | None:
    """Keep a person's answer; None when there is no such contest.

    The level itself is changed by a mark, before or after; the answer says what was decided.

    Raises:
        BadMark: no answer or no name.
        AlreadyAnswered: somebody answered before.
    """
    if not answer.strip() or not by.strip():
        raise BadMark("expected an answer and a name")
    async with store.begin() as work:
        await work.review.reviews.hold(interview_id)
        contests = await work.review.contests.of(interview_id)
        found = next((c for c in contests if c.id == contest_id), None)
        if found is None:
            return None
        answered = replace(found, answer=answer.strip(), answered_by=by.strip(), answered_at=now)
        if not await work.review.contests.answer(answered):
            raise AlreadyAnswered("this contest has its answer already")
        opened = await under_review(work, interview_id)
        held = opened.card(found.question_id) if opened is not None else None
        criterion = held.criterion(found.criterion_id) if held is not None else None
        entry = AuditEntry(
            interview_id,
            Act.ANSWERED,
            by.strip(),
            now,
            found.question_id,
            found.criterion_id,
            criterion.proposed if criterion is not None else None,
            criterion.level if criterion is not None else None,
        )
        await work.review.trail.add(entry)
        await announce(work, contest_event(EventKind.CONTEST_ANSWERED, answered, now))
    return answered
