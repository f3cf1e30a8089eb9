"""Whose things are whose: every route of the app, asked by everybody for one's own and another's.

The routes are the app's own (tests/integration/asked_routes). Everything that people wrote carries
a marker (tests/fakes/peopled). A new parameter fails here until it is said whose it is.
"""

from __future__ import annotations

import asyncio

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from app.web import access
from app.web.access import rules_of
from app.web.form_tokens import HEADER
from tests.fakes.markers import CALLERS, EDUCATORS, KINDS, LEARNER, MAKER, OF, SIDES, seen_by
from tests.integration.asked_routes import (
    BY_ADDRESS,
    OWNED,
    PARENT,
    PUBLIC,
    UNKNOWN,
    Answer,
    ask_everything,
    owned_of,
    params_of,
    place_of_all,
    routes,
    token_of,
)

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def answers() -> tuple[Answer, ...]:
    place_of_all()
    return asyncio.run(ask_everything())


def _may(pattern: str, route: APIRoute, caller: str, side: str) -> bool:
    """Whether the innermost thing of this path, on that side, is this caller's to ask for."""
    learner = caller == LEARNER[side]
    name = owned_of(pattern)[-1]
    if name in BY_ADDRESS:
        return True
    if name in {"drill_id", "key_id"} or (
        name == "exchange_id" and not pattern.endswith("/settled")
    ):
        return learner
    if name == "exchange_id":
        return caller in EDUCATORS  # these were handed to a person
    if pattern.endswith(("/help", "/accommodations")):
        return caller == MAKER[side]
    if name == "person_id":
        return caller in EDUCATORS if "readers/{person_id}" in pattern else caller == "admin"
    if pattern.startswith("/people"):
        return caller == "admin"
    if name != "interview_id":
        made_alone = name in {"webhook_id", "delivery_id"}
        return caller in ({MAKER[side], "admin"} if made_alone else EDUCATORS)
    rules = rules_of(route)
    passed = side == "mine" and "uploads" not in pattern
    if access.OWN in rules:
        return learner or (passed and caller == "guest")
    if access.READ in rules:
        return learner or caller in EDUCATORS or (passed and caller in {"guest", "assigned"})
    return caller in EDUCATORS


def test_it_is_said_of_every_parameter_whose_it_is() -> None:
    named = {name for _, pattern, _ in routes() for name in params_of(pattern)}
    assert named - set(OWNED) - set(BY_ADDRESS) - set(PUBLIC) == set()


def test_nothing_fails_whoever_asks_for_whatever(answers: tuple[Answer, ...]) -> None:
    assert len(answers) > 2000
    assert [(a.method, a.path, a.caller) for a in answers if a.status >= 500] == []


def test_nobody_finds_words_that_are_not_for_them(answers: tuple[Answer, ...]) -> None:
    found = []
    for kind in KINDS:
        for side in SIDES:
            word, allowed = OF[side].word(kind), seen_by(kind, side)
            found += [
                (word, a.caller, a.method, a.pattern, a.way)
                for a in answers
                if a.caller not in allowed and not _by_address(a, side) and word in a.told
            ]
    assert found == []


def _by_address(answer: Answer, side: str) -> bool:
    """Whoever opens somebody's link sees what stands behind it."""
    return answer.way == side and answer.pattern in {"/join/{token}", "/welcome/{secret}"}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"secret", "alone"}])
def test_each_marker_is_where_it_may_be_found(answers: tuple[Answer, ...], kind: str) -> None:
    """Else its absence elsewhere would show nothing."""
    for side in SIDES:
        assert any(OF[side].word(kind) in a.told for a in answers), side


def test_anothers_thing_looks_like_one_that_is_not_there(answers: tuple[Answer, ...]) -> None:
    asked = {(a.method, a.pattern, a.caller, a.way): a for a in answers}
    told_apart = []
    for method, pattern, route in routes():
        if not owned_of(pattern):
            continue
        for caller in CALLERS:
            if _may(pattern, route, caller, "theirs"):
                continue
            unknown = asked[method, pattern, caller, "unknown"]
            for way in ("theirs", "theirs in mine"):
                theirs = asked.get((method, pattern, caller, way))
                if theirs is not None and theirs.plain != unknown.plain:
                    told_apart.append((caller, method, pattern, way, theirs.status, unknown.status))
    assert told_apart == []


