"""The queue holds what needs a person, and offers the most spread answers first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from app.domain.consent import Purpose
from app.domain.scorecard import CardStatus
from app.usecases.contest_score import contest_score
from app.usecases.queue_for_review import Wanted, queue_for_review
from tests.fakes.embeddings import FakeEmbedder
from tests.fakes.store import FakeStore
from tests.unit.agent.grading_world import OTHER, QUESTION
from tests.unit.usecases.reviewing import BANK, ID, NOW, SAID, a_card, graded, no_vectors
from tests.unit.usecases.test_review_scorecard import finish

pytestmark = pytest.mark.unit


async def ids(store: FakeStore, **wanted: str) -> list[int]:
    queue = await queue_for_review(store, FakeEmbedder(), Wanted(**wanted))  # type: ignore[arg-type]
    return [entry.queued.card.interview_id.int for entry in queue.entries]


async def practice(store: FakeStore, number: int, status: CardStatus, **changes: object) -> None:
    card = replace(a_card(UUID(int=number)), status=status, **changes)  # type: ignore[arg-type]
    at = NOW + timedelta(days=number)
    await graded(store, UUID(int=number), Purpose.PRACTICE, card, at=at)


async def test_assessments_and_doubtful_practices_wait_the_oldest_first() -> None:
    store = FakeStore()
    await practice(store, 3, CardStatus.REVIEW, gates=("parroted",))
    await practice(store, 2, CardStatus.GRADED)
    await practice(store, 1, CardStatus.REVIEW)
    await graded(store)
    assert await ids(store) == [ID.int, 1, 3]
    assert await ids(store, show="all") == [ID.int, 1, 2, 3]
    assert await ids(store, reason="parroted") == [3]
    assert await ids(store, rubric="concept") == [ID.int, 1, 3]
    assert await ids(store, rubric="no") == []
    queue = await queue_for_review(store, None, Wanted(reason="parroted"))
    assert (queue.reasons, queue.rubrics, queue.total) == (("parroted",), ("concept",), 3)


async def test_a_question_is_shown_as_it_was_asked() -> None:
    store = FakeStore()
    await graded(store)
    newer = QUESTION.model_copy(update={"version": QUESTION.version + 1, "text": "Asked anew?"})
    async with store.begin() as work:
        await work.library.load(
            BANK.model_copy(update={"questions": (newer, OTHER)}), (), no_vectors()
        )
        assert await work.library.question(QUESTION.id) == newer
    (entry,) = (await queue_for_review(store, None, Wanted())).entries
    assert entry.question == QUESTION.text


async def test_a_contest_brings_an_answer_back() -> None:
    store = FakeStore()
    await practice(store, 2, CardStatus.GRADED)
    await graded(store)
    await finish(store)
    assert await ids(store) == []
    await contest_score(store, UUID(int=2), QUESTION.id, "idea", "Why?", now=NOW)
    await contest_score(store, ID, QUESTION.id, "idea", "Why?", now=NOW)
    assert await ids(store) == [ID.int, 2]
    assert await ids(store, show="contested", reason="contested") == [ID.int, 2]


async def test_an_ungraded_answer_says_why_it_waits() -> None:
    store = FakeStore()
    card = a_card()
    none = replace(card, status=CardStatus.UNGRADED, criteria=card.criteria[1:])
    await graded(store, card=none)
    queue = await queue_for_review(store, None, Wanted())
    assert queue.entries[0].reasons == ("ungraded", "no_evidence")
    assert queue.entries[0].question == QUESTION.text


async def test_the_five_most_spread_answers_of_a_question_come_first() -> None:
    store = FakeStore()
    same = f"{SAID} and nothing else"
    others = [
        "a timeout and a retry",
        "one global order of locks",
        "a graph with a cycle in it",
        "trees",
    ]
    answers = [same, f"{same} today", f"{same} now", f"{same} then", f"{same} here"]
    answers += [f"{(other + ' ') * 4}{SAID}" for other in others]
    for number, answer in enumerate(answers, 1):
        interview = UUID(int=number)
        at = NOW + timedelta(minutes=number)
        await graded(store, interview, card=a_card(interview), answer=answer, at=at)
    elsewhere = a_card(UUID(int=90), question=OTHER.id)
    await graded(store, UUID(int=90), card=elsewhere)
    queue = await queue_for_review(store, FakeEmbedder(), Wanted(order="spread"))
    first = [e for e in queue.entries if e.first]
    assert len(first) == 6, "five of one question, the only one of the other"
    chosen = {e.queued.card.interview_id.int for e in first}
    assert {6, 7, 8, 9} <= chosen
    assert len(queue.entries) == 10
    assert [e.first for e in queue.entries] == [True] * 6 + [False] * 4


async def test_without_embeddings_the_oldest_come_first() -> None:
    store = FakeStore()
    await practice(store, 1, CardStatus.REVIEW)
    await graded(store)
    for embedder in (None, FakeEmbedder(broken=True)):
        queue = await queue_for_review(store, embedder, Wanted(order="spread"))
        assert [e.first for e in queue.entries] == [False, False]
