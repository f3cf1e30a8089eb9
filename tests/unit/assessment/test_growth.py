"""Growth of simulated learners, beside scipy and scikit-learn, and against the known truth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from scipy import stats
from sklearn.linear_model import LinearRegression

from app.assessment.growth import Curve, Observation, Trend, VersionMark, curves, trend

pytestmark = pytest.mark.unit

START = datetime(2026, 1, 1, tzinfo=UTC)


def _sessions(
    count: int, seed: int, *, monthly: float = 0.08, step_at: int | None = None, step: float = 0.3
) -> list[Observation]:
    """A learner whose true growth is `monthly`; from session `step_at` on a milder version."""
    random = np.random.default_rng(seed)
    seen = []
    for number in range(count):
        day = number * 9.0 + random.random() * 4
        version = 1 if step_at is None or number < step_at else 2
        level = 0.3 + monthly * day / 30.0 + (step if version == 2 else 0.0)
        seen += [
            Observation(
                f"session-{number}",
                START + timedelta(days=day),
                "concept",
                version,
                "idea",
                float(level + random.normal(0, 0.05)),
            )
            for _ in range(3)
        ]
    return seen


def _only(observations: list[Observation]) -> Curve:
    (curve,) = curves(observations)
    return curve


def _means(observations: list[Observation]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    names = list(dict.fromkeys(seen.session for seen in observations))
    of = [[seen for seen in observations if seen.session == name] for name in names]
    months = np.array([(group[0].at - START).total_seconds() / 86400 / 30 for group in of])
    values = np.array([np.mean([seen.share for seen in group]) for group in of])
    return months, values, np.array([group[0].version for group in of])


@pytest.mark.parametrize("count", [4, 6, 20])
def test_a_trend_without_a_change_of_version_equals_scipys(count: int) -> None:
    observations = _sessions(count, seed=count)
    months, values, _ = _means(observations)
    wanted = stats.linregress(months, values)
    half = stats.t.ppf(0.975, count - 2) * wanted.stderr
    found = _only(observations).trend.monthly
    assert found.value == pytest.approx(wanted.slope)
    assert (found.low, found.high) == pytest.approx((wanted.slope - half, wanted.slope + half))


@pytest.mark.parametrize("seed", range(4))
def test_a_trend_over_two_versions_equals_one_taken_within_each(seed: int) -> None:
    observations = _sessions(10, seed=seed, step_at=4)
    months, values, versions = _means(observations)
    late = (versions == 2).astype(float)
    by_sklearn = LinearRegression().fit(np.column_stack([months, late]), values)
    x, y = months.copy(), values.copy()
    for version in (1, 2):
        x[versions == version] -= x[versions == version].mean()
        y[versions == version] -= y[versions == version].mean()
    slope = (x @ y) / (x @ x)
    error = np.sqrt(((y - slope * x) ** 2).sum() / (10 - 3) / (x @ x))
    half = stats.t.ppf(0.975, 7) * error
    found = _only(observations).trend.monthly
    assert found.value == pytest.approx(by_sklearn.coef_[0])
    assert (found.low, found.high) == pytest.approx((slope - half, slope + half))


def test_a_milder_version_does_not_pass_for_growth() -> None:
    verdicts = [
        _only(_sessions(10, seed=seed, monthly=0.0, step_at=5)).trend.direction
        for seed in range(100)
    ]
    assert verdicts.count("no clear change") >= 88  # 95 of 100, less three standard errors


def test_the_interval_holds_the_true_growth_as_often_as_it_says() -> None:
    held = 0
    for seed in range(300):
        found = _only(_sessions(6, seed=seed)).trend.monthly
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.08 <= found.high
    assert 274 <= held <= 296  # 95 % of 300, and three standard errors


def test_clear_growth_and_decline_are_named() -> None:
    assert _only(_sessions(12, seed=1)).trend.direction == "rising"
    assert _only(_sessions(12, seed=1, monthly=-0.08)).trend.direction == "falling"


def test_points_have_the_interval_of_their_answers_and_marks_the_change_of_version() -> None:
    observations = _sessions(6, seed=2, step_at=3)
    curve = _only(list(reversed(observations)))
    assert [point.session for point in curve.points] == [f"session-{n}" for n in range(6)]
    for number, point in enumerate(curve.points):
        own = [seen.share for seen in observations if seen.session == f"session-{number}"]
        low, high = stats.t.interval(0.95, 2, np.mean(own), stats.sem(own))
        assert point.share.value == pytest.approx(np.mean(own))
        assert point.share.low == pytest.approx(max(0.0, low))
        assert point.share.high == pytest.approx(min(1.0, high))
        assert point.share.n == 3
    assert curve.marks == (VersionMark(curve.points[3].at, 1, 2),)


def test_one_answer_gives_a_point_without_an_interval() -> None:
    point = _only(_sessions(1, seed=3)[:1]).points[0].share
    assert (point.low, point.high, point.n) == (None, None, 1)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_too_few_sessions_have_no_trend(count: int) -> None:
    found = _only(_sessions(count, seed=4)).trend
    assert found == Trend(found.monthly, "too few sessions")
    assert (found.monthly.value, found.monthly.n) == (None, count)


def test_sessions_at_one_moment_or_a_version_each_have_no_trend() -> None:
    assert trend([START] * 5, [0.1, 0.2, 0.3, 0.4, 0.5]).direction == "too few sessions"
    days = [START + timedelta(days=day) for day in range(5)]
    assert trend(days, [0.1] * 5, [1, 2, 3, 4, 5]).direction == "too few sessions"


def test_criteria_and_rubrics_have_curves_of_their_own() -> None:
    one = _sessions(4, seed=5)
    other = [Observation(o.session, o.at, "design", 1, "idea", o.share) for o in one]
    third = [Observation(o.session, o.at, "concept", 1, "use", o.share) for o in one]
    found = curves([*one, *other, *third])
    assert [(c.rubric, c.criterion) for c in found] == [
        ("concept", "idea"),
        ("concept", "use"),
        ("design", "idea"),
    ]
    assert curves([]) == ()
