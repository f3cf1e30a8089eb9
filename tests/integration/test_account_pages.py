"""The way in and out, and people for admins, over fakes: links, passwords, limits, deletion."""

from __future__ import annotations

import asyncio
import itertools
import re
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from app.domain.person import Role
from app.usecases.manage_people import LINK_LASTS, invite
from app.web.sessions import COOKIE, LASTS
from tests.fakes.accounts import FakeHasher
from tests.fakes.web import NOW, FakeWeb

pytestmark = pytest.mark.integration

GOOD = "a few words of mine"


class Place:
    """The app with accounts, a clock that can be moved, and one admin's link."""

    def __init__(self) -> None:
        self.now = NOW
        self.web = asyncio.run(FakeWeb().fill())
        self.app = self.web.app()
        services = replace(
            self.app.state.services, accounts=True, hasher=FakeHasher(), clock=self.clock
        )
        self.app.state.services = services

    def clock(self) -> datetime:
        return self.now

    def browser(self) -> TestClient:
        own = {"Origin": "http://testserver", "Accept": "text/html"}
        return TestClient(self.app, headers=own, follow_redirects=False)

    def invited(self, email: str, role: Role = Role.CANDIDATE) -> str:
        made = asyncio.run(invite(self.web.store, "Ada", email, role, by=None, now=self.now))
        return made.secret

    def entered(self, email: str, role: Role = Role.CANDIDATE) -> TestClient:
        browser = self.browser()
        came = browser.post(f"/welcome/{self.invited(email, role)}", data={"password": GOOD})
        assert came.status_code == 303
        return browser

    def id_of(self, email: str) -> UUID:
        people = self.web.store._state.people.values()
        return next(person.id for person in people if person.email == email)


@pytest.fixture
def place() -> Place:
    return Place()


def _form(page: str) -> dict[str, str]:
    found = re.search(r'name="csrf"\s+value="(\w+)"', page)
    assert found is not None
    return {"csrf": found.group(1)}


def test_a_link_sets_a_password_once_and_lets_its_person_in(place: Place) -> None:
    secret, browser = place.invited("ada@example.org"), place.browser()
    assert "Ada" in browser.get(f"/welcome/{secret}").text
    assert browser.post(f"/welcome/{secret}", data={"password": "short"}).status_code == 422
    came = browser.post(f"/welcome/{secret}", data={"password": GOOD})
    assert came.status_code == 303
    cookie = came.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert browser.get("/").status_code == 200
    assert place.browser().get(f"/welcome/{secret}").status_code == 410
    again = place.browser().post(f"/welcome/{secret}", data={"password": GOOD})
    assert again.status_code == 410
    assert COOKIE not in again.headers.get("set-cookie", "")


def test_a_late_link_opens_nothing(place: Place) -> None:
    secret = place.invited("ada@example.org")
    place.now += LINK_LASTS
    late = place.browser().post(f"/welcome/{secret}", data={"password": GOOD})
    assert late.status_code == 410


def test_no_secret_is_kept_as_it_is(place: Place) -> None:
    secret = place.invited("ada@example.org")
    browser = place.browser()
    browser.post(f"/welcome/{secret}", data={"password": GOOD})
    kept = repr(place.web.store._state.links) + repr(place.web.store._state.sign_ins)
    assert secret not in kept
    assert browser.cookies[COOKIE] not in kept


def test_an_address_and_a_password_let_in_and_nothing_else_does(place: Place) -> None:
    place.entered("ada@example.org")
    right = {"email": " ADA@example.org ", "password": GOOD, "back": "/prepare"}
    came = place.browser().post("/sign-in", data=right)
    assert (came.status_code, came.headers["location"]) == (303, "/prepare")
    wrong = place.browser().post("/sign-in", data=right | {"password": "another one"})
    unknown = place.browser().post("/sign-in", data=right | {"email": "bo@example.org"})
    assert wrong.status_code == unknown.status_code == 422
    told = wrong.text.replace(" ADA@example.org ", "").replace("bo@example.org", "")
    assert told == unknown.text.replace("bo@example.org", "")
    acts = [event.act for event in place.web.store._state.events]
    assert acts.count("refused") == 2


def test_a_sign_in_leads_to_no_other_site(place: Place) -> None:
    place.entered("ada@example.org")
    form = {"email": "ada@example.org", "password": GOOD, "back": "//evil.example/x"}
    came = place.browser().post("/sign-in", data=form)
    assert came.headers["location"].startswith("/")
    assert "evil" not in came.headers["location"]


def test_a_new_sign_in_takes_the_place_of_the_old_one(place: Place) -> None:
    browser = place.entered("ada@example.org")
    before = browser.cookies[COOKIE]
    form = _form(browser.get("/account").text)
    browser.post("/sign-in", data=form | {"email": "ada@example.org", "password": GOOD})
    assert browser.cookies[COOKIE] != before
    stolen = place.browser()
    stolen.cookies.set(COOKIE, before)
    assert stolen.get("/").status_code == 303


def test_guessing_is_slowed_down(place: Place) -> None:
    place.entered("ada@example.org")
    form = {"email": "ada@example.org", "password": "a wrong one here"}
    tried = [place.browser().post("/sign-in", data=form) for _ in range(9)]
    assert [answer.status_code for answer in tried] == [422] * 8 + [429]
    assert int(tried[-1].headers["retry-after"]) > 0


