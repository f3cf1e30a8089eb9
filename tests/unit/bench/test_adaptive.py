"""The simulation behind `sounding bench adaptive`."""

from __future__ import annotations

import pytest

from app.bench.adaptive import bench_adaptive

pytestmark = pytest.mark.unit


def test_the_same_seed_gives_the_same_figures_and_choice_beats_chance() -> None:
    first, again = (bench_adaptive(seed=1, learners=30) for _ in range(2))
    assert first["banks"] == again["banks"]
    assert first["banks"] != bench_adaptive(seed=2, learners=30)["banks"]
    known = first["banks"]["200"]
    assert known["sounding"]["rmse"]["5"] < known["random"]["rmse"]["5"]
    assert known["sounding"]["most_used_share"] < 1.0
    low, high = first["rmse_after_5_ci"]
    assert low < first["rmse_after_5"] < high


def test_more_answers_tell_more() -> None:
    rmse = bench_adaptive(seed=0, learners=60)["banks"]["200"]["random"]["rmse"]
    assert rmse["15"] < rmse["5"] < 1.0
