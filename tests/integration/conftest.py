"""What holds for every integration test."""

from __future__ import annotations

import onnxruntime
import pytest


@pytest.fixture(scope="module", autouse=True)
def _the_same_voice_every_time() -> None:
    """Piper adds noise that ONNX Runtime draws: a seed makes a session speak alike in each run."""
    onnxruntime.set_seed(0)
