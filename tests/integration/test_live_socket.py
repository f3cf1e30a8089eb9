"""The live socket: whatever comes in is answered as documented, and the interview goes on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from app.domain.consent import Modality
from app.web import consents, interviews, reports
from app.web.live import router
from tests.fakes.metrics import FakeMetricsSink
from tests.unit.usecases.live_world import World

pytestmark = pytest.mark.integration

HELLO = {"type": "hello", "protocol": 1, "voice": False, "microphone": False}


class Place:
    """A server with one interview, over which only the live socket is mounted."""

    def __init__(self, client: TestClient, world: World, interview: UUID) -> None:
        self.client = client
        self.world = world
        self.interview = interview

    @contextmanager
    def connect(self, **headers: str) -> Iterator[WebSocketTestSession]:
        path = f"/live/{self.interview}"
        with self.client.websocket_connect(path, headers=headers) as socket:
            yield socket

    @contextmanager
    def talking(self) -> Iterator[WebSocketTestSession]:
        with self.connect() as socket:
            socket.send_json(HELLO)
            until(socket, "state", state="listening")
            yield socket


def until(socket: WebSocketTestSession, kind: str, **fields: object) -> dict[str, Any]:
    while True:
        message: dict[str, Any] = socket.receive_json()
        if message["type"] == kind and fields.items() <= message.items():
            return message


def goes_on(socket: WebSocketTestSession) -> None:
    socket.send_json({"type": "text", "text": "it keeps order"})
    until(socket, "question", turn=1)


def first_turn(place: Place) -> Any:
    async def turns() -> Any:
        async with place.world.store.begin() as work:
            return await work.turns.of(place.interview)

    assert place.client.portal is not None
    return place.client.portal.call(turns)[0]


@pytest.fixture
def place() -> Iterator[Place]:
    app = FastAPI()
    for each in (router, interviews.router, consents.router, reports.router):
        app.include_router(each)
    with TestClient(app) as client:
        assert client.portal is not None

        async def build() -> tuple[World, UUID]:
            world = World(limit=1)
            return world, await world.add(Modality.AUDIO)

        world, interview = client.portal.call(build)
        app.state.services = SimpleNamespace(
            hall=world.hall,
            base_url=None,
            store=world.store,
            recordings=world.recordings,
            erase_rows=world.store.erase,
            notices=lambda _purpose: (),
            keep_passage=None,
            accounts=False,
            operator_token=None,
            metrics=FakeMetricsSink(),
        )
        yield Place(client, world, interview)
        client.portal.call(world.end)


@pytest.mark.parametrize(
    "event",
    [
        "{",
        "[]",
        json.dumps({"type": "unheard_of"}),
        json.dumps({"type": "ping", "extra": 1}),
        json.dumps({"type": "text", "text": ""}),
        json.dumps({"type": "text", "text": "   "}),
        json.dumps({"type": "command", "name": "explode"}),
        json.dumps({"type": "patience", "factor": 9}),
        '{"type": "patience", "factor": NaN}',
        json.dumps({"type": "played", "utterance": "first"}),
        json.dumps(HELLO | {"protocol": 2}),
    ],
)
def test_an_event_that_is_not_understood_is_answered_and_changes_nothing(place: Place, event: str):
    with place.talking() as socket:
        socket.send_text(event)
        error = until(socket, "error")
        assert (error["code"], error["fatal"]) == ("bad_event", False)
        goes_on(socket)


def test_a_typed_answer_that_is_too_long_is_refused_whole_and_never_cut(place: Place):
    with place.talking() as socket:
        socket.send_json({"type": "text", "text": "x" * 20_001})
        error = until(socket, "error")
        assert (error["code"], error["fatal"]) == ("answer_too_long", False)
        assert "20,000 characters" in error["text"]
        socket.send_json({"type": "text", "text": "x" * 20_000})
        until(socket, "question", turn=1)
    assert len(first_turn(place).answer) == 20_000


def test_an_error_does_not_repeat_what_was_sent(place: Place):
    with place.talking() as socket:
        socket.send_json({"type": "command", "name": "my secret"})
        assert "my secret" not in until(socket, "error")["text"]


def test_an_event_that_is_too_long_is_answered(place: Place):
    with place.talking() as socket:
        socket.send_text(json.dumps({"type": "code", "code": "x" * 300_000, "language": "python"}))
        error = until(socket, "error")
        assert (error["code"], error["fatal"]) == ("too_big", False)
        goes_on(socket)


@pytest.mark.parametrize(
    ("frame", "code"), [(b"odd", "bad_frame"), (b"", "bad_frame"), (bytes(64_002), "too_big")]
)
def test_a_bad_audio_frame_is_answered(place: Place, frame: bytes, code: str):
    with place.talking() as socket:
        socket.send_bytes(frame)
        error = until(socket, "error")
        assert (error["code"], error["fatal"]) == (code, False)
        goes_on(socket)


def test_a_pause_that_is_asked_for_at_the_welcome_stands_until_it_is_ended(place: Place):
    """As the page does after a reload of a paused interview."""
    with place.talking() as socket:
        socket.send_json({"type": "command", "name": "pause"})
        until(socket, "state", state="paused")
    with place.connect() as socket:
        socket.send_json(HELLO)
        until(socket, "welcome", resumed=True)
        socket.send_json({"type": "command", "name": "pause"})
        until(socket, "state", state="paused")
        socket.send_json({"type": "command", "name": "resume"})
        until(socket, "state", state="listening")
        goes_on(socket)


def test_nul_characters_never_reach_the_store(place: Place):
    with place.talking() as socket:
        socket.send_json({"type": "code", "code": "x\x00 = 1", "language": "python"})
        socket.send_json({"type": "text", "text": "it\x00 keeps order"})
        until(socket, "question", turn=1)
    first = first_turn(place)
    assert (first.answer, first.code) == ("it keeps order", "x = 1")


@pytest.mark.parametrize("name", ["not-an-id", "5b9f1d0e-1939-4d81-9b5a-3ca866572f47"])
def test_an_interview_that_does_not_exist_is_refused(place: Place, name: str):
    with place.client.websocket_connect(f"/live/{name}") as socket:
        error = socket.receive_json()
        assert (error["code"], error["fatal"]) == ("unknown_interview", True)
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
        assert closed.value.code == 4404


def test_erasing_an_interview_closes_its_socket(place: Place):
    with place.talking() as socket:
        path = f"/interviews/{place.interview}/erase"
        assert place.client.post(path, follow_redirects=False).status_code == 303
        error = until(socket, "error")
        assert (error["code"], error["fatal"]) == ("unknown_interview", True)
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
        assert closed.value.code == 4404


def test_a_live_interview_heeds_consent_given_and_withdrawn(place: Place):
    path = f"/interviews/{place.interview}"

    async def agreed() -> bool:
        live = await place.world.hall.enter(place.interview)
        return live.interview.agreed(Modality.AUDIO)

    assert place.client.portal is not None
    with place.talking() as socket:
        form = {"modality": "audio"}
        answer = place.client.post(f"{path}/withdraw", data=form, follow_redirects=False)
        assert answer.status_code == 303
        assert place.client.portal.call(agreed) is False
        form |= {"way": "voice"}
        answer = place.client.post(f"{path}/agree", data=form, follow_redirects=False)
        assert answer.status_code == 303
        assert place.client.portal.call(agreed) is True
        goes_on(socket)


def test_another_site_is_refused(place: Place):
    with pytest.raises(WebSocketDisconnect), place.connect(origin="https://elsewhere.test"):
        pass


def test_our_own_page_is_let_in(place: Place):
    with place.connect(origin="http://testserver") as socket:
        socket.send_json(HELLO)
        assert socket.receive_json()["type"] == "welcome"


def test_nothing_counts_before_the_hello(place: Place):
    with place.connect() as socket:
        socket.send_json({"type": "command", "name": "end"})
        error = socket.receive_json()
        assert (error["code"], error["fatal"]) == ("bad_event", False)
        socket.send_bytes(bytes(3200))
        socket.send_json(HELLO)
        assert socket.receive_json()["type"] == "welcome"
        until(socket, "question", turn=0)


def test_a_ping_is_answered(place: Place):
    with place.connect() as socket:
        socket.send_json({"type": "ping"})
        assert socket.receive_json() == {"type": "pong"}


def test_a_full_hall_says_that_it_is_busy(place: Place):
    async def another() -> UUID:
        await asyncio.sleep(0)
        return await place.world.add()

    assert place.client.portal is not None
    other = place.client.portal.call(another)
    with place.talking(), place.client.websocket_connect(f"/live/{other}") as socket:
        error = socket.receive_json()
        assert (error["code"], error["fatal"]) == ("busy", True)
        assert (error["ahead"], error["retry_s"]) == (0, 5.0)
        assert "You are next." in error["text"]
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
        assert closed.value.code == 1013


def test_a_second_tab_takes_over(place: Place):
    with place.talking() as first, place.talking() as second:
        assert until(first, "error")["code"] == "taken_over"
        with pytest.raises(WebSocketDisconnect) as closed:
            first.receive_json()
        assert closed.value.code == 4409
        goes_on(second)
