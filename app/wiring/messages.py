"""What tells others of what happens here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from app.adapters.store.jobs import Handlers, make_worker
from app.adapters.store.queue import MESSAGES
from app.adapters.store.store import PostgresStore
from app.adapters.webhooks.sender import HttpSender
from app.ports.webhooks import WebhookSender
from app.settings import Settings
from app.usecases.announce import announce_due
from app.usecases.deliver_webhook import DeliverWebhook


def make_sender(settings: Settings) -> WebhookSender:
    """What carries messages out."""
    return HttpSender(private=settings.webhooks_private)


def telling(handlers: Handlers, settings: Settings, store: PostgresStore) -> Handlers:
    """These handlers, and those that send messages."""

    async def announce() -> int:
        return await announce_due(store, datetime.now(UTC))

    deliver = DeliverWebhook(store=store, sender=make_sender(settings))
    return Handlers(**{**vars(handlers), "deliver": deliver, "announce": announce})


def both_workers(url: str, handlers: Handlers) -> Callable[[], Coroutine[Any, Any, None]]:
    """One for grades, one for messages: a receiver that hangs keeps no grade waiting."""
    grades = make_worker(url, handlers)
    messages = make_worker(url, handlers, queue=MESSAGES)

    async def work() -> None:
        async with asyncio.TaskGroup() as group:  # it ends when both have ended
            group.create_task(grades.run())
            group.create_task(messages.run())

    return work
