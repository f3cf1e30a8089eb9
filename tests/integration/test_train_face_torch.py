"""PyTorch's steps against the plain ones; run by `pytest -m extra` where `train` is installed.

These are left out unless asked for: the extra brings gigabytes, and all else of the training runs
without it.
"""

from __future__ import annotations

import numpy as np
import pytest

from app.training import face_plain
from app.training.face_engine import engine_of
from app.training.face_network import first_weights, steps_of

pytestmark = pytest.mark.extra


def test_pytorch_takes_the_same_steps_and_goes_on_from_its_state(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("torch", reason="the extra train is not installed")
    from app.training import face_torch

    monkeypatch.setattr(face_plain, "DROPPED", 0.0)
    monkeypatch.setattr(face_torch, "DROPPED", 0.0)
    monkeypatch.setattr(face_torch, "in_few_bits", lambda device: False)
    steps, chance = steps_of(4), np.random.default_rng(1)
    faces = chance.random((12, 48, 48)).astype(np.float32)
    targets = chance.dirichlet(np.ones(7), 12).astype(np.float32)
    plain, fast = (
        engine_of(steps, first_weights(steps, 0), 0, plain=plain) for plain in (True, False)
    )
    assert "PyTorch" in fast.title
    for _ in range(3):
        assert plain.step(faces, targets, 1e-3) == pytest.approx(
            fast.step(faces, targets, 1e-3), rel=1e-4
        )
    other = engine_of(steps, first_weights(steps, 7), 0, plain=False)
    other.restore(fast.state())
    assert other.step(faces, targets, 1e-3) == pytest.approx(fast.step(faces, targets, 1e-3))
    for name, value in fast.weights().items():
        assert np.allclose(value, other.weights()[name], atol=1e-6), name
