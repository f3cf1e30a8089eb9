"""The same rules for the fake voice and for Praat; and Praat against tones whose truth is known."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.adapters.voice.praat import PraatVoice
from app.ports.voice import VoiceAnalyser
from tests.fakes.voice import FakeVoice

pytestmark = pytest.mark.contract

RATE = 16_000
ROOT = Path(__file__).parents[2]
Floats = NDArray[np.float64]


@pytest.fixture(params=["fake", "praat"])
def voice(request: pytest.FixtureRequest) -> VoiceAnalyser:
    return FakeVoice(150.0) if request.param == "fake" else PraatVoice()


def _voiced(hertz: float, seconds: float = 1.0) -> Floats:
    time = np.arange(round(seconds * RATE)) / RATE
    wave = sum(np.sin(2 * np.pi * hertz * n * time) / n for n in range(1, 12))
    return np.asarray(0.1 * wave, dtype=np.float64)


def test_a_row_every_ten_milliseconds_with_the_pitch_of_the_voice(voice: VoiceAnalyser) -> None:
    found = voice.phonation(_voiced(150.0))
    assert len(found.pitch_hz) == 1 + (RATE - 400) // 160
    assert found.formants_hz.shape == (len(found.pitch_hz), 3)
    middle = found.pitch_hz[10:-10]
    assert np.median(middle) == pytest.approx(150, rel=0.01)
    assert (found.strength[10:-10] > 0.8).all()


@pytest.mark.parametrize("samples", [0, 1, 399, 400, 1000, 1599, 1600, 4000])
def test_silence_of_any_length_has_no_pitch(voice: VoiceAnalyser, samples: int) -> None:
    found = voice.phonation(np.zeros(samples))
    assert len(found.pitch_hz) == max(0, 1 + (samples - 400) // 160)
    assert not found.pitch_hz.any()


@pytest.mark.parametrize("hertz", [85.0, 120.0, 220.0, 440.0])
def test_praat_finds_the_pitch_of_a_tone(hertz: float) -> None:
    found = PraatVoice().phonation(_voiced(hertz))
    known = found.pitch_hz[found.pitch_hz > 0]
    assert len(known) > 80
    assert np.median(known) == pytest.approx(hertz, rel=0.005)
    assert found.jitter < 0.005


def test_praat_hears_no_pitch_in_noise() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 2 * RATE)
    assert (PraatVoice().phonation(noise).pitch_hz > 0).mean() < 0.1


def test_praat_follows_a_glide() -> None:
    time = np.arange(2 * RATE) / RATE
    hertz = 120 * 2 ** (time / 2)
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    found = PraatVoice().phonation(0.2 * sum(np.sin(phase * n) / n for n in range(1, 10)))
    assert found.pitch_hz[20] < 130 < 220 < found.pitch_hz[-20]


def test_a_server_for_assessments_imports_nothing_that_reads_stress() -> None:
    """The modules that serve, measure delivery and build reports; not the reader or its model."""
    code = (
        "import sys\n"
        "import app.wiring, app.main, app.usecases.measure_turn_voices\n"
        "import app.usecases.build_report, app.usecases.measure_delivery\n"
        "never = {'app.delivery.stress', 'app.usecases.read_stress', 'app.usecases.measure_voices',"
        " 'app.adapters.voice.stress_model', 'app.training.voice', 'sklearn'}\n"
        "assert not never & set(sys.modules), never & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=300)
