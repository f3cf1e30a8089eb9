"""What is over or gone has a clear page: old links, deleted people, consents taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from app.domain.person import Role
from app.usecases.manage_people import LINK_LASTS, invite, renew_link
from app.web.accounts import CLOSED
from app.web.form_tokens import HEADER
from app.web.join import NOWHERE
from app.web.people import NO_PERSON
from tests.fakes.markers import IDS, OF
from tests.fakes.peopled import Peopled
from tests.fakes.web import NOW
from tests.integration.asked_routes import place_of_all

pytestmark = pytest.mark.integration

MINE = OF["mine"]
PASSWORD = "a few words of mine"
AUDIO = f"/interviews/{MINE.done}/audio?to=1"


@pytest.fixture
def place() -> Iterator[Peopled]:
    place = place_of_all()
    place.restore()
    kept = place.app.state.services
    yield place
    place.app.state.services = kept
    place.restore()


def browser(place: Peopled, caller: str) -> TestClient:
    own = {"Origin": "http://testserver", "accept": "text/html", HEADER: place.token(caller)}
    return TestClient(place.app, headers=own, cookies=place.cookies(caller), follow_redirects=False)


def said(text: str) -> str:
    """The words of a page, as they are read."""
    return " ".join(text.split())


def later(place: Peopled, by: timedelta) -> None:
    place.app.state.services = replace(place.app.state.services, clock=lambda: NOW + by)


def link_of(place: Peopled, email: str) -> str:
    store = place.web.store
    return asyncio.run(invite(store, "Bo", email, Role.CANDIDATE, by=None, now=NOW)).secret


def test_a_link_that_is_too_old_used_or_replaced_says_what_to_do(place: Peopled) -> None:
    client, used = browser(place, "nobody"), link_of(place, "a@b.example")
    client.post(f"/welcome/{used}", data={"password": PASSWORD})
    client.cookies.clear()
    replaced = link_of(place, "c@d.example")
    person = next(p for p in place.web.store._state.people.values() if p.email == "c@d.example")
    asyncio.run(renew_link(place.web.store, person.id, by=None, now=NOW))
    old = link_of(place, "e@f.example")
    assert client.get(f"/welcome/{old}").status_code == 200
    later(place, LINK_LASTS)
    for secret in (used, replaced, old, "never-was", "\u2603"):
        for answer in (
            client.get(f"/welcome/{secret}"),
            client.post(f"/welcome/{secret}", data={"password": PASSWORD}),
        ):
            assert answer.status_code == 410
            assert CLOSED in said(answer.text)


def test_somebody_who_is_invited_twice_is_told_so_beside_the_field(place: Peopled) -> None:
    admin = browser(place, "admin")
    form = {"name": "Bo", "email": "BO@example.org ", "role": "candidate"}
    assert admin.post("/people", data=form).status_code == 200
    double = admin.post("/people", data=form | {"name": "Bob"})
    assert double.status_code == 422
    assert "This address has an account already." in double.text
    assert 'value="Bob"' in double.text
    assert sum(p.email == "bo@example.org" for p in place.web.store._state.people.values()) == 1


def test_an_invitation_that_is_over_says_when_it_ended_and_whom_to_ask(place: Peopled) -> None:
    client = browser(place, "nobody")
    assert client.get(f"/join/{MINE.token}").status_code == 200
    later(place, timedelta(days=6))
    for answer in (client.get(f"/join/{MINE.token}"), client.post(f"/join/{MINE.token}")):
        assert answer.status_code == 410
        assert "This link ended on" in said(answer.text)
        assert MINE.word("contact") in answer.text
    later(place, timedelta(0))
    gone = browser(place, "educator").post(
        f"/assignments/{MINE.assignment}/invitations/{MINE.invitation}/remove"
    )
    assert gone.status_code == 303
    nowhere = client.get(f"/join/{MINE.token}")
    assert (nowhere.status_code, NOWHERE in said(nowhere.text)) == (404, True)


def test_a_deleted_person_comes_in_nowhere_and_leaves_nothing_but_receipts(place: Peopled) -> None:
    admin, theirs = browser(place, "admin"), browser(place, "owner")
    assert theirs.get("/account").status_code == 200
    at = f"/people/{IDS['owner']}"
    assert admin.post(f"{at}/delete", data={"sure": "yes"}).status_code == 303
    assert theirs.get("/account").headers["location"] == "/sign-in?back=/account"
    assert browser(place, "nobody").get(f"/welcome/{MINE.secret}").status_code == 410
    for act, more in (("link", {}), ("role", {"role": "admin"}), ("door", {"to": "open"})):
        answer = admin.post(f"{at}/{act}", data=more)
        assert (answer.status_code, NO_PERSON in said(answer.text)) == (404, True)
    report = browser(place, "educator").get(f"/interviews/{MINE.done}/report")
    assert report.status_code == 404
    assert "There is no such interview. It may have been deleted." in said(report.text)
    log = said(admin.get("/people/log").text)
    assert "deleted somebody deleted" in log
    assert MINE.word("name") not in log
    for address in ("/coach/knowledge", "/review", "/people"):
        page = admin.get(address).text
        assert [k for k in ("name", "mail", "handed", "answer") if MINE.word(k) in page] == []
    assert "receipt" in said(admin.get(f"/receipts/{MINE.receipt}").text).lower()


def test_what_helps_the_invited_of_a_deleted_educator_is_the_admins(place: Peopled) -> None:
    at = f"/assignments/{MINE.assignment}/invitations/{MINE.invitation}/help"
    admin = browser(place, "admin")
    assert admin.get(at).status_code == 404
    assert admin.post(f"/people/{IDS['educator']}/delete", data={"sure": "yes"}).status_code == 303
    assert admin.get(at).status_code == 200
    assert browser(place, "colleague").get(at).status_code == 404
    assert browser(place, "nobody").get(f"/join/{MINE.token}").status_code == 200


def test_what_a_consent_let_be_kept_is_gone_and_the_page_says_so(place: Peopled) -> None:
    owner = browser(place, "owner")
    assert owner.get(AUDIO).status_code == 200
    for modality in ("recording", "video"):
        form = {"modality": modality, "back": "consents"}
        assert owner.post(f"/interviews/{MINE.done}/withdraw", data=form).status_code == 303
    for caller in ("owner", "educator", "assigned"):
        answer = browser(place, caller).get(AUDIO)
        assert (answer.status_code, "No sound is kept" in said(answer.text)) == (404, True)
    assert "Smiling" not in owner.get(f"/interviews/{MINE.done}/report").text
    page = said(owner.get(f"/interviews/{MINE.done}/consents").text)
    assert page.count(", withdrawn on ") == 2
    frame = owner.post(f"/interviews/{MINE.done}/frames", headers={"content-type": "image/jpeg"})
    assert frame.status_code == 403
    again = owner.post(f"/interviews/{MINE.done}/withdraw", data={"modality": "video"})
    assert again.status_code == 303  # taken back twice is taken back
