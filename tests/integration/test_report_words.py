"""The report in words: one reason for what is missing, one count, names in place of ids."""

import asyncio
import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from app.domain.consent import Consent, Modality
from app.domain.interview import InterviewStatus
from tests.fakes.web import ANSWER, DONE, GRADING, NOW, FakeWeb, cards, filled, turn

pytestmark = pytest.mark.integration


@pytest.fixture
def web() -> FakeWeb:
    return filled()


@pytest.fixture
def client(web: FakeWeb) -> TestClient:
    return TestClient(web.app(), headers={"accept": "text/html"})


def report(client: TestClient, interview: object) -> str:
    page = client.get(f"/interviews/{interview}/report")
    assert page.status_code == 200
    return " ".join(page.text.split())


def test_a_typed_interview_has_no_empty_block_of_delivery(web: FakeWeb, client: TestClient) -> None:
    async def type_it() -> None:
        async with web.store.begin() as work:
            held = await work.interviews.get(GRADING)
            assert held is not None
            await work.interviews.agree(GRADING, Consent(Modality.DELIVERY, "1", NOW))
            await work.interviews.progress(replace(held, status=InterviewStatus.COMPLETED))
            silent = {"words": (), "speech": (), "answered_from_s": None, "answered_to_s": None}
            await work.turns.save(replace(turn(GRADING, 0), typed=True, answer=ANSWER, **silent))

    assert 'id="delivery"' in report(client, GRADING)
    asyncio.run(type_it())
    page = report(client, GRADING)
    assert 'id="delivery"' not in page
    assert "Not measured: nothing was spoken." in page


def test_both_sentences_on_grading_count_the_same(web: FakeWeb, client: TestClient) -> None:
    async def ask_on() -> None:
        async with web.store.begin() as work:
            await work.turns.add(turn(GRADING, 2))

    asyncio.run(ask_on())
    page = report(client, GRADING)
    assert "grading is not finished for 2 of them" in page
    assert "Grading answers: 0 of 2 done" in page


def test_fillers_that_were_not_counted_have_one_reason(client: TestClient) -> None:
    page = report(client, DONE)
    reasons = re.findall(r"Not counted: [^.<]*\.", page)
    assert len(reasons) == 2
    assert len(set(reasons)) == 1


def test_answers_have_the_numbers_that_quotes_cite(client: TestClient) -> None:
    page = report(client, DONE)
    assert '<a href="#turn-1">answer 2</a>' in page
    assert re.search(r'id="turn-1"> <p class="small muted">Answer 2</p>', page)


def test_models_and_checks_have_names_for_people(web: FakeWeb, client: TestClient) -> None:
    async def mark() -> None:
        async with web.store.begin() as work:
            held = await work.interviews.get(DONE)
            assert held is not None
            models = {"speech_to_text": "whisper-base"}
            await work.interviews.save(replace(held, models=models))
            await work.scorecards.save(replace(cards()[0], gates=("off_topic",)))

    asyncio.run(mark())
    page = report(client, DONE)
    assert "speech recognition: whisper-base" in page
    assert "Checks that fired: off topic." in page
    assert "off_topic" not in page
    assert "speech_to_text" not in page
