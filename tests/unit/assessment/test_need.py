"""Who needs help, beside an independent computation with scipy."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy import stats

from app.assessment.need import needs

pytestmark = pytest.mark.unit


def test_intervals_equal_a_pooled_computation() -> None:
    chance = np.random.default_rng(5)
    shares = {f"p{n}": list(chance.uniform(0, 1, 2 + n % 5)) for n in range(12)}
    groups = [np.array(own) for own in shares.values()]
    freedom = sum(len(own) for own in groups) - len(groups)
    spread = sqrt(sum(((own - own.mean()) ** 2).sum() for own in groups) / freedom)
    for name, found in needs(shares).items():
        own = np.array(shares[name])
        half = stats.t.ppf(0.975, freedom) * spread / sqrt(len(own))
        assert found.share.value == pytest.approx(own.mean())
        assert found.share.low == pytest.approx(max(0.0, own.mean() - half))
        assert found.share.high == pytest.approx(min(1.0, own.mean() + half))


def test_help_follows_the_whole_interval_and_never_the_rank() -> None:
    strong = {f"p{n}": [0.9, 0.8, 0.85, 0.95] for n in range(5)}
    found = needs(strong | {"last": [0.8, 0.75, 0.8, 0.85], "weak": [0.1, 0.15, 0.1, 0.2]})
    assert found["last"].verdict == "well on the way"
    assert found["weak"].verdict == "needs help"
    assert found["p0"].verdict == "well on the way"


def test_scattered_answers_are_not_clear() -> None:
    found = needs({f"p{n}": [0.0, 1.0, 0.2, 0.7] for n in range(4)})
    assert {need.verdict for need in found.values()} == {"not clear"}


def test_another_mark_to_be_judged_by_moves_the_verdict() -> None:
    shares = {f"p{n}": [0.6, 0.62, 0.61, 0.6] for n in range(4)}
    assert needs(shares)["p0"].verdict == "well on the way"
    assert needs(shares, below=0.8)["p0"].verdict == "needs help"


def test_too_few_answers_have_a_mean_and_no_interval() -> None:
    found = needs({"one": [0.1], "two": [0.1, 0.2], "none": []})
    assert {need.verdict for need in found.values()} == {"too few answers"}
    assert found["one"].share.value == 0.1
    assert found["one"].share.low is None
    assert found["none"].share.value is None
    many = {f"p{n}": [0.5, 0.6, 0.4] for n in range(5)} | {"one": [0.0]}
    assert needs(many)["one"].verdict == "too few answers"
