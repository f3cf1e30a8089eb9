"""Review, contest and calibration over the fakes: every form, every refusal, no JavaScript."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from html import unescape
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from app.domain.review import Mark
from app.domain.scorecard import CardStatus, Scorecard
from tests.fakes.reviewed import HTML, TAKEN, assessed, educator, mark_many
from tests.fakes.web import DONE, OPEN, FakeWeb
from tests.integration.test_pages import Page

pytestmark = pytest.mark.integration

CARD = "list-versus-tuple"
REPORT = f"/interviews/{TAKEN}/report"
REVIEW = f"/review/{TAKEN}"
MARK = f"{REVIEW}/cards/{CARD}/criteria/idea/mark"


@pytest.fixture
def web() -> FakeWeb:
    return assessed()


@pytest.fixture
def client(web: FakeWeb) -> TestClient:
    return educator(web.app())


def form(page: str, action: str) -> dict[str, str | list[str]]:
    """The hidden fields of the form with this action."""
    found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.S)
    assert found, f"no form {action}"
    values: dict[str, str | list[str]] = {}
    for field in re.findall(r'<input[^>]*type="hidden"[^>]*>', found[0], re.S):
        name, value = (re.search(rf'{part}="([^"]*)"', field) for part in ("name", "value"))
        assert name
        assert value
        plain = unescape(value[1])
        before = values.get(name[1])
        values[name[1]] = [*before, plain] if isinstance(before, list) else plain
        if name[1] == "seen" and ":" in plain:
            values["seen"] = [*(before if isinstance(before, list) else []), plain]
    return values


def filled_in(client: TestClient, action: str, **more: str) -> dict[str, str | list[str]]:
    return form(client.get(REVIEW).text, action) | more


def review_all(client: TestClient) -> None:
    for question in (CARD, "merge-intervals", "race-condition"):
        action = f"{REVIEW}/cards/{question}/reviewed"
        answer = client.post(action, data=filled_in(client, action, who="Ada"))
        assert answer.status_code == 303, answer.text


def release(client: TestClient, **more: str) -> int:
    return client.post(f"{REVIEW}/release", data={"who": "Ada", **more}).status_code


@pytest.mark.parametrize(
    "address",
    [
        "/review",
        "/review?order=spread&show=all",
        "/review?reason=nothing",
        REVIEW,
        f"/review/{DONE}",
        "/calibration",
        "/calibration?purpose=practice",
        REPORT,
    ],
)
def test_every_page_is_sound_html_with_labels(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    page = Page(answer.text)
    assert page.headings == 1
    assert page.inline == []
    assert len(page.ids) == len(set(page.ids))
    assert [name for name in page.fields if name not in page.labels] == []


@pytest.mark.parametrize(
    "address", ["/review", "/review/queue", REVIEW, "/calibration", f"{REVIEW}/release", MARK]
)
def test_educators_pages_are_closed_to_other_machines(web: FakeWeb, address: str) -> None:
    other = TestClient(web.app(), client=("10.0.0.9", 1), base_url="http://127.0.0.1", headers=HTML)
    answer = (
        other.post(address, data={})
        if address.endswith(("release", "mark"))
        else other.get(address)
    )
    assert answer.status_code == 403
    assert "list-versus-tuple" not in answer.text
    assert "Review it as an educator" not in other.get(REPORT).text


def test_the_queue_lists_filters_and_offers_what_teaches_most(client: TestClient) -> None:
    page = client.get("/review").text
    assert page.count('class="card"') == 3
    assert "repeats the question" in page
    assert client.get("/review?reason=parroted").text.count('class="card"') == 1
    assert "No answer fits" in client.get("/review?rubric=system-design").text
    part = client.get("/review/queue?order=spread").text
    assert "<html" not in part
    assert "mark first" in part
    assert client.get("/review?order=no").status_code == 422


def test_a_criterion_shows_level_anchors_words_and_origin(client: TestClient) -> None:
    page = client.get(REVIEW).text
    assert "The machine proposes <strong>level 2 of 3</strong>" in page
    assert "a tuple can be a key of a dictionary" in page
    assert f'href="/interviews/{TAKEN}/audio?from=15.0&amp;to=20.0"' in page
    assert page.count('class="anchor"') == 3 * 3 * 5
    assert "Checks that fired: repeats the question" in page
    assert "Rubric concept-explanation version 1" in page
    assert client.get(f"/interviews/{TAKEN}/audio?from=15.0&to=16.0").status_code == 200


def test_a_level_is_changed_with_a_reason_released_and_read_by_the_candidate(
    client: TestClient,
) -> None:
    before = client.get(REPORT).text
    assert "proposed" in before
    assert "It counts for nothing until a person has checked it" in before
    values = filled_in(client, MARK, level="1", reason="The order is wrong.", who="Ada Öz")
    answer = client.post(MARK, data=values)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{REVIEW}#c-{CARD}-idea"
    page = client.get(REVIEW).text
    assert "set level 1" in page
    assert 'value="Ada Öz"' in page, "the name is remembered"
    assert "The order is wrong." not in client.get(REPORT).text, "a draft is not shown"
    review_all(client)
    assert release(client) == 303
    report = client.get(REPORT).text
    assert "changed this from level 2 to 1" in report
    assert "The order is wrong." in report
    assert "A person has reviewed every answer" in report
    assert "Ada" not in report
    document = client.get(f"/interviews/{TAKEN}/report.json").json()
    (card, *_) = document["scorecards"]
    assert (card["review"]["state"], card["criteria"][0]["level"]) == ("released", 2)
    assert card["criteria"][0]["correction"]["level"] == 1
    trail = client.get(REVIEW).text
    assert re.search(r'data-label="Before">2</td>\s*<td data-label="After">1<', trail)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"reason": " "}, "Write why you change the level"),
        ({"level": "9"}, "Expected a level from 0 to 3"),
        ({"level": "-1"}, "Expected a level from 0 to 3"),
        ({"level": "high"}, "Choose a level"),
        ({"level": ""}, "Choose a level"),
        ({"who": ""}, "Enter your name"),
        ({"who": "x" * 81}, "Enter your name"),
        ({"reason": "x" * 2001}, "Write a reason"),
        ({"spam": "1"}, "out of date"),
    ],
)
def test_a_bad_mark_is_422_and_keeps_what_was_written(
    client: TestClient, changes: dict[str, str], error: str
) -> None:
    values = filled_in(client, MARK, level="1", reason="Keep these words", who="Ada") | changes
    answer = client.post(MARK, data=values)
    assert answer.status_code == 422
    assert error in answer.text
    if "reason" not in changes:
        assert "Keep these words" in answer.text
    assert "set level 1" not in client.get(REVIEW).text


def test_what_was_graded_anew_meanwhile_is_409_with_both(web: FakeWeb, client: TestClient) -> None:
    values = filled_in(client, MARK, level="1", reason="I looked at level two.", who="Ada")
    mine = filled_in(client, f"{REVIEW}/cards/{CARD}/reviewed", who="Ada")
    other = filled_in(client, MARK, level="0", reason="Nothing of it is right.", who="Bo")
    assert client.post(MARK, data=other).status_code == 303
    answer = client.post(MARK, data=values)
    assert answer.status_code == 409
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
    assert "You looked at level 2 and wanted level 1. Now it stands at level 0, set by Bo" in text
    assert "I looked at level two." in answer.text
    assert client.post(f"{REVIEW}/cards/{CARD}/reviewed", data=mine).status_code == 409
    again = form(answer.text, MARK) | {"level": "1", "reason": "Still.", "who": "Ada"}
    assert client.post(MARK, data=again).status_code == 303


def test_what_is_being_graded_can_not_be_marked(web: FakeWeb, client: TestClient) -> None:
    values = filled_in(client, MARK, level="1", reason="why", who="Ada")
    asyncio.run(_waiting(web))
    assert client.post(MARK, data=values).status_code == 409
    action = f"{REVIEW}/cards/{CARD}/reviewed"
    assert client.post(action, data={"who": "A", "edition": "x"}).status_code == 409
    assert "This answer is being graded" in client.get(REVIEW).text
    assert release(client) == 409


async def _waiting(web: FakeWeb) -> None:
    async with web.store.begin() as work:
        await work.scorecards.save(Scorecard(TAKEN, CARD, (0, 1), CardStatus.WAITING))


def test_a_criterion_without_a_level_is_corrected_without_a_quote(client: TestClient) -> None:
    action = f"{REVIEW}/cards/{CARD}/criteria/use/mark"
    values = filled_in(client, action, level="2", reason="It names one.", who="Ada")
    assert client.post(action, data=values).status_code == 303
    review_all(client)
    assert release(client) == 303
    report = client.get(REPORT).text
    assert "A person gave level 2 where the machine gave none" in report


def test_a_failed_card_can_be_marked_by_its_rubric(client: TestClient) -> None:
    page = client.get(REVIEW).text
    action = re.search(rf'action="({REVIEW}/cards/merge-intervals/criteria/[^"]+)"', page)
    assert action
    values = filled_in(client, action[1], level="1", reason="It works.", who="Ada")
    assert client.post(action[1], data=values).status_code == 303
    review_all(client)
    assert release(client) == 303
    assert "It works." in client.get(REPORT).text


def test_release_waits_for_reviews_asks_about_contests_and_happens_once(
    client: TestClient,
) -> None:
    assert release(client) == 409
    assert release(client, who="") == 422
    review_all(client)
    contest = {"question": CARD, "criterion": "idea", "reason": "I did say it."}
    assert client.post(f"/interviews/{TAKEN}/contests", data=contest).status_code == 303
    asked = client.post(f"{REVIEW}/release", data={"who": "Ada"})
    assert asked.status_code == 409
    assert "1 contest waits for an answer" in asked.text
    assert release(client, despite="yes") == 303
    second = client.post(f"{REVIEW}/release", data={"who": "Bo"})
    assert second.status_code == 409
    assert "released already" in second.text
    assert "Released by Ada" in client.get(REVIEW).text


def test_a_practice_is_not_released_and_shows_marks_at_once(client: TestClient) -> None:
    page = client.get(f"/review/{DONE}").text
    assert "A practice is never released" in page
    assert client.post(f"/review/{DONE}/release", data={"who": "Ada"}).status_code == 409
    action = f"/review/{DONE}/cards/{CARD}/criteria/correctness/mark"
    values = form(page, action) | {"level": "3", "reason": "Complete.", "who": "Ada"}
    assert client.post(action, data=values).status_code == 303
    assert "changed this from level 2 to 3" in client.get(f"/interviews/{DONE}/report").text


def test_a_contest_is_answered_and_both_stand_on_the_report(client: TestClient) -> None:
    address = f"/interviews/{TAKEN}/contests"
    contest = {"question": CARD, "criterion": "idea", "reason": "I <b>did</b> say it."}
    for bad in ({"reason": " "}, {"reason": "x" * 2001}):
        answer = client.post(address, data=contest | bad)
        assert answer.status_code == 422
        assert 'id="problems"' in answer.text
    assert client.post(address, data=contest | {"criterion": "no"}).status_code == 404
    assert client.post(address, data=contest).status_code == 303
    assert client.post(address, data=contest).status_code == 409
    assert "I &lt;b&gt;did&lt;/b&gt; say it." in client.get(REPORT).text
    assert "contested" in client.get("/review?show=contested").text
    page = client.get(REVIEW).text
    action = re.search(rf'action="({REVIEW}/contests/[^"]+/answer)"', page)
    assert action
    assert client.post(action[1], data={"who": "Ada"}).status_code == 422
    answered = {"who": "Ada", "text": "You are right."}
    assert client.post(action[1], data=answered).status_code == 303
    assert client.post(action[1], data=answered).status_code == 409
    unknown = f"{REVIEW}/contests/{uuid4()}/answer"
    assert client.post(unknown, data=answered).status_code == 404
    report = client.get(REPORT).text
    assert "You are right." in report
    trail = client.get(REVIEW).text
    assert "answered the contest" in trail
    assert "did&lt;" not in trail[trail.index('id="trail"') :]


def test_unknown_and_erased_interviews_are_not_found(client: TestClient) -> None:
    nobody = uuid4()
    values = {"level": "1", "reason": "x", "who": "A", "edition": "e", "seen": "0"}
    for address in (f"/review/{nobody}", f"/review/{nobody}/nothing", "/review/no-id"):
        assert client.get(address).status_code == 404, address
    for action in (
        f"/review/{nobody}/cards/x/criteria/y/mark",
        f"{REVIEW}/cards/no/criteria/idea/mark",
        f"{REVIEW}/cards/{CARD}/criteria/no/mark",
    ):
        assert client.post(action, data=values).status_code == 404, action
    signed = {"who": "A", "edition": "e"}
    assert client.post(f"/review/{nobody}/cards/x/reviewed", data=signed).status_code == 404
    assert client.post(f"/review/{nobody}/release", data={"who": "A"}).status_code == 404
    assert client.post(f"/interviews/{TAKEN}/erase").status_code == 303
    assert client.get(REVIEW).status_code == 404
    assert client.post(MARK, data=values).status_code == 404
    assert str(TAKEN) not in client.get("/review?show=all").text


def test_groups_are_told_by_consent_and_taken_back(web: FakeWeb, client: TestClient) -> None:
    address = f"/interviews/{TAKEN}/groups"
    assert "rather not say" in client.get(REPORT).text
    for bad in ({"gender": "woman"}, {"agree": "yes"}, {"agree": "yes", "gender": "martian"}):
        assert client.post(address, data=bad).status_code == 422, bad
    told = {"agree": "yes", "gender": "woman"}
    assert client.post(f"/interviews/{OPEN}/groups", data=told).status_code == 409
    assert client.post(address, data=told).status_code == 303
    assert "You told: woman." in client.get(REPORT).text
    assert "woman" not in client.get(REVIEW).text
    assert "woman" not in client.get(f"/interviews/{TAKEN}/report.json").text
    assert client.post(f"{address}/withdraw").status_code == 303
    assert asyncio.run(web.store.self_reports().of(TAKEN)) is None


def test_calibration_says_honestly_that_marks_are_too_few(client: TestClient) -> None:
    page = client.get("/calibration").text
    assert "No answer has been marked by a person yet" in page
    assert "Not enough marks yet" in page
    assert "Nobody has told of themselves yet" in page


def test_calibration_shows_every_figure_with_count_and_interval(web: FakeWeb) -> None:
    asyncio.run(mark_many(web))
    page = educator(web.app()).get("/calibration").text
    assert re.search(r"People left \d+ % of 60 proposed levels as they were", page)
    assert page.count('class="dot"') == 3
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert re.search(r"Machine beside people 60 0\.\d\d 0\.\d\d to 0\.\d\d", plain)
    assert re.search(r"People beside each other 30 0\.\d\d 0\.\d\d to 0\.\d\d", plain)
    assert "concept-explanation, version 2" in plain
    assert re.search(r"woman (below four fifths )?30 \d+ %", plain)
    assert "Fewer than 10 people: English" in plain
    assert "left as they are" in plain


def test_the_reviewers_name_in_a_cookie_is_only_ever_a_name(client: TestClient) -> None:
    for cookie in ("zz", "<script>", "5c78", "c3", ""):
        client.cookies.set("sounding_reviewer", cookie)
        assert client.get(REVIEW).status_code == 200
        client.cookies.clear()


def test_ids_are_those_of_this_interview(client: TestClient) -> None:
    other = f"/review/{DONE}/cards/{CARD}/criteria/correctness/mark"
    values = filled_in(client, MARK, level="1", reason="x", who="Ada")
    assert client.post(other, data=values).status_code == 409, "an edition of another card"


def test_a_missing_level_is_contested_too(client: TestClient) -> None:
    page = client.get(REPORT).text
    assert "Contest that there is no level" in page
    contest = {"question": CARD, "criterion": "use", "reason": "I named a use."}
    assert client.post(f"/interviews/{TAKEN}/contests", data=contest).status_code == 303
    assert "I named a use." in client.get(REPORT).text


def test_one_answer_in_five_is_marked_blind_unless_the_educator_says_otherwise(
    web: FakeWeb,
) -> None:
    page = educator(web.app(), hiding="").get(REVIEW).text
    cards = re.findall(r'<article class="[^"]*under-review.*?</article>', page, re.S)
    assert ["The machine's level and" in card for card in cards] == [True, False, False]
    assert "The machine proposes" not in cards[0]


def _hide(client: TestClient, what: str) -> None:
    answer = client.post("/review/hiding", data={"hide": what, "back": REVIEW})
    assert (answer.status_code, answer.headers["location"]) == (303, REVIEW)


def test_marked_blind_nothing_of_the_machine_or_of_others_is_on_the_page(
    web: FakeWeb, client: TestClient
) -> None:
    other = educator(web.app())
    told = {"level": "1", "reason": "The hash is left out.", "who": "Bo"}
    assert other.post(MARK, data=filled_in(other, MARK, **told)).status_code == 303
    _hide(client, "all")
    for address in ("/review", "/review/queue", REVIEW):
        page = client.get(address).text
        assert "level 2 of 3" not in page
        assert "2 of 3" not in page
        assert "The hash is left out." not in page
        assert "repeats the question" not in page.partition('id="queue"')[2]
        assert "set level 1" not in page
    form = re.search(
        rf'<form[^>]*action="{re.escape(MARK)}".*?</form>', client.get(REVIEW).text, re.S
    )
    assert form
    assert "checked" not in form[0]
    assert ">stands<" not in form[0]
    assert ">proposed<" not in form[0]


def test_a_blind_mark_needs_its_reason_says_so_and_opens_what_was_hidden(
    web: FakeWeb, client: TestClient
) -> None:
    _hide(client, "all")
    blind = filled_in(client, MARK, level="2", who="Ada")
    assert blind["blind"] == "yes"
    assert client.post(MARK, data=blind).status_code == 422
    assert client.post(MARK, data=blind | {"reason": "It says what it is."}).status_code == 303
    page = client.get(REVIEW).text
    idea = page.partition(f'id="c-{CARD}-idea"')[2].partition("</section>")[0]
    assert "The machine proposes <strong>level 2 of 3</strong>" in idea
    assert "without seeing the machine&#39;s" in idea
    (kept,) = asyncio.run(_marks(web))
    assert (kept.blind, kept.kind) == (True, "confirmation")


def test_what_is_hidden_cannot_be_confirmed(client: TestClient) -> None:
    _hide(client, "all")
    action = f"{REVIEW}/cards/{CARD}/reviewed"
    answer = client.post(action, data=filled_in(client, action, who="Ada"))
    assert answer.status_code == 409
    assert "Mark every criterion first" in answer.text
    _hide(client, "none")
    assert client.post(action, data=filled_in(client, action, who="Ada")).status_code == 303


async def _marks(web: FakeWeb) -> tuple[Mark, ...]:
    async with web.store.begin() as work:
        return await work.review.marks.of(TAKEN)


async def _by_text_alone(web: FakeWeb) -> None:
    async with web.store.begin() as work:
        (card, *_) = await work.scorecards.of(TAKEN)
        assert card.provenance
        told = {"offline": 1.94, "offline_low": 1.1, "offline_high": 2.7}
        criteria = tuple(replace(c, **told) for c in card.criteria)  # type: ignore[arg-type]
        alone = replace(card.provenance, model="offline")
        await work.scorecards.save(replace(card, criteria=criteria, provenance=alone))


def test_a_grade_by_the_text_alone_is_called_provisional_with_its_range(
    web: FakeWeb, client: TestClient
) -> None:
    assert "provisional" not in client.get(REPORT).text
    asyncio.run(_by_text_alone(web))
    assert "provisional, likely between 1.1 and 2.7" in client.get(REPORT).text
    assert "The offline scorer alone: 1.9 of 3, likely 1.1 to 2.7." in client.get(REVIEW).text