def test_a_sign_in_ends_by_hand_and_by_time(place: Place) -> None:
    browser = place.entered("ada@example.org")
    token = _form(browser.get("/account").text)
    assert browser.post("/sign-out").status_code == 403
    kept = browser.cookies[COOKIE]
    assert browser.post("/sign-out", data=token).status_code == 303
    browser.cookies.set(COOKIE, kept)
    assert browser.get("/").status_code == 303
    other = place.entered("bo@example.org")
    place.now += LASTS
    assert other.get("/").status_code == 303


def test_an_admin_invites_changes_shuts_out_and_deletes(place: Place) -> None:
    admin = place.entered("root@example.org", Role.ADMIN)
    token = _form(admin.get("/people").text)
    form = token | {"name": "Bo", "email": "bo@example.org", "role": "educator"}
    page = admin.post("/people", data=form)
    found = re.search(r"http://testserver(/welcome/[\w-]+)", page.text)
    assert found is not None
    double = admin.post("/people", data=form)
    assert double.status_code == 422
    assert "has an account already" in double.text
    bo = place.browser()
    assert bo.post(found.group(1), data={"password": GOOD}).status_code == 303
    assert bo.get("/review").status_code == 200
    at = f"/people/{place.id_of('bo@example.org')}"
    assert admin.post(f"{at}/role", data={"role": "candidate"}).status_code == 403
    assert admin.post(f"{at}/role", data=token | {"role": "candidate"}).status_code == 303
    assert bo.get("/review").status_code == 403
    made = bo.post("/interviews", data=_form(bo.get("/account").text) | {"track": "sample"})
    room = made.headers["location"]
    assert admin.post(f"{at}/door", data=token | {"to": "shut"}).status_code == 303
    assert bo.get(room).status_code == 303
    again = {"email": "bo@example.org", "password": GOOD}
    assert place.browser().post("/sign-in", data=again).status_code == 422
    assert admin.post(f"{at}/delete", data=token | {"sure": "yes"}).status_code == 303
    assert "bo@example.org" not in admin.get("/people").text
    assert UUID(room.split("/")[2]) not in place.web.store._state.interviews
    assert place.browser().post("/sign-in", data=again).status_code == 422
    log = admin.get("/people/log").text
    for words in ("invited", "changed the role of", "shut out", "deleted"):
        assert words in log


def test_the_last_admin_stays(place: Place) -> None:
    admin = place.entered("root@example.org", Role.ADMIN)
    token = _form(admin.get("/people").text)
    at = f"/people/{place.id_of('root@example.org')}"
    for act, more in (("role", {"role": "educator"}), ("door", {"to": "shut"})):
        assert admin.post(f"{at}/{act}", data=token | more).status_code == 409
    assert admin.post(f"{at}/delete", data=token | {"sure": "yes"}).status_code == 409
    assert admin.get("/people").status_code == 200


def test_a_key_acts_for_its_person_until_it_is_revoked(place: Place) -> None:
    browser = place.entered("ada@example.org")
    token = _form(browser.get("/account").text)
    page = browser.post("/account/keys", data=token | {"name": "laptop <script>"}).text
    assert "<script>" not in page
    found = re.search(r"sounding_key_[\w-]+", page)
    assert found is not None
    program = TestClient(place.app, headers={"Authorization": f"Bearer {found.group()}"})
    assert program.get("/api/me").json()["roles"] == ["candidate"]
    made = program.post("/api/interviews", json={"track": "sample"}).json()["id"]
    assert [one["id"] for one in program.get("/api/interviews").json()] == [made]
    assert place.entered("bo@example.org").get(f"/api/interviews/{made}").status_code == 404
    (key,) = place.web.store._state.api_keys.values()
    other = place.entered("cy@example.org")
    theirs = _form(other.get("/account").text)
    assert other.post(f"/account/keys/{key.id}/revoke", data=theirs).status_code == 404
    assert browser.post(f"/account/keys/{key.id}/revoke", data=token).status_code == 303
    assert program.get("/api/me").status_code == 401


def test_the_api_slows_down_who_asks_too_often(place: Place) -> None:
    program = TestClient(place.app)
    asked = (program.get("/api/me").status_code for _ in range(1000))
    before = list(itertools.takewhile(lambda code: code != 429, asked))
    assert 120 <= len(before) < 1000, "the bucket fills up again while we ask"
    assert set(before) == {401}


def test_over_https_the_cookie_is_bound_to_the_host(place: Place) -> None:
    services = replace(
        place.app.state.services, base_url="https://sounding.example", hosts=("sounding.example",)
    )
    place.app.state.services = services
    secret = place.invited("ada@example.org")
    came = TestClient(place.app, base_url="https://testserver").post(
        f"/welcome/{secret}", data={"password": GOOD}, follow_redirects=False
    )
    cookie = came.headers["set-cookie"]
    assert cookie.startswith(f"__Host-{COOKIE}=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_without_accounts_nobody_needs_to_sign_in() -> None:
    app = asyncio.run(FakeWeb().fill()).app()
    client = TestClient(app, client=("127.0.0.1", 1), base_url="http://127.0.0.1")
    assert client.get("/").status_code == 200
    assert client.get("/sign-in").status_code == 404
    assert "SOUNDING_ACCOUNTS" in client.get("/people").text
    assert client.get("/account").status_code == 404


def test_a_day_is_enough_for_nobody_to_forget(place: Place) -> None:
    browser = place.entered("ada@example.org")
    place.now += LASTS - timedelta(seconds=1)
    assert browser.get("/").status_code == 200
