"""The fitting of the new layers: mixed views, class weights, a falling rate, an early stop.

What is kept is a running mean of the weights. After every pass the whole state goes to a file, so
a run that was stopped goes on where it was. A GPU is used where there is one.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from app.adapters.vision.face_data import Labels
from app.delivery.face_scores import face_scores
from app.domain.interview import EMOTIONS
from app.training.face_network import UpperHalf, upper_half
from app.training.face_views import PLAIN_VIEWS, Floats, Middles

_CLASS_POWER = 0.4
_SMOOTHING = 0.08
_MIXING = 0.2
_KEPT = 0.99


@dataclass(frozen=True)
class Plan:
    """How the layers are fitted."""

    passes: int = 6
    views: int = 4
    batch: int = 128
    rate: float = 2e-4
    patience: int = 3
    seed: int = 0


@dataclass
class Fitting:
    """Where a fit stands: the layers, their running mean, and how each pass went."""

    plan: Plan
    layers: UpperHalf
    mean: UpperHalf
    history: list[dict[str, float]] = field(default_factory=list)
    best: dict[str, Any] = field(default_factory=dict)

    @property
    def reached(self) -> list[float]:
        """How good each pass was, from the first third on: before, the layers only settle.

        The shipped layers knew the faces of selection, so that the first passes look best.
        """
        return [each["selection"] for each in self.history[self.plan.passes // 3 :]]

    @property
    def stopped(self) -> bool:
        """Whether all passes are done, or the last few brought nothing."""
        if len(self.history) >= self.plan.passes:
            return True
        counted = self.reached
        return bool(counted) and len(counted) - 1 - int(np.argmax(counted)) >= self.plan.patience


def fit_upper_half(
    base: bytes,
    middles: Middles,
    labels: Labels,
    choose: Callable[[UpperHalf], float],
    plan: Plan,
    state: Path,
    note: Callable[[str], None],
) -> Fitting:
    """Fit on these middle layers (views, n, ...); `choose` says how good the layers are, 0..1."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(plan.seed)
    layers = upper_half(base)
    layers.layers.to(device)
    fitting = Fitting(plan, layers, copy.deepcopy(layers))
    steps = max(1, len(labels) // batch_of(plan, len(labels)))
    tools = _Tools(fitting, _class_weights(labels).to(device), steps, device)
    if state.is_file():
        tools.restore(state)
        note(f"going on after pass {len(fitting.history)} of {plan.passes}")
    while not fitting.stopped:
        began, turn = time.monotonic(), len(fitting.history)
        loss = tools.one_pass(middles, labels, np.random.default_rng((plan.seed, turn)))
        reached = choose(fitting.mean)
        seconds = round(time.monotonic() - began, 1)
        fitting.history.append({"loss": round(loss, 4), "selection": reached, "seconds": seconds})
        if reached >= max(fitting.reached, default=reached):
            fitting.best = copy.deepcopy(fitting.mean.layers.state_dict())
        tools.keep(state)
        note(f"pass {turn + 1}: loss {loss:.3f}, selection {reached:.4f}, {seconds:.0f} s")
    fitting.mean.layers.load_state_dict(fitting.best)
    return fitting


def own_shares(fitted: UpperHalf, middles: Middles) -> Floats:
    """Log shares of the layers alone, the mean over a face and its mirror image."""
    device = next(fitted.layers.parameters()).device
    fitted.layers.eval()
    total = np.zeros((middles.shape[1], len(EMOTIONS)), np.float32)
    with torch.no_grad():
        for view in range(PLAIN_VIEWS):
            for start in range(0, middles.shape[1], 256):
                batch = np.asarray(middles[view, start : start + 256], np.float32)
                said = fitted.logits(torch.from_numpy(batch).to(device)).log_softmax(1)
                total[start : start + 256] += said.cpu().numpy() / PLAIN_VIEWS
    return total


def goodness(labels: Labels, shares: Floats) -> float:
    """What layers are chosen by: the mean of accuracy and macro-F1."""
    scores = face_scores(labels.tolist(), shares.argmax(axis=1).tolist())
    return (scores.accuracy + scores.macro_f1) / 2


def batch_of(plan: Plan, faces: int) -> int:
    """Faces a step: the plan's, and fewer of a small set, so that a pass has some steps."""
    return min(plan.batch, max(4, faces // 8))


class _Tools:
    """The optimiser and its falling rate, which are kept and restored with the layers."""

    def __init__(
        self, fitting: Fitting, weights: torch.Tensor, steps: int, device: torch.device
    ) -> None:
        self._fitting, self._weights, self._device = fitting, weights, device
        plan = fitting.plan
        self._optimiser = torch.optim.AdamW(
            fitting.layers.layers.parameters(), lr=plan.rate, weight_decay=0.02
        )
        self._rates = torch.optim.lr_scheduler.OneCycleLR(
            self._optimiser, plan.rate, total_steps=steps * plan.passes, pct_start=0.1
        )
        self._step = 0

    def one_pass(self, middles: Middles, labels: Labels, generator: np.random.Generator) -> float:
        """See every face once, each in some view; returns the mean loss."""
        size = batch_of(self._fitting.plan, len(labels))
        order, losses = generator.permutation(len(labels)), []
        self._fitting.layers.layers.train()
        for start in range(0, len(order) - size + 1, size):
            chosen = order[start : start + size]
            losses.append(self._one_step(middles, labels, chosen, generator))
        return float(np.mean(losses))

    def _one_step(
        self,
        middles: Middles,
        labels: Labels,
        chosen: NDArray[np.int64],
        generator: np.random.Generator,
    ) -> float:
        views = generator.integers(0, len(middles), len(chosen))
        seen = np.stack([middles[view, face] for view, face in zip(views, chosen, strict=True)])
        batch = torch.from_numpy(seen.astype(np.float32)).to(self._device)
        named = torch.from_numpy(labels[chosen]).to(self._device)
        share, other = float(generator.beta(_MIXING, _MIXING)), generator.permutation(len(chosen))
        mixed = share * batch + (1 - share) * batch[other]
        with torch.autocast(self._device.type, torch.bfloat16):
            logits = self._fitting.layers.logits(mixed)
        loss = share * self._loss(logits, named) + (1 - share) * self._loss(logits, named[other])
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()
        self._rates.step()
        self._average()
        return float(loss.item())

    def _loss(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return nn.functional.cross_entropy(
            logits.float(), labels, self._weights, label_smoothing=_SMOOTHING
        )

    def _average(self) -> None:
        self._step += 1
        if self._step % 4:
            return
        kept = min(_KEPT, (1 + self._step) / (10 + self._step))
        now = self._fitting.layers.layers.state_dict()
        with torch.no_grad():
            for name, mean in self._fitting.mean.layers.state_dict().items():
                if mean.dtype.is_floating_point:
                    mean.lerp_(now[name], 1 - kept)
                else:
                    mean.copy_(now[name])

    def keep(self, file: Path) -> None:
        """Write everything that a later run needs, in one move."""
        fitting, scratch = self._fitting, file.with_suffix(".writing")
        torch.save(
            {
                "plan": asdict(fitting.plan),
                "layers": fitting.layers.layers.state_dict(),
                "mean": fitting.mean.layers.state_dict(),
                "best": fitting.best,
                "history": fitting.history,
                "optimiser": self._optimiser.state_dict(),
                "rates": self._rates.state_dict(),
                "step": self._step,
            },
            scratch,
        )
        scratch.replace(file)

    def restore(self, file: Path) -> None:
        """Take up a run that was stopped; raises ValueError when it was another plan's."""
        kept = torch.load(file, map_location=self._device, weights_only=True)
        if kept["plan"] != asdict(self._fitting.plan):
            raise ValueError(f"{file} belongs to a run with other settings; --force begins anew")
        self._fitting.layers.layers.load_state_dict(kept["layers"])
        self._fitting.mean.layers.load_state_dict(kept["mean"])
        self._fitting.best, self._fitting.history = kept["best"], kept["history"]
        self._optimiser.load_state_dict(kept["optimiser"])
        self._rates.load_state_dict(kept["rates"])
        self._step = kept["step"]


def _class_weights(labels: Labels) -> torch.Tensor:
    """Rare expressions weigh more, by a power below one; the mean over faces is 1."""
    counts = np.maximum(np.bincount(labels, minlength=len(EMOTIONS)), 1)
    weights = (counts.mean() / counts) ** _CLASS_POWER
    return torch.tensor(weights / (weights * counts).sum() * counts.sum(), dtype=torch.float32)
