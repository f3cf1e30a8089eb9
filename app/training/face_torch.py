"""Fits the network by PyTorch: on a GPU where there is one, else on the processor.

Needs the extra `train`. What it does in a step is what `face_plain` does, only faster.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn

from app.training.face_network import (
    DROPPED,
    EPSILON,
    FACES,
    Floats,
    Step,
    Weights,
    is_measured,
)
from app.training.face_plain import DECAY, MOMENTUM


def in_few_bits(device: torch.device) -> bool:
    """Whether products of 16 bits are quicker there: they are emulated on older processors."""
    return device.type == "cuda" or "AVX512" in torch.backends.cpu.get_cpu_capability()


class TorchEngine:
    """Weights, moments and steps in PyTorch."""

    def __init__(self, steps: tuple[Step, ...], weights: Weights, seed: int) -> None:
        torch.manual_seed(seed)
        self._steps = steps
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._fast = in_few_bits(self._device)
        self._values = {name: self._tensor(value) for name, value in weights.items()}
        fitted = {n: value for n, value in self._values.items() if not is_measured(n)}
        for value in fitted.values():
            value.requires_grad_()
        plain = [value for value in fitted.values() if value.ndim == 1]
        kernels = [value for value in fitted.values() if value.ndim > 1]
        self._optimiser = torch.optim.AdamW(
            [{"params": kernels, "weight_decay": DECAY}, {"params": plain, "weight_decay": 0.0}]
        )

    @property
    def title(self) -> str:
        """What fits, and on what."""
        return f"PyTorch {torch.__version__} on {self._device.type}"

    def step(self, faces: Floats, targets: Floats, rate: float) -> float:
        """One step downhill; returns the loss before it."""
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        given = self._laid(torch.from_numpy(faces[:, None]).to(self._device))
        wanted = torch.from_numpy(targets).to(self._device)
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._fast):
            logits = self._logits(given)
        loss = -(wanted * logits.float().log_softmax(1)).sum(1).mean()
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self._optimiser.step()
        return float(loss.item())

    def weights(self) -> Weights:
        """As they are now."""
        return {name: value.detach().cpu().numpy().copy() for name, value in self._values.items()}

    def state(self) -> Weights:
        """The weights, and what the optimiser remembers of each."""
        kept = self.weights()
        for name, value in self._values.items():
            for key, moment in self._optimiser.state.get(value, {}).items():
                kept[f"{name}|{key}"] = np.asarray(moment.cpu().numpy(), np.float32)
        return kept

    def restore(self, state: Weights) -> None:
        """Go on from a state."""
        with torch.no_grad():
            for name, value in self._values.items():
                value.copy_(torch.from_numpy(state[name]))
                moments = {
                    key: torch.from_numpy(np.array(state[f"{name}|{key}"]))
                    for key in ("step", "exp_avg", "exp_avg_sq")
                    if f"{name}|{key}" in state
                }
                if moments:
                    self._optimiser.state[value] = {
                        key: each if key == "step" else self._laid(each.to(self._device))
                        for key, each in moments.items()
                    }

    def _logits(self, faces: torch.Tensor) -> torch.Tensor:
        known = {FACES: faces}
        for step in self._steps:
            known[step.name] = self._result(step, [known[name] for name in step.inputs])
        return known[self._steps[-1].name]

    def _result(self, step: Step, inputs: list[torch.Tensor]) -> torch.Tensor:
        given, own = inputs[0], self._values
        made: Any = given
        if step.kind == "Convolution":
            kernel = own[f"{step.name}.kernel"]
            made = nn.functional.conv2d(given, kernel, None, step.stride, step.side // 2)
        elif step.kind == "Normalisation":
            names = ("mean", "variance", "scale", "shift")
            four = [own[f"{step.name}.{name}"] for name in names]
            made = nn.functional.batch_norm(given, *four, True, MOMENTUM, EPSILON)
        elif step.kind == "Positive":
            made = given.relu()
        elif step.kind == "Add":
            made = given + inputs[1]
        elif step.kind == "Halve":
            made = nn.functional.max_pool2d(given, 2)
        elif step.kind == "Mean":
            made = given.mean((2, 3))
        elif step.kind == "Drop":
            made = nn.functional.dropout(given, DROPPED)
        elif step.kind == "Linear":
            linear = (own[f"{step.name}.kernel"], own[f"{step.name}.bias"])
            made = nn.functional.linear(given, *linear)
        return made

    def _tensor(self, value: Floats) -> torch.Tensor:
        return self._laid(torch.from_numpy(value.copy()).to(self._device))

    @staticmethod
    def _laid(value: torch.Tensor) -> torch.Tensor:
        """Channels last, which convolutions in few bits are quickest with."""
        return value.contiguous(memory_format=torch.channels_last) if value.ndim == 4 else value
