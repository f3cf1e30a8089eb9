"""Figures of a voice on tones and spans whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from app.delivery.own_voice import against, own_voice, usual_spread
from app.delivery.spectra import SHAPE, spectra_of
from app.delivery.stress import (
    assurance,
    index_confidence,
    level_of,
    share_confidence,
    smoothed,
    stress_index,
)
from app.delivery.turn_voice import turn_voice
from app.delivery.voice_features import FEATURES, features_of, peaks, runs
from app.delivery.voice_track import VoicePiece, VoiceTrack, piece_of, summary_of
from app.domain.figures import StressReading
from tests.fakes.voice import FakeVoice

pytestmark = pytest.mark.unit

RATE = 16_000
Floats = NDArray[np.float64]


def _tone(hertz: float, seconds: float = 2.0, level: float = 0.1) -> Floats:
    time = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(level * np.sin(2 * np.pi * hertz * time), dtype=np.float64)


def _piece(wave: Floats, hertz: float = 120.0) -> VoicePiece:
    return piece_of(wave, 0.0, FakeVoice(hertz).phonation(wave))


def test_loudness_is_the_level_beside_full_scale() -> None:
    loud = spectra_of(_tone(440, level=0.5)).loudness_db
    soft = spectra_of(_tone(440, level=0.05)).loudness_db
    assert np.median(loud) == pytest.approx(20 * np.log10(0.5) - 3.01, abs=0.2)
    assert np.median(loud) - np.median(soft) == pytest.approx(20, abs=0.1)


def test_the_centroid_of_a_tone_is_its_frequency_and_high_tones_tilt_the_balance() -> None:
    low, high = spectra_of(_tone(300)).shape, spectra_of(_tone(3000)).shape
    centroid, alpha = SHAPE.index("centroid"), SHAPE.index("alpha")
    assert np.median(low[:, centroid]) == pytest.approx(300, abs=15)
    assert np.median(high[:, centroid]) == pytest.approx(3000, abs=15)
    assert np.median(low[:, alpha]) > 20 > -20 > np.median(high[:, alpha])


def test_features_have_one_value_a_name_and_none_without_a_voice() -> None:
    wave = _tone(120) * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * np.arange(2 * RATE) / RATE))
    row = features_of(spectra_of(wave), FakeVoice().phonation(wave))
    assert row.shape == (len(FEATURES),)
    assert len(set(FEATURES)) == len(FEATURES)
    assert np.isfinite(row).all()
    assert row[FEATURES.index("pitch_p50")] == pytest.approx(12 * np.log2(120 / 27.5))
    silence = np.zeros(RATE)
    assert np.isnan(features_of(spectra_of(silence), FakeVoice().phonation(silence))).all()


def test_swells_of_loudness_are_counted_once_each() -> None:
    time = np.arange(400) / 100
    swells = -6 * np.cos(2 * np.pi * 2 * time)
    assert peaks(swells, np.ones(400, dtype=np.bool_)) == 8
    assert peaks(np.full(400, -20.0), np.ones(400, dtype=np.bool_)) == 0


def test_runs_are_first_and_past_the_last() -> None:
    assert runs(np.array([False, True, True, False, True])) == [(1, 3), (4, 5)]


def test_pitch_range_is_in_semitones_and_a_leap_is_a_break() -> None:
    wave = _tone(120, 4.0)
    piece = _piece(wave)
    hertz = piece.pitch_hz.copy()
    hertz[len(hertz) // 2 :] = 240.0
    leaping = VoicePiece(0.0, 4.0, hertz, piece.loudness_db, piece.row, False, False)
    summary = summary_of(VoiceTrack((leaping,), ((0.0, 4.0),), 4.0))
    assert summary.pitch_range_st == pytest.approx(12)
    assert summary.breaks == (pytest.approx(2.0, abs=0.02),)
    even = summary_of(VoiceTrack((piece,), ((0.0, 4.0),), 4.0))
    assert (even.pitch_range_st, even.breaks) == (0.0, ())


def test_stray_pitch_in_hoarse_or_noisy_speech_is_no_figure() -> None:
    piece = _piece(_tone(120, 6.0))
    hertz = np.where(np.arange(len(piece.pitch_hz)) % 10 == 0, 444.0, 0.0)
    stray = VoicePiece(0.0, 6.0, hertz, piece.loudness_db, piece.row, False, False)
    track = VoiceTrack((stray,), ((0.0, 6.0),), 6.0)
    assert summary_of(track).pitch_hz_median is None
    assert track.coverage == 0.0
    voice = turn_voice(0, [track])
    assert voice is not None
    assert (voice.pitch_hz, voice.coverage, voice.voiced_s) == ((), 0.0, 0.0)
    assert voice.problem


def test_a_telephone_band_is_noticed() -> None:
    chance = np.random.default_rng(0)
    wide = chance.normal(0, 0.1, 2 * RATE)
    spectrum = np.fft.rfft(wide)
    spectrum[np.fft.rfftfreq(len(wide), 1 / RATE) > 3500] = 0
    assert _piece(np.fft.irfft(spectrum)).narrow
    assert not _piece(wide).narrow


def test_lanes_have_gaps_where_nobody_speaks() -> None:
    wave = np.concatenate([_tone(120, 2.0), np.zeros(2 * RATE)])
    voice = turn_voice(3, [VoiceTrack((_piece(wave),), ((0.0, 2.0),), 4.0)])
    assert voice is not None
    assert voice.turn == 3
    assert voice.pitch_hz[:4] == (120.0,) * 4
    assert voice.pitch_hz[5:] == (None,) * len(voice.pitch_hz[5:])
    assert turn_voice(0, []) is None


def test_few_rows_or_like_ones_are_an_even_baseline_and_many_unlike_ones_a_varied() -> None:
    chance = np.random.default_rng(0)
    usual = np.ones(len(FEATURES))
    many = chance.normal(0, 1, (40, len(FEATURES)))
    for rows, manner in ((many, "varied"), (many[:4], "even"), (many * 0.3, "even")):
        own = own_voice(rows)
        assert own is not None
        assert own.manner(usual) == manner
    assert own_voice(np.full((3, len(FEATURES)), np.nan)) is None


def test_against_takes_off_the_own_middle_and_measures_in_the_own_spread() -> None:
    rows = np.random.default_rng(1).normal(5, 2, (60, len(FEATURES)))
    own = own_voice(rows)
    usual = usual_spread(rows, np.zeros(60, dtype=np.int_))
    moved = against(rows, own, "varied", usual)
    assert np.abs(moved.mean(axis=0)).max() < 1e-9
    assert moved.std() == pytest.approx(1, abs=0.02)
    np.testing.assert_array_equal(against(rows, None, "raw", usual), rows)
    missing = np.where(np.arange(len(FEATURES)) == 0, np.nan, rows)
    assert (against(missing, own, "even", usual)[:, 0] == 0).all()


def test_the_index_rises_with_every_direction_and_one_alone_cannot_carry_it() -> None:
    own = own_voice(np.zeros((3, len(FEATURES))))
    assert own is not None
    tense = np.zeros(len(FEATURES))
    for name, by in (
        ("pitch_p50", 4.0),
        ("loudness_p80", 10.0),
        ("alpha_voiced_mean", -6.0),
        ("peaks_per_s", 2.0),
        ("pause_share", -0.2),
    ):
        before = stress_index(tense, own)
        tense[FEATURES.index(name)] = by
        assert stress_index(tense, own) > before
    assert level_of(stress_index(tense, own)) == "high"
    shout = np.zeros(len(FEATURES))
    shout[FEATURES.index("loudness_p80")] = 60.0
    assert level_of(stress_index(shout, own)) == "low"
    assert level_of(stress_index(np.zeros(len(FEATURES)), own)) == "low"


def test_a_louder_faster_wider_voice_sounds_more_assured_and_a_raised_one_less() -> None:
    own = own_voice(np.zeros((3, len(FEATURES))))
    assert own is not None
    row = np.zeros(len(FEATURES))
    assert assurance(row, own) == 0.5
    raised = row.copy()
    raised[FEATURES.index("pitch_p50")] = 4.0
    assert assurance(raised, own) < 0.5
    for name, by in (("loudness_p80", 90.0), ("pitch_range", 90.0), ("peaks_per_s", 90.0)):
        row[FEATURES.index(name)] = by
    row[FEATURES.index("pause_share")], row[FEATURES.index("pitch_p50")] = -9.0, -90.0
    assert assurance(row, own) == 1.0


def test_confidence_is_least_at_the_limits_and_at_chance() -> None:
    assert index_confidence(0.5) == 0.0
    assert index_confidence(-3.0) == 0.5
    assert share_confidence(np.array([1, 1, 1]) / 3) == pytest.approx(0)
    assert share_confidence(np.array([0.0, 0.0, 1.0])) == pytest.approx(1)


def test_smoothing_mends_a_lone_reading_and_leaves_gaps_alone() -> None:
    def reading(n: int, shares: tuple[float, float, float] | None) -> StressReading:
        return StressReading(
            4.0 * n, 4.0 * n + 4, None if shares is None else "low", 0.5, 1.0, shares
        )

    calm, tense = (0.9, 0.05, 0.05), (0.3, 0.1, 0.6)
    out = smoothed([reading(0, calm), reading(1, tense), reading(2, calm), reading(3, None)])
    assert [each.level for each in out] == ["low", "low", "low", None]
    assert out[1].shares is not None
    assert sum(out[1].shares) == pytest.approx(1)
    assert out[3].shares is None
