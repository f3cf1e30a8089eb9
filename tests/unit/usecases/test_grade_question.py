"""Grading runs once for each revision, survives failures, and brings the interview to its end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.agent.grader import Grader
from app.domain.interview import Interview, InterviewStatus
from app.domain.scorecard import CardStatus, Ungraded
from app.ports.errors import ModelUnavailable, PortError
from app.usecases.finish_interview import FinishInterview
from app.usecases.grade_question import GradeQuestion
from app.wiring.jobs import make_handlers
from tests.fakes.scoring import plain_scorer
from tests.unit.agent.grading_world import (
    GOOD,
    NOW,
    OTHER,
    QUESTION,
    PlainPrompts,
    ScriptedModel,
    World,
)

pytestmark = pytest.mark.unit


async def _live_first() -> None:
    return None


def _grading(world: Any, model: ScriptedModel | None = None) -> GradeQuestion:
    grader = Grader(
        store=world,
        embedder=world.embedder,
        scorer=plain_scorer(world.embedder.embed),
        prompts=PlainPrompts(),
        model=model,
        yield_to_live=_live_first,
    )
    return GradeQuestion(store=world, grader=grader, clock=lambda: NOW)


def _world(answer: str | None = GOOD, **changes: Any) -> tuple[World, Interview]:
    world = World()
    interview = world.interview()
    world.answered(interview, answer, **changes)
    return world, interview


async def test_a_card_is_running_first_and_final_afterwards() -> None:
    world, interview = _world()
    await _grading(world)(interview.id, QUESTION.id)
    assert [card.status for card in world.saved] == [CardStatus.RUNNING, CardStatus.GRADED]
    assert world.queued == [("finish",)]


async def test_the_same_revision_is_graded_once() -> None:
    world, interview = _world()
    model = ScriptedModel()
    first = await _grading(world, model)(interview.id, QUESTION.id)
    asked = len(model.asked)
    assert await _grading(world, model)(interview.id, QUESTION.id) == first
    assert len(model.asked) == asked


async def test_a_corrected_word_or_a_reopened_answer_is_graded_again() -> None:
    world, interview = _world()
    await _grading(world)(interview.id, QUESTION.id)
    (turn,) = world.turns.values()
    world.turns[turn.id] = replace(turn, amendment="Fine.")
    card = await _grading(world)(interview.id, QUESTION.id)
    assert card is not None
    assert card.status is CardStatus.UNGRADED


@pytest.mark.parametrize(
    ("answer", "skipped", "why"),
    [
        ("", False, Ungraded.NO_ATTEMPT),
        (None, False, Ungraded.NO_ATTEMPT),
        ("", True, Ungraded.SKIPPED),
    ],
)
async def test_silence_and_a_skip_are_ungraded_without_any_model(
    answer: str | None, skipped: bool, why: Ungraded
) -> None:
    world, interview = _world(answer, skipped=skipped)
    world.embedder.failing = True
    card = await _grading(world)(interview.id, QUESTION.id)
    assert card is not None
    assert [score.ungraded for score in card.criteria] == [why, why]


async def test_a_failure_is_raised_for_a_retry_and_marks_the_card_only_on_the_last_try() -> None:
    world, interview = _world()
    world.embedder.failing = True
    with pytest.raises(PortError):
        await _grading(world)(interview.id, QUESTION.id)
    assert world.saved[-1].status is CardStatus.RUNNING
    card = await _grading(world)(interview.id, QUESTION.id, last_try=True)
    assert card is not None
    assert (card.status, card.criteria) == (CardStatus.FAILED, ())


async def test_without_its_model_the_last_try_still_grades_from_the_text() -> None:
    world, interview = _world()
    model = ScriptedModel()
    model.failure = ModelUnavailable("asleep")
    card = await _grading(world, model)(interview.id, QUESTION.id, last_try=True)
    assert card is not None
    assert card.share is not None


@pytest.mark.parametrize("failure", [KeyError("ours"), PortError("theirs")])
@pytest.mark.parametrize("once_more", [True, False])
async def test_what_is_given_up_ends_as_failed_and_lets_the_interview_end(
    failure: Exception, once_more: bool
) -> None:
    world, interview = _world()
    tries = 0

    def embed(_: object) -> Any:
        nonlocal tries
        tries += 1
        raise failure

    world.embedder.embed = embed
    card = await _grading(world).give_up(interview.id, QUESTION.id, once_more=once_more)
    assert card is not None
    assert (card.status, card.turns) == (CardStatus.FAILED, (0,))
    assert world.cards[interview.id, QUESTION.id] == card
    assert world.queued == [("finish",)]
    assert bool(tries) is once_more
    assert next(iter(world.turns.values())).answer == GOOD


async def test_giving_up_on_a_model_still_grades_from_the_text_and_keeps_what_is_graded() -> None:
    world, interview = _world()
    model = ScriptedModel()
    model.failure = ModelUnavailable("asleep")
    grading = _grading(world, model)
    card = await grading.give_up(interview.id, QUESTION.id, once_more=True)
    assert card is not None
    assert card.share is not None
    assert await grading.give_up(interview.id, QUESTION.id, once_more=False) == card


async def test_the_end_does_not_wait_for_measures_that_fail() -> None:
    world, interview = _world()
    grade = _grading(world)
    finish = FinishInterview(store=world, clock=lambda: NOW)  # type: ignore[arg-type]  # scripted

    async def measure(_: object) -> None:
        raise KeyError

    handlers = make_handlers(grade, (measure,), finish, measure)  # type: ignore[arg-type]  # scripted
    assert handlers.gave_up is not None
    await handlers.gave_up(interview.id, QUESTION.id, False)
    await handlers.finish_interview(interview.id)
    assert world.interviews[interview.id].status is InterviewStatus.ENDED_EARLY


async def test_an_answer_reopened_while_it_is_graded_is_queued_again() -> None:
    world, interview = _world()
    (turn,) = world.turns.values()

    class Reopening(ScriptedModel):
        async def votes(self, prefix: str, statements: tuple[str, ...]) -> tuple[float, ...]:
            world.turns[turn.id] = replace(turn, revision=1)
            return await super().votes(prefix, statements)

    card = await _grading(world, Reopening())(interview.id, QUESTION.id)
    assert card is not None
    assert (card.status, card.criteria) == (CardStatus.WAITING, ())
    assert ("grade", QUESTION.id) in world.queued


async def test_a_question_that_was_never_asked_has_no_card() -> None:
    world, interview = _world()
    assert await _grading(world)(interview.id, OTHER.id) is None


async def test_an_interview_ends_when_every_asked_question_has_an_outcome() -> None:
    world, interview = _world()
    finish = FinishInterview(store=world, clock=lambda: NOW)  # type: ignore[arg-type]  # scripted
    assert await finish(interview.id) is InterviewStatus.GRADING
    assert world.queued == [("grade", QUESTION.id)]
    await _grading(world)(interview.id, QUESTION.id)
    world.interviews[interview.id] = replace(interview, asks=1)
    assert await finish(interview.id) is InterviewStatus.COMPLETED
    assert world.interviews[interview.id].finished_at == NOW


async def test_fewer_questions_than_planned_is_an_early_end() -> None:
    world, interview = _world()
    await _grading(world)(interview.id, QUESTION.id)
    finish = FinishInterview(store=world)  # type: ignore[arg-type]  # scripted
    assert await finish(interview.id) is InterviewStatus.ENDED_EARLY


class ErasedMeanwhile(ScriptedModel):
    """While it is asked, the interview is erased."""

    world: World

    async def votes(self, prefix: str, statements: tuple[str, ...]) -> tuple[float, ...]:
        self.world.interviews.clear()
        self.world.turns.clear()
        self.world.cards.clear()
        return await super().votes(prefix, statements)


async def test_an_interview_that_is_erased_while_it_is_graded_leaves_nothing() -> None:
    world, interview = _world()
    model = ErasedMeanwhile()
    model.world = world
    assert await _grading(world, model)(interview.id, QUESTION.id) is None
    assert world.cards == {}
    assert await _grading(world).give_up(interview.id, QUESTION.id, once_more=True) is None
    assert ("finish",) not in world.queued
