"""Every route and socket of the app, for everybody who may knock, from the app's own list.

Each route declares its rule. What a rule means is written here a second time, by caller, so that a
rule that changes its meaning is seen; and the refusals tell nothing of what they hide.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, APIWebSocketRoute, iter_route_contexts
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from app.domain.assignment import Attempt
from app.domain.person import Person, Role, SignIn, digest_of_secret
from app.domain.review import Mark
from app.web import access
from app.web.access import NO_INTERVIEW, NOT_THIS_ROLE, Rule, rules_of
from app.web.form_tokens import HEADER
from app.web.limits import Limits
from app.web.sessions import COOKIE, PASS_COOKIE
from tests.fakes.accounts import FakeHasher
from tests.fakes.store import _copied
from tests.fakes.web import DONE, NOW, FakeWeb, interview

pytestmark = pytest.mark.integration

TOKEN = "the interview's own token"
ROLES = {
    "owner": Role.CANDIDATE,
    "other": Role.CANDIDATE,
    "assigned": Role.INTERVIEWER,
    "interviewer": Role.INTERVIEWER,
    "educator": Role.EDUCATOR,
    "admin": Role.ADMIN,
}
IDS = {name: UUID(int=1000 + number) for number, name in enumerate(ROLES)}
CALLERS = ("nobody", "guest", *ROLES)
EVERYBODY = frozenset(CALLERS)
ALLOWED: dict[Rule, frozenset[str]] = {
    access.ANYONE: EVERYBODY,
    access.VISITORS: EVERYBODY - {"nobody"},
    access.SIGNED_IN: EVERYBODY - {"nobody", "guest"},
    access.INTERVIEWERS: frozenset({"assigned", "interviewer", "educator", "admin"}),
    access.EDUCATORS: frozenset({"educator", "admin"}),
    access.ADMINS: frozenset({"admin"}),
    access.OPERATORS: frozenset({"admin"}),
    access.OWN: frozenset({"owner", "guest"}),
    access.READ: frozenset({"owner", "guest", "assigned", "educator", "admin"}),
}
VALUES = {
    "interview_id": str(DONE),
    "question_id": "list-versus-tuple",
    "criterion_id": "correctness",
    "index": "0",
    "token": "unknown",
    "secret": "unknown",
}
UNKNOWN = "00000000-0000-4000-8000-00000000ffff"


class Place:
    """The app with accounts over a filled store, and how each caller knocks."""

    def __init__(self) -> None:
        self.web = asyncio.run(_filled())
        app = self.web.app()
        services = replace(
            app.state.services, accounts=True, hasher=FakeHasher(), clock=lambda: NOW
        )
        app.state.services = services
        self.app: FastAPI = app
        state = self.web.store._state
        self._before = {name: _copied(value) for name, value in vars(state).items()}

    def restore(self) -> None:
        """Undo what a request did."""
        before = {name: _copied(value) for name, value in self._before.items()}
        vars(self.web.store._state).update(before)
        self.app.state.limits = Limits()

    def client(self, caller: str) -> TestClient:
        """A browser of theirs, which follows nothing."""
        cookies = {}
        if caller == "guest":
            cookies = {PASS_COOKIE + DONE.hex: digest_of_secret(TOKEN)}
        elif caller != "nobody":
            cookies = {COOKIE: caller}
        own = {"Origin": "http://testserver"}
        if cookies:
            own[HEADER] = digest_of_secret(f"form {next(iter(cookies.values()))}")
        return TestClient(
            self.app,
            headers=own,
            cookies=cookies,
            follow_redirects=False,
            raise_server_exceptions=False,
        )


async def _filled() -> FakeWeb:
    web = await FakeWeb().fill()
    async with web.store.begin() as work:
        kept = await work.interviews.get(DONE)
        assert kept is not None
        for name, role in ROLES.items():
            person = Person(IDS[name], name, f"{name}@example.org", role, NOW)
            await work.accounts.people.add(person)
            sign_in = SignIn(IDS[name], IDS[name], digest_of_secret(name), NOW, NOW + timedelta(1))
            await work.accounts.sign_ins.add(sign_in)
        await work.interviews.save(replace(kept, owner_id=IDS["owner"], token=TOKEN))
        await work.accounts.interviewers.assign(DONE, IDS["assigned"], NOW)
        await work.assignments.begin(Attempt(DONE, UUID(UNKNOWN), 1, NOW, trial=True))
    return web


@pytest.fixture(scope="module")
def place() -> Place:
    return Place()


@pytest.fixture(autouse=True)
def _restored(place: Place) -> Iterator[None]:
    yield
    place.restore()


def _routes() -> list[APIRoute | APIWebSocketRoute]:
    found = (context.original_route for context in iter_route_contexts(FakeWeb().app().routes))
    return [route for route in found if isinstance(route, APIRoute | APIWebSocketRoute)]


ROUTES = _routes()
HTTP = [
    (method, route.path, rules_of(route))
    for route in ROUTES
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
]
SOCKETS = [(r.path, rules_of(r)) for r in ROUTES if isinstance(r, APIWebSocketRoute)]


def _path(pattern: str, **values: str) -> str:
    known = VALUES | values
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda m: known.get(m.group(1), UNKNOWN), pattern)


def _allowed(rules: tuple[Rule, ...]) -> frozenset[str]:
    allowed = EVERYBODY
    for rule in rules:
        allowed &= ALLOWED[rule]
    return allowed


def _refused(response: Any) -> bool:
    """Whether the rule shut the door, and not the route behind it."""
    if response.status_code not in (403, 404):
        return bool(response.status_code == 401)
    return response.json().get("detail") in (NOT_THIS_ROLE, NO_INTERVIEW)


def test_the_list_of_routes_is_that_of_the_app() -> None:
    assert len(HTTP) > 60
    assert SOCKETS


def test_every_route_declares_who_may_use_it() -> None:
    listed = [(r.path, rules_of(r)) for r in ROUTES]
    assert [path for path, rules in listed if not rules] == []


def test_what_is_no_route_of_ours_serves_files_alone() -> None:
    app = FakeWeb().app()
    paths = {context.path for context in iter_route_contexts(app.routes)}
    others = paths - {route.path for route in ROUTES}
    assert others == {"/static"}


@pytest.mark.parametrize(("method", "pattern", "rules"), HTTP, ids=[f"{m} {p}" for m, p, _ in HTTP])
def test_each_route_lets_in_just_whom_it_declares(
    place: Place, method: str, pattern: str, rules: tuple[Rule, ...]
) -> None:
    allowed = _allowed(rules)
    for caller in sorted(CALLERS, key=lambda name: name in allowed):
        response = place.client(caller).request(method, _path(pattern))
        assert response.status_code != 500, (caller, response.text)
        assert _refused(response) == (caller not in allowed), (caller, response.status_code)
        place.restore()


@pytest.mark.parametrize(
    ("method", "pattern", "rules"),
    [entry for entry in HTTP if any(rule.of != "nothing" for rule in entry[2])],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_another_persons_interview_looks_like_one_that_is_not_there(
    place: Place, method: str, pattern: str, rules: tuple[Rule, ...]
) -> None:
    for caller in EVERYBODY - _allowed(rules):
        client = place.client(caller)
        theirs = client.request(method, _path(pattern))
        missing = client.request(method, _path(pattern, interview_id=UNKNOWN))
        assert theirs.status_code == missing.status_code == (401 if caller == "nobody" else 404)
        assert theirs.content == missing.content, caller


@pytest.mark.parametrize(("pattern", "rules"), SOCKETS, ids=[path for path, _ in SOCKETS])
@pytest.mark.parametrize("caller", CALLERS)
def test_each_socket_lets_in_just_whom_it_declares(
    place: Place, caller: str, pattern: str, rules: tuple[Rule, ...]
) -> None:
    client = place.client(caller)
    if caller in _allowed(rules):
        with client.websocket_connect(_path(pattern)) as socket:
            socket.close()
        return
    for known in (str(DONE), UNKNOWN, "nonsense"):
        at = _path(pattern, interview_id=known)
        with pytest.raises(WebSocketDisconnect) as shut, client.websocket_connect(at):
            pass
        assert shut.value.code == 1008


@pytest.mark.parametrize("caller", ["owner", "guest"])
def test_a_socket_closes_soon_after_its_person_may_open_it_no_longer(
    place: Place, caller: str
) -> None:
    kept = place.app.state.services
    place.app.state.services = replace(kept, look_again_s=0.02)
    state = place.web.store._state
    try:
        with place.client(caller).websocket_connect(f"/live/{DONE}") as socket:
            socket.send_json({"type": "ping"})
            assert socket.receive_json() == {"type": "pong"}
            state.sign_ins.clear()
            state.interviews[DONE] = replace(state.interviews[DONE], token="another")
            told = socket.receive_json()
            assert (told["code"], told["fatal"]) == ("signed_out", True)
            with pytest.raises(WebSocketDisconnect) as shut:
                socket.receive_json()
        assert shut.value.code == 1008
    finally:
        place.app.state.services = kept


def test_an_open_socket_stays_open_to_whoever_may_open_it(place: Place) -> None:
    kept = place.app.state.services
    place.app.state.services = replace(kept, look_again_s=0.01)
    try:
        with place.client("owner").websocket_connect(f"/live/{DONE}") as socket:
            for _ in range(20):
                time.sleep(0.01)
                socket.send_json({"type": "ping"})
                assert socket.receive_json() == {"type": "pong"}
    finally:
        place.app.state.services = kept


def test_lists_hold_ones_own_interviews_alone(place: Place) -> None:
    assert str(DONE) in place.client("owner").get("/interviews").text
    for caller in ("other", "interviewer", "educator"):
        assert str(DONE) not in place.client(caller).get("/interviews").text
    own, _, to_read = place.client("assigned").get("/interviews").text.partition("For you to read")
    assert (str(DONE) in own, str(DONE) in to_read) == (False, True)


def test_a_new_interview_is_its_makers(place: Place) -> None:
    made = place.client("other").post("/interviews", data={"track": "sample"})
    assert made.status_code == 303
    room = made.headers["location"]
    assert place.client("other").get(room).status_code == 200
    assert place.client("owner").get(room).status_code == 404


def test_who_looks_at_anothers_results_is_logged_once_an_hour(place: Place) -> None:
    for _ in range(3):
        assert place.client("educator").get(f"/interviews/{DONE}/report").status_code == 200
        assert place.client("owner").get(f"/interviews/{DONE}/report").status_code == 200
    events = place.web.store._state.events
    assert [(e.act, e.who, e.whom) for e in events] == [("viewed", IDS["educator"], IDS["owner"])]


def test_nobody_signs_a_mark_with_anothers_name(place: Place) -> None:
    educator = place.client("educator")
    page = educator.get(f"/review/{DONE}").text
    edition = re.search(r'name="edition"\s+value="([^"]*)"', page)
    assert edition is not None
    at = f"/review/{DONE}/cards/list-versus-tuple/criteria/correctness/mark"
    form = {"level": "1", "reason": "No example.", "who": "owner", "edition": edition.group(1)}
    assert educator.post(at, data=form).status_code == 303
    (mark,) = asyncio.run(_marks(place.web))
    assert mark.by == "educator"


async def _marks(web: FakeWeb) -> tuple[Mark, ...]:
    async with web.store.begin() as work:
        return await work.review.marks.of(DONE)


def test_a_stolen_cookie_without_an_origin_changes_nothing(place: Place) -> None:
    client = place.client("owner")
    del client.headers["Origin"]
    assert client.post(f"/interviews/{DONE}/erase").status_code == 403
    evil = client.post(f"/interviews/{DONE}/erase", headers={"Origin": "http://evil.example"})
    assert evil.status_code == 403
    assert DONE in place.web.store._state.interviews


def test_a_page_leads_to_the_sign_in_and_back(place: Place) -> None:
    response = place.client("nobody").get("/prepare?track=sample", headers={"Accept": "text/html"})
    assert response.status_code == 303
    assert response.headers["location"] == "/sign-in?back=/prepare%3Ftrack%3Dsample"


def test_an_interview_of_before_the_accounts_is_the_admins(place: Place) -> None:
    old = UUID(int=77)
    place.web.store._state.interviews[old] = interview(old)
    report = f"/interviews/{old}/report"
    assert place.client("admin").get(report).status_code == 200
    assert place.client("other").get(report).status_code == 404
