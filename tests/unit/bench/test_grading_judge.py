"""What votes add is told by questions left out, and a vote is asked for once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from app.assessment.scorer.corpus import Graded
from app.assessment.scorer.features import Item
from app.bench import agreement
from app.bench.grading_judge import Voter, difference, left_out, signs_of
from tests.unit.agent.grading_world import PlainPrompts, ScriptedModel

pytestmark = pytest.mark.unit

QUESTIONS = np.repeat([f"q{n}" for n in range(12)], 5)


class Rows:
    def __init__(self) -> None:
        self.kept: dict[bytes, bytes] = {}

    def known(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        return {key: self.kept[key] for key in keys if key in self.kept}

    def keep(self, rows: Mapping[bytes, bytes]) -> None:
        self.kept |= rows


def test_votes_that_tell_something_add_and_noise_does_not() -> None:
    draw = np.random.default_rng(1)
    people = draw.random(60)
    offline = people + draw.normal(0, 0.4, 60)
    for told, more in ((people + draw.normal(0, 0.1, 60), True), (draw.random(60), False)):
        alone = left_out(offline[:, None], people, QUESTIONS)
        both = left_out(np.column_stack([offline, told]), people, QUESTIONS)
        found = difference(agreement.correlation, people, (alone, both), QUESTIONS, seed=0)
        assert found["ci"][0] <= found["by"] <= found["ci"][1]
        assert (found["ci"][0] > 0) is more


def test_a_question_is_scored_without_its_own_marks() -> None:
    people = np.where(QUESTIONS == "q0", 0.0, np.linspace(0.4, 1, 60))
    table = np.where(QUESTIONS == "q0", 9.0, 1.0)[:, None]
    assert left_out(table, people, QUESTIONS)[0] > 0.5


def test_unsure_votes_weigh_little_and_no_vote_nothing() -> None:
    assert signs_of([0.5, 0.5]) == (0.0, 0.0)
    assert signs_of([]) == (0.0, 0.0)
    mean, least = signs_of([0.9, 0.1, 1.0])
    assert least < 0 < mean < 4


async def test_a_vote_is_asked_for_once() -> None:
    model, rows = ScriptedModel(vote=0.7), Rows()
    answer = Graded("s", "q", Item("Why?", "Because of this. And of that.", "So it is."), 1.0)
    first = await Voter(model, PlainPrompts(), rows).votes(answer)
    assert first == [0.7] * len(answer.item.wanted)
    asked = len(model.asked)
    assert await Voter(model, PlainPrompts(), rows).votes(answer) == first
    assert len(model.asked) == asked
