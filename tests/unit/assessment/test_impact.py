"""Impact ratios by hand, and what small groups show."""

from __future__ import annotations

import pytest

from app.assessment.impact import impact

pytestmark = pytest.mark.unit


def test_a_ratio_below_four_fifths_is_flagged() -> None:
    # Median of 40 is between .4 and .6: 15 of 20 against 5 of 20 lie above it.
    shares = [0.6] * 15 + [0.4] * 5 + [0.6] * 5 + [0.4] * 15
    found = impact(shares, ["a"] * 20 + ["b"] * 20)
    first, second = found.groups
    assert (found.median, found.people, found.unknown) == (0.5, 40, 0)
    assert (first.rate.value, second.rate.value) == (0.75, 0.25)
    assert (first.ratio.value, second.ratio.value) == (1.0, pytest.approx(1 / 3))
    assert (first.flagged, second.flagged) == (False, True)
    assert second.ratio.low is not None
    assert second.ratio.high is not None
    assert second.ratio.low < 1 / 3 < second.ratio.high
    assert found == impact(shares, ["a"] * 20 + ["b"] * 20)


def test_fewer_than_ten_people_show_nothing_and_are_no_measure_for_others() -> None:
    shares = [1.0] * 9 + [0.6] * 10 + [0.4] * 21
    found = impact(shares, ["few"] * 9 + ["some"] * 10 + [None] * 21)
    few, some = found.groups
    assert not few.shown
    assert (few.rate.value, few.ratio.value) == (None, None)
    assert some.shown
    assert some.rate.value == 1.0
    assert some.ratio.value is None, "a single group has nothing to be held against"
    assert found.unknown == 21


def test_unknowns_count_in_the_median() -> None:
    assert impact([0.1, 0.2, 0.9], [None, None, None]).median == 0.2
    assert impact([], []).people == 0


def test_nobody_above_the_median_gives_no_ratio() -> None:
    found = impact([0.5] * 20, ["a"] * 10 + ["b"] * 10)
    assert [group.ratio.value for group in found.groups] == [None, None]
