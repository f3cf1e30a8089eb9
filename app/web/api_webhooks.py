"""The API of webhooks: addresses that are told of what happens, and what was sent to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException
from pydantic import Field, StringConstraints

from app.domain.errors import BadContent
from app.domain.person import Role, Visitor
from app.domain.webhook import LONGEST_URL, DeliveryState, EventKind, Webhook
from app.ports.webhooks import WebhookSender
from app.usecases.manage_webhooks import (
    Maker,
    change_webhook,
    make_webhook,
    remove_webhook,
    send_again,
    try_webhook,
)
from app.web.access import Educator
from app.web.api_library import signer
from app.web.api_models import ALWAYS, Model, Told, also
from app.web.api_pages import PageDep
from app.web.author_pages import sentence
from app.web.dependencies import Services, ServicesDep

router = APIRouter(prefix="/api/webhooks", tags=["webhooks"], responses={**ALWAYS, **also(404)})
GONE = "There is no such webhook, or no such message: settled ones are kept for 30 days."
Url = Annotated[
    str,
    StringConstraints(max_length=LONGEST_URL, pattern=r"^https?://[!-~]+$"),
]
Heard = Literal[
    "interview.finished",
    "scorecard.released",
    "contest.opened",
    "contest.answered",
    "assignment.due",
]


class NewWebhook(Model):
    """Where to send which events."""

    url: Url = Field(examples=["https://example.org/sounding"])
    events: tuple[Heard, ...] = Field(min_length=1, max_length=len(EventKind))


class WebhookChange(Model):
    """What to change; what is left out stays."""

    events: tuple[Heard, ...] | None = Field(None, min_length=1, max_length=len(EventKind))
    disabled: bool | None = None


class WebhookOut(Told):
    """One webhook. A disabled one gets no messages; `disabled_because` says why."""

    id: UUID
    url: str
    events: tuple[EventKind, ...]
    by: str
    created_at: datetime
    disabled_at: datetime | None
    disabled_because: str


class MadeWebhook(WebhookOut):
    """The same with its secret, which is told this once: it verifies the messages."""

    secret: str


class DeliveryOut(Told):
    """One message: how often it was tried, and what the receiver answered last."""

    id: UUID
    message_id: str = Field(description="The `webhook-id` header; a retry keeps it.")
    kind: EventKind
    state: DeliveryState
    attempts: int
    status: int | None = Field(description="The HTTP status of the last answer.")
    error: str
    created_at: datetime
    tried_at: datetime | None
    next_at: datetime


def _sender(services: ServicesDep, _: Educator) -> WebhookSender:
    if services.webhooks is None:
        raise HTTPException(404, "This server sends no messages.")
    return services.webhooks


SenderDep = Annotated[WebhookSender, Depends(_sender)]


async def _webhook(webhook_id: UUID, services: ServicesDep, visitor: Educator) -> Webhook:
    async with services.store.begin() as work:
        found = await work.webhooks.get(webhook_id)
    if found is None or not _theirs(visitor, found):
        raise HTTPException(404, GONE)
    return found


WebhookDep = Annotated[Webhook, Depends(_webhook)]


@router.get("")
async def webhooks(
    services: ServicesDep, page: PageDep, visitor: Educator
) -> tuple[WebhookOut, ...]:
    """One's own, the newest first; for admins all of them."""
    async with services.store.begin() as work:
        every = await work.webhooks.all()
    mine = [webhook for webhook in every if _theirs(visitor, webhook)]
    return tuple(WebhookOut.model_validate(webhook) for webhook in page.of(mine))


@router.post("", status_code=201)
async def make(
    wanted: NewWebhook, services: ServicesDep, sender: SenderDep, visitor: Educator
) -> MadeWebhook:
    """Make one. Its secret is told this once."""
    kinds = tuple(EventKind(kind) for kind in wanted.events)
    by = Maker(visitor.person_id, signer(visitor))
    try:
        made = await make_webhook(
            services.store, sender, wanted.url, kinds, by=by, now=services.clock()
        )
    except BadContent as error:
        raise HTTPException(422, sentence(error)) from error
    return MadeWebhook.model_validate(made)


@router.get("/{webhook_id}")
async def one(webhook: WebhookDep) -> WebhookOut:
    """One webhook."""
    return WebhookOut.model_validate(webhook)


@router.patch("/{webhook_id}")
async def change(webhook: WebhookDep, wanted: WebhookChange, services: ServicesDep) -> WebhookOut:
    """Change what it hears of, switch it off, or on again."""
    kinds = None if wanted.events is None else tuple(EventKind(kind) for kind in wanted.events)
    changed = await change_webhook(
        services.store, webhook, events=kinds, disabled=wanted.disabled, now=services.clock()
    )
    if changed is None:
        raise HTTPException(404, GONE)
    return WebhookOut.model_validate(changed)


@router.delete("/{webhook_id}", status_code=204)
async def remove(webhook: WebhookDep, services: ServicesDep, visitor: Educator) -> None:
    """Remove it with its messages."""
    by, now = visitor.person_id, services.clock()
    await remove_webhook(services.store, webhook, by=by, now=now)


@router.post("/{webhook_id}/test", status_code=202)
async def try_it(webhook: WebhookDep, services: ServicesDep) -> WebhookOut:
    """Send it a message of the kind `webhook.test`."""
    await try_webhook(services.store, webhook, now=services.clock())
    return WebhookOut.model_validate(webhook)


@router.get("/{webhook_id}/deliveries")
async def deliveries(
    webhook: WebhookDep, services: ServicesDep, page: PageDep
) -> tuple[DeliveryOut, ...]:
    """What was sent, the newest first; settled messages are kept for 30 days."""
    found = await _deliveries(services, webhook, page.upto)
    return tuple(DeliveryOut.model_validate(one) for one in page.of(found))


@router.post("/{webhook_id}/deliveries/{delivery_id}/again", status_code=202)
async def again(webhook: WebhookDep, delivery_id: UUID, services: ServicesDep) -> WebhookOut:
    """Send a message once more, under the id that it has."""
    now = services.clock()
    if not await send_again(services.store, webhook.id, delivery_id, now=now):
        raise HTTPException(404, GONE)
    return WebhookOut.model_validate(webhook)


async def _deliveries(services: Services, webhook: Webhook, limit: int) -> tuple[object, ...]:
    async with services.store.begin() as work:
        return await work.webhooks.deliveries(webhook.id, limit)


def _theirs(visitor: Visitor, webhook: Webhook) -> bool:
    return visitor.may(Role.ADMIN) or visitor.owns(webhook.owner)
