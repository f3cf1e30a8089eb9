"""The operator's pages: for whom they are, what they show, and what they never show."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.fakes.operated import LOAD, TOKEN, BusyHall, measure_turns, operated
from tests.fakes.web import DONE, FakeWeb, filled
from tests.integration.test_pages import Page

pytestmark = pytest.mark.integration

HTML = {"accept": "text/html"}
HERE = "http://127.0.0.1:8700"
ADDRESSES = ("/operator", "/operator/now", "/operator/turns", "/operator?span=day&refresh=off")


@pytest.fixture(scope="module")
def web() -> FakeWeb:
    """Nothing here changes it."""
    return filled()


@pytest.fixture(scope="module")
def measured() -> FakeWeb:
    web = filled()
    asyncio.run(measure_turns(web))
    return web


def visitor(
    app: FastAPI,
    host: str = "127.0.0.1",
    base: str = HERE,
    headers: Mapping[str, str] | None = None,
) -> TestClient:
    wanted = HTML if headers is None else headers
    return TestClient(
        app, client=(host, 40_000), base_url=base, headers=dict(wanted), follow_redirects=False
    )


@pytest.mark.parametrize("address", [*ADDRESSES, "/metrics"])
def test_without_a_token_they_are_closed_to_other_machines(web: FakeWeb, address: str) -> None:
    app = operated(web)
    for host in ("192.168.1.9", "10.0.0.1", "2001:db8::7", "testclient", "127.0.0.1.evil.example"):
        answer = visitor(app, host).get(address)
        assert answer.status_code == 403, host
        assert "SOUNDING_OPERATOR_TOKEN" in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_without_a_token_they_are_open_to_the_machine_itself(web: FakeWeb, host: str) -> None:
    app = operated(web)
    for address in ADDRESSES:
        assert visitor(app, host).get(address).status_code == 200
    assert visitor(app, host, "http://localhost:8700").get("/operator").status_code == 200
    assert visitor(app, host, "http://[::1]:8700").get("/operator").status_code == 200


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Real-IP", "Via"],
)
def test_a_request_through_a_proxy_is_never_the_machine_itself(web: FakeWeb, header: str) -> None:
    app = operated(web)
    client = visitor(app)
    assert client.get("/operator", headers={header: "127.0.0.1"}).status_code == 403
    outside = visitor(app, "203.0.113.5")
    assert outside.get("/operator", headers={header: "127.0.0.1"}).status_code == 403


def test_a_public_address_closes_the_machine_itself_too(web: FakeWeb) -> None:
    app = operated(web, base_url="https://talks.example")
    assert visitor(app).get("/operator").status_code == 403
    assert visitor(app).get("/metrics").status_code == 403


def test_another_name_of_this_machine_does_not_open_them(web: FakeWeb) -> None:
    app = operated(web)
    assert visitor(app, base="http://testserver").get("/operator").status_code == 403


def test_a_token_is_asked_of_everybody(web: FakeWeb) -> None:
    app = operated(web, operator_token=TOKEN)
    for host in ("127.0.0.1", "192.168.1.9"):
        closed = visitor(app, host).get("/operator")
        assert closed.status_code == 403
        assert 'name="token"' in closed.text
        client = visitor(app, host)
        for given, status in ((TOKEN, 200), (TOKEN[:-1], 403), ("", 403)):
            answer = client.get("/operator", headers={"authorization": f"Bearer {given}"})
            assert answer.status_code == status
        basic = client.get("/operator", headers={"authorization": f"Basic {TOKEN}"})
        assert basic.status_code == 403
        assert client.get(f"/operator?token={TOKEN}").status_code == 403


def test_a_browser_enters_with_the_token_and_leaves(web: FakeWeb) -> None:
    client = visitor(operated(web, operator_token=TOKEN), "192.168.1.9")
    wrong = client.post("/operator/enter", data={"token": "no such token at all"})
    assert wrong.status_code == 403
    assert 'id="token-error"' in wrong.text
    assert client.get("/operator").status_code == 403
    entered = client.post("/operator/enter", data={"token": TOKEN})
    assert entered.status_code == 303
    cookie = entered.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert TOKEN not in cookie
    assert "Secure" not in cookie
    assert client.get("/operator").status_code == 200
    assert client.post("/operator/leave").status_code == 303
    assert client.get("/operator").status_code == 403


def test_the_token_leads_to_the_page_that_was_asked_for(web: FakeWeb) -> None:
    client = visitor(operated(web, operator_token=TOKEN), "192.168.1.9")
    asked = client.get("/review?show=all&order=spread")
    assert asked.status_code == 403
    assert 'name="back" value="/review?show=all&amp;order=spread"' in asked.text
    wrong = client.post("/operator/enter", data={"token": "no", "back": "/review?show=all"})
    assert 'value="/review?show=all"' in wrong.text
    entered = client.post("/operator/enter", data={"token": TOKEN, "back": "/review?show=all"})
    assert entered.headers["location"] == "/review?show=all"


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/x", "//elsewhere.example", "/\\elsewhere.example", "x", ""]
)
def test_the_token_leads_to_no_other_site(web: FakeWeb, back: str) -> None:
    client = visitor(operated(web, operator_token=TOKEN), "192.168.1.9")
    entered = client.post("/operator/enter", data={"token": TOKEN, "back": back})
    assert (entered.status_code, entered.headers["location"]) == (303, "/operator")


def test_after_ten_wrong_tokens_even_the_right_one_waits(web: FakeWeb) -> None:
    app = operated(web, operator_token=TOKEN)
    client = visitor(app, "192.168.1.9")
    for _ in range(10):
        assert client.post("/operator/enter", data={"token": "wrong"}).status_code == 403
    late = client.post("/operator/enter", data={"token": TOKEN})
    assert (late.status_code, "15 minutes" in late.text) == (429, True)
    bearer = {"authorization": f"Bearer {TOKEN}"}
    assert client.get("/metrics", headers=bearer).status_code == 403
    other = visitor(app, "192.168.1.10")
    assert other.post("/operator/enter", data={"token": TOKEN}).status_code == 303


def test_behind_https_the_cookie_goes_over_https_alone(web: FakeWeb) -> None:
    app = operated(web, operator_token=TOKEN, base_url="https://talks.example")
    entered = visitor(app).post("/operator/enter", data={"token": TOKEN})
    assert "Secure" in entered.headers["set-cookie"]


def test_the_cookie_of_another_token_opens_nothing(web: FakeWeb) -> None:
    old = visitor(operated(web, operator_token="the token of last year"))
    old.post("/operator/enter", data={"token": "the token of last year"})
    assert old.get("/operator").status_code == 200
    new = visitor(operated(web, operator_token=TOKEN))
    new.cookies = old.cookies
    assert new.get("/operator").status_code == 403


def test_no_token_set_means_that_none_can_be_entered(web: FakeWeb) -> None:
    client = visitor(operated(web), "192.168.1.9")
    assert client.post("/operator/enter", data={"token": ""}).status_code == 403
    assert client.post("/operator/enter", data={"token": TOKEN}).status_code == 403


def test_a_program_is_told_in_json_what_to_do(web: FakeWeb) -> None:
    app = operated(web, operator_token=TOKEN)
    answer = visitor(app, headers={"accept": "*/*"}).get("/metrics")
    assert answer.status_code == 403
    assert "Authorization: Bearer" in answer.json()["detail"]


@pytest.mark.parametrize("address", ["/operator", "/operator?span=day", "/operator?refresh=off"])
@pytest.mark.parametrize("kind", ["web", "measured"])
def test_the_page_is_in_order(request: pytest.FixtureRequest, address: str, kind: str) -> None:
    app = operated(request.getfixturevalue(kind), hall=BusyHall(LOAD))
    answer = visitor(app).get(address)
    page = Page(answer.text)
    assert page.headings == 1
    assert page.inline == []
    assert len(page.ids) == len(set(page.ids))
    assert "!" not in re.sub(r"<!DOCTYPE|<[^>]*>", "", answer.text)


def test_it_shows_figures_with_their_unit_and_number(measured: FakeWeb) -> None:
    page = _words(visitor(operated(measured, hall=BusyHall(LOAD))).get("/operator?span=day").text)
    assert "3 of 4 places at once" in page
    assert "awaiting consent" in page
    assert "At the door 2 waiting to be let in" in page
    assert "words come 0.4 s late" in page
    assert re.search(r"Response end of speech to our first sound \d\.\d\d s \d\.\d\d s", page)
    assert re.search(r"Detector, second look .* \d\.\d\d ", page)
    assert "60 measured" in page
    assert re.search(r"Undone 4 ends of turns that were taken back; in 7 % of turns", page)
    assert "09:30" in page


def test_the_last_hour_holds_less_than_the_day(measured: FakeWeb) -> None:
    client = visitor(operated(measured))
    assert "2 measured" in _words(client.get("/operator").text)
    assert client.get("/operator?span=week").status_code == 422


def test_nothing_measured_is_said_in_words(web: FakeWeb) -> None:
    page = _words(visitor(operated(web)).get("/operator").text)
    assert "No turn was measured in this time" in page
    assert "Nobody is in an interview" in page
    assert "0.00" not in page


def test_neither_words_nor_names_nor_whole_ids_are_shown(measured: FakeWeb) -> None:
    client = visitor(operated(measured, hall=BusyHall(LOAD)))
    text = client.get("/operator?span=day").text
    assert DONE.hex[:8] in text
    for place in LOAD.places:
        assert place.interview_id.hex[:8] in text
        assert str(place.interview_id) not in text
    assert str(DONE) not in text
    assert "/interviews/" not in text
    for private in ("Python", "tuple", "dictionary", "secret"):
        assert private not in text


def test_it_refreshes_by_itself_until_it_is_told_not_to(web: FakeWeb) -> None:
    client = visitor(operated(web))
    assert client.get("/operator?span=day").text.count("hx-trigger") == 2
    assert 'hx-get="/operator/turns?span=day"' in client.get("/operator?span=day").text
    assert "hx-trigger" not in client.get("/operator?refresh=off").text
    for fragment in ("now", "turns"):
        text = client.get(f"/operator/{fragment}").text
        assert "<html" not in text
        assert f'id="{fragment}"' in text
        assert "hx-trigger" in text


def test_a_store_that_is_away_is_said() -> None:
    web = FakeWeb()
    web.store.broken = True
    assert visitor(operated(web)).get("/operator").status_code == 503
    assert visitor(operated(web)).get("/operator/now").status_code == 200


def test_without_an_exporter_there_are_no_metrics(web: FakeWeb) -> None:
    app = operated(web)
    assert visitor(app).get("/metrics").status_code == 404
    assert "/metrics" not in visitor(app).get("/operator").text


def _words(html: str) -> str:
    text = re.sub(r"<svg.*?</svg>", " ", html, flags=re.DOTALL)
    return re.sub(r"(\s|&nbsp;)+", " ", re.sub(r"<[^>]+>", " ", text))
