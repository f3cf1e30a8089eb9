"""Levels are arithmetic over points: in range, and never falling when more is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.levels import PointSigns, is_met, level_from, presence

pytestmark = pytest.mark.unit

SHARE = st.floats(0, 1)


@given(st.lists(SHARE, min_size=1, max_size=12), st.integers(1, 6))
def test_a_level_stays_within_its_range(presences: list[float], top: int) -> None:
    estimate = level_from(presences, top)
    assert 0 <= estimate.level <= top
    assert 0 <= estimate.confidence <= 1


@given(st.lists(SHARE, min_size=1, max_size=12), SHARE, st.integers(1, 6))
def test_saying_more_of_a_point_never_lowers_the_level(
    presences: list[float], more: float, top: int
) -> None:
    better = [max(presences[0], more), *presences[1:]]
    assert level_from(better, top).level >= level_from(presences, top).level


@given(SHARE, SHARE, st.none() | SHARE, st.booleans())
def test_presence_is_a_probability(
    cosine: float, recall: float, vote: float | None, lived: bool
) -> None:
    assert 0 <= presence(PointSigns("p", cosine, recall, vote=vote), experience=lived) <= 1


def test_nothing_said_is_the_lowest_and_everything_said_the_highest_level() -> None:
    nothing = presence(PointSigns("p", 0.0, 0.0))
    everything = presence(PointSigns("p", 0.9, 1.0, 1.0))
    assert not is_met(nothing)
    assert is_met(everything)
    assert level_from([nothing] * 3, 3).level == 0
    assert level_from([everything] * 3, 3).level == 3


def test_the_usual_yes_of_a_small_model_is_no_evidence() -> None:
    assert not is_met(presence(PointSigns("p", 0.1, 0.0, vote=0.75)))


def test_a_level_without_points_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one point"):
        level_from([], 3)
