"""Which names the web app answers to, and how much it reads."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from app.settings import Settings
from app.web.app import create_app
from app.web.bodies import MOST_BYTES
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


def test_a_body_that_is_too_long_is_refused_by_its_length(web: FakeWeb) -> None:
    client = TestClient(web.app())
    for path in ("/interviews", "/api/interviews", f"/interviews/{OPEN}/agree"):
        assert client.post(path, content=b"x" * (MOST_BYTES + 1)).status_code == 413
    answer = client.post("/interviews", content=b"", headers={"content-length": "nonsense"})
    assert answer.status_code == 413


def test_a_body_without_a_length_is_read_no_further_than_the_limit(web: FakeWeb) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x=" + b"x" * 100_000

    client = TestClient(web.app())
    for path, kind in (("/interviews", "x-www-form-urlencoded"), ("/api/interviews", "json")):
        headers = {"content-type": f"application/{kind}"}
        assert client.post(path, content=endless(), headers=headers).status_code == 413


def test_the_device_check_may_send_as_much_as_it_takes(web: FakeWeb) -> None:
    client = TestClient(web.app())
    assert client.post("/check/hear", content=b"\0" * 480_000).status_code == 200


@pytest.mark.parametrize("seed", [-1, 2**31])
def test_a_seed_is_a_number_that_the_store_keeps(web: FakeWeb, seed: int) -> None:
    wanted = {"track": "python-engineering", "seed": seed}
    assert TestClient(web.app()).post("/api/interviews", json=wanted).status_code == 422


async def test_a_forbidden_consent_leaves_no_interview_behind(web: FakeWeb) -> None:
    wanted = {"track": "python-engineering", "purpose": "assessment", "consents": ["video"]}
    async with web.store.begin() as work:
        before = await work.interviews.recent()
    assert TestClient(web.app()).post("/api/interviews", json=wanted).status_code == 422
    async with web.store.begin() as work:
        assert await work.interviews.recent() == before
