"""The rising fit, and what marks teach by it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.isotonic import Marked, fitted, read, recalibrated, taught

pytestmark = pytest.mark.unit


def test_violators_are_pooled_by_hand() -> None:
    # 1, 3, 2, 4: the middle two become their mean.
    assert fitted([1, 2, 3, 4], [1, 3, 2, 4]).value == (1.0, 2.5, 2.5, 4.0)


def test_equal_places_are_averaged_with_their_weight() -> None:
    # Place 0 has mean 2 of three, place 1 has 0 of one: pooled to 6 / 4.
    assert fitted([0, 0, 0, 1], [1, 2, 3, 0]).value == (1.5, 1.5)


POINTS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 9)), min_size=1, max_size=30)


@given(POINTS)
def test_the_fit_rises_keeps_the_mean_and_beats_other_rising_ones(
    points: list[tuple[int, int]],
) -> None:
    at, values = [float(p[0]) for p in points], [float(p[1]) for p in points]
    steps = fitted(at, values)
    assert all(low <= high + 1e-9 for low, high in pairwise(steps.value))
    found = np.array([read(steps, place) for place in at])
    assert found.mean() == pytest.approx(np.mean(values))
    error = ((found - values) ** 2).sum()
    flat = ((np.mean(values) - np.array(values)) ** 2).sum()
    line = ((np.array(at) - np.array(values)) ** 2).sum()
    assert error <= min(flat, line) + 1e-9


def test_nothing_can_not_be_fitted() -> None:
    with pytest.raises(ValueError, match="at least one"):
        fitted([], [])


def _marks(n: int, harsh: bool, clusters: int = 10) -> list[Marked]:
    random = np.random.default_rng(3)
    found = []
    for i in range(n):
        given = int(random.integers(0, 4))
        proposed = min(3, given + 1) if harsh else given
        sure = 0.9 if random.random() < 0.5 else 0.5
        if sure == 0.5 and random.random() < 0.5:
            proposed = int(random.integers(0, 4))
        found.append(Marked(proposed, given, 3, sure, str(i % clusters)))
    return found


def test_below_thirty_marks_nothing_is_taught() -> None:
    assert taught(_marks(29, harsh=True)) is None
    assert taught(_marks(60, harsh=True, clusters=4)) is None
    assert taught(_marks(30, harsh=True)) is not None


def test_a_lenient_grader_is_brought_down() -> None:
    found = taught(_marks(200, harsh=True))
    assert found is not None
    assert found.levels is not None
    assert found.error_after < found.error_before
    assert recalibrated(2, 3, found.levels) == 1
    assert recalibrated(1, 3, found.levels) <= 1


def test_levels_stay_where_moving_them_helps_nobody() -> None:
    found = taught([Marked(i % 4, i % 4, 3, 0.9, str(i % 7)) for i in range(40)])
    assert found is not None
    assert found.levels is None
    assert (found.error_before, found.error_after) == (0.0, 0.0)
    assert recalibrated(2, 3, found.levels) == 2


def test_confidence_becomes_the_share_of_right_levels_and_never_certainty() -> None:
    found = taught(_marks(400, harsh=False))
    assert found is not None
    assert read(found.confidence, 0.9) > 0.98
    assert read(found.confidence, 0.5) == pytest.approx(0.62, abs=0.08)
    assert 0 < min(found.confidence.value) <= max(found.confidence.value) < 1
