"""Assignments over the fakes: made in two steps, invited by link, begun, refused and private."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.domain.assignment import Assignment
from app.domain.interview import Interview
from app.domain.person import ApiKey, Person, Role, digest_of_secret
from tests.fakes.reviewed import HERE, HTML, educator
from tests.fakes.web import NOW, FakeWeb, filled
from tests.integration.test_pages import Page

pytestmark = pytest.mark.integration

FORM: dict[str, str | list[str]] = {
    "title": "Lists <b>& tuples</b>",
    "purpose": "assessment",
    "questions": ["list-versus-tuple", "race-condition"],
    "minutes": "25",
    "attempts": "1",
    "contact": "ada@school.example",
    "step": "make",
}


@pytest.fixture
def web() -> FakeWeb:
    return filled()


@pytest.fixture
def client(web: FakeWeb) -> TestClient:
    return educator(web.app())


def made(client: TestClient, **changes: str | list[str]) -> str:
    answer = client.post("/assignments", data=FORM | changes)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def link(client: TestClient, address: str, names: str = "Grace Hopper; 2b") -> str:
    answer = client.post(f"{address}/invitations", data={"names": names})
    assert answer.status_code == 201, answer.text
    found = re.search(r'value="http://127\.0\.0\.1:8700(/join/[\w-]+)"', answer.text)
    assert found
    return found[1]


def kept(web: FakeWeb) -> Assignment:
    async def read() -> Assignment:
        async with web.store.begin() as work:
            return (await work.assignments.all())[0]

    return asyncio.run(read())


def interview(web: FakeWeb, address: str) -> Interview:
    async def read() -> Interview | None:
        async with web.store.begin() as work:
            return await work.interviews.get(UUID(address.split("/")[2]))

    found = asyncio.run(read())
    assert found is not None
    return found


def invitation_id(web: FakeWeb) -> UUID:
    async def read() -> UUID:
        async with web.store.begin() as work:
            return (await work.assignments.invitations(kept_id))[0].id

    kept_id = kept(web).id
    return asyncio.run(read())


def test_every_page_is_sound_html_with_labels(client: TestClient, web: FakeWeb) -> None:
    address = made(client)
    way_in = link(client, address)
    helped = f"{address}/invitations/{invitation_id(web)}/help"
    for page in ("/assignments", "/assignments/new", address, helped, way_in):
        answer = client.get(page)
        assert answer.status_code == 200, page
        read = Page(answer.text)
        assert read.headings == 1, page
        assert read.inline == [], page
        assert len(read.ids) == len(set(read.ids)), page
        assert [name for name in read.fields if name not in read.labels] == [], page
        assert "<b>& tuples" not in answer.text


def test_what_it_means_is_spelled_out_before_anything_is_made(
    client: TestClient, web: FakeWeb
) -> None:
    answer = client.post("/assignments", data=FORM | {"step": "check"})
    assert answer.status_code == 200
    assert "they count for nothing until a person reviewed every answer" in answer.text
    assert "Make this assessment" in answer.text
    assert "None is assigned" not in client.get("/assignments").text
    with pytest.raises(IndexError):
        kept(web)
    back = client.post("/assignments", data=FORM | {"step": "change"})
    assert 'value="race-condition" checked' in " ".join(back.text.split())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": "x"}, "Enter a title"),
        ({"purpose": "fun"}, "Choose practice or assessment"),
        ({"questions": []}, "Choose a track or at least one question"),
        ({"questions": ["nothing"]}, "Expected questions of the bank"),
        ({"attempts": "0"}, "whole number from 1 to 10"),
        ({"minutes": "nan"}, "minutes from 5 to 120"),
        ({"asks": "3"}, "to be asked"),
        ({"due": "2020-01-01"}, "lies ahead"),
        ({"due": "soon"}, "Enter a day"),
        ({"language": "de"}, "held in English only"),
        ({"contact": ""}, "Say whom people can write to"),
        ({"order": "adaptive"}, "same questions"),
    ],
)
def test_a_refused_form_says_why_and_keeps_the_words(
    client: TestClient, changes: dict[str, str | list[str]], said: str
) -> None:
    answer = client.post("/assignments", data=FORM | changes)
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    assert 'role="alert"' in answer.text
    if "title" not in changes:
        assert "Lists &lt;b&gt;&amp; tuples&lt;/b&gt;" in answer.text


def test_a_link_begins_an_interview_and_goes_on_with_it(client: TestClient, web: FakeWeb) -> None:
    way_in = link(client, made(client))
    assert "This is an <strong>assessment</strong>" in client.get(way_in).text
    first = client.post(way_in)
    assert first.status_code == 303
    assert client.post(way_in).headers["location"] == first.headers["location"]
    begun = interview(web, first.headers["location"])
    assert begun.title == "Lists <b>& tuples</b>"
    assert begun.question_ids == ("list-versus-tuple", "race-condition")
    assert begun.minutes == 25
    assert "It goes on where you left it" in client.get(way_in).text
    assert client.get(first.headers["location"]).status_code == 200


def test_duplicate_invitations_and_markup_in_names_are_told_plainly(client: TestClient) -> None:
    address = made(client)
    link(client, address, "<i>Grace</i>")
    again = client.post(f"{address}/invitations", data={"names": "<I>grace</I>\nAlan"})
    assert "is invited already" in again.text
    assert again.text.count("/join/") == 1
    assert "<i>" not in again.text
    assert "<I>" not in again.text
    empty = client.post(f"{address}/invitations", data={"names": "   "})
    assert empty.status_code == 422


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_that_leads_nowhere_or_is_over_has_a_clear_page(
    client: TestClient, web: FakeWeb, method: str
) -> None:
    nowhere = client.request(method, "/join/nothing")
    assert (nowhere.status_code, "leads nowhere" in nowhere.text) == (404, True)
    address = made(client)
    way_in = link(client, address)
    renewed = client.post(f"{address}/invitations/{invitation_id(web)}/renew")
    assert renewed.status_code == 201
    assert client.request(method, way_in).status_code == 404
    way_in = re.search(r"/join/[\w-]+", renewed.text)[0]  # type: ignore[index]  # asserted above
    client.post(f"{address}/close")
    closed = client.request(method, way_in)
    assert (closed.status_code, "closed" in closed.text) == (410, True)
    client.post(f"{address}/close")
    app = web.app()
    later = datetime.now(UTC) + timedelta(days=40)
    app.state.services = replace(app.state.services, clock=lambda: later)
    expired = educator(app).request(method, way_in)
    assert (expired.status_code, "This link ended on" in expired.text) == (410, True)


def test_accommodations_shape_the_interview_and_stand_nowhere_else(
    client: TestClient, web: FakeWeb
) -> None:
    address = made(client)
    way_in = link(client, address)
    helped = f"{address}/invitations/{invitation_id(web)}/help"
    chosen = ["more_time", "slower_speech", "text_only", "no_time_limit"]
    assert client.post(helped, data={"accommodations": chosen}).status_code == 303
    assert client.post(helped, data={"accommodations": "magic"}).status_code == 422
    before = client.post(way_in).headers["location"]
    begun = interview(web, before)
    assert set(begun.accommodations) == set(chosen)
    assert begun.minutes == 120
    assert re.search(r'value="text"\s+checked', client.get(before).text)
    for page in ("/assignments", address, f"{address}/cohort", f"{address}/cohort.csv"):
        text = client.get(page).text
        for word in ("Extra time", "Slower voice", "more_time", "slower_speech", "text_only"):
            assert word not in text, page


def test_whoever_needs_a_human_is_told_whom_to_write_to(client: TestClient, web: FakeWeb) -> None:
    address = made(client)
    way_in = link(client, address)
    helped = f"{address}/invitations/{invitation_id(web)}/help"
    client.post(helped, data={"accommodations": ["human"]})
    page = client.get(way_in).text
    assert "A person will hold this with you" in page
    assert "ada@school.example" in page
    assert client.post(way_in).status_code == 200


def test_a_try_is_a_practice_that_nobody_counts(client: TestClient, web: FakeWeb) -> None:
    address = made(client)
    assert "Nobody is invited yet" in client.get(f"{address}/cohort").text
    link(client, address)
    answer = client.post(f"{address}/try")
    assert interview(web, answer.headers["location"]).purpose.value == "practice"
    assert "Nobody has begun yet" in client.get(f"{address}/cohort").text


def test_other_ids_are_not_found_and_outsiders_are_kept_out(
    client: TestClient, web: FakeWeb
) -> None:
    address, other = made(client), made(client)
    link(client, address)
    theirs = f"{other}/invitations/{invitation_id_of(web, address)}"
    assert client.get(f"{theirs}/help").status_code == 404
    assert client.post(f"{theirs}/help", data={}).status_code == 404
    assert client.post(f"{theirs}/renew").status_code == 404
    assert client.post(f"{theirs}/remove").status_code == 404
    for part in ("", "/cohort", "/cohort.csv"):
        assert client.get(f"/assignments/{uuid4()}{part}").status_code == 404
    outsider = TestClient(web.app(), headers={"accept": "text/html"})
    for page in ("/assignments", "/assignments/new", address, f"{address}/cohort"):
        assert outsider.get(page).status_code == 403


def invitation_id_of(web: FakeWeb, address: str) -> UUID:
    async def read() -> UUID:
        async with web.store.begin() as work:
            return (await work.assignments.invitations(UUID(address.split("/")[2])))[0].id

    return asyncio.run(read())


def test_a_person_is_removed_with_the_link(client: TestClient, web: FakeWeb) -> None:
    address = made(client)
    way_in = link(client, address)
    gone = f"{address}/invitations/{invitation_id(web)}/remove"
    assert client.post(gone).status_code == 303
    assert client.post(gone).status_code == 404
    assert client.get(way_in).status_code == 404


def with_accounts(web: FakeWeb, *roles: Role) -> tuple[FastAPI, list[dict[str, str]]]:
    """The app where people sign in, and a key's header for one person of each role."""
    app = web.app()
    app.state.services = replace(app.state.services, accounts=True)

    async def fill() -> list[dict[str, str]]:
        headers = []
        async with web.store.begin() as work:
            for number, role in enumerate(roles):
                person = Person(uuid4(), f"P{number}", f"p{number}@school.example", role, NOW)
                secret = f"sounding_key_{number}"
                key = ApiKey(uuid4(), person.id, "k", digest_of_secret(secret), NOW)
                await work.accounts.people.add(person)
                await work.accounts.api_keys.add(key)
                headers.append({"authorization": f"Bearer {secret}", "accept": "text/html"})
        return headers

    return app, asyncio.run(fill())


