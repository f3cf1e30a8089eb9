"""Webhooks: who is told of what, what happens when nobody answers, and who may hear no longer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.domain.consent import Purpose
from app.domain.errors import BadContent
from app.domain.interview import InterviewStatus
from app.domain.person import Person, Role
from app.domain.webhook import (
    MOST_WEBHOOKS,
    TRIED_FOR,
    Delivery,
    DeliveryState,
    EventKind,
    Webhook,
)
from app.ports.errors import WebhookUnreachable
from app.ports.webhooks import Answered
from app.usecases.announce import announce_due
from app.usecases.contest_score import answer_contest, contest_score
from app.usecases.deliver_webhook import A_DAY, ANSWERED_GONE, NO_LONGER, DeliverWebhook
from app.usecases.finish_interview import FinishInterview
from app.usecases.manage_webhooks import (
    Maker,
    change_webhook,
    make_webhook,
    remove_webhook,
    send_again,
    try_webhook,
)
from app.usecases.release_report import release_report
from tests.fakes.cohort import ASSIGNMENT, cohort_web
from tests.fakes.store import DeliverJob, FakeStore
from tests.fakes.webhooks import FakeSender

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ADA = Maker(None, "Ada")
HERE = "https://example.org/hook"
ALL = tuple(kind for kind in EventKind if kind is not EventKind.TEST)
TO_REVIEW, REVIEWED = UUID(int=9100), UUID(int=9101)


@pytest.fixture
async def store() -> FakeStore:
    """A cohort of three: nobody reviewed the first, the second is reviewed, the third released."""
    return (await cohort_web(3)).store


async def made(store: FakeStore, *events: EventKind, by: Maker = ADA) -> Webhook:
    return await make_webhook(store, FakeSender(), HERE, events or ALL, by=by, now=NOW)


def queued(store: FakeStore) -> list[Delivery]:
    return list(store._state.deliveries.values())


def waits(store: FakeStore) -> list[float]:
    return [job.after_s for job in store.jobs if isinstance(job, DeliverJob)]


async def tried(store: FakeStore, webhook: Webhook) -> Delivery:
    await try_webhook(store, webhook, now=NOW)
    return queued(store)[-1]


async def test_a_release_is_told_once_to_whoever_wants_it_and_without_a_level(
    store: FakeStore,
) -> None:
    wanted = await made(store, EventKind.SCORECARD_RELEASED)
    await made(store, EventKind.CONTEST_OPENED)
    await release_report(store, REVIEWED, by="Ada", despite_contests=False, now=NOW)
    (told,) = queued(store)
    assert told.webhook_id == wanted.id
    assert told.interview_id == REVIEWED
    assert sorted(json.loads(told.body)["data"]) == [
        "assignment_id",
        "interview_id",
        "purpose",
        "status",
    ]
    assert DeliverJob(told.id) in store.jobs


async def test_a_contest_and_its_answer_are_told_without_their_words(store: FakeStore) -> None:
    await made(store)
    contest = await contest_score(
        store, TO_REVIEW, "generators", "idea", "My secret reason.", now=NOW
    )
    assert contest is not None
    await answer_contest(store, TO_REVIEW, contest.id, "My secret answer.", "Ada", now=NOW)
    kinds = [delivery.kind for delivery in queued(store)]
    assert kinds == [EventKind.CONTEST_OPENED, EventKind.CONTEST_ANSWERED]
    assert all("secret" not in delivery.body for delivery in queued(store))


async def test_an_interview_that_ends_is_told_and_a_trial_is_not(store: FakeStore) -> None:
    await made(store, EventKind.INTERVIEW_FINISHED)
    state = store._state
    for interview_id in (TO_REVIEW, REVIEWED):
        graded = replace(state.interviews[interview_id], status=InterviewStatus.GRADING)
        state.interviews[interview_id] = graded
    state.attempts[REVIEWED] = replace(state.attempts[REVIEWED], trial=True, invitation_id=None)
    for interview_id in (TO_REVIEW, REVIEWED):
        await FinishInterview(store=store, clock=lambda: NOW)(interview_id)
    assert [delivery.interview_id for delivery in queued(store)] == [TO_REVIEW]


async def test_practice_of_a_persons_own_is_told_only_once_somebody_else_may_read_it(
    store: FakeStore,
) -> None:
    await made(store, EventKind.INTERVIEW_FINISHED)
    state = store._state
    own = replace(
        state.interviews[TO_REVIEW], owner_id=uuid4(), purpose=Purpose.PRACTICE,
        status=InterviewStatus.GRADING,
    )  # fmt: skip
    began = state.attempts.pop(TO_REVIEW)
    finish = FinishInterview(store=store, clock=lambda: NOW)
    state.interviews[TO_REVIEW] = own
    assert await finish(TO_REVIEW) is not InterviewStatus.GRADING
    assert queued(store) == []
    state.interviews[TO_REVIEW], state.attempts[TO_REVIEW] = own, began
    await finish(TO_REVIEW)
    assert [delivery.interview_id for delivery in queued(store)] == [TO_REVIEW]


async def test_a_due_date_is_told_once_however_often_is_looked(store: FakeStore) -> None:
    await made(store, EventKind.ASSIGNMENT_DUE)
    due = replace(ASSIGNMENT, id=uuid4(), due_at=NOW)
    old = replace(ASSIGNMENT, id=uuid4(), due_at=NOW - 2 * TRIED_FOR)
    async with store.begin() as work:
        for assignment in (due, old):
            await work.assignments.add(assignment)
    assert await announce_due(store, NOW - timedelta(seconds=1)) == 0
    assert await announce_due(store, NOW) == 1
    assert await announce_due(store, NOW + timedelta(hours=1)) == 0
    assert str(due.id) in queued(store)[0].body


async def test_a_message_whose_job_was_lost_is_queued_again(store: FakeStore) -> None:
    message = await tried(store, await made(store))
    store.jobs.clear()
    await announce_due(store, NOW + timedelta(minutes=5))
    assert store.jobs == []
    await announce_due(store, NOW + timedelta(minutes=11))
    assert store.jobs == [DeliverJob(message.id)]


async def test_old_messages_are_dropped(store: FakeStore) -> None:
    message = await tried(store, await made(store))
    await DeliverWebhook(store=store, sender=FakeSender(), clock=lambda: NOW)(message.id)
    await announce_due(store, NOW + timedelta(days=31))
    assert queued(store) == []


async def test_what_fails_is_tried_again_with_the_same_id_and_longer_waits(
    store: FakeStore,
) -> None:
    message = await tried(store, await made(store))
    sender = FakeSender(
        Answered(500), WebhookUnreachable("no"), Answered(429, 900.0), Answered(200)
    )
    deliver = DeliverWebhook(store=store, sender=sender, clock=lambda: NOW)
    for _ in range(4):
        await deliver(message.id)
    assert queued(store)[0].state is DeliveryState.DELIVERED
    assert queued(store)[0].attempts == 4
    assert waits(store) == [0.0, 10.0, 30.0, 900.0]
    assert {headers["webhook-id"] for _, headers, _ in sender.sent} == {message.message_id}
    assert await deliver(message.id) is None  # settled
    assert len(sender.sent) == 4


async def test_a_day_without_an_answer_switches_a_webhook_off(store: FakeStore) -> None:
    webhook = await made(store)
    message = await tried(store, webhook)
    now = NOW

    deliver = DeliverWebhook(store=store, sender=FakeSender(Answered(503)), clock=lambda: now)
    while await deliver(message.id) is DeliveryState.WAITING:
        now = queued(store)[0].next_at
    assert queued(store)[0].state is DeliveryState.FAILED
    known = store._state.webhooks[webhook.id]
    assert (known.disabled_at, known.disabled_because) == (now, A_DAY)
    assert now - NOW <= TRIED_FOR


async def test_one_lost_message_among_others_that_come_through_switches_nothing_off(
    store: FakeStore,
) -> None:
    webhook = await made(store)
    lost, fine = await tried(store, webhook), await tried(store, webhook)
    await DeliverWebhook(store=store, sender=FakeSender(), clock=lambda: NOW)(fine.id)
    late = NOW + TRIED_FOR
    await DeliverWebhook(store=store, sender=FakeSender(Answered(500)), clock=lambda: late)(lost.id)
    assert store._state.deliveries[lost.id].state is DeliveryState.FAILED
    assert store._state.webhooks[webhook.id].disabled_at is None


async def test_a_receiver_that_is_gone_for_good_is_believed_at_once(store: FakeStore) -> None:
    webhook = await made(store)
    message = await tried(store, webhook)
    await DeliverWebhook(store=store, sender=FakeSender(Answered(410)), clock=lambda: NOW)(
        message.id
    )
    assert store._state.webhooks[webhook.id].disabled_because == ANSWERED_GONE


@pytest.mark.parametrize("status", [301, 302, 307, 204])
async def test_a_redirect_is_no_success(store: FakeStore, status: int) -> None:
    message = await tried(store, await made(store))
    deliver = DeliverWebhook(store=store, sender=FakeSender(Answered(status)), clock=lambda: NOW)
    state = await deliver(message.id)
    assert state is (DeliveryState.DELIVERED if status == 204 else DeliveryState.WAITING)


@pytest.mark.parametrize("change", [{"disabled_at": NOW}, {"role": Role.CANDIDATE}])
async def test_whoever_may_no_longer_see_it_is_told_no_more(
    store: FakeStore, change: dict[str, object]
) -> None:
    grace = Person(uuid4(), "Grace", "grace@example.org", Role.EDUCATOR, NOW)
    async with store.begin() as work:
        await work.accounts.people.add(grace)
    webhook = await made(store, by=Maker(grace.id, "Grace"))
    message = await tried(store, webhook)
    people = store._state.people
    people[grace.id] = replace(people[grace.id], **change)  # type: ignore[arg-type]
    sender = FakeSender()
    await DeliverWebhook(store=store, sender=sender, clock=lambda: NOW)(message.id)
    assert sender.sent == []
    assert store._state.webhooks[webhook.id].disabled_because == NO_LONGER
    assert queued(store)[0].state is DeliveryState.FAILED


async def test_a_webhook_that_was_switched_off_hears_nothing_until_it_is_on_again(
    store: FakeStore,
) -> None:
    webhook = await made(store)
    off = await change_webhook(store, webhook, events=None, disabled=True, now=NOW)
    assert off is not None
    await contest_score(store, TO_REVIEW, "generators", "idea", "Why?", now=NOW)
    assert queued(store) == []
    await change_webhook(store, off, events=None, disabled=False, now=NOW)
    await contest_score(store, TO_REVIEW, "generators", "use", "Why?", now=NOW)
    assert len(queued(store)) == 1


async def test_a_message_can_be_sent_once_more_under_its_id(store: FakeStore) -> None:
    webhook = await made(store)
    message = await tried(store, webhook)
    sender = FakeSender()
    deliver = DeliverWebhook(store=store, sender=sender, clock=lambda: NOW)
    await deliver(message.id)
    assert await send_again(store, webhook.id, message.id, now=NOW)
    await deliver(message.id)
    assert [headers["webhook-id"] for _, headers, _ in sender.sent] == [message.message_id] * 2
    assert not await send_again(store, uuid4(), message.id, now=NOW)


async def test_an_address_of_this_machine_is_refused(store: FakeStore) -> None:
    with pytest.raises(BadContent, match="this machine"):
        await make_webhook(store, FakeSender(), "https://127.0.0.1/", ALL, by=ADA, now=NOW)
    assert store._state.webhooks == {}


async def test_the_log_says_who_made_and_removed_a_webhook_and_where_it_went(
    store: FakeStore,
) -> None:
    by = uuid4()
    url = "https://example.org/with/a/secret?key=1"
    made = await make_webhook(store, FakeSender(), url, ALL, by=Maker(by, "Ada"), now=NOW)
    await remove_webhook(store, made, by=by, now=NOW)
    await remove_webhook(store, made, by=by, now=NOW)
    told = [(event.act, event.who, event.note) for event in store._state.events]
    assert told == [
        ("webhook_made", by, "example.org"),
        ("webhook_removed", by, "example.org"),
    ]


async def test_nobody_makes_more_than_a_few(store: FakeStore) -> None:
    for _ in range(MOST_WEBHOOKS):
        await made(store)
    with pytest.raises(BadContent, match="remove a webhook"):
        await made(store)


async def test_a_practice_is_told_by_its_id_alone(store: FakeStore) -> None:
    await made(store, EventKind.INTERVIEW_FINISHED)
    state = store._state
    practice = next(i for i in state.interviews.values() if i.purpose is Purpose.PRACTICE)
    state.interviews[practice.id] = replace(practice, status=InterviewStatus.GRADING)
    await FinishInterview(store=store, clock=lambda: NOW)(practice.id)
    bodies = " ".join(delivery.body for delivery in queued(store))
    assert not any(word in bodies for word in ("happy", "stress", "pitch", "level", practice.title))
