"""Reads a candidate's code by running it: facts, each seen in one run and seen again in another."""

from __future__ import annotations

import ast
import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from dataclasses import replace

from app.agent.code_runs import BOUNDS, Runs, in_mode_of
from app.agent.code_trials import facts_of_target
from app.domain.runs import Outcome, Program
from app.inspection.fact import Check, Fact
from app.inspection.facts import facts_about
from app.inspection.looking import holds
from app.inspection.run_facts import LINES
from app.inspection.script_facts import facts_of_script
from app.inspection.tries import targets
from app.ports.errors import PortError
from app.ports.sandbox import Sandbox

_KEPT = 64
_STDIN = ("", "5\n", "3\n1 2 3\n")
_PER_KIND = 3


class _Reading:
    """One piece of code that is being read: what two runs have shown until now."""

    def __init__(self, read: Callable[[_Reading], Coroutine[None, None, None]]) -> None:
        self.leading: tuple[Fact, ...] = ()
        self.shown: list[Fact] = []
        self.failed = False
        self.task = asyncio.create_task(read(self))

    def facts(self) -> tuple[Fact, ...]:
        """What is known now, an author's own facts first."""
        return (*self.leading, *alternating(self.shown))


class CodeReader:
    """Facts about code, kept by its text; without a sandbox only what its syntax shows."""

    def __init__(self, sandbox: Sandbox | None = None) -> None:
        self._sandbox = sandbox
        self._known: OrderedDict[str, _Reading] = OrderedDict()

    def begin(self, code: str, language: str) -> None:
        """Start to read this code, unless that was done before; a try that failed is repeated."""
        self._begun(code, language)

    async def facts(self, code: str, language: str, within_s: float) -> tuple[Fact, ...]:
        """All facts, or where that takes longer, those that are known by then."""
        if not code.strip():
            return ()
        syntax = facts_about(code, language)
        if self._sandbox is None or not readable(language, self._sandbox):
            return syntax
        reading = self._begun(code, language)
        done, _ = await asyncio.wait({reading.task}, timeout=within_s)
        for task in done:
            task.result()
        return reading.facts() or (syntax if done else ())

    def _begun(self, code: str, language: str) -> _Reading:
        key = hashlib.sha256(f"{language}\0{code}".encode()).hexdigest()
        known = self._known.get(key)
        if known is None or known.failed or known.task.cancelled():
            self._known[key] = _Reading(lambda reading: self._read(code, language, reading))
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return self._known[key]

    async def _read(self, code: str, language: str, reading: _Reading) -> None:
        """Fill the reading as the runs come in."""
        if self._sandbox is None or not readable(language, self._sandbox):
            return
        try:
            reading.leading = await self._leading(code, self._sandbox)
            async for facts in facts_by_running(code, self._sandbox):
                reading.shown += facts
        except PortError:
            reading.failed = True

    async def _leading(self, code: str, sandbox: Sandbox) -> tuple[Fact, ...]:
        """Facts to tell before all others."""
        return ()


def readable(language: str, sandbox: Sandbox) -> bool:
    """Whether facts are found by running code of this language: calls are made in Python alone."""
    return language == "python" and sandbox.unavailable(language) is None


async def facts_by_running(code: str, sandbox: Sandbox) -> AsyncIterator[tuple[Fact, ...]]:
    """Facts that two runs showed alike, as they are found: of the file, then of each function.

    Raises:
        PortError: the code can't be run.
    """
    known: set[tuple[str, str]] = set()
    lines = len(code.splitlines())
    async for found in _found(code, sandbox):
        unique = {(fact.kind, fact.claim): fact for fact in found if 1 <= fact.line <= lines}
        new = tuple(fact for key, fact in unique.items() if key not in known)
        known |= unique.keys()
        yield await confirmed(new, code, sandbox, hash_seed=1)


