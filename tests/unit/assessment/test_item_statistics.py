"""Item statistics of simulated learners, each beside an independent computation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from app.assessment.item_statistics import ItemFigures, Response, item_statistics
from tests.unit.assessment.simulated import Shares, cohort

pytestmark = pytest.mark.unit


def _responses(shares: Shares) -> list[Response]:
    return [
        Response(f"learner-{row}", f"item-{column:02}", float(shares[row, column]))
        for row, column in zip(*np.nonzero(~np.isnan(shares)), strict=True)
    ]


def _of(shares: Shares) -> list[ItemFigures]:
    return list(item_statistics(_responses(shares)))


@pytest.mark.parametrize("learners", [12, 40, 300])
def test_figures_of_a_whole_cohort_equal_scipys(learners: int) -> None:
    shares = cohort(learners, 12, seed=learners)
    for column, found in enumerate(_of(shares)):
        own, total = shares[:, column], shares.sum(axis=1)
        wanted = stats.pearsonr(own, total - own)
        low, high = wanted.confidence_interval(0.95)
        assert found.discrimination.value == pytest.approx(wanted.statistic, abs=1e-12)
        assert (found.discrimination.low, found.discrimination.high) == pytest.approx((low, high))
        assert found.difficulty.value == pytest.approx(own.mean())
        low, high = stats.t.interval(0.95, learners - 1, own.mean(), stats.sem(own))
        assert (found.difficulty.low, found.difficulty.high) == pytest.approx(
            (max(0.0, low), min(1.0, high))
        )
        assert found.distribution == tuple(np.histogram(own, [0, 0.2, 0.4, 0.6, 0.8, 1.0])[0])


def test_figures_with_gaps_equal_a_masked_computation() -> None:
    shares = cohort(150, 10, seed=3, answered=0.6)
    for column, found in enumerate(_of(shares)):
        others = np.ma.masked_invalid(np.delete(shares, column, axis=1))
        enough = others.count(axis=1) >= 2
        kept = enough & ~np.isnan(shares[:, column])
        wanted = stats.pearsonr(shares[kept, column], others.mean(axis=1)[kept])
        assert found.discrimination.value == pytest.approx(wanted.statistic, abs=1e-12)
        assert found.discrimination.n == kept.sum()
        assert found.n == (~np.isnan(shares[:, column])).sum()


def test_verdicts_find_the_wrongly_keyed_item_and_the_lottery() -> None:
    verdicts = [found.verdict for found in _of(cohort(400, 12, seed=1))]
    assert verdicts == ["tells apart"] * 10 + ["hardly tells apart", "works against the others"]


def test_a_small_cohort_gives_no_figures_and_no_verdict() -> None:
    for found in _of(cohort(9, 6, seed=2)):
        assert found.n == 9
        assert found.difficulty.value is None
        assert found.discrimination.value is None
        assert found.distribution is None
        assert found.verdict == "not known"


def test_an_item_that_everybody_knows_has_a_difficulty_and_no_discrimination() -> None:
    shares = cohort(30, 5, seed=4)
    shares[:, 0] = 1.0
    found = _of(shares)[0]
    assert (found.difficulty.value, found.discrimination.value) == (1.0, None)
    assert found.distribution == (0, 0, 0, 0, 30)


def test_only_the_first_answer_to_an_item_counts() -> None:
    once = _responses(cohort(30, 5, seed=5))
    again = [Response(response.learner, response.item, 1.0) for response in once]
    assert item_statistics([*once, *again]) == item_statistics(once)


def test_a_share_off_the_scale_is_refused() -> None:
    with pytest.raises(ValueError, match=r"within 0\.\.1"):
        item_statistics([Response("a", "b", 1.5)])


def test_no_responses_give_no_items() -> None:
    assert item_statistics([]) == ()
