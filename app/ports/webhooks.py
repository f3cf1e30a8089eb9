"""Ports of webhooks: their rows, bound to one transaction, and what carries a message out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.domain.webhook import Delivery, EventKind, Webhook


class Webhooks(Protocol):
    """Addresses that are told, and the messages to them; those of an erased interview are gone."""

    async def add(self, webhook: Webhook) -> None:
        """Keep a new one."""
        ...

    async def get(self, webhook_id: UUID) -> Webhook | None:
        """One, or None."""
        ...

    async def all(self) -> tuple[Webhook, ...]:
        """The newest first."""
        ...

    async def save(self, webhook: Webhook) -> bool:
        """Keep its events and whether it is disabled; False when it is gone."""
        ...

    async def remove(self, webhook_id: UUID) -> bool:
        """Remove it with its messages; False when it is gone."""
        ...

    async def hearing(self, kind: EventKind) -> tuple[Webhook, ...]:
        """Those that are told of this, and are not disabled."""
        ...

    async def queue(self, delivery: Delivery) -> bool:
        """Keep a new message; False when this webhook has one of this key."""
        ...

    async def delivery(self, delivery_id: UUID) -> Delivery | None:
        """One message, or None."""
        ...

    async def keep(self, delivery: Delivery) -> bool:
        """Keep how far it has come; False when it is gone."""
        ...

    async def deliveries(self, webhook_id: UUID, limit: int = 50) -> tuple[Delivery, ...]:
        """Messages of a webhook, the newest first."""
        ...

    async def delivered_since(self, webhook_id: UUID, at: datetime) -> bool:
        """Whether any message reached it since then."""
        ...

    async def overdue(self, before: datetime, limit: int = 100) -> tuple[UUID, ...]:
        """Messages that wait although their next attempt was due before this."""
        ...

    async def forget(self, before: datetime) -> int:
        """Drop settled messages that were made before this; how many."""
        ...


@dataclass(frozen=True)
class Answered:
    """What a receiver answered; `again_s` is how long it asks us to wait."""

    status: int
    again_s: float | None = None


class WebhookSender(Protocol):
    """Carries one message out. It goes where it may go, and follows nobody elsewhere."""

    async def check(self, url: str) -> None:
        """Raise AddressForbidden for what no message may be sent to; or WebhookUnreachable."""
        ...

    async def send(self, url: str, headers: Mapping[str, str], body: str) -> Answered:
        """Send it once; raises as `check` does, and WebhookUnreachable without an answer."""
        ...