async def _found(code: str, sandbox: Sandbox) -> AsyncIterator[Sequence[Fact]]:
    """Facts that one run showed."""
    if not code.strip():
        return
    try:
        tree = ast.parse(code)
        aims = targets(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield await _of_broken(code, sandbox)
        return
    run = Runs(code, sandbox)
    yield await _of_script(tree, run)
    if aims and not await run.loads():
        run = Runs(code, sandbox, definitions=True)
    for target in aims:
        yield await facts_of_target(target, run)
    yield _of_syntax(code, run)


async def confirmed(
    facts: Sequence[Fact], code: str, sandbox: Sandbox, *, hash_seed: int = 0
) -> tuple[Fact, ...]:
    """Those facts that a new run shows again."""
    checks = [fact.check for fact in facts if fact.check is not None]
    outcomes = await rerun(checks, code, sandbox, hash_seed)
    return tuple(
        fact for fact in facts if fact.check is not None and holds(fact.check, outcomes[fact.check])
    )


async def rerun(
    checks: Iterable[Check], code: str, sandbox: Sandbox, hash_seed: int = 0
) -> dict[Check, tuple[Outcome, ...]]:
    """Every check's run once more; calls that several need are made once."""
    wanted = list(dict.fromkeys(checks))
    found: dict[Check, tuple[Outcome, ...]] = {}
    for definitions in (False, True):
        run = Runs(code, sandbox, hash_seed, definitions)
        for watched in (False, True):
            own = [
                check
                for check in wanted
                if check.calls
                and check.definitions is definitions
                and (check.aspect == "local") is watched
            ]
            calls = tuple(dict.fromkeys(call for check in own for call in check.calls))
            known = dict(zip(calls, await run.calls(calls, steps=watched), strict=True))
            found |= {check: tuple(known[call] for call in check.calls) for check in own}
    run = Runs(code, sandbox, hash_seed)
    scripts: dict[str, Outcome] = {}
    for check in (c for c in wanted if not c.calls):
        if check.stdin not in scripts:
            scripts[check.stdin] = await run.script(check.stdin)
        found[check] = (scripts[check.stdin],)
    return found


def alternating(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Serious ones first, and kinds taking turns, so that not all questions are alike."""
    by_kind: dict[str, list[Fact]] = {}
    for fact in facts:
        by_kind.setdefault(fact.kind, []).append(fact)
    rounds = [
        fact
        for place in range(_PER_KIND)
        for kept in by_kind.values()
        for fact in kept[place : place + 1]
    ]
    return tuple(sorted(rounds, key=lambda fact: not fact.serious))


async def _of_broken(code: str, sandbox: Sandbox) -> tuple[Fact, ...]:
    outcome = (await sandbox.run(Program(code), BOUNDS)).outcomes[0]
    error = outcome.raised
    if error is None or error.line is None or error.kind not in _BROKEN:
        return ()
    lines = max(1, len(code.splitlines()))
    fact = next((f for f in facts_about(code, "python") if f.kind == "syntax-error"), None)
    if fact is None or not 1 <= error.line <= lines:
        return ()
    check = Check("raised", (f"{error.kind} on line {error.line}",), line=error.line, lines=LINES)
    return (replace(fact, line=error.line, check=check),)


_BROKEN = frozenset({"SyntaxError", "IndentationError", "TabError"})


async def _of_script(tree: ast.Module, run: Runs) -> list[Fact]:
    """The file as a script, with different inputs where it reads any."""
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
    prints = sorted(
        n.lineno
        for n in ast.walk(tree)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "print"
    )
    found: list[Fact] = []
    for stdin in _STDIN if {"input", "sys", "stdin"} & names else ("",):
        outcome = await run.script(stdin)
        found += facts_of_script(outcome, stdin, prints, run.plain)
    return found


def _of_syntax(code: str, run: Runs) -> list[Fact]:
    """Serious facts of the syntax whose line some run reached."""
    found = []
    for fact in facts_about(code, "python"):
        shown = next((o for o in run.outcomes if o.done and o.hits.get(fact.line)), None)
        if not fact.serious or shown is None or fact.kind in _SAID_BY_RUNS:
            continue
        times = str(shown.hits[fact.line])
        calls = (shown.call,) if shown.call else ()
        check = Check("hits", (times,), calls, line=fact.line, lines=LINES)
        found.append(in_mode_of(replace(fact, check=check), run))
    return found


_SAID_BY_RUNS = frozenset({"empty-input", "division-by-length", "syntax-error"})
