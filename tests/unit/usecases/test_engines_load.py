"""Each lane tells how many calls it holds, and how many of them wait."""

from __future__ import annotations

import asyncio
import threading
from uuid import UUID

import pytest

from app.domain.load import LaneLoad, Load, Place
from app.usecases.engines import Lane

pytestmark = pytest.mark.unit


async def test_a_lane_tells_what_runs_and_what_waits() -> None:
    lane, gate = Lane("hear", waiting=4), threading.Event()
    calls = [asyncio.ensure_future(lane.run(gate.wait, 5.0)) for _ in range(3)]
    await asyncio.sleep(0)
    assert lane.load == LaneLoad("hear", workers=1, held=3, most=5)
    assert lane.load.waiting == 2
    gate.set()
    await asyncio.gather(*calls)
    assert lane.load == LaneLoad("hear", workers=1, held=0, most=5)
    assert lane.load.waiting == 0
    lane.close()


def test_a_load_counts_people_and_states() -> None:
    places = tuple(
        Place(UUID(int=n), state, connected, 0, 1.0)
        for n, (state, connected) in enumerate(
            [("hearing", True), ("hearing", True), ("suspended", False)]
        )
    )
    load = Load(4, places, ())
    assert load.talking == 2
    assert load.states == {"hearing": 2, "suspended": 1}
