"""The operator's sums over a real store: by the database's clock, and gone with the interview."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.adapters.store.store import PostgresStore
from app.domain.metrics import TurnMetrics
from app.usecases.oversee_turns import oversee_turns
from tests.contracts.stored import an_interview
from tests.postgres import connect

pytestmark = pytest.mark.integration

HOUR, STEP = timedelta(hours=1), timedelta(minutes=5)


async def test_turns_are_summed_by_when_they_were_kept(postgres_url: str) -> None:
    store, interview = PostgresStore(postgres_url), an_interview()
    async with store.begin() as work:
        await work.interviews.add(interview)
        for turn, response in enumerate((2.5, 2.1, 9.0)):
            metrics = TurnMetrics(interview.id, turn, policy_wait_s=2.0, response_s=response)
            await work.metrics.save(metrics)
    with connect(postgres_url) as connection:
        connection.execute(
            "UPDATE turn_metrics SET recorded_at = now() - interval '3 hours' WHERE turn = 2"
        )
    now = datetime.now(UTC) + timedelta(seconds=5)
    lately = await oversee_turns(store, until=now, span=HOUR, step=STEP)
    day = await oversee_turns(store, until=now, span=24 * HOUR, step=HOUR)
    assert (lately.turns, day.turns) == (2, 3)
    assert lately.measures[1].figures is not None
    assert lately.measures[1].figures.values == (0.1, 0.5)
    assert lately.intervals[-1].turns + lately.intervals[-2].turns == 2
    await store.erase(interview.id)
    gone = await oversee_turns(store, until=now, span=24 * HOUR, step=HOUR)
    await store.close()
    assert gone.turns == 0
