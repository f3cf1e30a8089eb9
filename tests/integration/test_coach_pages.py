"""The coach's and the growth pages over fakes: ask, stream, play, vote, know, drill, grow."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from app.domain.interview import InterviewStatus
from app.domain.scorecard import CardStatus
from app.usecases.erase_interview import erase_interview
from tests.fakes.coached import SIXTH, learned, people
from tests.fakes.reviewed import educator
from tests.fakes.store import GradeJob
from tests.fakes.web import NOW, FakeWeb

pytestmark = pytest.mark.integration

HTMX = {"hx-request": "true"}
WEAKEST = "What was my weakest answer?"


@pytest.fixture
def web() -> FakeWeb:
    return learned()


@pytest.fixture
def client(web: FakeWeb) -> TestClient:
    return TestClient(web.app(), headers={"accept": "text/html"}, follow_redirects=True)


def ask(client: TestClient, question: str) -> str:
    return client.post("/coach", data={"question": question}).text


def test_without_javascript_the_page_comes_with_the_whole_reply(client: TestClient) -> None:
    page = ask(client, WEAKEST)
    assert "Your lowest level was in Use and limits" in page
    assert "The price is that each insert has to change the index as well" in page
    assert "Did this help?" in page


def test_a_cited_moment_plays(client: TestClient) -> None:
    page = ask(client, WEAKEST)
    links = re.findall(r'href="(/interviews/[^"]+/audio\?[^"]+)"', page)
    assert links
    sound = client.get(links[0].replace("&amp;", "&"))
    assert sound.status_code == 200
    assert sound.headers["content-type"] == "audio/wav"
    assert len(sound.content) > 16_000


def test_with_javascript_the_answer_is_streamed_sentence_by_sentence(client: TestClient) -> None:
    fragment = client.post("/coach", data={"question": WEAKEST}, headers=HTMX).text
    match = re.search(r'hx-sse:connect="([^"]+)"', fragment)
    assert match is not None
    stream = client.get(match[1])
    assert stream.headers["content-type"].startswith("text/event-stream")
    events = [e for e in stream.text.split("\n\n") if e.strip()]
    counts = [e.count("<li>") for e in events[:-1]]
    assert counts == list(range(1, len(counts) + 1))
    assert len(counts) > 1
    assert events[-1].startswith("event: done")
    assert client.get(match[1]).text.count("Did this help?") == 1


def test_an_empty_or_endless_question_is_refused_in_its_form(client: TestClient) -> None:
    for text in (" ", "x" * 501):
        for headers in ({}, HTMX):
            refused = client.post("/coach", data={"question": text}, headers=headers)
            assert refused.status_code == 422
            assert "500 characters at most" in refused.text


def test_the_answer_key_and_open_assessments_are_refused(client: TestClient) -> None:
    assert "I do not hand out answers" in ask(client, "What is the correct answer to it?")
    page = ask(client, "How do I prevent SQL injection?")
    assert "part of an assessment whose results are not released" in page


def test_a_crisis_is_met_with_a_referral_and_no_coaching(client: TestClient) -> None:
    page = ask(client, "I want to kill myself")
    assert "call your local emergency number" in page
    assert "Did this help?" not in page
    assert "lowest level" not in page


def test_orders_in_a_transcript_do_not_steer_the_coach(client: TestClient) -> None:
    page = ask(client, "Explain my score for the threads and the gil question")
    plain = re.sub("“[^”]*”", "", page)
    assert "level 0 of 3" in page
    assert "banana" not in plain
    assert "three of three" not in plain


def test_a_vote_and_a_hand_over_reach_the_educators(web: FakeWeb, client: TestClient) -> None:
    page = ask(client, WEAKEST)
    match = re.search(r'action="(/coach/exchanges/[^"]+/helpful)"', page)
    assert match is not None
    assert "did not help" in client.post(match[1], data={"vote": "no"}).text
    assert "A person will read" in client.post(match[1], data={"vote": "person"}).text
    assert client.post(match[1], data={"vote": "maybe"}).status_code == 422
    seen = educator(web.app()).get("/coach/knowledge").text
    assert WEAKEST in seen
    assert "1 of 1" in seen


def test_an_educator_adds_knowledge_that_the_coach_then_states(web: FakeWeb) -> None:
    app = web.app()
    client = TestClient(app, headers={"accept": "text/html"}, follow_redirects=True)
    teacher = educator(app)
    assert "I do not know that" in ask(client, "How long may answers grow?")
    asked = asyncio.run(web.coach().kept.unsettled())[0]
    note = {
        "id": "length",
        "title": "How long may answers grow",
        "text": "One to two minutes are usual. <b>Stop</b> when the point is made.",
        "sources": "House rules 2026",
        "asks": "How long may answers grow?",
        "settles": str(asked.id),
    }
    assert teacher.post("/coach/knowledge", data=note | {"sources": ""}).status_code == 422
    assert teacher.post("/coach/knowledge", data=note).status_code == 303
    assert asyncio.run(web.coach().kept.unsettled()) == ()
    page = ask(client, "How long may answers grow?")
    assert "One to two minutes are usual." in page
    assert "House rules 2026" in page
    assert "<b>" not in page
    teacher.post("/coach/knowledge", data=note | {"text": "Two minutes at most are usual."})
    assert "Version 2" in teacher.get("/coach/knowledge/length").text


def test_the_educators_page_is_closed_to_learners(client: TestClient) -> None:
    for path in ("/coach/knowledge", "/coach/knowledge/confidence"):
        assert client.get(path).status_code == 403


def test_an_erased_interview_takes_the_answers_that_cite_it(
    web: FakeWeb, client: TestClient
) -> None:
    ask(client, WEAKEST)
    newest = people()[4].interview.id
    asyncio.run(erase_interview(web.store, web.recordings, web.store.erase, newest, now=NOW))
    assert WEAKEST not in client.get("/coach").text.replace("You could ask", "").split("<ul")[0]
    assert asyncio.run(web.coach().kept.exchanges("local")) == ()


def test_what_is_due_seeds_the_next_practice(web: FakeWeb, client: TestClient) -> None:
    page = client.get("/growth").text
    assert "Due for review" in page
    before = client.post("/growth/practice")
    assert before.status_code == 200
    made = asyncio.run(_newest(web))
    assert made.title == "Spaced review"
    assert set(made.question_ids) <= {t.question_id for p in people() for t in p.turns}
    assert 1 <= len(made.question_ids) <= 5


def test_growth_says_what_a_curve_is_of_and_promises_no_chance_of_doing_well(
    client: TestClient,
) -> None:
    page = client.get("/growth").text
    kind, drawn = page.index("<h3>Explaining a concept</h3>"), page.index("Core idea</strong>")
    assert kind < drawn < page.index("Use and limits</strong>"), "in the rubric's order"
    assert "% of its levels" in page[kind:]
    assert "Chance to do well" not in page
    assert "of its levels</td>" in page


def test_growth_speaks_of_ones_own_line_only_where_it_is_drawn(client: TestClient) -> None:
    first = asyncio.run(FakeWeb().fill())
    first.coach()
    page = TestClient(first.app(), headers={"accept": "text/html"}).get("/growth").text
    for told in (page, client.get("/growth").text):
        assert "interview coaches advise 128 to 160" in told
        assert ("The dashed line is your own" in told) == ('class="base"' in told)
    assert 'class="base"' not in page


async def _newest(web: FakeWeb):  # an interview
    async with web.store.begin() as work:
        return (await work.interviews.recent(1))[0]


def test_a_goal_is_kept_and_a_wrong_one_refused(client: TestClient) -> None:
    assert client.post("/growth/goal", data={"sessions": "0"}).status_code == 422
    page = client.post("/growth/goal", data={"sessions": "1", "focus": "<i>examples</i>"}).text
    assert "1 session a week, on &lt;i&gt;examples&lt;/i&gt;" in page


def test_growth_marks_the_new_version_of_the_rubric() -> None:
    page = TestClient(learned(six=True).app(), headers={"accept": "text/html"}).get("/growth").text
    assert "6 sessions so far" in page
    assert page.count("rubric version 2") == 7
    assert "your own baseline" in page


def test_a_drill_shows_both_answers_after_the_own_rating(web: FakeWeb, client: TestClient) -> None:
    first = people()[3]
    wanted = {"interview": str(first.interview.id), "question": "race-condition"}
    page = client.post("/drills", data=wanted)
    drill = str(page.url).rsplit("/", 1)[1]
    page = client.post(f"/drills/{drill}/answer", data={"answer": "Two threads race. One loses."})
    assert "First, your own view" in page.text
    assert "level 2 of 3" not in page.text.lower()
    kept = asyncio.run(web.coach().kept.drill(UUID(drill)))
    assert kept is not None
    assert GradeJob(kept.after, "race-condition") in web.store.jobs
    assert client.post(f"/drills/{drill}/rating", data={"idea": "2"}).status_code == 422
    asyncio.run(_graded(web, kept.after))
    rated = {"idea": "2", "mechanism": "1", "use": "0"}
    page = client.post(f"/drills/{drill}/rating", data=rated)
    assert "Before" in page.text
    assert "Two threads race. One loses." in page.text
    assert "I hold a lock around all three steps" in page.text
    again = client.post(f"/drills/{drill}/answer", data={"answer": "Once more."})
    assert again.status_code == 422


async def _graded(web: FakeWeb, after: UUID) -> None:
    card = people()[3].cards[1]
    evidence = replace(card.criteria[0].evidence[0], quote="Two threads race.", turn=0)
    typed = replace(evidence, start_s=None, end_s=None)
    scores = tuple(replace(score, evidence=(typed,), level=1) for score in card.criteria)
    done = replace(card, interview_id=after, turns=(0,), criteria=scores, status=CardStatus.GRADED)
    async with web.store.begin() as work:
        await work.scorecards.save(done)
        await work.interviews.finish(after, InterviewStatus.COMPLETED, NOW + timedelta(minutes=1))


def test_somebody_elses_or_unknown_things_are_not_there(client: TestClient) -> None:
    nobody = UUID(int=999)
    assert client.get(f"/drills/{nobody}").status_code == 404
    assert client.get(f"/coach/exchanges/{nobody}").status_code == 404
    refused = client.post("/drills", data={"interview": str(SIXTH), "question": "race-condition"})
    assert refused.status_code == 422
