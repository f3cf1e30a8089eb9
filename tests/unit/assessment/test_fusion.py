"""Two opinions stand together within a level, and the offline one tells how far it may be off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.fusion import Estimate, agree, nearest_level, weak_alone
from app.assessment.sample import ONE_IN, is_sample

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("shares", "levels", "together"),
    [
        ([0.5], [2], True),
        ([0.5], [3], True),
        ([0.49], [3], False),
        ([0.9, 0.1], [3, 1], True),
        ([0.9, 0.1], [3, 2], False),
        ([], [], True),
    ],
)
def test_levels_agree_within_one_on_every_criterion(
    shares: list[float], levels: list[int], together: bool
) -> None:
    assert agree(shares, levels, [3] * len(levels)) is together


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 6))
def test_the_range_holds_the_estimate_and_stays_on_the_scale(
    share: float, error: float, top: int
) -> None:
    low, high = Estimate(share, error).between(top)
    assert 0.0 <= low <= share * top + 1e-9
    assert share * top - 1e-9 <= high <= top
    assert 0 <= nearest_level(share, top) <= top


def test_below_half_nothing_stands_by_the_text_alone() -> None:
    assert weak_alone(0.49)
    assert not weak_alone(0.5)
    assert not weak_alone(None)


def test_the_calibration_sample_is_about_one_in_five_and_the_same_every_time() -> None:
    chosen = [is_sample(number, "question") for number in range(2000)]
    assert chosen == [is_sample(number, "question") for number in range(2000)]
    assert abs(sum(chosen) / 2000 - 1 / ONE_IN) < 0.03
