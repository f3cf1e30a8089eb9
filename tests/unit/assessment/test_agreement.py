"""Agreement against published and hand-computed examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assessment.agreement import (
    Pairs,
    alpha,
    alpha_of_two,
    bias,
    difference,
    exact,
    figure,
    icc,
    icc_of_two,
    kappa,
    within_one,
)

pytestmark = pytest.mark.unit

SHROUT_FLEISS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]
_ = None
KRIPPENDORFF = [  # observers x units, from "Computing Krippendorff's Alpha-Reliability" (2011)
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]


def levels(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


def test_icc_is_that_of_shrout_and_fleiss() -> None:
    assert icc(np.array(SHROUT_FLEISS, float)) == pytest.approx(0.2898, abs=5e-5)


def test_alpha_is_that_of_krippendorffs_example() -> None:
    units = [[float(v) for v in unit if v is not None] for unit in zip(*KRIPPENDORFF, strict=True)]
    assert alpha(units) == pytest.approx(0.849, abs=5e-4)


def test_kappa_by_hand() -> None:
    # Observed mean square .5; by chance 9/4 + 9/4 - 2 (5/4)^2 = 1.375.
    assert kappa(levels(0, 1, 2, 2), levels(0, 2, 2, 1)) == pytest.approx(1 - 0.5 / 1.375)


def test_kappa_of_a_two_by_two_table_by_hand() -> None:
    # Yes/yes 20, yes/no 5, no/yes 10, no/no 15: the classic .40.
    first = levels(*[1] * 25, *[0] * 25)
    second = levels(*[1] * 20, *[0] * 5, *[1] * 10, *[0] * 15)
    assert kappa(first, second) == pytest.approx(0.4)


def test_bias_and_shares_by_hand() -> None:
    first, second = levels(3, 2, 0, 1), levels(1, 2, 1, 1)
    assert bias(first, second) == pytest.approx(0.25)
    assert exact(first, second) == pytest.approx(0.5)
    assert within_one(first, second) == pytest.approx(0.75)


def test_one_level_only_leaves_agreement_open() -> None:
    same = levels(2, 2, 2)
    assert kappa(same, same) is None
    assert alpha_of_two(same, same) is None
    assert icc_of_two(same, same) is None
    assert alpha([[1.0], [2.0]]) is None
    assert kappa(levels(), levels()) is None


MARKS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=3, max_size=40)


@given(MARKS)
def test_alpha_of_two_is_alpha_and_nothing_exceeds_one(marks: list[tuple[int, int]]) -> None:
    first, second = np.array(marks, float).T
    whole, short = alpha([[float(a), float(b)] for a, b in marks]), alpha_of_two(first, second)
    assert (whole is None) == (short is None)
    if whole is not None and short is not None:
        assert short == pytest.approx(whole)
    for value in (short, kappa(first, second), icc_of_two(first, second)):
        assert value is None or value <= 1 + 1e-9


@given(MARKS)
def test_agreement_does_not_depend_on_who_is_first(marks: list[tuple[int, int]]) -> None:
    first, second = np.array(marks, float).T
    assert kappa(first, second) == pytest.approx(kappa(second, first))
    assert bias(first, second) == pytest.approx(-(bias(second, first) or 0.0))


def _pairs(n: int, noise: float, clusters: int = 10) -> Pairs:
    random = np.random.default_rng(1)
    truth = random.integers(0, 4, n)
    other = np.clip(truth + (random.random(n) < noise), 0, 3)
    names = tuple(str(i % clusters) for i in range(n))
    return Pairs(tuple(map(float, other)), tuple(map(float, truth)), names)


def test_a_figure_has_its_count_and_an_interval_around_it() -> None:
    found = figure(kappa, _pairs(60, 0.3))
    assert found.n == 60
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high
    assert found == figure(kappa, _pairs(60, 0.3)), "seeded"
    assert found.high - found.low < 0.3


def test_more_marks_make_the_interval_narrower() -> None:
    few, many = figure(bias, _pairs(30, 0.3, 30)), figure(bias, _pairs(600, 0.3, 600))
    assert (many.high or 0) - (many.low or 0) < 0.5 * ((few.high or 0) - (few.low or 0))


def test_too_few_marks_or_interviews_give_no_figure() -> None:
    for pairs in (_pairs(9, 0.3), _pairs(40, 0.3, clusters=2)):
        found = figure(kappa, pairs)
        assert (found.value, found.low, found.high) == (None, None, None)
        assert found.n == len(pairs.first)


def test_a_drift_is_told_with_its_interval() -> None:
    later, earlier = _pairs(80, 0.9), _pairs(80, 0.1)
    moved = difference(bias, later, earlier)
    assert moved.value is not None
    assert moved.low is not None
    assert moved.low > 0.2
    assert difference(bias, _pairs(5, 0.1), earlier).value is None


def test_pairs_must_match() -> None:
    with pytest.raises(ValueError, match="as many"):
        Pairs((1.0,), (), ("a",))
