"""Medians and quantiles of what was measured, and nothing of what was not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.figures import figures

pytestmark = pytest.mark.unit


def test_nothing_measured_has_no_figures() -> None:
    assert figures([]) is None
    assert figures([None, None]) is None


def test_what_was_not_measured_does_not_count() -> None:
    found = figures([3.0, None, 1.0, 2.0])
    assert found is not None
    assert (found.n, found.least, found.median, found.most) == (3, 1.0, 2.0, 3.0)


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=60))
def test_quantiles_are_those_of_numpy(values: list[float]) -> None:
    found = figures(values)
    assert found is not None
    expected = np.quantile(np.asarray(values), (0.5, 0.9, 0.95))
    assert (found.median, found.p90, found.p95) == pytest.approx(tuple(expected), abs=1e-9)
