"""The fitting of the network: mixed views, class weights, a teacher, a falling rate, an early stop.

What is kept is a running mean of the weights. After every pass the whole state goes to a file, so
a run that was stopped goes on where it was.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.adapters.vision.face_data import Labels
from app.delivery.face_scores import face_scores
from app.domain.interview import EMOTIONS
from app.training.face_engine import Engine, engine_of
from app.training.face_network import Network, Weights, first_weights, steps_of
from app.training.face_views import Floats, Seen

_CLASS_POWER = 0.4
_SMOOTHING = 0.05
_TAUGHT = 0.4
_MIXING = 0.2
_ERASED = (0.3, 14)
_MOVED = 2
_KEPT = 0.99
_EVERY = 4
_WARM = 0.1


@dataclass(frozen=True)
class Plan:
    """How the network is fitted."""

    passes: int = 30
    views: int = 8
    width: int = 24
    batch: int = 128
    rate: float = 3e-3
    patience: int = 6
    seed: int = 0
    plain: bool = False


@dataclass
class Fitting:
    """Where a fit stands: the running mean of the weights, how each pass went, the best of them."""

    plan: Plan
    mean: Weights
    best: Weights
    history: list[dict[str, float]] = field(default_factory=list)
    steps: int = 0

    @property
    def reached(self) -> list[float]:
        """How good each pass was on the faces of selection."""
        return [each["selection"] for each in self.history]

    @property
    def stopped(self) -> bool:
        """Whether all passes are done, or the last few brought nothing."""
        if not self.history:
            return False
        since = len(self.history) - 1 - int(np.argmax(self.reached))
        return len(self.history) >= self.plan.passes or since >= self.plan.patience

    def average(self, now: Weights) -> None:
        """Move the running mean towards the weights as they are now."""
        kept = min(_KEPT, (1 + self.steps) / (10 + self.steps))
        for name, value in now.items():
            self.mean[name] = (kept * self.mean[name] + (1 - kept) * value).astype(np.float32)


def fit_network(
    seen: Seen,
    labels: Labels,
    choose: Callable[[Network], float],
    plan: Plan,
    state: Path,
    note: Callable[[str], None],
) -> tuple[Network, Fitting]:
    """Fit on these views; `choose` says how good a network is, 0..1; returns the best pass's.

    Raises:
        ValueError: the unfinished run in `state` has other settings.
    """
    steps = steps_of(plan.width)
    weights = first_weights(steps, plan.seed)
    engine = engine_of(steps, weights, plan.seed, plain=plan.plain)
    fitting = Fitting(plan, dict(weights), dict(weights))
    note(f"fitting by {engine.title}")
    if state.is_file():
        _restore(state, fitting, engine)
        note(f"going on after pass {len(fitting.history)} of {plan.passes}")
    while not fitting.stopped:
        began, turn = time.monotonic(), len(fitting.history)
        loss = _one_pass(engine, fitting, seen, labels, np.random.default_rng((plan.seed, turn)))
        reached = choose(Network(steps, fitting.mean))
        seconds = round(time.monotonic() - began, 1)
        fitting.history.append({"loss": round(loss, 4), "selection": reached, "seconds": seconds})
        if reached >= max(fitting.reached):
            fitting.best = dict(fitting.mean)
        _keep(state, fitting, engine)
        note(f"pass {turn + 1}: loss {loss:.3f}, selection {reached:.4f}, {seconds:.0f} s")
    return Network(steps, fitting.best), fitting


def goodness(labels: Labels, shares: Floats) -> float:
    """What a pass is chosen by: the mean of accuracy and macro-F1."""
    scores = face_scores(labels.tolist(), shares.argmax(axis=1).tolist())
    return (scores.accuracy + scores.macro_f1) / 2


def rate_at(plan: Plan, step: int, steps: int) -> float:
    """Rising for the first tenth of all steps, then falling as a cosine does."""
    share = (step + 1) / max(1, steps)
    if share < _WARM:
        return plan.rate * share / _WARM
    return plan.rate * (1 + float(np.cos(np.pi * (share - _WARM) / (1 - _WARM)))) / 2


def _one_pass(
    engine: Engine,
    fitting: Fitting,
    seen: Seen,
    labels: Labels,
    chance: np.random.Generator,
) -> float:
    """See every face once, each in some view; returns the mean loss."""
    plan, losses = fitting.plan, []
    weights, size = _class_weights(labels), min(plan.batch, max(4, len(labels) // 8))
    order = chance.permutation(len(labels))
    starts = range(0, len(order) - size + 1, size)
    for start in starts:
        chosen = order[start : start + size]
        views = chance.integers(0, len(seen.pictures), size)
        faces = _changed(seen.pictures[views, chosen], chance)
        targets = _targets(labels[chosen], seen.shares[views, chosen], weights)
        rate = rate_at(plan, fitting.steps, len(starts) * plan.passes)
        losses.append(engine.step(*_mixed(faces, targets, chance), rate))
        fitting.steps += 1
        if fitting.steps % _EVERY == 0:
            fitting.average(engine.weights())
    return float(np.mean(losses))


def _changed(pictures: NDArray[np.uint8], chance: np.random.Generator) -> Floats:
    """Mirrored or not, all moved by some pixels, some with a square taken out; in 0..1."""
    faces: Floats = pictures.astype(np.float32) / np.float32(255)
    mirrored = chance.random(len(faces)) < 0.5
    faces[mirrored] = faces[mirrored, :, ::-1]
    down, right = chance.integers(0, 2 * _MOVED + 1, 2)
    height, width = faces.shape[1:]
    wide = np.pad(faces, ((0, 0), (_MOVED, _MOVED), (_MOVED, _MOVED)), mode="edge")
    faces = np.ascontiguousarray(wide[:, down : down + height, right : right + width])
    share, side = _ERASED
    for place in np.flatnonzero(chance.random(len(faces)) < share):
        top, left = chance.integers(0, height - side, 2)
        faces[place, top : top + side, left : left + side] = faces[place].mean()
    return faces


def _targets(labels: Labels, said: Floats, weights: Floats) -> Floats:
    """The label, weighted and a little blurred, beside what the shipped model says of the view."""
    blurred = np.full((len(labels), len(EMOTIONS)), _SMOOTHING / len(EMOTIONS), np.float32)
    blurred[np.arange(len(labels)), labels] += 1 - _SMOOTHING
    targets = (1 - _TAUGHT) * weights[labels][:, None] * blurred + _TAUGHT * said
    return targets.astype(np.float32)


def _mixed(faces: Floats, targets: Floats, chance: np.random.Generator) -> tuple[Floats, Floats]:
    share, other = np.float32(chance.beta(_MIXING, _MIXING)), chance.permutation(len(faces))
    rest = np.float32(1) - share
    return share * faces + rest * faces[other], share * targets + rest * targets[other]


def _class_weights(labels: Labels) -> Floats:
    """Rare expressions weigh more, by a power below one; the mean over faces is 1."""
    counts = np.maximum(np.bincount(labels, minlength=len(EMOTIONS)), 1)
    weights = (counts.mean() / counts) ** _CLASS_POWER
    return np.asarray(weights / (weights * counts).sum() * counts.sum(), np.float32)


def _keep(file: Path, fitting: Fitting, engine: Engine) -> None:
    """Write everything that a later run needs, in one move."""
    about = {"plan": asdict(fitting.plan), "history": fitting.history, "steps": fitting.steps}
    parts = {"engine": engine.state(), "mean": fitting.mean, "best": fitting.best}
    numbers: dict[str, Any] = {
        f"{part}/{name}": value for part, kept in parts.items() for name, value in kept.items()
    }
    scratch = file.with_suffix(".writing")
    with scratch.open("wb") as target:
        np.savez(target, about=np.array(json.dumps(about)), **numbers)
    scratch.replace(file)


def _restore(file: Path, fitting: Fitting, engine: Engine) -> None:
    """Take up a run that was stopped; raises ValueError when it was another plan's."""
    with np.load(file, allow_pickle=False) as kept:
        about = json.loads(str(kept["about"]))
        if about["plan"] != asdict(fitting.plan):
            raise ValueError(f"{file} belongs to a run with other settings; --force begins anew")
        parts: dict[str, Weights] = {"engine": {}, "mean": {}, "best": {}}
        for name in kept.files:
            part, _, weight = name.partition("/")
            if weight:
                parts[part][weight] = kept[name]
    engine.restore(parts["engine"])
    fitting.mean, fitting.best = parts["mean"], parts["best"]
    fitting.history, fitting.steps = about["history"], about["steps"]
