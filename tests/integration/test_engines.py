"""Lanes: bounded, fair, live work first, and nothing lost when a caller gives up."""

from __future__ import annotations

import asyncio
import threading

import pytest

from app.domain.load import LaneLoad
from app.ports.errors import EngineBusy
from app.usecases.engines import Lane, now, some_time

pytestmark = pytest.mark.integration


class Gate:
    """A blocking call that waits until it is let through."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.began: list[str] = []

    def pass_through(self, name: str) -> str:
        self.began.append(name)
        self.open.wait(5)
        return name


async def waiting(lane: Lane, number: int) -> None:
    while lane.held < number:
        await asyncio.sleep(0)


async def test_live_work_goes_before_background_work_that_came_earlier():
    lane, gate = Lane("test"), Gate()
    running = asyncio.ensure_future(lane.run(gate.pass_through, "running"))
    await waiting(lane, 1)
    behind = asyncio.ensure_future(lane.run_by(some_time, gate.pass_through, "behind"))
    await waiting(lane, 2)
    live = asyncio.ensure_future(lane.run(gate.pass_through, "live"))
    await waiting(lane, 3)
    gate.open.set()
    assert await asyncio.gather(running, behind, live) == ["running", "behind", "live"]
    assert gate.began == ["running", "live", "behind"]
    lane.close()


async def test_what_is_needed_sooner_goes_first_though_it_came_later():
    lane, gate = Lane("test"), Gate()
    began = now()
    calls = [asyncio.ensure_future(lane.run(gate.pass_through, "running"))]
    for number, (name, seconds) in enumerate({"long answer": 9, "end of a turn": 1}.items(), 1):
        await waiting(lane, number)
        due = (lambda at: lambda: at)(began + seconds)
        calls.append(asyncio.ensure_future(lane.run_by(due, gate.pass_through, name)))
    await waiting(lane, 3)
    gate.open.set()
    await asyncio.gather(*calls)
    assert gate.began == ["running", "end of a turn", "long answer"]
    lane.close()


async def test_a_call_that_becomes_urgent_while_it_waits_is_brought_forward():
    lane, gate = Lane("test"), Gate()
    began = now()
    needed = {"at": began + 9}
    running = asyncio.ensure_future(lane.run(gate.pass_through, "running"))
    await waiting(lane, 1)
    later = asyncio.ensure_future(lane.run_by(lambda: began + 5, gate.pass_through, "in 5 s"))
    await waiting(lane, 2)
    urgent = asyncio.ensure_future(lane.run_by(lambda: needed["at"], gate.pass_through, "urgent"))
    await waiting(lane, 3)
    needed["at"] = began
    gate.open.set()
    await asyncio.gather(running, later, urgent)
    assert gate.began == ["running", "urgent", "in 5 s"]
    lane.close()


async def test_a_full_lane_refuses_at_once():
    lane, gate = Lane("test", waiting=1), Gate()
    calls = [asyncio.ensure_future(lane.run(gate.pass_through, str(n))) for n in range(2)]
    await waiting(lane, 2)
    with pytest.raises(EngineBusy, match="test"):
        await lane.run(gate.pass_through, "one too many")
    gate.open.set()
    assert await asyncio.gather(*calls) == ["0", "1"]
    lane.close()


async def test_a_cancelled_call_that_waits_never_begins():
    lane, gate = Lane("test"), Gate()
    first = asyncio.ensure_future(lane.run(gate.pass_through, "first"))
    await waiting(lane, 1)
    dropped = asyncio.ensure_future(lane.run(gate.pass_through, "dropped"))
    await waiting(lane, 2)
    dropped.cancel()
    gate.open.set()
    assert await first == "first"
    assert await lane.run(gate.pass_through, "next") == "next"
    assert gate.began == ["first", "next"]
    lane.close()


async def test_a_cancelled_call_that_runs_frees_its_place_only_when_it_ends():
    lane, gate = Lane("test"), Gate()
    running = asyncio.ensure_future(lane.run(gate.pass_through, "running"))
    while not gate.began:
        await asyncio.sleep(0)
    running.cancel()
    after = asyncio.ensure_future(lane.run(gate.pass_through, "after"))
    await asyncio.sleep(0.05)
    assert gate.began == ["running"]
    gate.open.set()
    assert await after == "after"
    lane.close()


async def test_an_error_reaches_its_caller_and_frees_the_place():
    lane = Lane("test")

    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await lane.run(fail)
    assert await lane.run(lambda: 1) == 1
    assert lane.held == 0
    lane.close()


async def test_a_lane_tells_what_runs_and_what_waits():
    lane, gate = Lane("hear", waiting=4), Gate()
    calls = [asyncio.ensure_future(lane.run(gate.pass_through, str(n))) for n in range(3)]
    await waiting(lane, 3)
    assert lane.load == LaneLoad("hear", workers=1, held=3, most=5)
    assert lane.load.waiting == 2
    gate.open.set()
    await asyncio.gather(*calls)
    assert lane.load == LaneLoad("hear", workers=1, held=0, most=5)
    assert lane.load.waiting == 0
    lane.close()


async def test_a_lane_tells_by_how_much_its_calls_came_too_late():
    lane = Lane("test")
    for late in (0, 0, 4, 5, 6):
        due = now() - late
        await lane.run_by((lambda at: lambda: at)(due), str)
    assert lane.behind_s == pytest.approx(4, abs=0.5)
    lane.close()


async def test_a_lane_that_nobody_waited_for_is_not_behind():
    lane = Lane("test")
    for _ in range(5):
        await lane.run_by(lambda: now() + 2, str)
    await lane.run_by(some_time, str)
    assert lane.behind_s == 0.0
    lane.close()
