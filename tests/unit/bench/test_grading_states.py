"""What a probe adds is told by questions left out, and a state is read once."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from app.assessment.scorer.corpus import Graded
from app.assessment.scorer.features import Item
from app.bench.agreement import Lines
from app.bench.grading_states import StateKeeper, compared_states
from tests.fakes.authoring_desk import shipped_prompts
from tests.fakes.language import FakeStateModel
from tests.unit.bench.test_grading_judge import Rows

pytestmark = pytest.mark.unit

QUESTIONS = np.repeat([f"q{n}" for n in range(12)], 5)


@pytest.mark.parametrize("telling", [True, False])
def test_what_a_state_adds_is_told_for_each_number_of_exemplars(telling: bool) -> None:
    draw = np.random.default_rng(2)
    people = draw.random(60)
    every = np.ones(60, np.bool_)
    lines = Lines(people, np.clip(people + draw.normal(0, 0.4, 60), 0, 1), QUESTIONS, every, people)
    places = np.arange(100, 160)
    few = np.arange(60) < 10
    says = (people if telling else draw.random(60)) - 0.5
    held = {int(place): float(says[n]) for n, place in enumerate(places)}
    both = {0: (places, lines), 5: (places[few], lines.kept(few))}
    found = compared_states("scientsbank", both, held, seed=0)
    assert found["questions"] == 12
    assert set(found["exemplars"]) == {"0"}, "ten answers compare nothing"
    row = found["exemplars"]["0"]
    assert row["n"] == 60
    assert (row["state_adds"]["r"]["ci"][0] > 0) is telling
    assert (row["as_stacked"]["r"] > row["as_scored"]["r"]) is telling
    assert set(row["with_state"]) == {"r", "rmse", "rmse_certain_80", "macro_f1"}


def test_a_state_is_read_once_and_kept_to_a_thousandth() -> None:
    model = FakeStateModel()
    keeper = StateKeeper(model, shipped_prompts(), Rows())
    one = Graded("s", "q", Item("Why?", "Because.", "So."), 1.0)
    first = asyncio.run(keeper.state(one))
    again = asyncio.run(keeper.state(one))
    assert len(model.asked) == 1
    assert np.array_equal(first, again)
    (plain,) = asyncio.run(FakeStateModel().states(*_asked(one)))
    assert first == pytest.approx(plain, rel=1e-3, abs=1e-4)


def _asked(graded: Graded) -> tuple[str, tuple[str]]:
    prompts = shipped_prompts()
    item = graded.item
    prefix = prompts.render(
        "verdict-question", question=item.question, reference=item.reference
    ).text
    return prefix, (prompts.render("verdict-answer", answer=item.answer).text.strip(),)
