"""Student's t against scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from app.assessment.student import correlation_figure, mean_figure, t_quantile

pytestmark = pytest.mark.unit


@given(st.floats(0.0005, 0.9995), st.floats(0.5, 5000.0))
def test_quantiles_equal_those_of_scipy(share: float, freedom: float) -> None:
    assert t_quantile(share, freedom) == pytest.approx(
        stats.t.ppf(share, freedom), rel=1e-8, abs=1e-7
    )


@pytest.mark.parametrize(("share", "freedom"), [(0.0, 3.0), (1.0, 3.0), (0.5, 0.0), (0.5, -1.0)])
def test_what_is_no_share_or_no_freedom_is_refused(share: float, freedom: float) -> None:
    with pytest.raises(ValueError, match="expected"):
        t_quantile(share, freedom)


@pytest.mark.parametrize("n", [2, 3, 10, 57])
def test_intervals_of_a_mean_equal_those_of_scipy(n: int) -> None:
    values = np.random.default_rng(n).random(n)
    found = mean_figure(values, least=2)
    low, high = stats.t.interval(0.95, n - 1, values.mean(), stats.sem(values))
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-9)


@pytest.mark.parametrize("n", [4, 11, 200])
def test_intervals_of_a_correlation_equal_those_of_scipy(n: int) -> None:
    random = np.random.default_rng(n)
    first = random.random(n)
    second = first + random.random(n)
    found = correlation_figure(first, second, least=4)
    wanted = stats.pearsonr(first, second)
    assert found.value == pytest.approx(wanted.statistic, rel=1e-9)
    low, high = wanted.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-9)
