"""Send one message to its webhook, and settle it: delivered, to be tried again, or failed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from app.domain.person import ACTS_AS, Role
from app.domain.webhook import (
    FIRST_WAIT_S,
    Delivery,
    DeliveryState,
    Webhook,
    headers_of,
    next_try,
)
from app.ports.errors import AddressForbidden, PortError
from app.ports.store import Store, UnitOfWork
from app.ports.webhooks import Answered, WebhookSender

GONE = 410
NOT_SENT = "the webhook is disabled"
NO_LONGER = "whoever made it may no longer hear of this"
ANSWERED_GONE = "the receiver answered 410: it wants no more messages"
A_DAY = "no message got through for a day"


def _now() -> datetime:
    return datetime.now(UTC)


class DeliverWebhook:
    """Handles the job of one message. Run twice, it may send twice: the id tells the receiver."""

    def __init__(
        self,
        *,
        store: Store,
        sender: WebhookSender,
        clock: Callable[[], datetime] = _now,
        first_wait_s: float = FIRST_WAIT_S,
    ) -> None:
        self._first_wait_s = first_wait_s
        self._store = store
        self._sender = sender
        self._clock = clock

    async def __call__(self, delivery_id: UUID) -> DeliveryState | None:
        """How far the message is afterwards; None when it is gone, or was settled before."""
        async with self._store.begin() as work:
            found = await self._due(work, delivery_id)
        if found is None:
            return None
        delivery, webhook = found
        tried = replace(delivery, attempts=delivery.attempts + 1, tried_at=self._clock())
        answer: Answered | None = None
        try:
            answer = await self._sender.send(webhook.url, self._headers(webhook, tried), tried.body)
            tried = replace(tried, status=answer.status, error="")
        except PortError as error:
            told = str(error) if isinstance(error, AddressForbidden) else "no answer came"
            tried = replace(tried, status=None, error=told)
        async with self._store.begin() as work:
            return await self._settle(work, webhook, tried, answer)

    def _headers(self, webhook: Webhook, delivery: Delivery) -> dict[str, str]:
        return headers_of(delivery, webhook.secret, delivery.tried_at or self._clock())

    async def _due(self, work: UnitOfWork, delivery_id: UUID) -> tuple[Delivery, Webhook] | None:
        delivery = await work.webhooks.delivery(delivery_id)
        if delivery is None or delivery.state is not DeliveryState.WAITING:
            return None
        webhook = await work.webhooks.get(delivery.webhook_id)
        if webhook is None:
            return None
        if webhook.disabled_at is None and not await _entitled(work, webhook):
            webhook = replace(webhook, disabled_at=self._clock(), disabled_because=NO_LONGER)
            await work.webhooks.save(webhook)
        if webhook.disabled_at is not None:
            await work.webhooks.keep(replace(delivery, state=DeliveryState.FAILED, error=NOT_SENT))
            return None
        return delivery, webhook

    async def _settle(
        self, work: UnitOfWork, webhook: Webhook, tried: Delivery, answer: Answered | None
    ) -> DeliveryState | None:
        now = self._clock()
        if answer is not None and 200 <= answer.status < 300:
            done = replace(tried, state=DeliveryState.DELIVERED)
        elif again := self._again(tried, answer, now):
            done = replace(tried, next_at=again)
            await work.jobs.deliver(tried.id, after_s=(again - now).total_seconds())
        else:
            done = replace(tried, state=DeliveryState.FAILED)
            await self._give_up(work, webhook, done, now)
        return done.state if await work.webhooks.keep(done) else None

    def _again(self, tried: Delivery, answer: Answered | None, now: datetime) -> datetime | None:
        if answer is not None and answer.status == GONE:
            return None
        asked = answer.again_s if answer is not None else None
        return next_try(tried, now, asked, first_s=self._first_wait_s)

    async def _give_up(
        self, work: UnitOfWork, webhook: Webhook, failed: Delivery, now: datetime
    ) -> None:
        gone = failed.status == GONE
        if not gone and await work.webhooks.delivered_since(webhook.id, failed.created_at):
            return
        because = ANSWERED_GONE if gone else A_DAY
        current = await work.webhooks.get(webhook.id)
        if current is not None and current.disabled_at is None:
            await work.webhooks.save(replace(current, disabled_at=now, disabled_because=because))


async def _entitled(work: UnitOfWork, webhook: Webhook) -> bool:
    """Whether its maker may still see what it tells of; without accounts there is no maker."""
    if webhook.owner is None:
        return True
    person = await work.accounts.people.get(webhook.owner)
    return person is not None and person.active and Role.EDUCATOR in ACTS_AS[person.role]
