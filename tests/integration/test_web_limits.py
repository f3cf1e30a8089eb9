"""Which names the web app answers to, and how much it reads."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from app.settings import Settings
from app.web.app import create_app
from app.wiring import hosts
from tests.fakes.web import OPEN, FakeWeb, filled

pytestmark = pytest.mark.integration


@pytest.fixture
def web() -> FakeWeb:
    return filled()


@pytest.mark.parametrize("host", ["localhost:8700", "127.0.0.1", "[::1]:8700", "talks.example"])
def test_the_app_answers_to_its_own_names(web: FakeWeb, host: str) -> None:
    app = create_app(replace(web.app().state.services, hosts=("talks.example",)))
    assert TestClient(app).get("/privacy", headers={"host": host}).status_code == 200


def test_a_strange_name_that_leads_here_is_refused(web: FakeWeb) -> None:
    client = TestClient(web.app())
    strange = {"host": "rebound.example", "origin": "http://rebound.example"}
    assert client.get("/interviews", headers=strange).status_code == 400
    assert client.post("/interviews", data={}, headers=strange).status_code == 400
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect(f"/live/{OPEN}", headers=strange),
    ):
        pass


def test_names_come_from_the_address_and_the_public_address() -> None:
    assert hosts(Settings(host="10.0.0.7", base_url=None)) == ("10.0.0.7",)
    assert hosts(Settings(host="0.0.0.0", base_url="https://talks.example:444")) == (
        "talks.example",
    )
    assert hosts(Settings(host="fe80::7", base_url=None)) == ("[fe80::7]",)
    assert hosts(Settings(host="::", base_url=None)) == ("*",)
