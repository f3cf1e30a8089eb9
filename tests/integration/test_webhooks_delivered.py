"""A message on its way to a real receiver: signed, tried again under its id, led nowhere else."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from app.adapters.store.jobs import Handlers, Timing, make_worker
from app.adapters.store.queue import MESSAGES
from app.adapters.store.store import PostgresStore
from app.adapters.webhooks.sender import HttpSender
from app.domain.webhook import Delivery, DeliveryState, EventKind, Webhook
from app.ports.errors import AddressForbidden, WebhookUnreachable
from app.usecases.deliver_webhook import DeliverWebhook
from app.usecases.manage_webhooks import Maker, make_webhook, try_webhook
from app.wiring.messages import both_workers

pytestmark = pytest.mark.integration

QUICK = Timing(wait=0, heartbeat=1, stalled=30, poll=0.1)
API_PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
EVENTS = (EventKind.SCORECARD_RELEASED,)


@dataclass
class Came:
    """One request as it came."""

    at: float
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """A receiver on this machine; it answers with these statuses in turn, then with 200."""

    statuses: list[int] = field(default_factory=list)
    came: list[Came] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    known = Receiver()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            known.came.append(Came(time.time(), headers, body))
            status = known.statuses.pop(0) if known.statuses else 200
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{known.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    known.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield known
    server.shutdown()
    server.server_close()


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    real = PostgresStore(postgres_url)
    yield real
    await real.close()


@asynccontextmanager
async def working(url: str, deliver: DeliverWebhook) -> AsyncIterator[None]:
    async def nothing(*_: object) -> None:
        """No grades here."""

    handlers = Handlers(nothing, nothing, deliver=deliver)
    worker = make_worker(url, handlers, timing=QUICK, queue=MESSAGES)
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def settled(store: PostgresStore, webhook: Webhook) -> Delivery:
    async with asyncio.timeout(90):
        while True:
            async with store.begin() as work:
                (found,) = await work.webhooks.deliveries(webhook.id)
            if found.state is not DeliveryState.WAITING:
                return found
            await asyncio.sleep(0.05)


def verified(came: Came, secret: str) -> bool:
    """By the very code that docs/api.md gives to receivers."""
    (code,) = re.findall(r"```python\n(.*?)```", API_PAGE.read_text(), re.DOTALL)
    told: dict[str, Any] = {}
    exec(code, told)
    return bool(told["verified"](came.headers, came.body, secret))


async def test_a_receiver_that_fails_twice_gets_the_same_message_a_third_time(
    store: PostgresStore, postgres_url: str, receiver: Receiver
) -> None:
    receiver.statuses = [500, 503]
    sender = HttpSender(private=True)
    now = datetime.now(UTC)
    by = Maker(None, "Ada")
    webhook = await make_webhook(store, sender, f"{receiver.url}/hook", EVENTS, by=by, now=now)
    deliver = DeliverWebhook(store=store, sender=sender, first_wait_s=0.2)
    async with working(postgres_url, deliver):
        await try_webhook(store, webhook, now=now)
        done = await settled(store, webhook)
    assert (done.state, done.attempts, done.status) == (DeliveryState.DELIVERED, 3, 200)
    assert len(receiver.came) == 3
    assert {came.headers["webhook-id"] for came in receiver.came} == {done.message_id}
    assert {came.body for came in receiver.came} == {done.body.encode()}
    assert all(verified(came, webhook.secret) for came in receiver.came)
    assert not any(verified(came, "whsec_c29tZXRoaW5nIGVsc2U=") for came in receiver.came)
    changed = replace(receiver.came[0], body=receiver.came[0].body + b" ")
    assert not verified(changed, webhook.secret)
    pauses = [b.at - a.at for a, b in zip(receiver.came, receiver.came[1:], strict=False)]
    assert pauses[0] >= 0.2
    assert pauses[1] >= 0.6
    assert json.loads(receiver.came[0].body)["type"] == "webhook.test"
    assert receiver.came[0].headers["host"] == receiver.url.removeprefix("http://")


async def test_nothing_works_on_once_both_workers_were_told_to_end(postgres_url: str) -> None:
    async def nothing(*_: object) -> None:
        """No job comes."""

    before = asyncio.all_tasks()
    work = asyncio.create_task(both_workers(postgres_url, Handlers(nothing, nothing))())
    async with asyncio.timeout(60):
        while len(asyncio.all_tasks() - before) <= 2:
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)  # as far as they come in a moment
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    async with asyncio.timeout(60):
        while asyncio.all_tasks() - before:  # those of a pool may take a moment
            await asyncio.sleep(0.05)


async def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    receiver.statuses = [302]
    answer = await HttpSender(private=True).send(f"{receiver.url}/hook", {}, "{}")
    assert answer.status == 302
    assert len(receiver.came) == 1


async def test_no_message_goes_to_this_machine_unless_that_is_allowed(receiver: Receiver) -> None:
    port = receiver.url.rpartition(":")[2]
    for url in (
        f"https://localhost:{port}/",
        f"https://127.0.0.1:{port}/",
        f"https://[::1]:{port}/",
    ):
        with pytest.raises(AddressForbidden):
            await HttpSender().send(url, {}, "{}")
        with pytest.raises(AddressForbidden):
            await HttpSender().check(url)
    with pytest.raises(AddressForbidden):
        await HttpSender(private=True).send("http://169.254.169.254/latest/", {}, "{}")
    assert receiver.came == []


async def test_a_receiver_without_an_answer_keeps_nobody_waiting() -> None:
    silent = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    began = time.monotonic()
    try:
        with pytest.raises(WebhookUnreachable):
            await HttpSender(private=True, seconds=0.3).send(f"http://127.0.0.1:{port}/", {}, "{}")
    finally:
        silent.close()
    assert time.monotonic() - began < 60


async def test_nobody_there_is_told_as_such() -> None:
    with pytest.raises(WebhookUnreachable):
        await HttpSender(private=True).send("http://127.0.0.1:1024/", {}, "{}")
    with pytest.raises(WebhookUnreachable):
        await HttpSender().check("https://nobody.invalid/")
