"""Sign in by an OpenID provider: a small one, which keeps to the rules, and then does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError
from starlette.responses import Response

from app.adapters.identity.oidc import Oidc
from app.domain.person import Role
from app.settings import Settings
from app.web.provider import AWAY, COOKIE, LATE, REFUSED, UNKNOWN, UNPROVEN
from app.web.sessions import COOKIE as SESSION
from app.wiring.identity import make_identity
from tests.fakes.issuer import CLIENT, ISSUER, SECRET, FakeIssuer
from tests.fakes.markers import IDS
from tests.fakes.peopled import Peopled
from tests.fakes.web import NOW
from tests.integration.asked_routes import place_of_all

pytestmark = pytest.mark.integration

THERE = "/sign-in/provider?back=/growth"


class Place:
    """The peopled app with a provider, and a browser that nobody is signed in with."""

    def __init__(self, place: Peopled) -> None:
        self.peopled = place
        self.now = NOW
        self.issuer = FakeIssuer(self.seconds)
        transport = httpx2.ASGITransport(self.issuer.app)
        ours = frozenset({"school.example"})
        oidc = Oidc(ISSUER, CLIENT, SECRET, ours, clock=self.seconds, transport=transport)
        services = place.app.state.services
        place.app.state.services = replace(services, identity=oidc)
        owner = place.web.store._state.people[IDS["owner"]]
        known = replace(owner, email="owner@example.org")
        place.web.store._state.people[IDS["owner"]] = known
        self.browser = self.new_browser()

    def seconds(self) -> float:
        return self.now.timestamp()

    def new_browser(self) -> TestClient:
        pages = {"accept": "text/html", "Origin": "http://testserver"}
        return TestClient(self.peopled.app, headers=pages, follow_redirects=False)

    def there_and_back(self) -> Response:
        """A whole visit."""
        left = self.browser.get(THERE)
        assert left.status_code == 303
        return self.browser.get(self.issuer.visit(left.headers["location"]))  # type: ignore[return-value]  # httpx's

    def acts(self) -> list[tuple[str, str]]:
        return [(e.act, e.note) for e in self.peopled.web.store._state.events]


@pytest.fixture
def place() -> Iterator[Place]:
    peopled = place_of_all()
    peopled.restore()
    kept = peopled.app.state.services
    yield Place(peopled)
    peopled.app.state.services = kept
    peopled.restore()


def said(response: Any) -> str:
    return " ".join(unescape(response.text).split())


def test_an_invited_person_comes_in_by_the_provider_and_goes_where_they_wanted(
    place: Place,
) -> None:
    page = place.browser.get("/sign-in?back=/growth").text
    assert 'href="/sign-in/provider?back=/growth"' in page
    assert "Sign in with id.example" in page
    came = place.there_and_back()
    assert (came.status_code, came.headers["location"]) == (303, "/growth")
    assert place.browser.get("/api/me").json()["id"] == str(IDS["owner"])
    assert COOKIE not in place.browser.cookies
    assert ("signed_in", "by the provider") in place.acts()
    for cookie in came.headers.get_list("set-cookie"):  # type: ignore[attr-defined]  # httpx's
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie


def test_it_signs_out_like_everybody(place: Place) -> None:
    place.there_and_back()
    page = place.browser.get("/account").text
    token = page.partition('name="form-token" content="')[2].partition('"')[0]
    assert place.browser.post("/sign-out", data={"csrf": token}).status_code == 303
    assert place.browser.get("/account").status_code == 303


LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "another"},
    "another program": {"aud": "another"},
    "several programs, for another": {"aud": [CLIENT, "another"], "azp": "another"},
    "several programs, for nobody": {"aud": [CLIENT, "another"]},
    "another party": {"azp": "another"},
    "another issuer": {"iss": "https://evil.example"},
    "over": {"exp": int(NOW.timestamp()) - 3600},
    "from the future": {"iat": int(NOW.timestamp()) + 3600},
    "not yet": {"nbf": int(NOW.timestamp()) + 3600},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_token_that_does_not_hold_lets_nobody_in(place: Place, lie: dict[str, Any]) -> None:
    place.issuer.claims = lie
    _nobody(place, UNPROVEN)


@pytest.mark.parametrize("name", ["iss", "aud", "sub", "exp", "iat", "nonce"])
def test_nor_does_one_with_a_gap(place: Place, name: str) -> None:
    place.issuer.dropped = (name,)
    _nobody(place, UNPROVEN)


@pytest.mark.parametrize("signed_by", ["none", "another key", "HS256"])
def test_nor_does_one_that_the_provider_did_not_sign(place: Place, signed_by: str) -> None:
    place.issuer.signed_by = signed_by
    _nobody(place, UNPROVEN)


UNTRUE: dict[str, dict[str, Any]] = {
    "not verified": {"email_verified": False},
    "verified in a word": {"email_verified": "true"},
    "nothing said": {"email_verified": None},
    "no address": {"email": ""},
    "no known address": {"email": "somebody@else.example"},
    "a domain within another": {"email": "a@school.example.evil.example"},
    "two addresses": {"email": "a@evil.example@school.example"},
}


@pytest.mark.parametrize("claims", UNTRUE.values(), ids=UNTRUE)
def test_an_address_that_is_not_proven_or_not_known_lets_nobody_in(
    place: Place, claims: dict[str, Any]
) -> None:
    place.issuer.claims = claims
    _nobody(place, UNKNOWN)
    assert ("refused", "by the provider") in place.acts()


def _nobody(place: Place, why: str) -> None:
    people = len(place.peopled.web.store._state.people)
    refused = place.there_and_back()
    assert (refused.status_code, why in said(refused)) == (403, True)
    assert SESSION not in place.browser.cookies
    assert place.browser.get("/account").status_code == 303
    assert len(place.peopled.web.store._state.people) == people


def test_whoever_is_shut_out_stays_out(place: Place) -> None:
    state = place.peopled.web.store._state
    state.people[IDS["owner"]] = replace(state.people[IDS["owner"]], disabled_at=NOW)
    _nobody(place, UNKNOWN)


def test_people_of_an_own_domain_become_candidates_by_coming(place: Place) -> None:
    place.issuer.claims = {"email": "Ada@School.example", "name": "Ada\u0007 Lovelace"}
    assert place.there_and_back().status_code == 303
    me = place.browser.get("/api/me").json()
    assert (me["name"], me["roles"]) == ("Ada Lovelace", ["candidate"])
    place.browser.cookies.clear()
    assert place.there_and_back().status_code == 303
    assert place.browser.get("/api/me").json()["id"] == me["id"], "the second time it is known"


def test_a_provider_changes_no_role(place: Place) -> None:
    place.issuer.claims = {"email": "educator@example.org", "roles": ["admin"]}
    place.there_and_back()
    role = place.peopled.web.store._state.people[IDS["educator"]].role
    assert role is Role.EDUCATOR


def test_a_visit_is_good_for_the_browser_that_began_it_and_once(place: Place) -> None:
    left = place.browser.get(THERE)
    back = place.issuer.visit(left.headers["location"])
    stranger = place.new_browser()
    assert LATE in said(stranger.get(back))
    assert LATE in said(place.browser.get(back.replace("state=", "state=x")))
    left = place.browser.get(THERE)
    back = place.issuer.visit(left.headers["location"])
    kept = place.browser.cookies[COOKIE]
    assert place.browser.get(back).status_code == 303
    again = place.new_browser()
    again.cookies.set(COOKIE, kept)
    assert UNPROVEN in said(again.get(back)), "a code is taken once"


def test_a_code_that_was_given_to_another_browser_is_worth_nothing(place: Place) -> None:
    """Its proof stands in the cookie of the browser that began: PKCE."""
    mine, theirs = place.new_browser(), place.new_browser()
    stolen = place.issuer.visit(theirs.get(THERE).headers["location"])
    code = stolen.partition("code=")[2].partition("&")[0]
    own = place.issuer.visit(mine.get(THERE).headers["location"])
    state = own.partition("state=")[2]
    refused = mine.get(f"/sign-in/provider/back?code={code}&state={state}")
    assert (refused.status_code, UNPROVEN in said(refused)) == (403, True)


def test_what_the_provider_refuses_or_can_not_answer_is_told(place: Place) -> None:
    left = place.browser.get(THERE)
    state = left.headers["location"].partition("state=")[2].partition("&")[0]
    denied = place.browser.get(f"/sign-in/provider/back?error=access_denied&state={state}")
    assert (denied.status_code, REFUSED in said(denied)) == (403, True)
    back = place.issuer.visit(place.browser.get(THERE).headers["location"])
    place.issuer.away = True
    for at in (back, THERE):
        away = place.browser.get(at)
        assert (away.status_code, AWAY in said(away)) == (503, True)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://id.example/authorize"},
        {"authorization_endpoint": ""},
    ],
)
def test_a_provider_by_another_name_or_without_https_is_not_used(
    place: Place, metadata: dict[str, str]
) -> None:
    place.issuer.metadata = metadata
    assert place.browser.get(THERE).status_code == 503


def test_a_visit_leads_to_no_other_site(place: Place) -> None:
    left = place.browser.get("/sign-in/provider?back=//evil.example/x")
    came = place.browser.get(place.issuer.visit(left.headers["location"]))
    assert came.headers["location"].startswith("/")
    assert "evil" not in came.headers["location"]


def test_where_none_is_set_there_is_no_button_and_no_way(place: Place) -> None:
    app = place.peopled.app
    app.state.services = replace(app.state.services, identity=None)
    assert "/sign-in/provider" not in place.browser.get("/sign-in").text
    assert place.browser.get(THERE).status_code == 404


def test_the_tokens_time_is_that_of_now(place: Place) -> None:
    left = place.browser.get(THERE)
    back = place.issuer.visit(left.headers["location"])
    kept, place.issuer.clock = place.now, lambda: (NOW - timedelta(hours=1)).timestamp()
    assert UNPROVEN in said(place.browser.get(back))
    place.now = kept


WHOLE = {
    "accounts": "on",
    "oidc_issuer": ISSUER,
    "oidc_client_id": CLIENT,
    "oidc_client_secret": SECRET,
    "oidc_allowed_domains": "School.example, other.example,",
}


def test_the_settings_make_a_provider(tmp_path: Path) -> None:
    made = make_identity(Settings.model_validate(WHOLE))
    assert made is not None
    assert made.name == "id.example"
    assert made.domains == {"school.example", "other.example"}
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    by_file = {"oidc_client_secret": None, "oidc_client_secret_file": file}
    assert make_identity(Settings.model_validate(WHOLE | by_file)) == made
    assert make_identity(Settings.model_validate({"accounts": "on"})) is None


@pytest.mark.parametrize(
    "gap",
    [
        {"accounts": "off"},
        {"oidc_client_id": None},
        {"oidc_client_secret": None},
        {"oidc_client_secret_file": "/also/this"},
    ],
)
def test_half_a_provider_is_told_at_the_start(gap: dict[str, str | None]) -> None:
    with pytest.raises(ValidationError, match="SOUNDING_OIDC_ISSUER needs"):
        Settings.model_validate(WHOLE | gap)
