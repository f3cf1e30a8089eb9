"""People mark beside the machine, and nobody marks what they did not see."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from app.domain.errors import BadMark, NotReady, Regraded
from app.domain.review import Act, ReviewState
from app.domain.scorecard import CardStatus, Scorecard
from app.usecases.review_scorecard import finish_card, mark_criterion
from tests.fakes.embeddings import FakeEmbedder
from tests.fakes.store import FakeStore
from tests.unit.agent.grading_world import QUESTION
from tests.unit.usecases.reviewing import ID, NOW, SAID, graded, later, opened, regrade, wish

pytestmark = pytest.mark.unit


async def finish(store: FakeStore, by: str = "Ada", minutes: int = 2) -> ReviewState:
    found = await opened(store)
    (held,) = found.cards
    seen = [(c.criterion_id, held.seen(c.criterion_id)) for c in held.criteria]
    review = await finish_card(
        store,
        FakeEmbedder(),
        ID,
        QUESTION.id,
        by=by,
        edition=held.card.edition,
        seen=seen,
        now=later(minutes),
    )
    assert review is not None
    return review.state


async def test_a_correction_stands_beside_the_machines_level() -> None:
    store = FakeStore()
    await graded(store)
    mark = await mark_criterion(store, ID, await wish(store, 1), now=NOW)
    assert mark is not None
    (held,) = (await opened(store)).cards
    idea = held.criterion("idea")
    assert idea is not None
    assert (idea.proposed, idea.level, idea.correction) == (2, 1, mark)
    assert held.card.criteria[0].level == 2, "the machine's score is as it was"
    assert (mark.kind, mark.proposed, mark.origin.confidence) == ("correction", 2, 0.7)


async def test_a_criterion_without_a_level_can_be_given_one_and_needs_no_quote() -> None:
    store = FakeStore()
    await graded(store)
    mark = await mark_criterion(store, ID, await wish(store, 2, criterion="use"), now=NOW)
    assert mark is not None
    assert (mark.proposed, mark.level, mark.origin.model) == (None, 2, None)


async def test_a_level_can_be_taken_away() -> None:
    store = FakeStore()
    await graded(store)
    await mark_criterion(store, ID, await wish(store, None), now=NOW)
    (held,) = (await opened(store)).cards
    idea = held.criterion("idea")
    assert idea is not None
    assert idea.level is None
    with pytest.raises(BadMark):
        await mark_criterion(store, ID, await wish(store, None), now=NOW)


async def test_a_failed_card_is_marked_by_its_rubric() -> None:
    store = FakeStore()
    await graded(store, card=Scorecard(ID, QUESTION.id, (0,), CardStatus.FAILED, reason="late"))
    assert await mark_criterion(store, ID, await wish(store, 3), now=NOW) is not None
    (held,) = (await opened(store)).cards
    assert [(c.criterion_id, c.level) for c in held.criteria] == [("idea", 3), ("use", None)]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reason": "  "}, "reason"),
        ({"by": " "}, "name"),
        ({"level": 4}, "0 to 3"),
        ({"level": -1}, "0 to 3"),
    ],
)
async def test_a_bad_mark_is_refused_and_nothing_kept(
    changes: dict[str, object], message: str
) -> None:
    store = FakeStore()
    await graded(store)
    bad = replace(await wish(store, 1), **changes)  # type: ignore[arg-type]  # names of fields
    with pytest.raises(BadMark, match=message):
        await mark_criterion(store, ID, bad, now=NOW)
    async with store.begin() as work:
        assert await work.review.marks.of(ID) == ()
        assert await work.review.trail.of(ID) == ()


async def test_a_confirmation_needs_no_reason() -> None:
    store = FakeStore()
    await graded(store)
    same = replace(await wish(store, 2), reason="")
    mark = await mark_criterion(store, ID, same, now=NOW)
    assert mark is not None
    assert mark.kind == "confirmation"


async def test_what_was_graded_anew_meanwhile_is_not_marked() -> None:
    store = FakeStore()
    await graded(store)
    looked = await wish(store, 1)
    await regrade(store, 3)
    with pytest.raises(Regraded):
        await mark_criterion(store, ID, looked, now=NOW)


async def test_what_somebody_else_marked_meanwhile_is_not_marked() -> None:
    store = FakeStore()
    await graded(store)
    looked = await wish(store, 1)
    await mark_criterion(store, ID, await wish(store, 0, by="Bo"), now=NOW)
    with pytest.raises(Regraded):
        await mark_criterion(store, ID, looked, now=NOW)


async def test_nothing_unknown_or_waiting_is_marked() -> None:
    store = FakeStore()
    await graded(store)
    known = await wish(store, 1)
    assert await mark_criterion(store, UUID(int=9), known, now=NOW) is None
    for unknown in (replace(known, question_id="no"), replace(known, criterion_id="no")):
        assert await mark_criterion(store, ID, unknown, now=NOW) is None
    async with store.begin() as work:
        await work.scorecards.save(Scorecard(ID, QUESTION.id, (0,), CardStatus.WAITING))
    with pytest.raises(NotReady):
        await mark_criterion(store, ID, await wish(store, 1), now=NOW)


async def test_reviewing_confirms_what_was_not_marked_and_signs_it() -> None:
    store = FakeStore()
    await graded(store)
    assert await finish(store) is ReviewState.REVIEWED
    async with store.begin() as work:
        marks = await work.review.marks.of(ID)
        trail = await work.review.trail.of(ID)
    assert [(m.kind, m.criterion_id, m.level, m.by) for m in marks] == [
        ("confirmation", "idea", 2, "Ada")
    ]
    assert [e.act for e in trail] == [Act.MARKED, Act.REVIEWED]


async def test_a_second_person_marks_the_level_that_stands() -> None:
    store = FakeStore()
    await graded(store)
    await mark_criterion(store, ID, await wish(store, 1), now=NOW)
    await finish(store)
    await finish(store, by="Bo", minutes=3)
    async with store.begin() as work:
        marks = await work.review.marks.of(ID)
    assert [(m.by, m.level, m.kind) for m in marks] == [
        ("Ada", 1, "correction"),
        ("Bo", 1, "confirmation"),
    ]


async def test_a_change_after_the_review_makes_it_a_draft_again() -> None:
    store = FakeStore()
    await graded(store)
    await finish(store)
    await mark_criterion(store, ID, replace(await wish(store, 2), reason=""), now=later(3))
    assert (await opened(store)).cards[0].state is ReviewState.REVIEWED
    await mark_criterion(store, ID, await wish(store, 1), now=later(3))
    assert (await opened(store)).cards[0].state is ReviewState.DRAFT
    await finish(store)
    await regrade(store, 3)
    assert (await opened(store)).cards[0].state is ReviewState.DRAFT


async def test_a_reviewed_answer_becomes_an_exemplar_of_its_question() -> None:
    store = FakeStore()
    await graded(store)
    await mark_criterion(store, ID, await wish(store, 1), now=NOW)
    async with store.begin() as work:
        assert await work.review.exemplars.of(QUESTION.id, but=UUID(int=1)) == ()
    await finish(store)
    async with store.begin() as work:
        (learned,) = await work.review.exemplars.of(QUESTION.id, but=UUID(int=1))
    assert (learned.answer, learned.levels) == (SAID, {"idea": 1})


async def test_a_review_needs_a_name_and_the_newest_marks() -> None:
    store = FakeStore()
    await graded(store)
    with pytest.raises(BadMark):
        await finish(store, by=" ")
    (held,) = (await opened(store)).cards
    await mark_criterion(store, ID, await wish(store, 1, by="Bo"), now=NOW)
    with pytest.raises(Regraded):
        await finish_card(
            store,
            None,
            ID,
            QUESTION.id,
            by="Ada",
            edition=held.card.edition,
            seen=[("idea", 0)],
            now=NOW,
        )
    assert (
        await finish_card(store, None, UUID(int=9), "x", by="A", edition="", seen=(), now=NOW)
        is None
    )


async def test_a_blind_mark_says_so_and_has_a_reason_even_where_it_agrees() -> None:
    store = FakeStore()
    await graded(store)
    agreed = replace(await wish(store, 2), blind=True)
    with pytest.raises(BadMark, match="reason"):
        await mark_criterion(store, ID, replace(agreed, reason=" "), now=NOW)
    mark = await mark_criterion(store, ID, replace(agreed, reason="It says so."), now=NOW)
    assert mark is not None
    assert (mark.kind, mark.blind) == ("confirmation", True)


async def test_who_is_blind_confirms_nothing_unmarked() -> None:
    store = FakeStore()
    await graded(store)
    (held,) = (await opened(store)).cards
    seen = [(c.criterion_id, held.seen(c.criterion_id)) for c in held.criteria]
    with pytest.raises(NotReady, match="every criterion"):
        await finish_card(
            store,
            None,
            ID,
            QUESTION.id,
            by="Ada",
            edition=held.card.edition,
            seen=seen,
            now=NOW,
            blind=True,
        )
