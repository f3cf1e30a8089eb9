"""Webhooks: who is told of what, how a message is signed, and how long it is tried.

A message names things by their ids and holds no words, no levels and no measures: whoever is told
reads them over the API, under its rules. The headers are those of Standard Webhooks.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

PREFIX = "whsec_"
LONGEST_URL = 500
MOST_WEBHOOKS = 20
FIRST_WAIT_S = 10.0
LONGEST_WAIT_S = 6 * 3600.0
TRIED_FOR = timedelta(days=1)
KEPT_FOR = timedelta(days=30)


class EventKind(StrEnum):
    """What can happen; `TEST` is sent when somebody asks for it."""

    INTERVIEW_FINISHED = "interview.finished"
    SCORECARD_RELEASED = "scorecard.released"
    CONTEST_OPENED = "contest.opened"
    CONTEST_ANSWERED = "contest.answered"
    ASSIGNMENT_DUE = "assignment.due"
    TEST = "webhook.test"


@dataclass(frozen=True)
class Event:
    """Something that happened, by ids alone. `key` is the same each time it is noticed.

    `interview_id` names the interview that it is about: its messages go when that is erased.
    """

    kind: EventKind
    at: datetime
    about: Mapping[str, str]
    key: str
    interview_id: UUID | None = None

    @property
    def body(self) -> str:
        """The message as it is sent."""
        told = {"type": self.kind.value, "timestamp": self.at.isoformat(), "data": self.about}
        return json.dumps(told, separators=(",", ":"), sort_keys=True)


@dataclass(frozen=True)
class Webhook:
    """An address that is told. `owner` is the account that made it, None without accounts."""

    id: UUID
    url: str
    events: tuple[EventKind, ...]
    secret: str
    owner: UUID | None
    by: str
    created_at: datetime
    disabled_at: datetime | None = None
    disabled_because: str = ""


class DeliveryState(StrEnum):
    """How far a message has come."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True)
class Delivery:
    """One message to one webhook; its id stays the same however often it is tried."""

    id: UUID
    webhook_id: UUID
    kind: EventKind
    key: str
    body: str
    created_at: datetime
    next_at: datetime
    interview_id: UUID | None = None
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    tried_at: datetime | None = None
    status: int | None = None
    error: str = ""

    @property
    def message_id(self) -> str:
        """What the receiver knows it by."""
        return f"msg_{self.id.hex}"


def new_secret() -> str:
    """A secret that is shown once, where the webhook is made."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, sent_at: int, body: str) -> str:
    """What proves that a message is ours and unchanged: version 1 of Standard Webhooks."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{sent_at}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers_of(delivery: Delivery, secret: str, now: datetime) -> dict[str, str]:
    """The headers of one attempt."""
    sent_at = int(now.timestamp())
    return {
        "content-type": "application/json",
        "user-agent": "Sounding-Webhooks/1",
        "webhook-id": delivery.message_id,
        "webhook-timestamp": str(sent_at),
        "webhook-signature": signature(secret, delivery.message_id, sent_at, delivery.body),
    }


def next_try(
    delivery: Delivery,
    now: datetime,
    asked_s: float | None = None,
    *,
    first_s: float = FIRST_WAIT_S,
) -> datetime | None:
    """When to try again after `attempts` failures; None when it was tried for a day.

    Waits grow threefold from 10 seconds to 6 hours; a receiver may ask for a longer one.
    """
    wait = min(first_s * 3.0 ** (delivery.attempts - 1), LONGEST_WAIT_S)
    wait = min(max(wait, asked_s or 0.0), LONGEST_WAIT_S)
    at = now + timedelta(seconds=wait)
    return at if at <= delivery.created_at + TRIED_FOR else None
