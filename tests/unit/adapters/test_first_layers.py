"""The head that shows a state, and how it is read back."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from gguf import GGMLQuantizationType
from gguf.quants import dequantize

from app.adapters.llm.first_layers import GAIN, first_layers, telling_head
from app.adapters.llm.states import UNITS, state_of
from app.ports.errors import ModelMisbehaved, ModelUnavailable

pytestmark = pytest.mark.unit


def test_the_head_is_each_unit_and_its_negative_and_nothing_else():
    matrix = dequantize(telling_head(200, 64), GGMLQuantizationType.Q4_0)
    assert np.array_equal(matrix[:64], GAIN * np.eye(64))
    assert np.array_equal(matrix[64:128], -GAIN * np.eye(64))
    assert not matrix[128:].any()


@pytest.mark.parametrize(("words", "units"), [(128, 64), (200, 60)])
def test_a_head_without_room_is_refused(words: int, units: int):
    with pytest.raises(ValueError, match="expected"):
        telling_head(words, units)


def test_what_is_no_model_leaves_nothing_behind(tmp_path: Path):
    source = tmp_path / "model.gguf"
    source.write_bytes(b"no model at all, but long enough to be looked at" * 4)
    with pytest.raises(ModelUnavailable, match="was not made"):
        first_layers(source, tmp_path / "short.gguf", 3)
    assert [each.name for each in tmp_path.iterdir()] == ["model.gguf"]


def reply(logits: np.ndarray[Any, Any]) -> dict[str, Any]:
    """What the server says of these logits: its most probable tokens."""
    logs = logits - math.log(np.exp(logits - logits.max()).sum()) - logits.max()
    best = np.argsort(-logits, kind="stable")[: UNITS + 4]
    given = [{"id": int(n), "logprob": float(logs[n]), "token": "?"} for n in best]
    return {"choices": [{"logprobs": {"content": [{"top_logprobs": given}]}}]}


def test_a_state_comes_back_out_of_the_most_probable_tokens():
    state = np.random.default_rng(0).normal(0, 4, UNITS)
    state[[3, 700]] = 0.0  # too small to be seen beside an outlier
    logits = np.zeros(4 * UNITS)
    logits[:UNITS], logits[UNITS : 2 * UNITS] = GAIN * state, -GAIN * state
    assert state_of(reply(logits)) == pytest.approx(state, abs=1e-4)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"choices": []},
        {"choices": [{"logprobs": None}]},
        {"choices": [{"logprobs": {"content": [{"top_logprobs": []}]}}]},
        {"choices": [{"logprobs": {"content": [{"top_logprobs": [{"id": "x"}]}]}}]},
    ],
)
def test_another_reply_is_no_state(answer: dict[str, Any]):
    with pytest.raises(ModelMisbehaved, match="expected"):
        state_of(answer)
