"""A voice is measured piece by piece; what can't be measured stays empty, with its reason."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from app.delivery.voice_features import FEATURES
from app.delivery.voice_track import speech_of
from app.domain.interview import Word
from app.ports.speech import Pcm, Transcript
from app.usecases.measure_voices import (
    CLIPPED,
    NO_SPEECH,
    MeasureVoices,
    VoiceReading,
    overall,
    read_stress,
)
from app.usecases.track_voice import TrackVoice, pieces_of
from tests.fakes.voice import FakeStress, FakeVoice

pytestmark = pytest.mark.unit

RATE = 16_000
Floats = NDArray[np.float64]


class Loud:
    """VoiceActivity: whatever is loud is speech."""

    def probability(self, frame: Pcm) -> float:
        return 0.9 if np.abs(frame).max() > 300 else 0.05

    def reset(self) -> None:
        return None


class Recogniser:
    def transcribe(self, pcm: Pcm, *, hotwords: object = ()) -> Transcript:
        return Transcript(tuple(Word(w, 0.0, 0.1) for w in ("one", "two", "um", "three", "four")))

    def fillers(self, pcm: Pcm) -> Transcript:
        return self.transcribe(pcm)


def _voice(seconds: float, hertz: float = 120.0, level: float = 0.2) -> Floats:
    time = np.arange(round(seconds * RATE)) / RATE
    wave = sum(np.sin(2 * np.pi * hertz * n * time) / n for n in range(1, 20))
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 3 * time)
    return np.asarray(level * wave * swell / 2, dtype=np.float64)


def _measured(*parts: Floats, words: bool = False) -> VoiceReading:
    recogniser = Recogniser() if words else None
    measure = MeasureVoices(track=TrackVoice(voice=FakeVoice(), activity=Loud), words=recogniser)
    return measure([np.concatenate(parts)])


def test_speech_pauses_and_pitch_are_taken_from_the_sound() -> None:
    reading = _measured(np.zeros(RATE), _voice(2), np.zeros(RATE), _voice(2), words=True)
    assert reading.track.seconds == pytest.approx(6.0)
    assert reading.track.speech_seconds == pytest.approx(4.0, abs=0.2)
    ((start, end),) = reading.track.pauses
    assert (start, end) == (pytest.approx(3.0, abs=0.1), pytest.approx(4.0, abs=0.1))
    assert reading.summary.pitch_hz_median == pytest.approx(120)
    assert reading.rate_wpm == pytest.approx(60, rel=0.06)
    assert reading.problem == ""


@pytest.mark.parametrize("sound", [np.zeros(3 * RATE), np.zeros(5), np.zeros(0)])
def test_silence_and_scraps_have_no_figures_and_no_stress(sound: Floats) -> None:
    reading = _measured(sound)
    assert reading.problem == NO_SPEECH
    assert reading.summary.pitch_hz_median is None
    assert reading.summary.loudness_db is None
    assert reading.rate_wpm is None
    model = FakeStress()
    stress = overall(reading.track, read_stress(reading.track, own=None, model=model))
    assert (stress.level, stress.confidence, stress.coverage) == (None, 0.0, 0.0)


def test_clipped_sound_has_neither_loudness_nor_stress() -> None:
    reading = _measured((_voice(4) * 50).clip(-1, 1))
    assert reading.problem == CLIPPED
    assert reading.summary.loudness_db is None
    assert reading.track.coverage == 0.0
    stress = overall(reading.track, read_stress(reading.track, own=None, model=FakeStress()))
    assert stress.level is None


def test_without_model_and_baseline_there_is_no_stress() -> None:
    track = _measured(_voice(4)).track
    stress = overall(track, read_stress(track, own=None, model=None))
    assert stress.level is None
    assert stress.coverage > 0.9


def test_the_index_is_low_beside_the_same_voice_and_high_beside_a_softer_one() -> None:
    track = _measured(_voice(4)).track
    same = overall(track, read_stress(track, own=track.rows, model=None))
    softer = _measured(_voice(4, level=0.05)).track.rows.copy()
    for name, less in (("pitch_p50", 4.0), ("alpha_voiced_mean", -6.0), ("peaks_per_s", 2.0)):
        softer[:, FEATURES.index(name)] -= less
    raised = overall(track, read_stress(track, own=softer, model=None))
    assert same.level == "low"
    assert raised.level == "high"
    assert raised.shares is None
    assert 0 < raised.confidence <= 0.5


def test_a_model_gives_shares_and_sees_the_baseline() -> None:
    track = _measured(_voice(4)).track
    model = FakeStress()
    stress = overall(track, read_stress(track, own=track.rows, model=model))
    assert stress.level == "high"
    assert stress.shares == pytest.approx((0.2, 0.3, 0.5))
    assert model.owns[0] is not None


def test_long_sound_is_cut_into_pieces_that_lose_nothing() -> None:
    def blocks() -> Iterator[Floats]:
        for _ in range(10):
            yield np.random.default_rng(0).normal(0, 0.1, 5 * RATE)

    pieces = list(pieces_of(blocks()))
    assert sum(len(piece) for piece in pieces) == 50 * RATE
    assert all(len(piece) <= 8 * RATE for piece in pieces)


def test_speech_needs_a_little_silence_to_end() -> None:
    spans = speech_of(np.array([0.9] * 10 + [0.1] * 2 + [0.9] * 10 + [0.1] * 20))
    assert len(spans) == 1
    assert spans[0] == (0.0, pytest.approx(22 * 0.032))
