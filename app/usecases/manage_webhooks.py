"""Make a webhook, change it, try it, and send a message of it once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from app.domain.errors import BadContent
from app.domain.person import AccountEvent
from app.domain.webhook import (
    LONGEST_URL,
    MOST_WEBHOOKS,
    Delivery,
    DeliveryState,
    Event,
    EventKind,
    Webhook,
    new_secret,
)
from app.ports.errors import AddressForbidden, PortError
from app.ports.store import Store
from app.ports.webhooks import WebhookSender
from app.usecases.announce import tell

BY_A_PERSON = "a person switched it off"


@dataclass(frozen=True)
class Maker:
    """Who makes a webhook: the account, None where there are none, and the name."""

    owner: UUID | None
    name: str


async def make_webhook(
    store: Store,
    sender: WebhookSender,
    url: str,
    events: Sequence[EventKind],
    *,
    by: Maker,
    now: datetime,
) -> Webhook:
    """A new webhook with its secret, which nobody is told again.

    Raises:
        BadContent: no event, one webhook too many, or an address that no message may go to.
    """
    kinds = _kinds(events)
    if len(url) > LONGEST_URL:
        raise BadContent(f"expected an address of at most {LONGEST_URL} characters")
    try:
        await sender.check(url)
    except AddressForbidden as error:
        raise BadContent(str(error)) from error
    except PortError as error:
        raise BadContent("expected an address that can be found") from error
    webhook = Webhook(uuid4(), url, kinds, new_secret(), by.owner, by.name, now)
    async with store.begin() as work:
        mine = [known for known in await work.webhooks.all() if known.owner == by.owner]
        if len(mine) >= MOST_WEBHOOKS:
            raise BadContent(f"remove a webhook first: there are at most {MOST_WEBHOOKS}")
        await work.webhooks.add(webhook)
        event = AccountEvent("webhook_made", now, by.owner, note=_host(url))
        await work.accounts.events.add(event)
    return webhook


async def remove_webhook(store: Store, webhook: Webhook, *, by: UUID | None, now: datetime) -> None:
    """Remove it with its messages."""
    async with store.begin() as work:
        if await work.webhooks.remove(webhook.id):
            event = AccountEvent("webhook_removed", now, by, webhook.owner, note=_host(webhook.url))
            await work.accounts.events.add(event)


async def change_webhook(
    store: Store,
    webhook: Webhook,
    *,
    events: Sequence[EventKind] | None,
    disabled: bool | None,
    now: datetime,
) -> Webhook | None:
    """Change what it hears of, switch it off or on again; None when it is gone.

    Raises:
        BadContent: no event.
    """
    changed = replace(webhook, events=_kinds(events)) if events is not None else webhook
    if disabled is False:
        changed = replace(changed, disabled_at=None, disabled_because="")
    elif disabled and changed.disabled_at is None:
        changed = replace(changed, disabled_at=now, disabled_because=BY_A_PERSON)
    async with store.begin() as work:
        return changed if await work.webhooks.save(changed) else None


async def try_webhook(store: Store, webhook: Webhook, *, now: datetime) -> None:
    """Send it a message that tells of nothing."""
    about = {"webhook_id": str(webhook.id)}
    event = Event(EventKind.TEST, now, about, f"{EventKind.TEST.value} {uuid4()}")
    async with store.begin() as work:
        await tell(work, webhook, event)


async def send_again(store: Store, webhook_id: UUID, delivery_id: UUID, *, now: datetime) -> bool:
    """Try a message anew for a day, under the id that it has; False when there is none."""
    async with store.begin() as work:
        known: Delivery | None = await work.webhooks.delivery(delivery_id)
        if known is None or known.webhook_id != webhook_id:
            return False
        waiting = replace(
            known, state=DeliveryState.WAITING, created_at=now, next_at=now, attempts=0
        )
        await work.webhooks.keep(waiting)
        await work.jobs.deliver(delivery_id)
    return True


def _host(url: str) -> str:
    """Where messages go, for the log: what stands behind the host may be a secret."""
    return urlsplit(url).hostname or ""


def _kinds(events: Sequence[EventKind]) -> tuple[EventKind, ...]:
    kinds = tuple(kind for kind in EventKind if kind in events and kind is not EventKind.TEST)
    if not kinds:
        raise BadContent("expected at least one event to hear of")
    return kinds