def test_where_people_sign_in_the_link_alone_lets_its_holder_in(web: FakeWeb) -> None:
    app, (maker,) = with_accounts(web, Role.EDUCATOR)
    author = TestClient(app, base_url=HERE, headers=maker, follow_redirects=False)
    way_in = link(author, made(author))
    holder = TestClient(app, base_url=HERE, headers=dict(HTML), follow_redirects=False)
    before = holder.post(way_in).headers["location"]
    assert holder.get(before).status_code == 200
    stranger = TestClient(app, base_url=HERE, headers=dict(HTML), follow_redirects=False)
    assert stranger.get(before).status_code != 200
    assert stranger.get("/assignments").status_code != 200
    assert stranger.get(way_in).status_code == 200
    assert stranger.get(before).status_code == 200  # the link was all it took


def test_what_helps_is_for_the_educator_alone_who_made_the_assignment(web: FakeWeb) -> None:
    app, headers = with_accounts(web, Role.EDUCATOR, Role.EDUCATOR, Role.CANDIDATE)
    maker, other, candidate = (
        TestClient(app, base_url=HERE, headers=one, follow_redirects=False) for one in headers
    )
    address = made(maker)
    way_in = link(maker, address)
    helped = f"{address}/invitations/{invitation_id(web)}/help"
    assert maker.post(helped, data={"accommodations": ["more_time"]}).status_code == 303
    assert other.get(address).status_code == 200
    assert "What helps" not in other.get(address).text
    assert "What helps" in maker.get(address).text
    for method in ("GET", "POST"):
        assert other.request(method, helped).status_code == 404
        assert candidate.request(method, helped).status_code == 403
    assert candidate.get(f"{address}/cohort").status_code == 403
    mine = candidate.post(way_in).headers["location"]
    assert interview(web, mine).owner_id is not None
