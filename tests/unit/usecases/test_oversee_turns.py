"""The operator's sums: what happened when, how often, and in which interview."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.domain.consent import Purpose
from app.domain.interview import Interview, InterviewStatus
from app.domain.metrics import KeptMetrics, TurnMetrics
from app.usecases import oversee_turns as module
from app.usecases.oversee_turns import oversee_turns, overseen
from tests.fakes.store import FakeStore

pytestmark = pytest.mark.unit

UNTIL = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
HOUR, STEP = timedelta(hours=1), timedelta(minutes=5)
ONE, TWO = UUID(int=1), UUID(int=2)


def _kept(minutes_ago: float, metrics: TurnMetrics) -> KeptMetrics:
    return KeptMetrics(metrics, UNTIL - timedelta(minutes=minutes_ago))


def _seen(*kept: KeptMetrics) -> module.Oversight:
    return overseen(kept, since=UNTIL - HOUR, until=UNTIL, step=STEP)


def test_each_measure_is_summed_over_the_turns_that_have_it() -> None:
    turn = TurnMetrics(ONE, 0, policy_wait_s=2.0, response_s=2.5, probability=0.9)
    seen = _seen(_kept(1, turn), _kept(2, replace(turn, turn=1, response_s=2.1, probability=None)))
    found = {one.name: one.figures for one in seen.measures}
    assert seen.turns == 2
    assert [found["response_s"].n, found["probability"].n] == [2, 1]  # type: ignore[union-attr]
    assert found["excess_s"].values == (0.1, 0.5)  # type: ignore[union-attr]
    assert found["judge_s"] is None


def test_mishaps_tell_how_many_and_in_how_many_turns() -> None:
    seen = _seen(
        _kept(1, TurnMetrics(ONE, 0, discarded=3, undone=2, cut=1)),
        _kept(2, TurnMetrics(ONE, 1, discarded=1, barged_in=True)),
    )
    assert {one.name: (one.count, one.turns) for one in seen.mishaps} == {
        "discarded": (4, 2),
        "undone": (2, 1),
        "cut": (1, 1),
        "barged_in": (1, 1),
    }


def test_steps_cover_the_whole_time_in_order() -> None:
    first, last = TurnMetrics(ONE, 0, response_s=4.0), TurnMetrics(ONE, 1, response_s=1.0)
    seen = _seen(_kept(0, last), _kept(58, first))
    assert len(seen.intervals) == 12
    assert seen.intervals[0].start == UNTIL - HOUR
    assert [step.turns for step in seen.intervals] == [1, *[0] * 10, 1]
    assert seen.intervals[0].response is not None
    assert seen.intervals[0].response.median == 4.0
    assert seen.intervals[5].response is None


def test_steps_begin_at_round_times() -> None:
    until = UNTIL + timedelta(minutes=7, seconds=9)
    turn = KeptMetrics(TurnMetrics(ONE, 0), until)
    seen = overseen([turn], since=until - HOUR, until=until, step=STEP)
    assert seen.intervals[0].start == UNTIL - HOUR + STEP
    assert seen.intervals[-1].start == UNTIL + STEP
    assert [step.turns for step in seen.intervals] == [*[0] * 12, 1]


def test_interviews_are_listed_by_their_newest_turn_with_turns_in_order() -> None:
    seen = _seen(
        _kept(1, TurnMetrics(TWO, 3)), _kept(2, TurnMetrics(ONE, 0)), _kept(3, TurnMetrics(TWO, 2))
    )
    assert [one.interview_id for one in seen.interviews] == [TWO, ONE]
    assert [turn.turn for turn in seen.interviews[0].turns] == [2, 3]
    assert seen.interviews[0].latest == UNTIL - timedelta(minutes=1)


def test_what_is_left_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_TURNS", 2)
    turns = [_kept(n, TurnMetrics(ONE, n)) for n in range(2)]
    assert _seen(turns[0]).whole
    assert not _seen(*turns).whole


async def test_only_turns_of_the_time_are_looked_at() -> None:
    store = FakeStore()
    kept = Interview(ONE, Purpose.PRACTICE, "t", "T", InterviewStatus.LIVE, "basic", UNTIL)
    for minutes, turn in ((90, 0), (30, 1)):
        store.now = UNTIL - timedelta(minutes=minutes)
        async with store.begin() as work:
            if await work.interviews.get(ONE) is None:
                await work.interviews.add(kept)
            await work.metrics.save(TurnMetrics(ONE, turn))
    seen = await oversee_turns(store, until=UNTIL, span=HOUR, step=STEP)
    assert [turn.turn for turn in seen.interviews[0].turns] == [1]
    whole = await oversee_turns(store, until=UNTIL, span=24 * HOUR, step=HOUR)
    assert whole.turns == 2
