"""Ability and the choice of the next question."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.adaptive import Graded, Item, ability, information, next_item

pytestmark = pytest.mark.unit
POOL = {f"q-{i}": Item(float(d)) for i, d in enumerate(np.linspace(-3, 3, 200))}


def test_without_answers_the_ability_is_the_priors() -> None:
    found = ability([])
    assert found.mean == pytest.approx(0.0, abs=1e-6)
    assert found.spread == pytest.approx(1.0, abs=1e-2)


@given(st.floats(-3, 3), st.floats(0, 0.9), st.floats(0.01, 0.1))
def test_a_better_answer_never_lowers_the_ability(at: float, share: float, more: float) -> None:
    worse, better = ability([Graded(Item(at), share)]), ability([Graded(Item(at), share + more)])
    assert better.mean >= worse.mean


def test_the_choice_is_one_of_the_five_most_informative() -> None:
    best = sorted(POOL, key=lambda name: -information(0.5, POOL[name]))[:5]
    assert {next_item(0.5, POOL, seed=s, turn=1) for s in range(60)} == set(best)


def test_the_same_seed_and_turn_choose_the_same() -> None:
    assert len({next_item(0.0, POOL, seed=3, turn=2) for _ in range(5)}) == 1
    assert next_item(0.0, {}, seed=3, turn=2) is None
