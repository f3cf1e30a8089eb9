"""The same rules of review for the store in memory and the one in Postgres."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest

from app.adapters.store.self_reports import PostgresSelfReports
from app.adapters.store.store import PostgresStore
from app.domain.agreement import Recalibration, Steps
from app.domain.consent import Purpose
from app.domain.groups import SelfReport
from app.domain.interview import Interview, InterviewStatus
from app.domain.review import (
    Act,
    AuditEntry,
    Contest,
    Mark,
    Origin,
    Review,
    ReviewState,
)
from app.domain.scorecard import CardStatus, Scorecard
from app.ports.errors import StoreUnavailable
from app.ports.groups import SelfReports
from tests.contracts.stored import (
    NOW,
    AnyStore,
    a_bank,
    a_card,
    a_turn,
    an_interview,
    some_passages,
)
from tests.fakes.store import FakeStore

pytestmark = pytest.mark.contract


async def graded(store: AnyStore, **changes: object) -> tuple[Interview, Scorecard]:
    known = {"status": InterviewStatus.COMPLETED, **changes}
    interview = an_interview(**known)  # type: ignore[arg-type]  # names of fields
    card = a_card(interview)
    async with store.begin() as work:
        await work.interviews.add(interview)
        await work.turns.add(a_turn(interview))
        await work.scorecards.save(card)
    return interview, card


def a_mark(card: Scorecard, **changes: object) -> Mark:
    mark = Mark(
        card.interview_id, card.question_id, "depth", card.edition, "correction",
        2, 1, 3, "Says what, not why.", "Ada", NOW, Origin("r", 1, "local", 0.8),
    )  # fmt: skip
    return replace(mark, **changes)  # type: ignore[arg-type]  # names of fields


def a_review(card: Scorecard, state: ReviewState = ReviewState.REVIEWED) -> Review:
    at = NOW if state is ReviewState.RELEASED else None
    return Review(card.interview_id, card.question_id, card.edition, state, "Ada", NOW, at)


def a_contest(card: Scorecard) -> Contest:
    return Contest(uuid4(), card.interview_id, card.question_id, "depth", "I said so.", NOW)


async def test_what_people_make_of_a_grade_comes_out_as_it_went_in(store: AnyStore) -> None:
    interview, card = await graded(store)
    contest = a_contest(card)
    entry = AuditEntry(interview.id, Act.MARKED, "Ada", NOW, "one", "depth", 2, None)
    async with store.begin() as work:
        first = await work.review.marks.add(a_mark(card))
        second = await work.review.marks.add(a_mark(card, level=None, by="Bo", blind=True))
        await work.review.reviews.save(a_review(card))
        await work.review.reviews.save(a_review(card, ReviewState.RELEASED))
        await work.review.contests.add(contest)
        await work.review.trail.add(entry)
        await work.review.trail.add(replace(entry, act=Act.RELEASED, criterion_id=None))
    assert first.id < second.id
    async with store.begin() as work:
        await work.review.reviews.hold(interview.id)
        assert await work.review.marks.of(interview.id) == (first, second)
        assert set(await work.review.marks.newest()) >= {first, second}
        assert (await work.review.marks.newest(limit=1)) == (second,)
        assert await work.review.reviews.of(interview.id) == (a_review(card, ReviewState.RELEASED),)
        assert await work.review.contests.of(interview.id) == (contest,)
        trail = await work.review.trail.of(interview.id)
    assert [e.act for e in trail] == [Act.MARKED, Act.RELEASED]
    assert replace(trail[0], id=0) == entry


async def test_the_edition_of_a_card_survives_the_store(store: AnyStore) -> None:
    interview, card = await graded(store)
    async with store.begin() as work:
        (found,) = await work.scorecards.of(interview.id)
    assert found.edition == card.edition
    assert replace(card, gates=()).edition != card.edition


@pytest.mark.parametrize("what", ["mark", "review", "contest", "entry", "exemplar"])
async def test_review_of_no_interview_is_refused(store: AnyStore, what: str) -> None:
    card = a_card(an_interview())
    with pytest.raises(StoreUnavailable) as refused:  # noqa: PT012
        async with store.begin() as work:
            rows = work.review
            await {
                "mark": lambda: rows.marks.add(a_mark(card)),
                "review": lambda: rows.reviews.save(a_review(card)),
                "contest": lambda: rows.contests.add(a_contest(card)),
                "entry": lambda: rows.trail.add(
                    AuditEntry(card.interview_id, Act.REVIEWED, "Ada", NOW)
                ),
                "exemplar": lambda: rows.exemplars.learn(
                    card.interview_id, "one", "words", {}, np.zeros(384, np.float32)
                ),
            }[what]()
    assert not refused.value.retryable


async def test_one_open_contest_a_criterion_answered_once(store: AnyStore) -> None:
    interview, card = await graded(store)
    contest = a_contest(card)
    async with store.begin() as work:
        await work.review.contests.add(contest)
    with pytest.raises(StoreUnavailable):
        async with store.begin() as work:
            await work.review.contests.add(a_contest(card))
    answered = replace(contest, answer="Kept.", answered_by="Ada", answered_at=NOW)
    async with store.begin() as work:
        assert await work.review.contests.answer(answered)
        assert not await work.review.contests.answer(replace(answered, answer="Again."))
        assert not await work.review.contests.answer(replace(answered, id=uuid4()))
        again = a_contest(card)
        await work.review.contests.add(again)
        assert set(await work.review.contests.of(interview.id)) == {answered, again}


async def queued(store: AnyStore, interview_id: UUID) -> list[tuple[str, int]]:
    async with store.begin() as work:
        waiting = await work.review.reviews.waiting()
    return [
        (q.review.state.value if q.review else "none", q.open_contests)
        for q in waiting
        if q.card.interview_id == interview_id
    ]


async def test_the_queue_holds_what_no_person_has_reviewed_as_it_stands(store: AnyStore) -> None:
    interview, card = await graded(store)
    assert await queued(store, interview.id) == [("none", 0)]
    async with store.begin() as work:
        await work.review.reviews.save(a_review(card))
    assert await queued(store, interview.id) == []
    contest = a_contest(card)
    async with store.begin() as work:
        await work.review.contests.add(contest)
    assert await queued(store, interview.id) == [("reviewed", 1)]
    done = replace(contest, answer="No.", answered_by="Ada", answered_at=NOW)
    async with store.begin() as work:
        await work.review.contests.answer(done)
        await work.scorecards.save(replace(card, gates=("parroted",), status=CardStatus.REVIEW))
    assert await queued(store, interview.id) == [("reviewed", 0)]
    async with store.begin() as work:
        await work.scorecards.save(Scorecard(interview.id, "one", (0,), CardStatus.RUNNING))
    assert await queued(store, interview.id) == []


async def test_the_queue_is_oldest_first_and_leaves_running_interviews(store: AnyStore) -> None:
    new, _ = await graded(store, created_at=NOW + timedelta(days=2))
    live, _ = await graded(store, status=InterviewStatus.LIVE)
    old, _ = await graded(store, created_at=NOW - timedelta(days=2))
    async with store.begin() as work:
        waiting = [q.card.interview_id for q in await work.review.reviews.waiting()]
        cards = await work.review.reviews.graded(Purpose.PRACTICE)
        exams = await work.review.reviews.graded(Purpose.ASSESSMENT)
    assert waiting.index(old.id) < waiting.index(new.id)
    assert live.id not in waiting
    assert {old.id, new.id} <= {card.interview_id for card in cards}
    assert live.id not in {card.interview_id for card in cards}
    assert exams == ()


async def test_practice_is_for_others_once_a_level_was_contested(store: AnyStore) -> None:
    exam, _ = await graded(store, purpose=Purpose.ASSESSMENT)
    alone, _ = await graded(store)
    asked, card = await graded(store)
    async with store.begin() as work:
        await work.review.contests.add(a_contest(card))
    async with store.begin() as work:
        reviews = work.review.reviews
        every = {q.card.interview_id for q in await reviews.waiting()}
        given = {q.card.interview_id for q in await reviews.waiting(for_others=True)}
        named = await reviews.for_others([exam.id, alone.id, asked.id, uuid4()])
        cards = await reviews.graded(Purpose.PRACTICE, for_others=True)
    assert {exam.id, alone.id, asked.id} <= every
    assert exam.id in given
    assert asked.id in given
    assert alone.id not in given
    assert named == {exam.id, asked.id}
    assert alone.id not in {each.interview_id for each in cards}
    assert asked.id in {each.interview_id for each in cards}


async def test_learned_exemplars_are_found_beside_the_banks_own(store: AnyStore) -> None:
    interview, _ = await graded(store)
    other = uuid4()
    passages, vectors = some_passages(4)
    vector = vectors[0][::-1].copy()
    async with store.begin() as work:
        await work.library.load(a_bank(), passages, vectors)
        for answer, level in (("an early word", 0), ("a list of things", 1)):
            await work.review.exemplars.learn(interview.id, "one", answer, {"depth": level}, vector)
        await work.library.load(a_bank(version=2), passages, vectors)
    async with store.begin() as work:
        (learned,) = await work.review.exemplars.of("one", but=other)
        assert await work.review.exemplars.of("one", but=interview.id) == ()
        near = await work.library.nearest(vector, kinds=("exemplar",), question_id="one", limit=1)
    assert (learned.answer, dict(learned.levels)) == ("a list of things", {"depth": 1})
    assert near[0].text == "a list of things"
    await store.erase(interview.id)
    async with store.begin() as work:
        assert await work.review.exemplars.of("one", but=other) == ()
        near = await work.library.nearest(vector, kinds=("exemplar",), question_id="one")
    assert "a list of things" not in [p.text for p in near]


async def test_a_recalibration_is_replaced(store: AnyStore) -> None:
    confidence = Steps((0.2, 0.8), (0.1, 0.9))
    first = Recalibration("r", 1, "local", 30, NOW, None, confidence, 0.5, 0.5)
    second = replace(first, marks=31, levels=Steps((0.0, 1.0), (0.1, 0.7)), error_after=0.4)
    async with store.begin() as work:
        await work.review.recalibrations.save(first)
        await work.review.recalibrations.save(second)
    async with store.begin() as work:
        assert await work.review.recalibrations.get("r", 1, "local") == second
        assert await work.review.recalibrations.get("r", 2, "local") is None
        assert await work.review.recalibrations.all() == (second,)


def reports_of(store: AnyStore) -> SelfReports:
    return store.self_reports() if isinstance(store, FakeStore) else PostgresSelfReports(store)


async def test_self_reports_are_given_replaced_withdrawn_and_erased(store: AnyStore) -> None:
    interview, _ = await graded(store)
    reports = reports_of(store)
    given = SelfReport(interview.id, {"gender": "woman"}, NOW)
    assert not await reports.give(replace(given, interview_id=uuid4()))
    assert await reports.give(given)
    second = replace(given, groups={"first_language": "other"})
    assert await reports.give(second)
    assert await reports.of(interview.id) == second
    assert second in await reports.all()
    await reports.withdraw(interview.id)
    await reports.withdraw(interview.id)
    assert await reports.of(interview.id) is None
    await reports.give(given)
    await store.erase(interview.id)
    assert await reports.of(interview.id) is None


async def test_erasing_takes_the_review_along(store: AnyStore) -> None:
    interview, card = await graded(store)
    async with store.begin() as work:
        await work.review.marks.add(a_mark(card))
        await work.review.reviews.save(a_review(card))
        await work.review.contests.add(a_contest(card))
        await work.review.trail.add(AuditEntry(interview.id, Act.REVIEWED, "Ada", NOW))
    await store.erase(interview.id)
    async with store.begin() as work:
        assert await work.review.marks.of(interview.id) == ()
        assert await work.review.reviews.of(interview.id) == ()
        assert await work.review.contests.of(interview.id) == ()
        assert await work.review.trail.of(interview.id) == ()


async def test_a_level_whose_words_were_not_said_is_refused(store: AnyStore) -> None:
    _, card = await graded(store)
    scored = card.criteria[0]
    for changed in (
        replace(scored.evidence[0], quote="it's 100%so"),
        replace(scored.evidence[0], quote="t's 100% so"),
        replace(scored.evidence[0], turn=1),
        replace(scored.evidence[0], turn=7),
    ):
        lie = replace(card, criteria=(replace(scored, evidence=(changed,)),))
        with pytest.raises(StoreUnavailable) as refused:
            async with store.begin() as work:
                await work.scorecards.save(lie)
        assert not refused.value.retryable
    elsewhere = replace(card, turns=(1,))
    with pytest.raises(StoreUnavailable):
        async with store.begin() as work:
            await work.scorecards.save(elsewhere)


@pytest.mark.parametrize("how", ["amended", "reopened", "removed"])
async def test_a_level_goes_when_its_words_no_longer_stand(store: AnyStore, how: str) -> None:
    interview, _ = await graded(store)
    async with store.begin() as work:
        (turn,) = await work.turns.of(interview.id)
        if how == "amended":
            await work.turns.amend(turn, "I said nothing of the kind")
        elif how == "reopened":
            await work.turns.save(replace(turn, answer=None, words=()))
        else:
            await work.turns.remove(turn.id)
    async with store.begin() as work:
        (card,) = await work.scorecards.of(interview.id)
    assert (card.status, card.criteria) == (CardStatus.WAITING, ())


async def test_a_level_stays_when_its_words_still_stand(store: AnyStore) -> None:
    interview, kept = await graded(store)
    async with store.begin() as work:
        (turn,) = await work.turns.of(interview.id)
        await work.turns.amend(turn, "well: it's 100% so")
    async with store.begin() as work:
        assert await work.scorecards.of(interview.id) == (kept,)


async def test_a_waiting_card_holds_no_level(store: AnyStore) -> None:
    _, card = await graded(store)
    with pytest.raises(StoreUnavailable):
        async with store.begin() as work:
            await work.scorecards.save(replace(card, status=CardStatus.WAITING))


async def test_two_people_can_not_review_one_interview_at_once(postgres_url: str) -> None:
    store = PostgresStore(postgres_url)
    interview, _ = await graded(store)
    order: list[str] = []

    async def second() -> None:
        async with store.begin() as work:
            await work.review.reviews.hold(interview.id)
            order.append("second")

    async with store.begin() as work:
        await work.review.reviews.hold(interview.id)
        waits = asyncio.create_task(second())
        await asyncio.sleep(0.2)
        order.append("first")
    await waits
    await store.close()
    assert order == ["first", "second"]
