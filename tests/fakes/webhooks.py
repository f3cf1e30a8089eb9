"""Webhooks in memory, with the rules of the real store; and a receiver that answers by a script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.domain.interview import Interview
from app.domain.webhook import Delivery, DeliveryState, EventKind, Webhook
from app.ports.errors import AddressForbidden, PortError
from app.ports.webhooks import Answered
from tests.fakes.review import refused


class Rows(Protocol):
    """Those, and the interviews that messages are about."""

    webhooks: dict[UUID, Webhook]
    deliveries: dict[UUID, Delivery]
    interviews: dict[UUID, Interview]


@dataclass
class WebhookRows:
    """The rows of webhooks."""

    webhooks: dict[UUID, Webhook] = field(default_factory=dict)
    deliveries: dict[UUID, Delivery] = field(default_factory=dict)


class FakeWebhooks:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def add(self, webhook: Webhook) -> None:
        if webhook.id in self._rows.webhooks:
            raise refused("a second webhook with this id")
        self._rows.webhooks[webhook.id] = webhook

    async def get(self, webhook_id: UUID) -> Webhook | None:
        return self._rows.webhooks.get(webhook_id)

    async def all(self) -> tuple[Webhook, ...]:
        return tuple(sorted(self._rows.webhooks.values(), key=lambda w: (-_at(w), w.id)))

    async def save(self, webhook: Webhook) -> bool:
        kept = self._rows.webhooks.get(webhook.id)
        if kept is None:
            return False
        self._rows.webhooks[kept.id] = replace(
            kept,
            events=webhook.events,
            disabled_at=webhook.disabled_at,
            disabled_because=webhook.disabled_because,
        )
        return True

    async def remove(self, webhook_id: UUID) -> bool:
        gone = self._rows.webhooks.pop(webhook_id, None)
        mine = [d.id for d in self._rows.deliveries.values() if d.webhook_id == webhook_id]
        for delivery_id in mine:
            del self._rows.deliveries[delivery_id]
        return gone is not None

    async def hearing(self, kind: EventKind) -> tuple[Webhook, ...]:
        found = [w for w in self._rows.webhooks.values() if kind in w.events]
        return tuple(
            sorted((w for w in found if w.disabled_at is None), key=lambda w: (_at(w), w.id))
        )

    async def queue(self, delivery: Delivery) -> bool:
        if delivery.webhook_id not in self._rows.webhooks:
            raise refused("a message to a webhook that is not there")
        if delivery.interview_id is not None and delivery.interview_id not in self._rows.interviews:
            raise refused("a message about an interview that is not there")
        known = {(d.webhook_id, d.key) for d in self._rows.deliveries.values()}
        if (delivery.webhook_id, delivery.key) in known:
            return False
        self._rows.deliveries[delivery.id] = delivery
        return True

    async def delivery(self, delivery_id: UUID) -> Delivery | None:
        found = self._rows.deliveries.get(delivery_id)
        about = found.interview_id if found is not None else None
        return None if about is not None and about not in self._rows.interviews else found

    async def keep(self, delivery: Delivery) -> bool:
        if await self.delivery(delivery.id) is None:
            return False
        self._rows.deliveries[delivery.id] = delivery
        return True

    async def deliveries(self, webhook_id: UUID, limit: int = 50) -> tuple[Delivery, ...]:
        mine = [d for d in self._rows.deliveries.values() if d.webhook_id == webhook_id]
        there = [d for d in mine if await self.delivery(d.id) is not None]
        newest = sorted(there, key=lambda d: (-d.created_at.timestamp(), d.id))
        return tuple(newest[:limit])

    async def delivered_since(self, webhook_id: UUID, at: datetime) -> bool:
        return any(
            d.state is DeliveryState.DELIVERED and d.tried_at is not None and d.tried_at >= at
            for d in await self.deliveries(webhook_id, len(self._rows.deliveries))
        )

    async def overdue(self, before: datetime, limit: int = 100) -> tuple[UUID, ...]:
        waiting = [d for d in self._rows.deliveries.values() if d.state is DeliveryState.WAITING]
        late = [d for d in waiting if d.next_at < before]
        return tuple(d.id for d in sorted(late, key=lambda d: (d.next_at, d.id))[:limit])

    async def forget(self, before: datetime) -> int:
        settled = [
            d
            for d in self._rows.deliveries.values()
            if d.state is not DeliveryState.WAITING and d.created_at < before
        ]
        for delivery in settled:
            del self._rows.deliveries[delivery.id]
        return len(settled)


class FakeSender:
    """Answers in turn with what it was given; the last one stays. It keeps what it was sent."""

    def __init__(self, *answers: Answered | PortError) -> None:
        self._answers = list(answers) or [Answered(204)]
        self.sent: list[tuple[str, Mapping[str, str], str]] = []

    async def check(self, url: str) -> None:
        if "//127." in url or "//localhost" in url or not url.startswith("https://"):
            raise AddressForbidden("this address leads into a private network or to this machine")

    async def send(self, url: str, headers: Mapping[str, str], body: str) -> Answered:
        await self.check(url)
        self.sent.append((url, headers, body))
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, PortError):
            raise answer
        return answer


def _at(webhook: Webhook) -> float:
    return webhook.created_at.timestamp()
