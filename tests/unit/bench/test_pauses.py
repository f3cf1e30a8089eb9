"""Silence put into speech has the length it should, and sounds like the speech's own silence."""

from __future__ import annotations

import numpy as np
import pytest

from app.bench.turns.boundaries import Boundary
from app.bench.turns.pauses import (
    Gap,
    Pcm,
    find_gap,
    followed,
    noise_floor,
    tiled,
    with_pause,
)
from app.ports.speech import SAMPLE_RATE
from app.usecases.ear import FRAME

pytestmark = pytest.mark.unit

RANDOM = np.random.default_rng(3)


def noise(seconds: float, level: float) -> Pcm:
    return RANDOM.normal(0, level, round(seconds * SAMPLE_RATE)).astype(np.int16)


def power(pcm: Pcm) -> float:
    return float(np.sqrt(np.mean(pcm.astype(np.float64) ** 2)))


def speech(*parts: tuple[float, float]) -> Pcm:
    return np.concatenate([noise(seconds, level) for seconds, level in parts])


def voice(pcm: Pcm, silent_from: float = 0.0, silent_to: float = 0.0) -> np.ndarray:
    probabilities = np.full(len(pcm) // FRAME, 0.9)
    first, last = (round(at * SAMPLE_RATE / FRAME) for at in (silent_from, silent_to))
    probabilities[first:last] = 0.1
    return probabilities


def boundary(at: float) -> Boundary:
    return Boundary(at - 0.02, at + 0.02, "inside")


def test_the_noise_floor_is_the_quietest_stretch() -> None:
    pcm = speech((1.0, 3000), (0.3, 20), (1.0, 2500))

    assert power(noise_floor(pcm)) == pytest.approx(20, rel=0.1)


def test_tiled_noise_is_as_long_as_asked_and_as_loud_as_the_floor() -> None:
    out = tiled(noise(0.2, 20), 3 * SAMPLE_RATE)

    assert len(out) == 3 * SAMPLE_RATE
    tenths = out.reshape(30, -1)
    assert all(power(part) == pytest.approx(20, rel=0.25) for part in tenths)


@pytest.mark.parametrize("seconds", [1.5, 2.0, 3.0])
def test_a_pause_is_as_long_as_asked_with_the_natural_gap_in_it(seconds: float) -> None:
    pcm = speech((2.0, 3000), (0.4, 20), (2.0, 3000))
    gap = find_gap(pcm, boundary(2.2), noise_floor(pcm), voice(pcm))
    paused = with_pause(pcm, gap, seconds, noise_floor(pcm))

    assert paused is not None
    assert gap.seconds == pytest.approx(0.4, abs=0.03)
    assert len(paused.pcm) == len(pcm) + round(seconds * SAMPLE_RATE) - (gap.end - gap.start)
    inner = paused.pcm[round(paused.start_s * SAMPLE_RATE) : round(paused.end_s * SAMPLE_RATE)]
    assert power(inner) < 60
    after = paused.pcm[round(paused.end_s * SAMPLE_RATE) :]
    assert power(after) > 1000


def test_a_breath_that_is_no_voice_belongs_to_the_gap() -> None:
    pcm = speech((2.0, 3000), (0.3, 200), (0.05, 20), (2.0, 3000))
    gap = find_gap(pcm, boundary(2.33), noise(0.2, 20), voice(pcm, 2.0, 2.35))

    assert gap.seconds == pytest.approx(0.35, abs=0.05)


def test_fluent_speech_has_an_empty_gap_at_its_quietest_place() -> None:
    pcm = speech((2.0, 3000), (0.03, 900), (2.0, 3000))
    gap = find_gap(pcm, boundary(2.0), noise(0.2, 20), voice(pcm))

    assert gap.seconds == 0
    assert gap.quietest / SAMPLE_RATE == pytest.approx(2.015, abs=0.016)


def test_a_pause_that_is_longer_by_nature_is_not_tried() -> None:
    pcm = speech((2.0, 3000), (1.8, 20), (2.0, 3000))
    gap = find_gap(pcm, boundary(2.9), noise_floor(pcm), voice(pcm))

    assert with_pause(pcm, gap, 1.5, noise_floor(pcm)) is None
    assert with_pause(pcm, gap, 2.0, noise_floor(pcm)) is not None


def test_no_sample_of_the_speech_is_lost() -> None:
    pcm = speech((1.0, 3000))
    middle = SAMPLE_RATE // 2
    paused = with_pause(pcm, Gap(middle, middle, middle), 1.5, noise(0.2, 20))
    fade = SAMPLE_RATE // 100

    assert paused is not None
    assert (paused.pcm[: middle - fade] == pcm[: middle - fade]).all()
    assert (paused.pcm[-(middle - fade) :] == pcm[middle + fade :]).all()


def test_speech_is_followed_by_as_much_of_its_floor_as_asked() -> None:
    pcm = speech((1.0, 3000), (0.3, 20))
    out = followed(pcm, 8.0, noise_floor(pcm))

    assert len(out) == len(pcm) + 8 * SAMPLE_RATE
    assert power(out[len(pcm) :]) == pytest.approx(20, rel=0.2)
