"""A model's state moves a score that stands on words, and never makes one by itself."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest

from app.assessment.hidden_state import StateScorer
from app.ports.errors import ModelMisbehaved, ModelUnavailable
from app.usecases.grade_answers import GradedAnswer
from app.usecases.judge_answer import Budget, StateJudge
from tests.fakes.authoring_desk import shipped_prompts
from tests.fakes.language import FakeStateModel
from tests.unit.usecases.answers_to_grade import GOOD, grader, line

pytestmark = pytest.mark.unit

HALF = "Both of the colliding entries are kept together in a chain, I think, in the same bucket."
FIRST = np.eye(8)[0]
PROBE = StateScorer("fake, layer 1", np.zeros(8), np.ones(8), FIRST)


def graded_by(model: Any, probe: StateScorer = PROBE, seconds: float = 5.0, **line_of: Any):
    judge = StateJudge(model, probe, shipped_prompts(), Budget(seconds=seconds))
    return asyncio.run(grader(judge)(line(**line_of)))


def alone(**line_of: Any) -> GradedAnswer:
    return asyncio.run(grader()(line(**line_of)))


@pytest.mark.parametrize(("weight", "more"), [(1.0, True), (-1.0, False)])
def test_what_is_held_of_an_answer_moves_its_score(weight: float, more: bool):
    probe = StateScorer(PROBE.model, PROBE.mean, PROBE.scale, weight * FIRST)
    before = alone(answer=HALF)
    found = graded_by(FakeStateModel(right=["chain"]), probe, answer=HALF)
    assert found.score is not None
    assert before.score is not None
    assert (found.score > before.score) is more
    assert 0.0 <= found.score <= 5.0
    assert "What the model holds of it moved the score by" in found.reason
    assert found.evidence == before.evidence


def test_the_model_is_asked_with_the_answer_fenced_and_the_wording_of_the_verdict():
    model = FakeStateModel()
    graded_by(model)
    (asked,) = model.asked
    assert GOOD in asked
    assert "<<<" in asked


@pytest.mark.parametrize("answer", ["", "   ", "asdf qwer zxcv"])
def test_an_answer_without_evidence_gets_no_score_whatever_the_model_holds(answer: str):
    model = FakeStateModel(right=["Student"])
    found = graded_by(model, answer=answer)
    assert found.score is None
    assert model.asked == []


class Odd:
    """A model that gives something else."""

    name = "fake, layer 1"

    def __init__(self, given: Any) -> None:
        self.given = given

    async def states(self, prefix: str, statements: tuple[str, ...]) -> Any:
        if isinstance(self.given, Exception):
            raise self.given
        if self.given == "late":
            await asyncio.sleep(30)
        return self.given


@pytest.mark.parametrize(
    "given",
    [
        ModelUnavailable("asleep"),
        ModelMisbehaved("nonsense"),
        (np.zeros(3),),
        (np.full(8, np.nan),),
        (np.zeros(8), np.zeros(8)),
        "late",
    ],
)
def test_a_model_that_fails_leaves_the_score_to_a_person(given: Any):
    found = graded_by(Odd(given), seconds=0.2)
    assert found.status == "review"
    assert found.score == alone().score


def test_the_state_of_another_model_is_not_read():
    found = graded_by(FakeStateModel(name="another, layer 3"))
    assert found.status == "review"
    assert "the probe is of fake, layer 1" in found.reason
