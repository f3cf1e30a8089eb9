"""Educators and admins let interviewers read interviews by a form, and take it back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.web.form_tokens import HEADER
from app.web.readers import NO_READER, NOT_ASSIGNED
from tests.fakes.markers import IDS, OF
from tests.fakes.peopled import Peopled
from tests.fakes.web import FakeWeb
from tests.integration.asked_routes import place_of_all

pytestmark = pytest.mark.integration

THEIRS = OF["theirs"]
ONE = f"/review/{THEIRS.done}/readers"
ALL = f"/people/{IDS['other']}/readers"
REPORT = f"/interviews/{THEIRS.done}/report"
WHO = {"who": str(IDS["interviewer"])}


@pytest.fixture
def place() -> Iterator[Peopled]:
    place = place_of_all()
    place.restore()
    yield place
    place.restore()


def browser(place: Peopled, caller: str) -> TestClient:
    own = {"Origin": "http://testserver", "accept": "text/html", HEADER: place.token(caller)}
    return TestClient(place.app, headers=own, cookies=place.cookies(caller), follow_redirects=False)


def acts(place: Peopled) -> list[str]:
    return [e.act for e in place.web.store._state.events if e.act != "viewed"]


def test_an_educator_lets_an_interviewer_read_one_interview_and_takes_it_back(
    place: Peopled,
) -> None:
    educator, reader = browser(place, "educator"), browser(place, "interviewer")
    assert "Interviewers who may read it" in educator.get(f"/review/{THEIRS.done}").text
    assert "Nobody yet." in educator.get(ONE).text
    assert reader.get(REPORT).status_code == 404
    assert educator.post(ONE, data=WHO).headers["location"] == ONE
    assert educator.post(ONE, data=WHO).status_code == 303  # twice is once
    assert "interviewer@example.org" in educator.get(ONE).text
    assert REPORT in reader.get("/interviews").text
    report = reader.get(REPORT)
    assert THEIRS.word("comment") in report.text
    for own in ("Smiling", "Delete for good", "/contests", "/amendment", "/weights", "/export"):
        assert own not in report.text
    assert educator.post(f"{ONE}/{IDS['interviewer']}/remove").status_code == 303
    assert reader.get(REPORT).status_code == 404
    assert "For you to read" not in reader.get("/interviews").text
    again = educator.post(f"{ONE}/{IDS['interviewer']}/remove")
    assert (again.status_code, NOT_ASSIGNED in again.text) == (404, True)
    assert acts(place) == ["assigned", "unassigned"]


def test_an_admin_lets_an_interviewer_read_all_that_a_candidate_held(place: Peopled) -> None:
    admin, reader = browser(place, "admin"), browser(place, "interviewer")
    assert ALL in admin.get("/people").text
    held = 1  # of the candidate's interviews one was contested; the others are for nobody else
    assert admin.post(ALL, data=WHO).status_code == 303
    assert f"{held} of {held}" in admin.get(ALL).text
    assert reader.get("/interviews").text.count("/report") == held
    assert admin.post(f"{ALL}/{IDS['interviewer']}/remove").status_code == 303
    assert reader.get(REPORT).status_code == 404
    assert acts(place) == ["assigned"] * held + ["unassigned"] * held


def test_whoever_is_no_interviewer_any_more_reads_nothing_and_the_page_says_so(
    place: Peopled,
) -> None:
    admin = browser(place, "admin")
    admin.post(ONE, data=WHO)
    admin.post(f"/people/{IDS['interviewer']}/role", data={"role": "candidate"})
    assert browser(place, "interviewer").get(REPORT).status_code == 404
    assert "reads nothing at present" in admin.get(ONE).text


@pytest.mark.parametrize("who", [str(IDS["owner"]), str(IDS["educator"]), str(THEIRS.done)])
def test_only_an_interviewer_can_be_chosen(place: Peopled, who: str) -> None:
    for at in (ONE, ALL):
        refused = browser(place, "admin").post(at, data={"who": who})
        assert (refused.status_code, NO_READER in refused.text) == (422, True)
    assert acts(place) == []


def test_a_candidate_without_interviews_has_none_to_read(place: Peopled) -> None:
    at = f"/people/{IDS['assigned']}/readers"
    admin = browser(place, "admin")
    assert "has held no interview yet that is for others to read" in admin.get(at).text
    assert admin.post(at, data=WHO).status_code == 422


def test_without_accounts_there_is_nobody_to_choose() -> None:
    app = FakeWeb().app()
    client = TestClient(app, client=("127.0.0.1", 40_000), base_url="http://127.0.0.1")
    assert client.get(ALL).status_code == 404
