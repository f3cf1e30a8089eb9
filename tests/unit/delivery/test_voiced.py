"""Where speech ends in a stretch of sound."""

from __future__ import annotations

import numpy as np
import pytest

from app.delivery.voiced import FRAME, RATE, voiced_end, with_silence_of

pytestmark = pytest.mark.unit


def sound(*parts: tuple[float, float]) -> np.ndarray:
    """Noise of each loudness for so many seconds."""
    draw = np.random.default_rng(0)
    noise = [draw.normal(0, level, round(seconds * RATE)) for level, seconds in parts]
    return np.concatenate(noise).astype(np.int16)


def test_speech_ends_where_it_falls_back_to_its_background() -> None:
    end = voiced_end(sound((20, 0.5), (2000, 1.0), (20, 0.7)))
    assert end is not None
    assert abs(end - 1.5 * RATE) <= FRAME


def test_a_click_is_no_voice() -> None:
    end = voiced_end(sound((20, 0.5), (2000, 1.0), (20, 0.5), (3000, 0.01), (20, 0.2)))
    assert end is not None
    assert abs(end - 1.5 * RATE) <= FRAME


@pytest.mark.parametrize("pcm", [sound((20, 1.0)), sound((20, 0.01)), sound((20, 0.0))])
def test_nothing_stands_out_of_silence(pcm: np.ndarray) -> None:
    assert voiced_end(pcm) is None
    assert len(with_silence_of(pcm, 0.2)) == len(pcm)


def test_only_so_much_silence_is_left() -> None:
    said = sound((20, 0.5), (2000, 1.0), (20, 0.9))
    assert abs(len(with_silence_of(said, 0.2)) - 1.7 * RATE) <= FRAME
    assert len(with_silence_of(said, 5.0)) == len(said)
