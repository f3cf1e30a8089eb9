"""Corrections are kept beside what was heard, and the question is graded anew."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.domain.consent import Purpose
from app.domain.interview import Interview, InterviewStatus, Turn
from app.domain.scorecard import CardStatus, Scorecard
from app.usecases.amend_answer import amend_answer, grade_again
from tests.fakes.store import FakeStore, GradeJob

pytestmark = pytest.mark.unit
ID = UUID(int=6)


async def _store() -> FakeStore:
    store = FakeStore()
    kept = Interview(
        id=ID,
        purpose=Purpose.PRACTICE,
        track_id="short",
        title="Short",
        status=InterviewStatus.COMPLETED,
        mode="basic",
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
    )
    async with store.begin() as work:
        await work.interviews.add(kept)
        for index, answer in enumerate(("I used a hash map", None)):
            await work.turns.add(
                Turn(
                    id=UUID(int=index + 1),
                    interview_id=ID,
                    index=index,
                    kind="question",
                    question_id="q",
                    question="Which?",
                    answer=answer,
                )
            )
        await work.scorecards.save(Scorecard(ID, "q", (0,), CardStatus.FAILED, reason="late"))
    return store


async def test_an_amendment_stands_beside_the_answer_and_is_graded() -> None:
    store = await _store()
    amended = await amend_answer(store, ID, 0, "I used a  heap")
    assert amended is not None
    assert (amended.answer, amended.heard) == ("I used a hash map", "I used a heap")
    assert store.jobs == [GradeJob(ID, "q")]
    async with store.begin() as work:
        assert (await work.scorecards.of(ID))[0].status is CardStatus.WAITING


async def test_the_heard_words_take_an_amendment_back() -> None:
    store = await _store()
    await amend_answer(store, ID, 0, "I used a heap")
    restored = await amend_answer(store, ID, 0, "I used a hash map")
    assert restored is not None
    assert restored.amendment is None


async def test_an_unchanged_text_queues_nothing() -> None:
    store = await _store()
    await amend_answer(store, ID, 0, "I used a hash map")
    assert store.jobs == []


async def test_an_open_or_unknown_turn_can_not_be_amended() -> None:
    store = await _store()
    assert await amend_answer(store, ID, 1, "words") is None
    assert await amend_answer(store, ID, 9, "words") is None


async def test_nothing_is_amended_while_the_interview_is_live() -> None:
    store = await _store()
    async with store.begin() as work:
        interview = await work.interviews.get(ID)
        assert interview is not None
        await work.interviews.save(replace(interview, status=InterviewStatus.LIVE))
    assert await amend_answer(store, ID, 0, "I used a heap") is None
    assert store.jobs == []


async def test_a_failed_card_is_graded_again_and_an_unknown_one_is_not() -> None:
    store = await _store()
    assert await grade_again(store, ID, "q")
    assert not await grade_again(store, ID, "other")
    assert store.jobs == [GradeJob(ID, "q")]
