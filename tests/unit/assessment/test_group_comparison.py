"""Differences of groups beside scipy's Welch test, and who is too few to be shown."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from app.assessment.group_comparison import compare

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("seed", range(5))
def test_two_groups_differ_as_welch_says(seed: int) -> None:
    random = np.random.default_rng(seed)
    first, second = random.beta(2, 3, 40), random.beta(3, 2, 25)
    found = compare([*first, *second], ["a"] * 40 + ["b"] * 25)
    wanted = stats.ttest_ind(first, second, equal_var=False)
    low, high = wanted.confidence_interval(0.95)
    one, other = found[0].difference, found[1].difference
    assert one.value == pytest.approx(first.mean() - second.mean())
    assert (one.low, one.high) == pytest.approx((low, high), rel=1e-9)
    assert (other.low, other.high) == pytest.approx((-high, -low), rel=1e-9)
    assert found[0].apart == (wanted.pvalue < 0.05)


def test_more_groups_get_wider_intervals() -> None:
    random = np.random.default_rng(9)
    values = [random.normal(0.5, 0.1, 30) for _ in range(4)]
    found = compare(np.concatenate(values).tolist(), [name for name in "abcd" for _ in range(30)])
    for number, group in enumerate(found):
        rest = np.concatenate([other for at, other in enumerate(values) if at != number])
        wanted = stats.ttest_ind(values[number], rest, equal_var=False)
        low, high = wanted.confidence_interval(1 - 0.05 / 4)
        assert (group.difference.low, group.difference.high) == pytest.approx((low, high))


def test_equal_groups_are_rarely_said_to_be_apart() -> None:
    random = np.random.default_rng(11)
    labels = [name for name in "abc" for _ in range(20)]
    wrong = sum(
        any(group.apart for group in compare(random.random(60).tolist(), labels))
        for _ in range(150)
    )
    assert wrong <= 15  # 5 % of 150, and three standard errors


def test_a_small_group_is_not_shown_nor_told_by_what_it_leaves() -> None:
    large, small = compare([0.5] * 10 + [0.9] * 9, ["a"] * 10 + ["b"] * 9)
    assert (large.shown, small.shown) == (True, False)
    assert small.mean.value is None
    assert (large.difference.value, small.difference.value) == (None, None)


def test_who_named_no_group_is_in_no_comparison() -> None:
    shares = [0.2] * 12 + [0.4] * 12 + [1.0] * 50
    found = compare(shares, ["a"] * 12 + ["b"] * 12 + [None] * 50)
    assert [group.difference.value for group in found] == pytest.approx([-0.2, 0.2])
    assert [group.apart for group in found] == [True, True]


def test_every_share_needs_a_label() -> None:
    with pytest.raises(ValueError, match="for every share"):
        compare([0.1], [])
