"""What every answer carries, whatever it is: pages, files, fragments, errors and redirections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from app.web.form_tokens import HEADER, SAFE
from app.web.headers import HEADERS
from tests.fakes.peopled import Peopled
from tests.integration.asked_routes import body_for, path_of, place_of_all, routes

pytestmark = pytest.mark.integration

CSP = "Content-Security-Policy"
HSTS = "strict-transport-security"
KEPT_ELSEWHERE = ("/static/style.css", "no-cache")


@pytest.fixture
def place() -> Iterator[Peopled]:
    place = place_of_all()
    place.restore()
    kept = place.app.state.services
    yield place
    place.app.state.services = kept
    place.restore()


def browser(place: Peopled, caller: str, address: str = "http://testserver") -> TestClient:
    own = {"Origin": address, HEADER: place.token(caller)}
    return TestClient(
        place.app,
        base_url=address,
        headers=own,
        cookies=place.cookies(caller),
        follow_redirects=False,
        raise_server_exceptions=False,
    )


def test_every_route_answers_with_all_of_them(place: Peopled) -> None:
    client = browser(place, "owner")
    for method, pattern, _ in routes():
        if method not in SAFE:
            continue
        answer = client.request(method, path_of(pattern, "mine"))
        assert {n: answer.headers[n] for n in HEADERS} == dict(HEADERS), pattern
        assert answer.headers["cache-control"] == "no-store", pattern
        assert HSTS not in answer.headers


def test_scripts_and_styles_come_from_here_alone_and_nobody_frames_a_page() -> None:
    policy = {name: rest for name, _, rest in map(_parts, HEADERS[CSP].split("; "))}
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in HEADERS[CSP]


def _parts(rule: str) -> tuple[str, str, str]:
    return rule.partition(" ")


def test_refusals_and_failures_carry_them_too(place: Peopled) -> None:
    client = browser(place, "owner")
    evil = {"Origin": "http://evil.example"}
    answers = {
        403: client.post("/coach/clear", headers=evil),
        404: client.get("/nowhere"),
        413: client.post("/coach/clear", content=b"x" * 1_000_001),
        422: client.post("/growth/goal", data={"sessions": "99"}),
        303: browser(place, "nobody").get("/account", headers={"accept": "text/html"}),
    }
    place.web.store.broken = True
    answers[503] = client.get("/interviews")
    place.web.store.broken = False
    place.app.state.services = replace(place.app.state.services, analysers=None)  # so that it fails
    answers[500] = client.get("/privacy")
    for status, answer in answers.items():
        assert answer.status_code == status
        assert {n: answer.headers.get(n) for n in HEADERS} == dict(HEADERS), status


def test_files_may_be_kept_and_are_asked_about(place: Peopled) -> None:
    file, rule = KEPT_ELSEWHERE
    assert browser(place, "nobody").get(file).headers["cache-control"] == rule


def test_who_came_by_https_stays_there(place: Peopled) -> None:
    by_https = browser(place, "owner", "https://testserver")
    assert by_https.get("/").headers[HSTS] == "max-age=31536000"
    public = replace(place.app.state.services, base_url="https://testserver", hosts=("testserver",))
    place.app.state.services = public
    assert HSTS in browser(place, "nobody").get("/sign-in").headers
    place.app.state.services = replace(public, base_url="http://testserver")
    assert HSTS not in browser(place, "nobody").get("/sign-in").headers


def test_no_cookie_is_read_by_scripts_or_sent_over_http(place: Peopled) -> None:
    given = 0
    for caller in ("owner", "admin"):
        client = browser(place, caller, "https://testserver")
        for method, pattern, _ in routes():
            if pattern.startswith("/api/"):
                continue  # no program is given a cookie
            if method not in SAFE:
                place.restore()
            client.cookies = dict(place.cookies(caller))
            body = body_for(method, pattern, caller)
            answer = client.request(method, path_of(pattern, "mine"), **body)
            cookies = answer.headers.get_list("set-cookie")
            for cookie in (c for c in cookies if "max-age=0;" not in c.lower()):
                assert {"httponly", "secure"} <= {p.strip().lower() for p in cookie.split(";")}
                assert "samesite=" in cookie.lower(), pattern
                given += 1
    assert given > 5
