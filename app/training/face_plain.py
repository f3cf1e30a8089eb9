"""Fits the network in plain numpy: slower than PyTorch, and there on every machine.

Pictures lie (n, height, width, channels) here; a convolution is one product for each place of its
kernel. Steps, moments and decay are those of Adam with decoupled decay (Loshchilov, Hutter 2019).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from app.training.face_network import (
    DROPPED,
    EPSILON,
    FACES,
    Floats,
    Step,
    Weights,
)

MOMENTUM = 0.1
DECAY = 0.05
_FIRST, _SECOND, _TINY = 0.9, 0.999, 1e-8

Back = Callable[[Floats], tuple[Floats, ...]]
"""From the slope at a step's output to the slopes at its inputs."""


@dataclass
class PlainEngine:
    """Weights, moments and steps in numpy."""

    steps: tuple[Step, ...]
    known: Weights
    seed: int
    _moments: dict[str, tuple[Floats, Floats]] = field(default_factory=dict)
    _slopes: Weights = field(default_factory=dict)
    _count: int = 0

    def __post_init__(self) -> None:
        self.known = {name: value.copy() for name, value in self.known.items()}

    @property
    def title(self) -> str:
        """What fits, and on what."""
        return "numpy on the processor; the extra train fits several times faster"

    def step(self, faces: Floats, targets: Floats, rate: float) -> float:
        """One step downhill; returns the loss before it."""
        loss = self.slopes(faces, targets)[0]
        self._count += 1
        for name, slope in self._slopes.items():
            self._move(name, slope, rate)
        return loss

    def slopes(self, faces: Floats, targets: Floats) -> tuple[float, Weights]:
        """The loss, and its slope by each fitted weight; running figures move on."""
        values: dict[str, Floats] = {FACES: faces[..., None]}
        backs: list[tuple[Step, Back]] = []
        for step in self.steps:
            given = [values[name] for name in step.inputs]
            values[step.name], back = _RULES[step.kind](self, step, given)
            backs.append((step, back))
        logits = values[self.steps[-1].name]
        logs = logits - logits.max(1, keepdims=True)
        logs = logs - np.log(np.exp(logs).sum(1, keepdims=True))
        loss = float(-(targets * logs).sum(1).mean())
        slope = (np.exp(logs) * targets.sum(1, keepdims=True) - targets) / np.float32(len(faces))
        self._go_back(backs, slope)
        return loss, self._slopes

    def weights(self) -> Weights:
        """As they are now."""
        return {name: value.copy() for name, value in self.known.items()}

    def state(self) -> Weights:
        """The weights, and what the optimiser remembers of each."""
        kept = self.weights() | {"|count": np.array([self._count], np.float32)}
        for name, (first, second) in self._moments.items():
            kept |= {f"{name}|first": first, f"{name}|second": second}
        return kept

    def restore(self, state: Weights) -> None:
        """Go on from a state."""
        self.known = {name: state[name].copy() for name in self.known}
        self._count = int(state["|count"][0])
        self._moments = {
            name: (state[f"{name}|first"].copy(), state[f"{name}|second"].copy())
            for name in self.known
            if f"{name}|first" in state
        }

    def _go_back(self, backs: list[tuple[Step, Back]], slope: Floats) -> None:
        self._slopes = {}
        wanted = {self.steps[-1].name: slope}
        for step, back in reversed(backs):
            for name, each in zip(step.inputs, back(wanted.pop(step.name)), strict=True):
                wanted[name] = wanted[name] + each if name in wanted else each

    def _move(self, name: str, slope: Floats, rate: float) -> None:
        value = self.known[name]
        first, second = self._moments.get(name, (np.zeros_like(value), np.zeros_like(value)))
        first = np.float32(_FIRST) * first + np.float32(1 - _FIRST) * slope
        second = np.float32(_SECOND) * second + np.float32(1 - _SECOND) * slope**2
        self._moments[name] = (first, second)
        size = np.sqrt(second / (1 - _SECOND**self._count)) + _TINY
        moved = value * (1 - rate * DECAY) if value.ndim > 1 else value
        went = moved - rate / (1 - _FIRST**self._count) * first / size
        self.known[name] = went.astype(np.float32)

    def _convolution(self, step: Step, given: list[Floats]) -> tuple[Floats, Back]:
        name, stride, side = f"{step.name}.kernel", step.stride, step.side
        kernel = np.ascontiguousarray(self.known[name].transpose(2, 3, 1, 0))
        margin = side // 2
        edge = (margin, margin)
        wide = np.pad(given[0], ((0, 0), edge, edge, (0, 0)))
        count, height, width, _ = given[0].shape
        high, broad = -(-height // stride), -(-width // stride)
        places = [
            (down, right, np.s_[:, down : down + (high - 1) * stride + 1 : stride,
                                right : right + (broad - 1) * stride + 1 : stride])
            for down in range(side)
            for right in range(side)
        ]  # fmt: skip
        made = np.zeros((count * high * broad, step.after), kernel.dtype)
        for down, right, place in places:
            made += wide[place].reshape(-1, step.before) @ kernel[down, right]

        def back(slope: Floats) -> tuple[Floats, ...]:
            flat, below = slope.reshape(-1, step.after), np.zeros_like(wide)
            by_kernel = np.empty_like(kernel)
            for down, right, place in places:
                by_kernel[down, right] = wide[place].reshape(-1, step.before).T @ flat
                below[place] += (flat @ kernel[down, right].T).reshape(count, high, broad, -1)
            self._slopes[name] = by_kernel.transpose(3, 2, 0, 1)
            return (below[:, margin : margin + height, margin : margin + width],)

        return made.reshape(count, high, broad, step.after), back

    def _normalisation(self, step: Step, given: list[Floats]) -> tuple[Floats, Back]:
        axes, count = (0, 1, 2), given[0][..., 0].size
        mean, variance = given[0].mean(axes), given[0].var(axes)
        for key, seen in (("mean", mean), ("variance", variance * count / (count - 1))):
            name = f"{step.name}.{key}"
            self.known[name] = ((1 - MOMENTUM) * self.known[name] + MOMENTUM * seen).astype("f4")
        size = np.sqrt(variance + np.float32(EPSILON))
        even = (given[0] - mean) / size
        scale = self.known[f"{step.name}.scale"]

        def back(slope: Floats) -> tuple[Floats, ...]:
            self._slopes[f"{step.name}.shift"] = shift = slope.sum(axes)
            self._slopes[f"{step.name}.scale"] = spread = (slope * even).sum(axes)
            return (scale / size * (slope - shift / count - even * spread / count),)

        return even * scale + self.known[f"{step.name}.shift"], back

    def _halve(self, _: Step, given: list[Floats]) -> tuple[Floats, Back]:
        count, height, width, channels = given[0].shape
        squares = given[0].reshape(count, height // 2, 2, width // 2, 2, channels)
        most = squares.max((2, 4), keepdims=True)
        chosen = squares == most
        shares = chosen / chosen.sum((2, 4), keepdims=True, dtype=np.float32)

        def back(slope: Floats) -> tuple[Floats, ...]:
            return ((slope[:, :, None, :, None] * shares).reshape(given[0].shape),)

        return most[:, :, 0, :, 0], back

    def _drop(self, _: Step, given: list[Floats]) -> tuple[Floats, Back]:
        chance = np.random.default_rng((self.seed, self._count))
        kept = chance.random(given[0].shape) >= DROPPED
        factor = kept.astype(np.float32) / np.float32(1 - DROPPED)
        return given[0] * factor, lambda slope: (slope * factor,)

    def _linear(self, step: Step, given: list[Floats]) -> tuple[Floats, Back]:
        name = f"{step.name}.kernel"
        kernel = self.known[name]

        def back(slope: Floats) -> tuple[Floats, ...]:
            self._slopes[name] = slope.T @ given[0]
            self._slopes[f"{step.name}.bias"] = slope.sum(0)
            return (slope @ kernel,)

        return given[0] @ kernel.T + self.known[f"{step.name}.bias"], back


def _positive(_: PlainEngine, __: Step, given: list[Floats]) -> tuple[Floats, Back]:
    above = given[0] > 0
    return given[0] * above, lambda slope: (slope * above,)


def _add(_: PlainEngine, __: Step, given: list[Floats]) -> tuple[Floats, Back]:
    return given[0] + given[1], lambda slope: (slope, slope)


def _mean(_: PlainEngine, __: Step, given: list[Floats]) -> tuple[Floats, Back]:
    shape = given[0].shape
    places = np.float32(shape[1] * shape[2])
    return given[0].mean((1, 2)), lambda slope: (
        np.broadcast_to(slope[:, None, None] / places, shape),
    )


_RULES = {
    "Convolution": PlainEngine._convolution,
    "Normalisation": PlainEngine._normalisation,
    "Positive": _positive,
    "Add": _add,
    "Halve": PlainEngine._halve,
    "Mean": _mean,
    "Drop": PlainEngine._drop,
    "Linear": PlainEngine._linear,
}
