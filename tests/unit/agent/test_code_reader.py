"""Reading code by running it: what two runs show alike is a fact, and nothing else is."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.agent.code_reader import CodeReader, alternating, confirmed, facts_by_running
from app.domain.runs import Limits, Outcome, Program, Raised, RunResult, Step
from app.inspection.fact import Fact
from app.ports.errors import EngineBusy
from app.ports.sandbox import USUAL
from tests.fakes.sandbox import FakeSandbox

pytestmark = pytest.mark.unit

CODE = "def first(items):\n    return items[0]\n"


def _answer(program: Program, call: str) -> Outcome:
    if not call or call == "None":
        return Outcome(call, value=None)
    if "[]" in call:
        return Outcome(call, raised=Raised("IndexError", "", 2), hits={2: 1})
    return Outcome(call, value="3", hits={2: 1}, last_line=2)


async def _all(code: str, sandbox: FakeSandbox) -> tuple[Fact, ...]:
    return tuple([fact async for batch in facts_by_running(code, sandbox) for fact in batch])


async def test_facts_name_their_run() -> None:
    facts = await _all(CODE, FakeSandbox(_answer))
    claims = {fact.claim for fact in facts}
    assert "first([]) raises IndexError on line 2." in claims
    assert all(fact.check is not None for fact in facts)


async def test_what_a_second_run_does_not_show_is_dropped() -> None:
    def moody(program: Program, call: str) -> Outcome:
        value = "3" if program.hash_seed == 0 else "4"
        return Outcome(call, value=value if call else None, hits={2: 1}, last_line=2)

    assert await _all(CODE, FakeSandbox(moody)) == ()


async def test_what_differs_when_it_is_counted_is_no_fact() -> None:
    def watched(program: Program, call: str) -> Outcome:
        return Outcome(call, value="1" if program.count else "2", hits={2: 1}, last_line=2)

    facts = await _all(CODE, FakeSandbox(watched))
    assert "returns" not in {fact.kind for fact in facts}


async def test_without_a_safe_place_nothing_runs_and_the_syntax_speaks() -> None:
    sandbox = FakeSandbox(why_not="no walls")
    facts = await CodeReader(sandbox).facts(CODE, "python", 5.0)
    assert sandbox.ran == []
    assert facts
    assert all(fact.check is None for fact in facts)


async def test_a_full_queue_leaves_what_the_syntax_shows() -> None:
    class Full(FakeSandbox):
        async def run(self, program: Program, limits: Limits = USUAL) -> RunResult:
            raise EngineBusy("full")

    assert await CodeReader(Full()).facts(CODE, "python", 5.0)


LINES = st.integers(-1, 9)
HOSTILE = st.builds(
    Outcome,
    call=st.just(""),
    value=st.none() | st.text() | st.sampled_from(["[" * 500, "3", "['1', 2]", "1e999", "{[]: 1}"]),
    raised=st.none() | st.builds(Raised, st.text(), st.text(), st.none() | LINES),
    stopped=st.none() | st.sampled_from(["lines", "cpu", "wall"]),
    stdout=st.text(),
    hits=st.dictionaries(LINES, st.integers(-5, 10**9)),
    last_line=st.none() | LINES,
    comparisons=st.integers(-5, 10**9),
    steps=st.lists(st.builds(Step, LINES, st.text(), st.text())).map(tuple),
)


@given(st.lists(HOSTILE, min_size=1, max_size=6))
@settings(deadline=None, max_examples=60)
def test_whatever_a_program_reports_reading_it_never_raises(outcomes: list[Outcome]) -> None:
    answers = itertools.cycle(outcomes)

    def forged(program: Program, call: str) -> Outcome:
        return replace(next(answers), call=call)

    facts = asyncio.run(_all(CODE, FakeSandbox(forged)))
    assert all(1 <= fact.line <= 2 for fact in facts)


async def test_the_same_code_is_read_once() -> None:
    sandbox = FakeSandbox(_answer)
    reader = CodeReader(sandbox)
    first = await reader.facts(CODE, "python", 5.0)
    runs = len(sandbox.ran)
    assert await reader.facts(CODE, "python", 5.0) == first
    assert len(sandbox.ran) == runs
    await reader.facts(f"{CODE}\n# changed\n", "python", 5.0)
    assert len(sandbox.ran) > runs


class _Held(FakeSandbox):
    """Runs nothing of the second function until it is let go."""

    def __init__(self) -> None:
        super().__init__(_answer)
        self.reached, self.free = asyncio.Event(), asyncio.Event()

    async def run(self, program: Program, limits: Limits = USUAL) -> RunResult:
        if any(call.startswith("second") for call in program.calls):
            self.reached.set()
            await self.free.wait()
        return await super().run(program, limits)


async def test_who_waits_is_not_kept_longer_than_said_and_gets_what_is_known() -> None:
    sandbox = _Held()
    reader = CodeReader(sandbox)
    code = CODE + CODE.replace("first", "second")
    reader.begin(code, "python")
    await sandbox.reached.wait()
    early = await reader.facts(code, "python", 0.01)
    claims = {fact.claim for fact in early}
    assert "first([]) raises IndexError on line 2." in claims
    assert not any("second" in claim for claim in claims)
    sandbox.free.set()
    late = await reader.facts(code, "python", 5.0)
    assert any("second" in fact.claim for fact in late)
    assert set(early) <= set(late)


async def test_a_try_that_failed_is_repeated() -> None:
    class Busy(FakeSandbox):
        async def run(self, program: Program, limits: Limits = USUAL) -> RunResult:
            if not self.ran:
                self.ran.append(program)
                raise EngineBusy("full")
            return await super().run(program, limits)

    reader = CodeReader(Busy(_answer))
    syntax = await reader.facts(CODE, "python", 5.0)
    assert all(fact.check is None for fact in syntax)
    assert any(fact.check for fact in await reader.facts(CODE, "python", 5.0))


async def test_no_code_has_no_facts_and_another_language_is_only_read() -> None:
    sandbox = FakeSandbox(_answer)
    assert await CodeReader(sandbox).facts("  \n", "python", 5.0) == ()
    facts = await CodeReader(sandbox).facts("class A {}", "java", 5.0)
    assert [fact.kind for fact in facts] == ["size"]
    assert sandbox.ran == []


async def test_facts_read_from_syntax_alone_are_never_confirmed() -> None:
    fact = Fact("returns", 2, "a claim", "a question?", "an answer")
    assert await confirmed([fact], CODE, FakeSandbox(_answer)) == ()


def test_kinds_take_turns_and_serious_ones_come_first() -> None:
    def fact(kind: str, number: int) -> Fact:
        return Fact(kind, number, f"{kind} {number}", "?", "")

    given = [fact("returns", n) for n in range(5)] + [fact("holds", 9), fact("raises", 7)]
    assert [f.claim for f in alternating(given)] == [
        "returns 0", "raises 7", "returns 1", "returns 2", "holds 9",
    ]  # fmt: skip
