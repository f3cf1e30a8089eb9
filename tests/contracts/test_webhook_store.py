"""The same rules of webhooks for the store in memory and the one in Postgres."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from app.adapters.store.webhooks import PostgresWebhooks
from app.domain.consent import Purpose
from app.domain.webhook import Delivery, DeliveryState, EventKind, Webhook
from app.ports.errors import StoreUnavailable
from tests.contracts.stored import NOW, AnyStore, an_interview
from tests.fakes.store import DeliverJob, FakeStore

pytestmark = pytest.mark.contract


@pytest.fixture
async def store(store: AnyStore) -> AnyStore:
    """The same without the webhooks that other tests left."""
    async with store.begin() as work:
        for webhook in await work.webhooks.all():
            await work.webhooks.remove(webhook.id)
    return store


def a_webhook(*events: EventKind, at: datetime = NOW) -> Webhook:
    kinds = events or (EventKind.CONTEST_OPENED, EventKind.SCORECARD_RELEASED)
    url = "https://example.org/ü?a=\u2615"
    return Webhook(uuid4(), url, kinds, "whsec_x", uuid4(), "Ada", at)


def a_delivery(webhook: Webhook, key: str = "one", **changes: object) -> Delivery:
    made = Delivery(uuid4(), webhook.id, EventKind.CONTEST_OPENED, key, '{"a":1}', NOW, NOW)
    return replace(made, **changes)  # type: ignore[arg-type]  # names of fields


async def kept(store: AnyStore, *webhooks: Webhook) -> None:
    async with store.begin() as work:
        for webhook in webhooks:
            await work.webhooks.add(webhook)


async def sent(store: AnyStore, *deliveries: Delivery) -> None:
    async with store.begin() as work:
        for delivery in deliveries:
            assert await work.webhooks.queue(delivery)


async def test_what_is_kept_comes_back(store: AnyStore) -> None:
    old, new = a_webhook(), a_webhook(at=NOW + timedelta(seconds=1))
    await kept(store, old, new)
    async with store.begin() as work:
        assert await work.webhooks.get(old.id) == old
        assert await work.webhooks.get(uuid4()) is None
        assert await work.webhooks.all() == (new, old)


async def test_only_events_and_the_switch_change(store: AnyStore) -> None:
    webhook = a_webhook()
    await kept(store, webhook)
    wished = replace(
        webhook,
        url="https://evil.example",
        secret="other",
        events=(EventKind.ASSIGNMENT_DUE,),
        disabled_at=NOW,
        disabled_because="why",
    )
    async with store.begin() as work:
        assert await work.webhooks.save(wished)
        found = await work.webhooks.get(webhook.id)
        assert not await work.webhooks.save(a_webhook())
    assert found == replace(wished, url=webhook.url, secret=webhook.secret)


async def test_whoever_is_disabled_or_wants_something_else_hears_nothing(store: AnyStore) -> None:
    first, second = a_webhook(), a_webhook(at=NOW + timedelta(seconds=1))
    other = a_webhook(EventKind.ASSIGNMENT_DUE)
    off = replace(a_webhook(), disabled_at=NOW)
    await kept(store, second, first, other, off)
    async with store.begin() as work:
        assert await work.webhooks.hearing(EventKind.CONTEST_OPENED) == (first, second)


async def test_a_message_is_kept_once_for_each_webhook_and_key(store: AnyStore) -> None:
    webhook, other = a_webhook(), a_webhook()
    await kept(store, webhook, other)
    message = a_delivery(webhook)
    async with store.begin() as work:
        assert await work.webhooks.queue(message)
        assert not await work.webhooks.queue(a_delivery(webhook))
        assert await work.webhooks.queue(a_delivery(other))
        assert await work.webhooks.delivery(message.id) == message
        assert await work.webhooks.delivery(uuid4()) is None


async def test_a_message_to_nobody_is_refused(store: AnyStore) -> None:
    with pytest.raises(StoreUnavailable):
        await sent(store, a_delivery(a_webhook()))


async def test_how_far_a_message_has_come_is_kept(store: AnyStore) -> None:
    webhook = a_webhook()
    await kept(store, webhook)
    message = a_delivery(webhook)
    await sent(store, message)
    done = replace(
        message,
        state=DeliveryState.DELIVERED,
        attempts=3,
        status=204,
        error="no answer came",
        next_at=NOW + timedelta(minutes=1),
        tried_at=NOW + timedelta(seconds=5),
    )
    async with store.begin() as work:
        assert await work.webhooks.keep(done)
        assert not await work.webhooks.keep(a_delivery(webhook, "two"))
        assert await work.webhooks.delivery(message.id) == done
        assert await work.webhooks.delivered_since(webhook.id, NOW)
        assert not await work.webhooks.delivered_since(webhook.id, NOW + timedelta(hours=1))
        assert not await work.webhooks.delivered_since(uuid4(), NOW)


async def test_messages_are_listed_the_newest_first(store: AnyStore) -> None:
    webhook = a_webhook()
    await kept(store, webhook)
    made = [a_delivery(webhook, str(n), created_at=NOW + timedelta(n)) for n in range(3)]
    await sent(store, *made)
    async with store.begin() as work:
        assert await work.webhooks.deliveries(webhook.id) == (made[2], made[1], made[0])
        assert await work.webhooks.deliveries(webhook.id, 1) == (made[2],)


async def test_what_waits_too_long_is_found_and_what_is_settled_can_go(store: AnyStore) -> None:
    webhook = a_webhook()
    await kept(store, webhook)
    late = a_delivery(webhook, "late")
    soon = a_delivery(webhook, "soon", next_at=NOW + timedelta(hours=1))
    settled = a_delivery(webhook, "settled", state=DeliveryState.FAILED)
    await sent(store, late, soon, settled)
    async with store.begin() as work:
        assert await work.webhooks.overdue(NOW + timedelta(minutes=1)) == (late.id,)
        assert await work.webhooks.forget(NOW) == 0
        assert await work.webhooks.forget(NOW + timedelta(days=1)) == 1
        left = {delivery.id for delivery in await work.webhooks.deliveries(webhook.id)}
    assert left == {late.id, soon.id}


async def test_messages_go_with_their_webhook_and_with_their_interview(store: AnyStore) -> None:
    webhook, interview = a_webhook(), an_interview(Purpose.ASSESSMENT, consents=())
    await kept(store, webhook)
    async with store.begin() as work:
        await work.interviews.add(interview)
    about = a_delivery(webhook, "about", interview_id=interview.id)
    other = a_delivery(webhook, "other")
    await sent(store, about, other)
    await store.erase(interview.id)
    async with store.begin() as work:
        assert await work.webhooks.delivery(about.id) is None
        assert not await work.webhooks.keep(about)
        assert await work.webhooks.deliveries(webhook.id) == (other,)
        assert await work.webhooks.remove(webhook.id)
        assert not await work.webhooks.remove(webhook.id)
        assert await work.webhooks.delivery(other.id) is None


async def queued(store: AnyStore, delivery_id: UUID) -> int:
    """How many jobs carry this message."""
    if isinstance(store, FakeStore):
        jobs = [job for job in store._state.jobs if isinstance(job, DeliverJob)]
        return sum(job.delivery_id == delivery_id for job in jobs)
    query = sa.text("SELECT count(*) FROM procrastinate_jobs WHERE args->>'delivery_id' = :id")
    async with store.begin() as work:
        assert isinstance(work.webhooks, PostgresWebhooks)
        return int((await work.webhooks._run(query.bindparams(id=str(delivery_id)))).scalar_one())


async def deliver_in_vain(store: AnyStore, delivery_id: UUID) -> None:
    async with store.begin() as work:
        await work.jobs.deliver(delivery_id)
        raise RuntimeError("not after all")


async def test_a_message_is_queued_with_its_transaction_and_not_without(store: AnyStore) -> None:
    sent_one, taken_back = uuid4(), uuid4()
    async with store.begin() as work:
        await work.jobs.deliver(sent_one, after_s=3.5)
    with pytest.raises(RuntimeError, match="after all"):
        await deliver_in_vain(store, taken_back)
    assert await queued(store, sent_one) == 1
    assert await queued(store, taken_back) == 0
