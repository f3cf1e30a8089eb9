"""What a program may rely on: pages of lists, drafts of two people, things made once, secrets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.domain.person import Role
from tests.fakes.cohort import ASSIGNMENT
from tests.fakes.keyed import ASKED, DRILL, PEOPLE, WEBHOOK, Keyed, key_of
from tests.fakes.web import DONE

pytestmark = pytest.mark.integration

HERE = f"/api/assignments/{ASSIGNMENT.id}"
DRAFT = "/api/library/rubric/clarity/draft"
WEEK = {"title": "Week 4", "purpose": "practice", "questions": [ASKED]}


@pytest.fixture(scope="module")
def place() -> Keyed:
    return Keyed()


@pytest.fixture(autouse=True)
def _restored(place: Keyed) -> Iterator[None]:
    yield
    place.restore()


def as_(place: Keyed, role: Role) -> TestClient:
    return TestClient(place.app, headers=key_of(role), raise_server_exceptions=False)


def test_a_list_is_read_page_by_page_to_its_end(place: Keyed) -> None:
    client, seen, at = as_(place, Role.EDUCATOR), [], "/api/library/question?limit=30"
    for _ in range(10):
        page = client.get(at)
        seen += [line["id"] for line in page.json()]
        if "next" not in page.links:
            break
        at = page.links["next"]["url"]
    assert len(seen) == len(set(seen)) > 80
    assert "limit=30" in at


def test_a_list_that_is_short_names_no_next_page(place: Keyed) -> None:
    people = as_(place, Role.EDUCATOR).get(f"{HERE}/invitations?limit=5")
    assert len(people.json()) == 5
    assert "link" not in people.headers
    first = as_(place, Role.EDUCATOR).get(f"{HERE}/invitations?limit=4")
    rest = as_(place, Role.EDUCATOR).get(first.links["next"]["url"])
    names = [one["name"] for one in (*first.json(), *rest.json())]
    assert names == [one["name"] for one in people.json()]


def test_a_draft_is_saved_over_what_was_read_alone(place: Keyed) -> None:
    ada, grace = as_(place, Role.EDUCATOR), as_(place, Role.ADMIN)
    tag = ada.get(DRAFT).headers["etag"]
    saved = ada.put(DRAFT, json={"body": {"title": "Ada's"}}, headers={"If-Match": tag})
    assert saved.status_code == 200
    late = grace.put(DRAFT, json={"body": {"title": "Grace's"}}, headers={"If-Match": tag})
    assert late.status_code == 412
    assert ada.get(DRAFT).json()["body"] == {"title": "Ada's"}
    newer = {"If-Match": saved.headers["etag"]}
    assert grace.put(DRAFT, json={"body": {"title": "Both"}}, headers=newer).status_code == 200
    stale = grace.post(f"{DRAFT}/publish", json={}, headers=newer)
    assert stale.status_code in (409, 412)


def test_a_save_without_a_tag_is_refused(place: Keyed) -> None:
    refused = as_(place, Role.EDUCATOR).put(DRAFT, json={"body": {"title": "Mine"}})
    assert refused.status_code == 422
    assert "If-Match" in refused.json()["detail"]


def test_the_same_key_makes_an_assignment_once(place: Keyed) -> None:
    client, once = as_(place, Role.EDUCATOR), {"Idempotency-Key": "week-4"}
    first = client.post("/api/assignments", json=WEEK, headers=once).json()
    again = client.post("/api/assignments", json=WEEK, headers=once).json()
    assert again == first
    other = client.post("/api/assignments", json=WEEK, headers={"Idempotency-Key": "5"}).json()
    theirs = as_(place, Role.ADMIN).post("/api/assignments", json=WEEK, headers=once).json()
    bare = [client.post("/api/assignments", json=WEEK).json() for _ in range(2)]
    assert len({each["id"] for each in (first, other, theirs, *bare)}) == 5


def test_a_link_and_a_secret_are_told_once(place: Keyed) -> None:
    client = as_(place, Role.EDUCATOR)
    guests = {"people": [{"name": "Mia"}, {"name": "mia"}]}
    invited = client.post(f"{HERE}/invitations", json=guests).json()
    assert len(invited["made"]) == len(invited["refused"]) == 1
    token = invited["made"][0]["link"].rpartition("/join/")[2]
    assert client.get(f"/join/{token}").status_code == 200
    assert token not in client.get(f"{HERE}/invitations").text
    hook = {"url": "https://example.org/hook", "events": ["contest.opened"]}
    secret = client.post("/api/webhooks", json=hook).json()["secret"]
    assert secret.startswith("whsec_")
    assert secret not in client.get("/api/webhooks").text


def test_an_address_that_leads_inward_gets_no_webhook(place: Keyed) -> None:
    hook = {"url": "https://127.0.0.1/hook", "events": ["contest.opened"]}
    refused = as_(place, Role.EDUCATOR).post("/api/webhooks", json=hook)
    assert refused.status_code == 422
    assert "this machine" in refused.json()["detail"]


def test_a_webhook_is_its_makers_and_the_admins(place: Keyed) -> None:
    at = f"/api/webhooks/{WEBHOOK}"
    assert as_(place, Role.EDUCATOR).get(at).status_code == 200
    assert as_(place, Role.ADMIN).get(at).status_code == 200
    for role in (Role.CANDIDATE, Role.INTERVIEWER):
        assert as_(place, role).get(at).status_code == 403
    place.web.store._state.webhooks[WEBHOOK] = _of_another(place)
    assert as_(place, Role.EDUCATOR).get(at).status_code == 404
    assert str(WEBHOOK) not in as_(place, Role.EDUCATOR).get("/api/webhooks").text


def test_what_happens_over_the_api_is_told_and_can_be_looked_up(place: Keyed) -> None:
    contest = {"question_id": ASKED, "criterion_id": "correctness", "reason": "My own words."}
    made = as_(place, Role.CANDIDATE).post(f"/api/interviews/{DONE}/contests", json=contest)
    assert made.status_code == 201
    told = as_(place, Role.EDUCATOR).get(f"/api/webhooks/{WEBHOOK}/deliveries").json()
    assert [one["kind"] for one in told] == ["contest.opened", "contest.opened"]
    bodies = [one.body for one in place.web.store._state.deliveries.values()]
    assert any(made.json()["id"] in body for body in bodies)
    assert "own words" not in " ".join(bodies)


def test_a_mark_carries_the_name_of_the_keys_owner(place: Keyed) -> None:
    client = as_(place, Role.EDUCATOR)
    card = _card(client)
    at = f"/api/review/{DONE}/cards/{ASKED}/criteria/correctness/marks"
    mark = {"level": 1, "edition": card["edition"]}
    assert client.post(at, json=mark).status_code == 422  # a change without a reason
    kept = client.post(at, json=mark | {"reason": "No example."})
    assert (kept.json()["by"], kept.json()["kind"]) == ("educator", "correction")
    assert client.post(at, json=mark | {"reason": "Again."}).status_code == 409  # seen before it
    standing = next(c for c in _card(client)["criteria"] if c["criterion_id"] == "correctness")
    assert (standing["score"]["level"], standing["level"]) == (2, 1)
    assert standing["score"]["evidence"][0]["quote"]


def test_levels_of_a_drill_come_after_ones_own(place: Keyed) -> None:
    client = as_(place, Role.CANDIDATE)
    at = f"/api/drills/{DRILL}"
    assert client.post(f"{at}/answer", json={"answer": "Once more."}).status_code == 200
    assert client.get(at).json()["after"]["levels"] is None
    own = {"levels": {"idea": 1, "mechanism": 1, "use": 1}}
    assert client.put(f"{at}/rating", json=own).json()["after"]["levels"] is not None
    assert as_(place, Role.EDUCATOR).get(at).status_code == 404


def test_a_cohort_tells_nothing_of_what_helps_people(place: Keyed) -> None:
    admin = as_(place, Role.ADMIN)
    someone = admin.get(f"{HERE}/invitations").json()[0]["id"]
    private = f"{HERE}/invitations/{someone}/accommodations"
    assert admin.put(private, json={"accommodations": ["breaks"]}).status_code == 204
    assert admin.get(private).json() == {"accommodations": ["breaks"]}
    assert as_(place, Role.EDUCATOR).get(private).status_code == 404  # made by nobody here
    for part in ("", "/invitations", "/cohort", "/cohort.csv"):
        told = admin.get(f"{HERE}{part}")
        assert told.status_code == 200
        assert "breaks" not in told.text


@pytest.mark.parametrize(
    "body", [b'{"title": "\\ud800"}', b'{"\\ud800": 1}', b"[" * 90_000, b"\xff"]
)
def test_what_no_reader_takes_is_refused_in_words(place: Keyed, body: bytes) -> None:
    sent = {"Content-Type": "application/json"}
    refused = as_(place, Role.EDUCATOR).post("/api/library/rubric", content=body, headers=sent)
    assert refused.status_code in (400, 422)
    assert refused.json()["detail"]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999", "9" * 400])
def test_a_draft_holds_no_number_that_is_none(place: Keyed, value: str) -> None:
    sent = {"Content-Type": "application/json"}
    body = f'{{"title": "T", "body": {{"criteria": [{{"weight": {value}}}]}}}}'
    refused = as_(place, Role.EDUCATOR).post("/api/library/rubric", content=body, headers=sent)
    assert refused.status_code == 422


def test_a_deleted_persons_key_opens_nothing(place: Keyed) -> None:
    gone = as_(place, Role.ADMIN).delete(f"/api/people/{PEOPLE[Role.EDUCATOR]}")
    assert gone.status_code == 204
    assert as_(place, Role.EDUCATOR).get("/api/assignments").status_code == 401


def _card(client: TestClient) -> dict[str, Any]:
    cards = client.get(f"/api/review/{DONE}").json()["cards"]
    found: dict[str, Any] = next(card for card in cards if card["question_id"] == ASKED)
    return found


def _of_another(place: Keyed) -> Any:
    return replace(place.web.store._state.webhooks[WEBHOOK], owner=PEOPLE[Role.ADMIN])
