"""How messages are signed, and how long they are tried."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.domain.webhook import (
    LONGEST_WAIT_S,
    TRIED_FOR,
    Delivery,
    Event,
    EventKind,
    headers_of,
    new_secret,
    next_try,
    signature,
)

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MESSAGE = Delivery(
    UUID(int=5), UUID(int=6), EventKind.TEST, "key", '{"type":"webhook.test"}', NOW, NOW
)


def test_the_signature_is_that_of_the_specifications_own_example() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = '{"test": 2432232314}'
    found = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_headers_prove_id_time_and_body() -> None:
    secret = new_secret()
    headers = headers_of(MESSAGE, secret, NOW)
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{MESSAGE.body}"
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, signed.encode(), hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert headers["webhook-id"] == f"msg_{MESSAGE.id.hex}"


def test_a_secret_is_never_the_same() -> None:
    assert len({new_secret() for _ in range(50)}) == 50


def test_waits_grow_threefold_and_end_within_a_day() -> None:
    now, waits = NOW, []
    for attempt in range(1, 50):
        again = next_try(replace(MESSAGE, attempts=attempt), now)
        if again is None:
            break
        waits.append((again - now).total_seconds())
        now = again
    assert waits[:4] == [10, 30, 90, 270]
    assert max(waits) == LONGEST_WAIT_S
    assert sorted(waits) == waits
    assert timedelta(hours=18) < now - NOW <= TRIED_FOR


def test_a_receiver_may_ask_for_a_longer_wait_but_not_for_ever() -> None:
    once = replace(MESSAGE, attempts=1)
    assert next_try(once, NOW, 120.0) == NOW + timedelta(seconds=120)
    assert next_try(once, NOW, 1.0) == NOW + timedelta(seconds=10)
    assert next_try(once, NOW, 1e9) == NOW + timedelta(seconds=LONGEST_WAIT_S)


def test_a_body_tells_what_happened_by_ids() -> None:
    event = Event(EventKind.CONTEST_OPENED, NOW, {"contest_id": "c"}, "key")
    assert json.loads(event.body) == {
        "type": "contest.opened",
        "timestamp": "2026-11-20T09:30:00+00:00",
        "data": {"contest_id": "c"},
    }
