"""What is released is the result; what is contested is answered by a person."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from app.domain.consent import Purpose
from app.domain.errors import (
    AlreadyAnswered,
    AlreadyReleased,
    BadMark,
    ContestsOpen,
    NotReady,
)
from app.domain.report import Report
from app.domain.review import Act, Contest, ReviewState
from app.usecases.build_report import build_report
from app.usecases.contest_score import answer_contest, contest_score
from app.usecases.release_report import release_report
from app.usecases.review_scorecard import mark_criterion
from tests.fakes.store import FakeStore
from tests.unit.agent.grading_world import QUESTION
from tests.unit.usecases.reviewing import ID, NOW, graded, later, opened, regrade, wish
from tests.unit.usecases.test_review_scorecard import finish

pytestmark = pytest.mark.unit


async def release(store: FakeStore, minutes: int = 10, *, despite: bool = False) -> None:
    assert await release_report(store, ID, by="Ada", despite_contests=despite, now=later(minutes))


async def contest(store: FakeStore) -> Contest:
    made = await contest_score(store, ID, QUESTION.id, "idea", "I named the cycle.", now=NOW)
    assert made is not None
    return made


async def report(store: FakeStore) -> Report:
    found = await build_report(store, ID)
    assert found is not None
    return found


async def test_a_candidate_of_an_assessment_sees_corrections_only_once_released() -> None:
    store = FakeStore()
    await graded(store)
    await mark_criterion(store, ID, await wish(store, 1), now=NOW)
    draft = await report(store)
    assert draft.reviewed[0].state is ReviewState.DRAFT
    assert draft.reviewed[0].criteria[0].level == 2
    assert not draft.released
    await finish(store)
    await release(store)
    result = await report(store)
    shown = result.reviewed[0].criterion("idea")
    assert shown is not None
    assert result.released
    assert (shown.level, shown.proposed) == (1, 2)
    assert shown.correction is not None
    assert shown.correction.reason == "It lacks the cycle."
    assert result.blend.content == pytest.approx(1 / 3)


async def test_a_person_who_practises_sees_everything_at_once() -> None:
    store = FakeStore()
    await graded(store, purpose=Purpose.PRACTICE)
    await mark_criterion(store, ID, await wish(store, 1), now=NOW)
    assert (await report(store)).reviewed[0].criteria[0].level == 1
    with pytest.raises(NotReady, match="practice"):
        await release(store)


async def test_nothing_is_released_before_it_is_reviewed() -> None:
    store = FakeStore()
    await graded(store)
    with pytest.raises(NotReady, match="1 answer is not reviewed"):
        await release(store)
    with pytest.raises(BadMark):
        await release_report(store, ID, by=" ", despite_contests=False, now=NOW)
    assert await release_report(store, uuid4(), by="Ada", despite_contests=False, now=NOW) is None


async def test_a_second_release_changes_nothing_and_says_so() -> None:
    store = FakeStore()
    await graded(store)
    await finish(store)
    await release(store)
    before = await opened(store)
    with pytest.raises(AlreadyReleased):
        await release(store, 11)
    assert await opened(store) == before


async def test_a_release_with_open_contests_must_be_meant() -> None:
    store = FakeStore()
    await graded(store)
    await finish(store)
    await contest(store)
    with pytest.raises(ContestsOpen, match="1 contest waits"):
        await release(store)
    await release(store, despite=True)
    assert (await report(store)).released


async def test_what_changes_after_a_release_waits_for_the_next_one() -> None:
    store = FakeStore()
    await graded(store)
    await finish(store)
    await release(store)
    await mark_criterion(store, ID, await wish(store, 3), now=later(20))
    shown = await report(store)
    assert shown.reviewed[0].criteria[0].level == 2
    assert shown.released, "what was released still stands"
    with pytest.raises(NotReady):
        await release(store, 21)
    await finish(store, minutes=22)
    await release(store, 23)
    assert (await report(store)).reviewed[0].criteria[0].level == 3


async def test_a_second_look_that_changes_nothing_keeps_the_release() -> None:
    store = FakeStore()
    await graded(store)
    await finish(store)
    await release(store)
    await finish(store, by="Bo", minutes=12)
    assert (await opened(store)).cards[0].state is ReviewState.RELEASED


async def test_a_new_grade_is_a_proposal_again() -> None:
    store = FakeStore()
    await graded(store)
    await finish(store)
    await release(store)
    await regrade(store, 3)
    shown = await report(store)
    assert not shown.released
    assert shown.reviewed[0].criteria[0].level == 3
    assert (await opened(store)).cards[0].state is ReviewState.DRAFT


async def test_a_contest_is_open_until_a_person_answers_once() -> None:
    store = FakeStore()
    await graded(store)
    made = await contest(store)
    with pytest.raises(NotReady, match="already"):
        await contest(store)
    for answer, by in (("", "Ada"), ("No.", " ")):
        with pytest.raises(BadMark):
            await answer_contest(store, ID, made.id, answer, by, now=NOW)
    await mark_criterion(store, ID, await wish(store, 3), now=NOW)
    answered = await answer_contest(store, ID, made.id, " You did. ", "Ada", now=later(1))
    assert answered is not None
    assert (answered.answer, answered.open) == ("You did.", False)
    with pytest.raises(AlreadyAnswered):
        await answer_contest(store, ID, made.id, "No.", "Bo", now=later(2))
    assert await answer_contest(store, ID, uuid4(), "No.", "Bo", now=later(2)) is None
    trail = (await opened(store)).trail
    assert [(e.act, e.who, e.before, e.after) for e in trail] == [
        (Act.CONTESTED, "the candidate", None, None),
        (Act.MARKED, "Ada", 2, 3),
        (Act.ANSWERED, "Ada", 2, 3),
    ]
    assert all("cycle" not in str(entry) for entry in trail), "no words of the candidate"


async def test_what_is_unknown_or_empty_is_not_contested() -> None:
    store = FakeStore()
    await graded(store)
    with pytest.raises(BadMark):
        await contest_score(store, ID, QUESTION.id, "idea", "  ", now=NOW)
    for where in (
        (UUID(int=9), QUESTION.id, "idea"),
        (ID, "no", "idea"),
        (ID, QUESTION.id, "no"),
    ):
        assert await contest_score(store, *where, "why", now=NOW) is None
