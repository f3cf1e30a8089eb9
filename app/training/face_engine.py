"""What fits the network step by step: PyTorch where the extra `train` is installed, else numpy."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Protocol

from app.training.face_network import Floats, Step, Weights
from app.training.face_plain import PlainEngine


class Engine(Protocol):
    """Weights that go downhill on the cross-entropy with targets; a target may be of any sum."""

    @property
    def title(self) -> str:
        """What fits, and on what."""

    def step(self, faces: Floats, targets: Floats, rate: float) -> float:
        """One step on pictures (n, 48, 48) and targets (n, 7); returns the loss before it."""

    def weights(self) -> Weights:
        """As they are now."""

    def state(self) -> Weights:
        """All that `restore` needs."""

    def restore(self, state: Weights) -> None:
        """Go on from a state that this kind of engine gave."""


def engine_of(steps: tuple[Step, ...], weights: Weights, seed: int, *, plain: bool) -> Engine:
    """The fastest engine that is installed; `plain` asks for numpy's."""
    if plain or find_spec("torch") is None:
        return PlainEngine(steps, weights, seed)
    from app.training.face_torch import TorchEngine

    return TorchEngine(steps, weights, seed)
