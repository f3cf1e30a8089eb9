"""Face and voice together: missing ones, agreement, and no level without coverage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.fusion import (
    FittedBlend,
    Part,
    agreement_of,
    blend,
    blend_over,
    face_part,
    voice_part,
)
from app.domain.figures import StressReading
from app.domain.interview import EMOTIONS, ExpressionReading

pytestmark = pytest.mark.unit

CALM = (0.8, 0.1, 0.1)
TENSE = (0.1, 0.1, 0.8)


def _face(name: str, quality: float = 1.0) -> ExpressionReading:
    return ExpressionReading(0, 1, tuple(float(each == name) for each in EMOTIONS), quality)


def test_both_saying_the_same_are_surer_than_one() -> None:
    both = blend(0, 5, Part(TENSE, 0.9), Part(TENSE, 0.9))
    alone = blend(0, 5, None, Part(TENSE, 0.9))
    assert both.level == alone.level == "high"
    assert both.agreement == pytest.approx(1.0)
    assert alone.agreement is None
    assert both.confidence > alone.confidence
    assert alone.modalities == ("voice",)
    assert alone.coverage == pytest.approx(0.45)


def test_contradiction_lowers_agreement_and_confidence() -> None:
    reading = blend(0, 5, Part(CALM, 1.0), Part(TENSE, 1.0))
    assert reading.agreement is not None
    assert reading.agreement < 0.7
    assert reading.confidence < 0.2


def test_nothing_measured_has_no_level_and_no_share() -> None:
    reading = blend(0, 5, None, None)
    assert (reading.level, reading.shares, reading.agreement) == (None, None, None)
    assert (reading.confidence, reading.coverage, reading.modalities) == (0.0, 0.0, ())


def test_a_modality_that_covers_too_little_counts_as_missing() -> None:
    reading = blend(0, 5, Part(TENSE, 0.1), Part(CALM, 0.9))
    assert reading.level == "low"
    assert reading.modalities == ("voice",)
    assert blend(0, 5, Part(TENSE, 0.2), Part(TENSE, 0.29)).level is None


def test_the_better_covered_modality_weighs_more() -> None:
    reading = blend(0, 5, Part(CALM, 0.35), Part(TENSE, 1.0))
    assert reading.level == "high"


def test_expressions_become_levels_as_in_the_voice() -> None:
    for name, place in (("happy", 0), ("surprise", 1), ("sad", 2)):
        part = face_part([_face(name)], 1.0)
        assert part is not None
        assert part.shares[place] == pytest.approx(1.0)


def test_a_face_seen_badly_or_rarely_covers_less() -> None:
    poor = face_part([_face("happy", 0.2)], 1.0)
    rare = face_part([_face("happy")], 10.0)
    assert poor is not None
    assert rare is not None
    assert poor.coverage == pytest.approx(0.2)
    assert rare.coverage == pytest.approx(0.1)
    assert face_part([ExpressionReading(0, 0, None, 0.0)], 1.0) is None


def test_a_bare_level_of_a_voice_becomes_shares_by_its_confidence() -> None:
    sure = voice_part(StressReading(0, 5, "high", 1.0, 0.8))
    unsure = voice_part(StressReading(0, 5, "high", 0.0, 0.8))
    assert sure is not None
    assert unsure is not None
    assert sure.shares == pytest.approx((0.0, 0.0, 1.0))
    assert unsure.shares == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert voice_part(StressReading(0, 5, None, 0.0, 0.1)) is None


def test_a_fitted_blend_is_used_for_the_modalities_that_it_knows() -> None:
    always_medium = FittedBlend({("voice",): ((0, 0, 0, 0.0), (0, 0, 0, 9.0), (0, 0, 0, 0.0))})
    assert blend(0, 5, None, Part(TENSE, 1.0), always_medium).level == "medium"
    assert blend(0, 5, Part(TENSE, 1.0), None, always_medium).level == "high"


_SHARES = st.tuples(*[st.floats(0.001, 1.0)] * 3).map(
    lambda each: (each[0] / sum(each), each[1] / sum(each), each[2] / sum(each))
)


@given(_SHARES, _SHARES, st.floats(0, 1), st.floats(0, 1))
def test_every_number_stays_in_its_range(
    one: tuple[float, float, float],
    other: tuple[float, float, float],
    seen: float,
    heard: float,
) -> None:
    reading = blend(0, 5, Part(one, seen), Part(other, heard))
    assert 0 <= reading.confidence <= 1
    assert 0 <= reading.coverage <= 1
    assert (reading.shares is None) == (reading.level is None) == (not reading.modalities)
    if reading.shares is not None:
        assert sum(reading.shares) == pytest.approx(1.0)
    assert agreement_of(one, other) == pytest.approx(agreement_of(other, one))
    assert 0 <= agreement_of(one, other) <= 1


def test_each_stretch_of_voice_is_read_with_the_seconds_of_its_time() -> None:
    film = [ExpressionReading(n, 1, _face("happy").probabilities, 1.0) for n in range(3)]
    heard = [
        StressReading(0, 3, "low", 0.9, 1.0),
        StressReading(10, 13, "low", 0.9, 1.0),
        StressReading(20, 23, None, 0.0, 0.0),
    ]
    first, second, third = blend_over(film, heard)
    assert first.modalities == ("face", "voice")
    assert second.modalities == ("voice",)
    assert third.level is None