def test_a_thing_of_one_place_is_not_there_in_another(answers: tuple[Answer, ...]) -> None:
    """Nor for those who may see both: a contest is answered in its own interview alone."""
    asked = {(a.method, a.pattern, a.caller, a.way): a for a in answers}
    inner = [p for _, p, _ in routes() if len(owned_of(p)) > 1 and owned_of(p)[-1] in PARENT]
    assert inner
    wrong = [
        a
        for a in answers
        if a.pattern in inner
        and a.way == "theirs in mine"
        and a.plain != asked[a.method, a.pattern, a.caller, "unknown"].plain
    ]
    assert wrong == []


def test_a_question_that_went_well_is_not_the_educators() -> None:
    place = place_of_all()
    with TestClient(place.app, cookies=place.cookies("educator")) as client:
        client.headers["Origin"] = "http://testserver"
        asked, handed = OF["theirs"].exchange, OF["theirs"].handed
        settled = "/coach/knowledge/questions/{}/settled"
        tried = [
            client.post(settled.format(name), data=token_of("educator"))
            for name in (asked, UNKNOWN, handed)
        ]
        place.restore()
    assert [answer.is_success or answer.status_code for answer in tried] == [404, 404, True]
    assert tried[0].content == tried[1].content


@pytest.mark.parametrize("at", ["/drills", "/api/drills"])
def test_nobody_redoes_an_answer_of_another(at: str) -> None:
    place = place_of_all()
    told = []
    with TestClient(place.app, cookies=place.cookies("owner")) as client:
        client.headers["Origin"] = "http://testserver"
        for of in (OF["theirs"].done, UNKNOWN):
            form = {"interview": str(of), "question": "list-versus-tuple"}
            named = {"interview_id": str(of), "question_id": "list-versus-tuple"}
            body = {"json": named} if "api" in at else {"data": form}
            client.headers[HEADER] = place.token("owner")
            told.append(client.post(at, **body))  # type: ignore[arg-type]  # one of the two
        place.restore()
    assert (told[0].status_code, told[0].content) == (told[1].status_code, told[1].content)
    assert told[0].status_code in {404, 422}


def test_what_helps_a_person_is_told_to_its_maker_alone(answers: tuple[Answer, ...]) -> None:
    about = [a for a in answers if a.pattern.startswith("/assignments/{assignment_id}")]
    told = {(a.caller, a.way) for a in about if "Slower voice" in a.told and "theirs" not in a.way}
    assert told == {("educator", "mine")}


@pytest.mark.parametrize(
    "words", ["of the time seen (coverage", "You told: another gender", '"stress"', "Tension"]
)
def test_expressions_and_groups_are_for_their_own_person_alone(
    answers: tuple[Answer, ...], words: str
) -> None:
    told = {(a.caller, a.way) for a in answers if words in a.told and a.status == 200}
    assert told == {("owner", "mine"), ("guest", "mine"), ("other", "theirs")}


def test_ones_own_is_found(answers: tuple[Answer, ...]) -> None:
    """Each route with a thing of one's own finds it for somebody, or the rest shows nothing."""
    missed = {401, 403, 404, 410}
    found = {(a.method, a.pattern) for a in answers if a.way == "mine" and a.status not in missed}
    assert {(m, p) for m, p, _ in routes() if owned_of(p)} - found == set()


def test_a_malformed_id_is_refused_in_words(answers: tuple[Answer, ...]) -> None:
    wrong = [
        (a.method, a.path, a.caller, a.status)
        for a in answers
        if a.way == "malformed"
        and a.status not in {303, 401, 403, 404, 410, 422}
        and not a.pattern.endswith("/preview")  # looks at what is typed, and at no item
    ]
    assert wrong == []
