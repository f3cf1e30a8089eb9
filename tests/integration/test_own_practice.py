"""Practice of nobody's assignment is for its own person alone, until a level of it is contested."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from uuid import UUID

import httpx
import pytest

from app.domain.assignment import Attempt
from app.domain.review import Contest
from app.web import access
from app.web.access import rules_of
from tests.fakes.markers import IDS, OF
from tests.fakes.web import NOW
from tests.integration.asked_routes import UNKNOWN, Answer, body_for, place_of_all, routes

pytestmark = pytest.mark.integration

ALONE = OF["mine"].alone
WORD = OF["mine"].word("alone")
OTHERS = ("guest", "other", "assigned", "interviewer", "educator", "colleague", "admin")
READ = [
    (method, route.path)
    for method, _, route in routes()
    if "{interview_id}" in route.path and access.OWN not in rules_of(route)
]


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    place_of_all().restore()
    yield
    place_of_all().restore()


async def _ask(caller: str, method: str, pattern: str, interview_id: object) -> Answer:
    place_of_all().forget_how_often()
    values = {"question_id": "list-versus-tuple", "criterion_id": "correctness", "index": "0"}
    values |= {"person_id": str(IDS["interviewer"]), "reader_id": str(IDS["assigned"])}
    path = pattern.format(interview_id=interview_id, contest_id=OF["mine"].contest, **values)
    transport = httpx.ASGITransport(place_of_all().app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport,
        base_url="http://testserver",
        headers={"Origin": "http://testserver"},
        cookies=place_of_all().cookies(caller),
    ) as client:
        got = await client.request(method, path, **body_for(method, pattern, caller))
    told = sorted(f"{k}: {v}" for k, v in got.headers.items() if k != "content-length")
    text = "\n".join((*told, got.text))
    return Answer(method, pattern, caller, "alone", path, got.status_code, text)


def ask(caller: str, method: str, pattern: str, interview_id: object = ALONE) -> Answer:
    return asyncio.run(_ask(caller, method, pattern, interview_id))


def report(caller: str) -> Answer:
    return ask(caller, "GET", "/interviews/{interview_id}/report")


def queue(caller: str) -> str:
    both = ("/review?show=all", "/api/review?show=all", "/review?show=all&order=spread")
    return "\n".join(ask(caller, "GET", at).told for at in both)


async def _contest() -> None:
    async with place_of_all().web.store.begin() as work:
        made = Contest(UUID(int=1), ALONE, "list-versus-tuple", "correctness", "I said it.", NOW)
        await work.review.contests.add(made)


async def _assign() -> None:
    async with place_of_all().web.store.begin() as work:
        await work.assignments.begin(
            Attempt(ALONE, OF["mine"].assignment, 1, NOW, OF["mine"].invitation)
        )


@pytest.mark.parametrize("caller", OTHERS)
@pytest.mark.parametrize(("method", "pattern"), READ)
def test_own_practice_looks_to_others_like_one_that_is_not_there(
    method: str, pattern: str, caller: str
) -> None:
    theirs = ask(caller, method, pattern)
    place_of_all().restore()
    missing = ask(caller, method, pattern, UNKNOWN)
    assert theirs.plain == missing.plain
    assert theirs.status in {401, 403, 404}
    assert WORD not in theirs.told


def test_its_own_person_reads_it() -> None:
    found = report("owner")
    assert found.status == 200
    assert WORD in found.told


@pytest.mark.parametrize("caller", ["educator", "admin"])
def test_own_practice_is_in_nobodys_queue(caller: str) -> None:
    assert str(OF["mine"].done) in queue(caller)
    assert str(ALONE) not in queue(caller)


def test_an_interviewer_is_not_told_of_it_either() -> None:
    told = ask("assigned", "GET", "/interviews").told
    assert str(OF["mine"].done) in told
    assert str(ALONE) not in told


@pytest.mark.parametrize("caller", ["assigned", "educator", "colleague", "admin"])
@pytest.mark.parametrize("given", [_contest, _assign])
def test_what_was_contested_or_assigned_is_for_others_too(caller: str, given: object) -> None:
    assert callable(given)
    asyncio.run(given())
    assert WORD in report(caller).told
    if caller != "assigned":
        assert WORD in ask(caller, "GET", "/review/{interview_id}").told
        assert str(ALONE) in queue(caller)


@pytest.mark.parametrize("caller", ["guest", "other", "interviewer"])
def test_it_is_still_nobody_elses_then(caller: str) -> None:
    asyncio.run(_contest())
    assert report(caller).status in {401, 404}


def test_who_may_read_it_is_said_before_it_begins() -> None:
    before = "/interviews/{interview_id}/before"
    fresh = OF["mine"].fresh
    told = ask("owner", "GET", before, fresh).told
    assert "for you alone: educators can read it only if you contest a level" in told
    asyncio.run(_begun(fresh))
    assigned = ask("owner", "GET", before, fresh).told
    assert "for you alone: educators" not in assigned
    assert "Educators of this server, and interviewers whom they choose, can read it" in assigned


async def _begun(interview_id: UUID) -> None:
    async with place_of_all().web.store.begin() as work:
        await work.assignments.begin(
            Attempt(interview_id, OF["mine"].assignment, 1, NOW, OF["mine"].invitation)
        )


def test_contesting_says_that_it_lets_others_read() -> None:
    assert "From then on educators can read this practice" in report("owner").told
