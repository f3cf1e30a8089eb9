"""What changes something asks a browser for the token of its pages, and every form holds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from app.domain.person import ApiKey, digest_of_secret
from app.web import access
from app.web.access import rules_of
from app.web.form_tokens import _POSTS, HEADER, OUT_OF_DATE, SAFE
from app.web.forms import TOKEN
from app.web.sessions import COOKIE
from app.web.templating import ROOT, STATIC
from tests.fakes.markers import IDS
from tests.fakes.peopled import Peopled
from tests.fakes.store import _copied
from tests.fakes.web import NOW
from tests.integration.asked_routes import body_for, path_of, place_of_all, routes

pytestmark = pytest.mark.integration

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = {"accept": "text/html"}
UNSAFE = [(method, pattern, route) for method, pattern, route in routes() if method not in SAFE]
IDS_OF = [f"{method} {pattern}" for method, pattern, _ in UNSAFE]


@pytest.fixture(autouse=True)
def place() -> Iterator[Peopled]:
    place = place_of_all()
    place.restore()
    yield place
    place.restore()


def browser(place: Peopled, caller: str, **headers: str) -> TestClient:
    own = {"Origin": "http://testserver"} | headers
    return TestClient(place.app, headers=own, cookies=place.cookies(caller), follow_redirects=False)


def _caller(route: APIRoute) -> str:
    """Somebody signed in whom the route lets in."""
    return "owner" if {access.OWN, access.READ} & set(rules_of(route)) else "admin"


@pytest.mark.parametrize(("method", "pattern", "route"), UNSAFE, ids=IDS_OF)
def test_what_changes_something_asks_a_signed_in_browser_for_the_token(
    place: Peopled, method: str, pattern: str, route: APIRoute
) -> None:
    caller, path = _caller(route), path_of(pattern, "mine")
    body = body_for(method, pattern, caller)
    with_token = browser(place, caller).request(method, path, **body)
    assert with_token.status_code < 500
    assert OUT_OF_DATE not in with_token.text
    place.restore()
    before = _rows(place)
    body.pop("headers", None)
    for wrong in (None, digest_of_secret("form other")):
        sent = dict(body)
        if "data" in body:
            sent["data"] = {k: v for k, v in body["data"].items() if k != TOKEN}
            sent["data"] |= {TOKEN: wrong} if wrong is not None else {}
        elif wrong:
            sent["headers"] = {HEADER: wrong}
        refused = browser(place, caller).request(method, path, **sent)
        assert (refused.status_code, refused.json()["detail"]) == (403, OUT_OF_DATE)
    assert _rows(place) == before


def _rows(place: Peopled) -> dict[str, object]:
    """All but the log of who looked at whose things, which a refused form is a case of."""
    state = vars(place.web.store._state)
    return {name: _copied(value) for name, value in state.items() if name != "events"}


GUESTS = [(m, p) for m, p, route in UNSAFE if any(r.guests for r in rules_of(route))]


@pytest.mark.parametrize(("method", "pattern"), GUESTS, ids=[f"{m} {p}" for m, p in GUESTS])
def test_a_pass_of_an_interview_asks_for_it_too(place: Peopled, method: str, pattern: str) -> None:
    path = path_of(pattern, "mine")
    refused = browser(place, "guest").request(method, path)
    assert (refused.status_code, refused.json()["detail"]) == (403, OUT_OF_DATE)
    token = {HEADER: place.token("guest")}
    assert OUT_OF_DATE not in browser(place, "guest", **token).request(method, path).text


def test_the_refusal_is_a_page_with_clear_words(place: Peopled) -> None:
    told = browser(place, "owner", **PAGES).post("/growth/goal", data={"sessions": "2"})
    assert told.status_code == 403
    assert "Nothing was changed. Load the page again" in " ".join(told.text.split())


def test_a_program_with_a_key_needs_none(place: Peopled) -> None:
    text = "sounding_key_of_a_program"
    key = ApiKey(IDS["admin"], IDS["owner"], "laptop", digest_of_secret(text), NOW)
    place.web.store._state.api_keys[key.id] = key
    client = TestClient(place.app, headers={"Authorization": f"Bearer {text}"})
    made = client.post("/api/interviews", json={"track": "sample"})
    assert made.status_code == 201
    client.cookies.set(COOKIE, "admin")  # the key alone tells who asks, and it is no cookie
    assert client.get("/api/me").json()["id"] == str(IDS["owner"])


def test_a_token_fits_its_own_sign_in_alone(place: Peopled) -> None:
    assert len({place.token(caller) for caller in ("owner", "other", "guest", "admin")}) == 4
    theirs = {HEADER: place.token("other")}
    assert browser(place, "owner", **theirs).post("/coach/clear").status_code == 403
    own = {HEADER: place.token("owner")}
    assert browser(place, "owner", **own).post("/coach/clear").status_code == 303


def test_the_token_does_not_tell_the_cookie(place: Peopled) -> None:
    page = browser(place, "owner", **PAGES).get("/account").text
    assert place.token("owner") in page
    assert digest_of_secret("owner") != place.token("owner")


class Forms(HTMLParser):
    """Each form that posts, with the token that it holds."""

    def __init__(self) -> None:
        super().__init__()
        self.held: list[list[str]] = []
        self._within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "form":
            self._within = (known.get("method") or "").lower() == "post"
            self.held += [[]] if self._within else []
        if tag == "input" and self._within and known.get("name") == TOKEN:
            self.held[-1].append(known.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        self._within = self._within and tag != "form"


@pytest.mark.parametrize("caller", ["owner", "guest", "educator", "admin"])
def test_every_form_on_every_page_holds_it_once(place: Peopled, caller: str) -> None:
    wanted, found = place.token(caller), 0
    for method, pattern, _ in routes():
        if method != "GET" or pattern.startswith("/api"):
            continue
        page = browser(place, caller, **PAGES).get(path_of(pattern, "mine"))
        forms = Forms()
        forms.feed(page.text if "html" in page.headers.get("content-type", "") else "")
        assert forms.held == [[wanted]] * len(forms.held), pattern
        found += len(forms.held)
    assert found >= {"owner": 20, "guest": 5, "educator": 20, "admin": 30}[caller]


def test_no_template_posts_by_another_spelling() -> None:
    for path in TEMPLATES:
        text = path.read_text()
        posting = re.findall(r"method\s*=\s*[\"']?post", text, re.IGNORECASE)
        assert len(_POSTS.findall(text)) == len(posting), path


def test_every_script_that_posts_sends_it() -> None:
    posting = [path for path in STATIC.glob("*.js") if '"POST"' in path.read_text()]
    assert posting
    for path in posting:
        assert _signs(path), path


def _signs(path: Path) -> bool:
    text = path.read_text()
    return text.count('"POST"') <= text.count("signed(") and "sendBeacon" not in text
