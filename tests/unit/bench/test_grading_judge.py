"""What votes add is told by questions left out, and a vote is asked for once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from app.assessment.scorer.corpus import Graded
from app.assessment.scorer.features import Item
from app.bench import agreement
from app.bench.agreement import Lines
from app.bench.grading_judge import (
    Sample,
    Voter,
    compared,
    difference,
    left_out,
    left_out_apart,
)
from app.training.ends import drawn_apart
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


@pytest.mark.parametrize("telling", [True, False])
def test_what_a_verdict_adds_is_told_for_each_number_of_exemplars(telling: bool) -> None:
    draw = np.random.default_rng(2)
    people = draw.random(60)
    every = np.ones(60, np.bool_)
    lines = Lines(people, np.clip(people + draw.normal(0, 0.4, 60), 0, 1), QUESTIONS, every, people)
    says = people if telling else draw.random(60)
    places = np.arange(100, 160)
    few = np.arange(60) < 10
    offline = {0: (places, lines), 5: (places[few], lines.kept(few))}
    verdicts = {int(place): float(says[n]) for n, place in enumerate(places)}
    marked = {count: {str(name): [0.5] for name in QUESTIONS} for count in offline}
    found = compared(Sample("scientsbank", offline, marked, verdicts), drawn_apart, seed=0)
    assert found["questions"] == 12
    assert set(found["exemplars"]) == {"0"}, "ten answers compare nothing"
    row = found["exemplars"]["0"]
    assert row["n"] == 60
    assert (row["verdict_adds"]["r"]["ci"][0] > 0) is telling
    assert (row["as_stacked"]["r"] > row["as_scored"]["r"]) is telling
    assert set(row["offline"]) == {"r", "rmse", "rmse_certain_80", "macro_f1"}


def test_a_question_is_scored_without_its_own_marks() -> None:
    people = np.where(QUESTIONS == "q0", 0.0, np.linspace(0.4, 1, 60))
    table = np.where(QUESTIONS == "q0", 9.0, 1.0)[:, None]
    assert left_out(table, people, QUESTIONS)[0] > 0.5


def test_weak_answers_are_kept_weak_where_scores_are_drawn_apart() -> None:
    draw = np.random.default_rng(3)
    people = np.where(draw.random(60) < 0.25, 0.0, 0.9)
    table = (people + draw.normal(0, 0.5, 60))[:, None]
    plain = left_out(table, people, QUESTIONS)
    apart = left_out_apart(table, people, QUESTIONS, drawn_apart)
    weak = people < 0.4
    assert apart[weak].mean() < plain[weak].mean()
    assert agreement.error(people, plain) < agreement.error(people, apart)


async def test_a_vote_is_asked_for_once() -> None:
    model, rows = ScriptedModel(vote=0.7), Rows()
    answer = Graded("s", "q", Item("Why?", "Because of this. And of that.", "So it is."), 1.0)
    first = await Voter(model, PlainPrompts(), rows).verdict(answer)
    assert first == 0.7
    assert len(model.asked) == 1
    assert await Voter(model, PlainPrompts(), rows).verdict(answer) == first
    assert len(model.asked) == 1
