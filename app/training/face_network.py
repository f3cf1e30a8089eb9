"""The layers that are fitted: a small residual network of its own, from pictures to logits.

The steps are plain data. What fits them (PyTorch, or plain numpy) and what writes them as ONNX read
the same list, and the weights are numbers by name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.domain.interview import EMOTIONS

EPSILON = 1e-3
DROPPED = 0.3
FACES = "faces"
"""What the first step takes: pictures (n, 1, 48, 48) in 0..1."""

Floats = NDArray[np.float32]
Weights = dict[str, Floats]
Kind = Literal["Convolution", "Normalisation", "Positive", "Add", "Halve", "Mean", "Drop", "Linear"]


@dataclass(frozen=True)
class Step:
    """One operation: its kind, its output's name, its inputs' names; of a convolution its shape."""

    kind: Kind
    name: str
    inputs: tuple[str, ...]
    before: int = 0
    after: int = 0
    side: int = 3
    stride: int = 1


@dataclass(frozen=True)
class Network:
    """The steps, and their weights."""

    steps: tuple[Step, ...]
    weights: Weights


def steps_of(width: int) -> tuple[Step, ...]:
    """The network whose first layer has `width` channels; the last has eight times as many."""
    line = _Line()
    line.add("Normalisation", "input", after=1)
    line.convolution("first", 1, width, side=5, stride=2)
    line.convolution("second", width, 2 * width)
    line.add("Halve", "second.half")
    line.block("third", 2 * width, 4 * width)
    line.add("Halve", "third.half")
    line.block("fourth", 4 * width, 8 * width)
    line.add("Mean", "mean")
    line.add("Drop", "dropped")
    line.add("Linear", "logits", before=8 * width, after=len(EMOTIONS))
    return tuple(line.steps)


def first_weights(steps: tuple[Step, ...], seed: int) -> Weights:
    """Weights to begin with: kernels by their inputs' number (He et al. 2015)."""
    chance, weights = np.random.default_rng(seed), {}
    for step in steps:
        if step.kind == "Convolution":
            shape = (step.after, step.before, step.side, step.side)
            spread = np.sqrt(2 / (step.before * step.side**2))
            weights[f"{step.name}.kernel"] = chance.normal(0, spread, shape).astype(np.float32)
        elif step.kind == "Normalisation":
            for name, value in (("scale", 1), ("shift", 0), ("mean", 0), ("variance", 1)):
                weights[f"{step.name}.{name}"] = np.full(step.after, value, np.float32)
        elif step.kind == "Linear":
            spread = np.sqrt(1 / step.before)
            kernel = chance.normal(0, spread, (step.after, step.before)).astype(np.float32)
            weights[f"{step.name}.kernel"] = kernel
            weights[f"{step.name}.bias"] = np.zeros(step.after, np.float32)
    return weights


def is_measured(name: str) -> bool:
    """Whether a weight is a running figure of what was seen, not one that is fitted."""
    return name.endswith((".mean", ".variance"))


class _Line:
    """Steps one after the other, each taking the last one's output."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._last = FACES

    def add(self, kind: Kind, name: str, *more: str, before: int = 0, after: int = 0) -> None:
        self._put(Step(kind, name, (self._last, *more), before, after))

    def convolution(
        self, name: str, before: int, after: int, side: int = 3, stride: int = 1
    ) -> None:
        """A convolution, normalised, and what is positive of it."""
        self._bare(name, before, after, side, stride)
        self.add("Positive", f"{name}.positive")

    def block(self, name: str, before: int, after: int) -> None:
        """Two convolutions, and a short way past both."""
        entry = self._last
        self.convolution(f"{name}.a", before, after)
        self._bare(f"{name}.b", after, after, 3, 1)
        long = self._last
        self._last = entry
        self._bare(f"{name}.past", before, after, 1, 1)
        self.add("Add", f"{name}.sum", long)
        self.add("Positive", f"{name}.positive")

    def _bare(self, name: str, before: int, after: int, side: int, stride: int) -> None:
        self._put(Step("Convolution", name, (self._last,), before, after, side, stride))
        self.add("Normalisation", f"{name}.even", after=after)

    def _put(self, step: Step) -> None:
        self.steps.append(step)
        self._last = step.name
