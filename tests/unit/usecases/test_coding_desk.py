"""Runs of the coding desk: one at a time for an interview, kept, and read for their facts."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest

from app.domain.coding import Snapshot
from app.domain.runs import Limits, Outcome, Program, RunResult
from app.ports.errors import EngineBusy
from app.ports.sandbox import USUAL
from app.usecases.coding_desk import CodingDesk
from tests.contracts.stored import an_interview
from tests.fakes.coding import FakeCodeHistory
from tests.fakes.sandbox import FakeSandbox
from tests.fakes.store import FakeStore

pytestmark = pytest.mark.unit


class SlowSandbox(FakeSandbox):
    """Ends a run when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()

    async def run(self, program: Program, limits: Limits = USUAL) -> RunResult:
        await self.go.wait()
        return await super().run(program, limits)


class Reader:
    """Remembers what it was told to read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def begin(self, code: str, language: str) -> object:
        self.read.append(code)
        return None


async def a_desk(sandbox: FakeSandbox, reader: Reader | None = None) -> tuple[CodingDesk, UUID]:
    store = FakeStore()
    interview = an_interview()
    async with store.begin() as work:
        await work.interviews.add(interview)
    desk = CodingDesk(store, FakeCodeHistory(store), sandbox, reader=reader)
    return desk, interview.id


async def test_a_second_run_of_an_interview_waits_for_nobody_and_is_refused() -> None:
    sandbox = SlowSandbox()
    desk, interview = await a_desk(sandbox)
    code = Snapshot(interview, "", "python", "print(1)", "run", 1.0, 1)
    first = asyncio.create_task(desk.run(code, tests=False))
    await asyncio.sleep(0)
    with pytest.raises(EngineBusy):
        await desk.run(code, tests=False)
    sandbox.go.set()
    assert (await first).outcome == "ran"
    assert (await desk.run(code, tests=False)).outcome == "ran"
    assert len(await desk.history.runs(interview)) == 2


async def test_a_run_that_fails_on_our_side_lets_the_next_one_begin() -> None:
    def busy(program: Program, call: str) -> Outcome:
        raise EngineBusy("full")

    desk, interview = await a_desk(FakeSandbox(busy))
    code = Snapshot(interview, "", "python", "print(1)", "run", 1.0, 1)
    for _ in range(2):
        with pytest.raises(EngineBusy, match="full"):
            await desk.run(code, tests=False)
    assert await desk.history.runs(interview) == ()


async def test_what_was_run_is_read_for_its_facts_and_what_could_not_be_run_is_not() -> None:
    reader = Reader()
    desk, interview = await a_desk(FakeSandbox(), reader)
    await desk.run(Snapshot(interview, "", "python", "x = 1", "run", 1.0, 1), tests=False)
    await desk.run(Snapshot(interview, "", "java", "class X {}", "run", 2.0, 2), tests=False)
    assert reader.read == ["x = 1"]
