"""The growth of simulated learners, out of the store, beside an independent computation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import numpy as np
import pytest
from scipy import stats

from app.domain.consent import Consent, Modality, Purpose
from app.domain.interview import Interview, InterviewStatus, Turn, Word
from app.domain.scorecard import CardStatus, CriterionScore, Evidence, Provenance, Scorecard
from app.usecases.build_growth import Growth, Week, build_growth, streak_of
from tests.fakes.coaching import FakeCoaching
from tests.fakes.store import FakeStore

pytestmark = pytest.mark.unit

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
TOP = 4
ANSWERS = 3
WORDS = 40


async def simulated(seed: int, sessions: int) -> tuple[Growth, np.ndarray, np.ndarray, np.ndarray]:
    """A learner's growth, with days, levels (sessions x answers) and paces as they were drawn."""
    chance = np.random.default_rng(seed)
    days = np.sort(chance.choice(np.arange(1, 90), sessions, replace=False)).astype(float)
    ability = 1.0 + 2.0 * days / 90
    drawn = ability[:, None] + chance.normal(0, 0.8, (sessions, ANSWERS))
    levels = np.clip(np.rint(drawn), 0, TOP).astype(int)
    paces = chance.uniform(110, 190, sessions)
    store = FakeStore()
    for day, marks, pace in zip(days, levels, paces, strict=True):
        at = NOW - timedelta(days=90) + timedelta(days=float(day))
        await _hold(store, at, marks, float(pace))
    return await build_growth(store, FakeCoaching(store), None, now=NOW), days, levels, paces


async def _hold(store: FakeStore, at: datetime, marks: np.ndarray, pace: float) -> None:
    consents = tuple(Consent(m, "1", at) for m in (Modality.AUDIO, Modality.DELIVERY))
    interview = Interview(
        uuid4(),
        Purpose.PRACTICE,
        "track",
        "Track",
        InterviewStatus.COMPLETED,
        "basic",
        at,
        consents=consents,
    )
    source = Provenance("rubric", 1, None, None, None, "m", "basic", at)
    async with store.begin() as work:
        await work.interviews.add(interview)
        for index, level in enumerate(marks):
            name, start, each = f"q{index}", 100.0 * index, 60 / pace
            words = tuple(
                Word(f"w{n}", start + n * each, start + (n + 1) * each) for n in range(WORDS)
            )
            said = " ".join(word.text for word in words)
            await work.turns.add(
                Turn(
                    uuid4(),
                    interview.id,
                    index,
                    "question",
                    name,
                    "?",
                    answer=said,
                    words=words,
                    speech=((start, start + WORDS * each),),
                )
            )
            evidence = (Evidence("quote", "w0 w1", index),)
            score = CriterionScore("depth", "Depth", int(level), TOP, 1.0, evidence, "", 0.8)
            card = Scorecard(
                interview.id, name, (index,), CardStatus.GRADED, (score,), provenance=source
            )
            await work.scorecards.save(card)


@pytest.mark.parametrize("seed", range(8))
async def test_curves_and_trends_equal_scipy(seed: int) -> None:
    grown, days, levels, paces = await simulated(seed, 6 + seed % 3)
    (curve,) = grown.curves
    shares = levels / TOP
    for point, marks in zip(curve.points, shares, strict=True):
        assert point.share.value == pytest.approx(marks.mean())
        if marks.std() > 0:
            low, high = stats.t.interval(0.95, ANSWERS - 1, marks.mean(), stats.sem(marks))
            assert point.share.low == pytest.approx(max(0.0, low), abs=1e-9)
            assert point.share.high == pytest.approx(min(1.0, high), abs=1e-9)
    _same_line(curve.trend.monthly, days, shares.mean(axis=1))
    pace = grown.measures[0]
    assert pace.values == pytest.approx(paces)
    assert pace.baseline == pytest.approx(np.median(paces[:3]))
    _same_line(pace.trend.monthly, days, paces)


def _same_line(monthly: object, days: np.ndarray, values: np.ndarray) -> None:
    fitted = stats.linregress((days - days[0]) / 30, values)
    half = stats.t.ppf(0.975, len(days) - 2) * fitted.stderr
    told = [getattr(monthly, name) for name in ("value", "low", "high")]
    assert told == pytest.approx([fitted.slope, fitted.slope - half, fitted.slope + half])


def test_a_week_that_is_not_over_never_breaks_a_streak() -> None:
    monday = NOW.date()

    def streak(*sessions: int) -> int:
        return streak_of([Week(monday, n) for n in sessions], 2)

    assert streak(2, 2, 0) == 2
    assert streak(2, 3, 2) == 3
    assert streak(2, 1, 2) == 1
    assert streak(0, 0) == 0
