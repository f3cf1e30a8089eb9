"""What people marked reaches the next grading: exemplars, recalibration, and the trail."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from app.domain.agreement import Recalibration, Steps
from app.domain.question import Exemplar
from app.domain.review import Act
from app.usecases.grade_question import fitting
from tests.unit.agent.grading_world import GOOD, NOW, QUESTION, RUBRIC, ScriptedModel, World
from tests.unit.usecases.test_grade_question import _grading

pytestmark = pytest.mark.unit


async def _learned(world: World, interview_id: UUID, answer: str, **levels: int) -> None:
    vector = world.embedder.embed([answer])[0]
    world.review.interviews.setdefault(interview_id, world.interview())
    async with world.begin() as work:
        await work.review.exemplars.learn(interview_id, QUESTION.id, answer, levels, vector)


async def test_a_judge_is_shown_what_people_marked_and_never_ones_own_answer() -> None:
    world = World()
    interview = world.interview()
    world.answered(interview, GOOD)
    await _learned(world, uuid4(), "Two locks in the wrong order, said somebody else.", idea=1)
    await _learned(world, interview.id, "This very answer, marked before.", idea=3)
    reply: dict[str, Any] = {
        "reason": "r", "evidence": [1], "points_met": [], "level": 1, "confidence": 0.5
    }  # fmt: skip
    model = ScriptedModel(capable=True, replies=[reply, reply])
    await _grading(world, model)(interview.id, QUESTION.id)
    assert "said somebody else" in model.asked[0]
    assert "This very answer" not in "".join(model.asked)


def test_levels_that_the_rubric_no_longer_has_are_left_out() -> None:
    kept = fitting(
        (
            Exemplar(answer="an answer", levels={"idea": 3, "gone": 1}),
            Exemplar(answer="another", levels={"use": 3}),
        ),
        RUBRIC,
    )
    assert [(e.answer, e.levels) for e in kept] == [("an answer", {"idea": 3})]


async def test_a_grade_is_moved_by_what_marks_taught_and_stands_in_the_trail() -> None:
    world = World()
    interview = world.interview()
    world.answered(interview, GOOD)
    first = await _grading(world)(interview.id, QUESTION.id)
    assert first is not None
    assert first.provenance is not None
    strict = Recalibration(
        RUBRIC.id, RUBRIC.version, first.provenance.model, 40, NOW,
        Steps((0.0, 1.0), (0.0, 0.4)), Steps((0.5,), (0.5,)), 1.0, 0.5,
    )  # fmt: skip
    async with world.begin() as work:
        await work.review.recalibrations.save(strict)
    (turn,) = world.turns.values()
    again = world.interview()
    world.answered(again, turn.answer)
    second = await _grading(world)(again.id, QUESTION.id)
    assert second is not None
    levels = [
        (one.level, other.level) for one, other in zip(first.criteria, second.criteria, strict=True)
    ]
    assert any(before != after for before, after in levels)
    assert all((after or 0) <= (before or 0) for before, after in levels)
    async with world.begin() as work:
        trail = await work.review.trail.of(again.id)
    assert [(e.act, e.criterion_id, e.after) for e in trail] == [
        (Act.GRADED, score.criterion_id, score.level) for score in second.criteria
    ]
