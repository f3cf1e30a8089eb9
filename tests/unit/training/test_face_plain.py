"""The network's slopes in plain numpy: held against differences of the loss itself."""

from __future__ import annotations

import numpy as np
import pytest

from app.training import face_plain
from app.training.face_fit import Plan, rate_at
from app.training.face_network import Weights, first_weights, is_measured, steps_of
from app.training.face_plain import PlainEngine

pytestmark = pytest.mark.unit

STEPS = steps_of(2)


@pytest.fixture(autouse=True)
def nothing_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(face_plain, "DROPPED", 0.0)


def given(count: int = 6) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(5)
    return chance.random((count, 48, 48)), chance.dirichlet(np.ones(7), count)


def loss_of(weights: Weights) -> float:
    return PlainEngine(STEPS, weights, 0).slopes(*given())[0]


def test_slopes_are_those_of_the_loss() -> None:
    weights = {name: value.astype(np.float64) for name, value in first_weights(STEPS, 1).items()}
    slopes = PlainEngine(STEPS, weights, 0).slopes(*given())[1]
    assert set(slopes) == {name for name in weights if not is_measured(name)}
    chance, small = np.random.default_rng(2), 1e-6
    for name, slope in slopes.items():
        way = chance.normal(size=slope.shape)
        there = loss_of(weights | {name: weights[name] + small * way})
        back = loss_of(weights | {name: weights[name] - small * way})
        assert (slope * way).sum() == pytest.approx(
            (there - back) / (2 * small), rel=1e-3, abs=1e-6
        )


def test_steps_lower_the_loss_and_a_restored_engine_goes_on_alike() -> None:
    engine = PlainEngine(STEPS, first_weights(STEPS, 1), 0)
    losses = [engine.step(*given(), 3e-3) for _ in range(8)]
    assert losses[-1] < losses[0]
    other = PlainEngine(STEPS, first_weights(STEPS, 9), 0)
    other.restore(engine.state())
    assert other.step(*given(), 3e-3) == pytest.approx(engine.step(*given(), 3e-3))
    for name, value in engine.weights().items():
        assert np.allclose(value, other.weights()[name]), name


def test_the_rate_rises_for_a_tenth_and_falls_to_nothing() -> None:
    plan = Plan(rate=1.0)
    rates = [rate_at(plan, step, 100) for step in range(100)]
    assert max(rates) == rates[9] == pytest.approx(1.0)
    assert rates[:9] == sorted(rates[:9])
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert rates[-1] == pytest.approx(0.0)
