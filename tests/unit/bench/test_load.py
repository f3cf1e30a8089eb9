"""The sums of the load bench."""

from __future__ import annotations

from typing import Any

import pytest

from app.bench.errors import BenchRefused
from app.bench.load import bench_load, held, p95, slope

pytestmark = pytest.mark.unit


def rows(*p95s: float | None) -> list[dict[str, Any]]:
    return [{"interviews": n, "p95_response_s": value} for n, value in enumerate(p95s, 1)]


def test_the_last_number_before_the_response_time_doubles_is_held():
    assert held(rows(2.0, 2.5, 4.0, 4.1)) == 3


def test_a_number_after_one_that_doubled_does_not_count():
    assert held(rows(2.0, 5.0, 3.0)) == 1


def test_nothing_is_held_where_nobody_got_a_response():
    assert held(rows(None)) == 0
    assert held(rows(2.0, None, 3.0)) == 1


def test_memory_for_each_session_is_the_slope_over_their_number():
    measured = [{"interviews": n, "memory_mb": 900.0 + 25.0 * n} for n in (1, 2, 4)]
    assert slope(measured, "memory_mb") == 25.0
    assert slope(measured[:1], "memory_mb") is None


def test_the_95th_percentile_lies_near_the_worst():
    assert p95([1.0] * 19 + [3.0]) == pytest.approx(1.1)
    assert p95([]) is None


@pytest.mark.parametrize(("most", "seconds"), [(0, 10.0), (2, 0.0)])
def test_numbers_that_make_no_sense_are_refused(most: int, seconds: float):
    with pytest.raises(BenchRefused):
        bench_load(most=most, seconds=seconds, data=None)
