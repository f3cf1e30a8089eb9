"""Tell of what happened: a message to each webhook that wants it, in the event's transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from app.domain.interview import Interview
from app.domain.review import Contest
from app.domain.webhook import KEPT_FOR, TRIED_FOR, Delivery, Event, EventKind, Webhook
from app.ports.store import Store, UnitOfWork

LATE_S = 600.0


async def announce(work: UnitOfWork, event: Event) -> int:
    """Queue a message for everybody who listens; how many. What was told before is not repeated."""
    told = 0
    for webhook in await work.webhooks.hearing(event.kind):
        told += await tell(work, webhook, event)
    return told


async def tell(work: UnitOfWork, webhook: Webhook, event: Event) -> bool:
    """Queue one message; False when this webhook has it already."""
    delivery = Delivery(
        uuid4(),
        webhook.id,
        event.kind,
        event.key,
        event.body,
        event.at,
        event.at,
        event.interview_id,
    )
    fresh = await work.webhooks.queue(delivery)
    if fresh:
        await work.jobs.deliver(delivery.id)
    return fresh


async def interview_event(
    work: UnitOfWork, kind: EventKind, interview: Interview, at: datetime
) -> Event:
    """What happened to an interview, with the assignment that it belongs to."""
    attempt = await work.assignments.attempt(interview.id)
    about = {
        "interview_id": str(interview.id),
        "purpose": interview.purpose.value,
        "status": interview.status.value,
    }
    if attempt is not None:
        about["assignment_id"] = str(attempt.assignment_id)
    key = f"{kind.value} {interview.id} {at.isoformat()}"
    return Event(kind, at, about, key, interview.id)


def contest_event(kind: EventKind, contest: Contest, at: datetime) -> Event:
    """A contest that was opened or answered; without its words."""
    about = {
        "contest_id": str(contest.id),
        "interview_id": str(contest.interview_id),
        "question_id": contest.question_id,
        "criterion_id": contest.criterion_id,
    }
    return Event(kind, at, about, f"{kind.value} {contest.id}", contest.interview_id)


async def announce_due(store: Store, now: datetime) -> int:
    """Tell of assignments whose time to begin has ended within a day; how many messages.

    Also brings back messages whose job was lost, and drops old ones.
    """
    async with store.begin() as work:
        told = 0
        for assignment in await work.assignments.all():
            due = assignment.due_at
            if due is None or assignment.closed_at is not None:
                continue
            if now - TRIED_FOR <= due <= now:
                about = {"assignment_id": str(assignment.id), "due_at": due.isoformat()}
                key = f"{EventKind.ASSIGNMENT_DUE.value} {assignment.id} {due.isoformat()}"
                told += await announce(work, Event(EventKind.ASSIGNMENT_DUE, now, about, key))
        for delivery_id in await _lost(work, now):
            await work.jobs.deliver(delivery_id)
        await work.webhooks.forget(now - KEPT_FOR)
    return told


async def _lost(work: UnitOfWork, now: datetime) -> tuple[UUID, ...]:
    late = datetime.fromtimestamp(now.timestamp() - LATE_S, now.tzinfo)
    return await work.webhooks.overdue(late)
