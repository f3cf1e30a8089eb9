"""Webhooks and the messages to them in Postgres; the migrations make the tables."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from app.adapters.store import rows
from app.adapters.store.repositories import Transaction
from app.adapters.store.schema import metadata
from app.domain.webhook import Delivery, DeliveryState, EventKind, Webhook


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of(table: str, name: str, *, nullable: bool = False) -> sa.Column[object]:
    parent = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(name, sa.Uuid, parent, nullable=nullable)


webhooks = sa.Table(
    "webhooks",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _text("url"),
    sa.Column("events", ARRAY(sa.Text), nullable=False),
    _text("secret"),
    sa.Column("owner", sa.Uuid, nullable=True),
    _text("by"),
    _time("created_at"),
    _time("disabled_at", nullable=True),
    _text("disabled_because"),
)

webhook_deliveries = sa.Table(
    "webhook_deliveries",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _of("webhooks", "webhook_id"),
    _text("kind"),
    _text("key"),
    _text("body"),
    _of("interviews", "interview_id", nullable=True),
    _text("state"),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("status", sa.Integer, nullable=True),
    _text("error"),
    _time("created_at"),
    _time("next_at"),
    _time("tried_at", nullable=True),
    sa.CheckConstraint(
        "state IN ('waiting', 'delivered', 'failed')", name="webhook_deliveries_state_known"
    ),
    sa.UniqueConstraint("webhook_id", "key", name="webhook_deliveries_once"),
    sa.Index("webhook_deliveries_interview_id", "interview_id"),
    sa.Index(
        "webhook_deliveries_waiting", "next_at", postgresql_where=sa.text("state = 'waiting'")
    ),
)


class PostgresWebhooks:
    """Addresses that are told, and the messages to them."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def add(self, webhook: Webhook) -> None:
        """Keep a new one."""
        await self._run(sa.insert(webhooks).values(_values(webhook)))

    async def get(self, webhook_id: UUID) -> Webhook | None:
        """One, or None."""
        row = (await self._run(sa.select(webhooks).where(webhooks.c.id == webhook_id))).first()
        return _webhook(row) if row is not None else None

    async def all(self) -> tuple[Webhook, ...]:
        """The newest first."""
        query = sa.select(webhooks).order_by(webhooks.c.created_at.desc(), webhooks.c.id)
        return tuple(_webhook(row) for row in await self._run(query))

    async def save(self, webhook: Webhook) -> bool:
        """Keep its events and whether it is disabled; False when it is gone."""
        names = ("events", "disabled_at", "disabled_because")
        values = {name: value for name, value in _values(webhook).items() if name in names}
        change = sa.update(webhooks).where(webhooks.c.id == webhook.id).values(values)
        return (await self._run(change)).rowcount > 0

    async def remove(self, webhook_id: UUID) -> bool:
        """Remove it with its messages; False when it is gone."""
        gone = sa.delete(webhooks).where(webhooks.c.id == webhook_id)
        return (await self._run(gone)).rowcount > 0

    async def hearing(self, kind: EventKind) -> tuple[Webhook, ...]:
        """Those that are told of this, and are not disabled."""
        query = sa.select(webhooks).where(
            webhooks.c.events.contains([kind.value]), webhooks.c.disabled_at.is_(None)
        )
        found = await self._run(query.order_by(webhooks.c.created_at, webhooks.c.id))
        return tuple(_webhook(row) for row in found)

    async def queue(self, delivery: Delivery) -> bool:
        """Keep a new message; False when this webhook has one of this key."""
        table = webhook_deliveries
        new = insert(table).values(rows.cleaned(asdict(delivery)))
        once = new.on_conflict_do_nothing(constraint="webhook_deliveries_once")
        return (await self._run(once.returning(table.c.id))).first() is not None

    async def delivery(self, delivery_id: UUID) -> Delivery | None:
        """One message, or None."""
        table = webhook_deliveries
        row = (await self._run(sa.select(table).where(table.c.id == delivery_id))).first()
        return _delivery(row) if row is not None else None

    async def keep(self, delivery: Delivery) -> bool:
        """Keep how far it has come; False when it is gone."""
        names = ("state", "attempts", "status", "error", "created_at", "next_at", "tried_at")
        values = {name: value for name, value in asdict(delivery).items() if name in names}
        table = webhook_deliveries
        change = sa.update(table).where(table.c.id == delivery.id).values(rows.cleaned(values))
        return (await self._run(change)).rowcount > 0

    async def deliveries(self, webhook_id: UUID, limit: int = 50) -> tuple[Delivery, ...]:
        """Messages of a webhook, the newest first."""
        table = webhook_deliveries
        query = sa.select(table).where(table.c.webhook_id == webhook_id)
        newest = query.order_by(table.c.created_at.desc(), table.c.id).limit(limit)
        return tuple(_delivery(row) for row in await self._run(newest))

    async def delivered_since(self, webhook_id: UUID, at: datetime) -> bool:
        """Whether any message reached it since then."""
        table = webhook_deliveries
        query = sa.select(table.c.id).where(
            table.c.webhook_id == webhook_id,
            table.c.state == DeliveryState.DELIVERED.value,
            table.c.tried_at >= at,
        )
        return (await self._run(query.limit(1))).first() is not None

    async def overdue(self, before: datetime, limit: int = 100) -> tuple[UUID, ...]:
        """Messages that wait although their next attempt was due before this."""
        table = webhook_deliveries
        query = sa.select(table.c.id).where(
            table.c.state == DeliveryState.WAITING.value, table.c.next_at < before
        )
        found = await self._run(query.order_by(table.c.next_at, table.c.id).limit(limit))
        return tuple(row.id for row in found)

    async def forget(self, before: datetime) -> int:
        """Drop settled messages that were made before this; how many."""
        table = webhook_deliveries
        old = (table.c.state != DeliveryState.WAITING.value, table.c.created_at < before)
        return (await self._run(sa.delete(table).where(*old))).rowcount


def _values(webhook: Webhook) -> rows.Values:
    return rows.cleaned(asdict(webhook) | {"events": [kind.value for kind in webhook.events]})


def _webhook(row: rows.Result) -> Webhook:
    events = tuple(EventKind(kind) for kind in row.events)
    return Webhook(**{**row._mapping, "events": events})


def _delivery(row: rows.Result) -> Delivery:
    known = {"kind": EventKind(row.kind), "state": DeliveryState(row.state)}
    return Delivery(**{**row._mapping, **known})
