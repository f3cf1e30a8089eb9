"""Reads a candidate's code by running it: facts, each seen in one run and seen again in another."""

from __future__ import annotations

import ast
import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.domain.runs import Limits, Outcome, Program
from app.inspection.fact import Check, Fact
from app.inspection.facts import facts_about
from app.inspection.looking import holds
from app.inspection.run_facts import (
    LINES,
    changing,
    fact_of_call,
    fact_of_change,
    fact_of_growth,
    fact_of_state,
    facts_of_lines,
    facts_of_script,
    facts_of_unreached,
    plain_lines,
    twice,
)
from app.inspection.tries import Inputs, Target, targets
from app.ports.errors import PortError
from app.ports.sandbox import Sandbox

BOUNDS = Limits(cpu_seconds=1, wall_seconds=4.0, total_seconds=15.0, lines=LINES, memory_mb=192)
_KEPT = 64
_STDIN = ("", "5\n", "3\n1 2 3\n")
_PER_KIND = 3
_HUGE = "1000000"


class CodeReader:
    """Facts about code, kept by its text; without a sandbox only what its syntax shows."""

    def __init__(self, sandbox: Sandbox | None = None) -> None:
        self._sandbox = sandbox
        self._known: OrderedDict[str, asyncio.Task[tuple[Fact, ...]]] = OrderedDict()

    def begin(self, code: str, language: str) -> asyncio.Task[tuple[Fact, ...]]:
        """Start to read this code, unless that was done before; more of it comes when awaited."""
        key = hashlib.sha256(f"{language}\0{code}".encode()).hexdigest()
        if key not in self._known or self._known[key].cancelled():
            self._known[key] = asyncio.create_task(self._read(code, language))
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return self._known[key]

    async def facts(self, code: str, language: str, within_s: float) -> tuple[Fact, ...]:
        """All facts, or where they take longer than this, none yet."""
        if not code.strip():
            return ()
        if self._sandbox is None:
            return facts_about(code, language)
        reading = self.begin(code, language)
        try:
            return await asyncio.wait_for(asyncio.shield(reading), within_s)
        except TimeoutError:
            return ()

    async def _read(self, code: str, language: str) -> tuple[Fact, ...]:
        read = facts_about(code, language)
        if self._sandbox is None or self._sandbox.unavailable(language) is not None:
            return read
        try:
            return await facts_by_running(code, self._sandbox) or read
        except PortError:
            return read


async def facts_by_running(code: str, sandbox: Sandbox) -> tuple[Fact, ...]:
    """Facts that two runs showed alike, those of different kinds in turn.

    Raises:
        PortError: the code can't be run.
    """
    if not code.strip():
        return ()
    try:
        tree = ast.parse(code)
        aims = targets(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return await _of_broken(code, sandbox)
    run = _Runs(code, sandbox)
    found = await _of_script(tree, run)
    if aims and not await run.loads():
        run = _Runs(code, sandbox, definitions=True)
    for target in aims:
        found += await _of_target(target, run)
    found += _of_syntax(code, run)
    unique = {(fact.kind, fact.claim): fact for fact in found}
    return alternating(await confirmed(tuple(unique.values()), code, sandbox, hash_seed=1))


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
        run = _Runs(code, sandbox, hash_seed, definitions)
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
    run = _Runs(code, sandbox, hash_seed)
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


class _Runs:
    """Runs of one program, with every outcome kept."""

    def __init__(
        self, code: str, sandbox: Sandbox, hash_seed: int = 0, definitions: bool = False
    ) -> None:
        self.code = code
        self.plain = plain_lines(code) if parses(code) else frozenset()
        self.definitions = definitions
        self._sandbox, self._seed = sandbox, hash_seed
        self.outcomes: list[Outcome] = []

    async def calls(self, calls: Sequence[str], *, steps: bool = False) -> tuple[Outcome, ...]:
        """One outcome for each call: counted, and told as it is where nobody counts.

        Counting takes a little of the stack and of the time, so values and errors are those of a
        second run that is not counted; where the two differ otherwise, the outcome is no fact.
        """
        if not calls:
            return ()
        counted = (
            await self._sandbox.run(self._program(calls, count=True, steps=steps), BOUNDS)
        ).outcomes
        ended = [o.call for o in counted if o.stopped is None and o.killed is None]
        plain = (await self._sandbox.run(self._program(ended), BOUNDS)).outcomes if ended else ()
        known = {outcome.call: outcome for outcome in plain}
        merged = tuple(_merged(o, known.get(o.call)) for o in counted)
        self.outcomes += merged
        return merged

    async def script(self, stdin: str) -> Outcome:
        """What the file does by itself."""
        program = Program(self.code, stdin=stdin, count=True, hash_seed=self._seed)
        result = await self._sandbox.run(program, BOUNDS)
        self.outcomes.append(result.outcomes[0])
        return result.outcomes[0]

    async def loads(self) -> bool:
        """Whether the file can be executed without an error, so that its names can be used."""
        program = self._program(("None",))
        return (await self._sandbox.run(program, BOUNDS)).outcomes[0].done

    def _program(
        self, calls: Sequence[str], *, count: bool = False, steps: bool = False
    ) -> Program:
        return Program(
            self.code,
            calls=tuple(calls),
            count=count,
            steps=steps,
            hash_seed=self._seed,
            definitions=self.definitions,
        )


def _merged(counted: Outcome, plain: Outcome | None) -> Outcome:
    if plain is None:
        return counted
    differs = plain.value != counted.value or plain.done != counted.done
    return replace(
        counted, raised=plain.raised, killed="it differs when counted" if differs else None
    )


def parses(code: str) -> bool:
    """Whether Python can read it."""
    try:
        ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


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


async def _of_script(tree: ast.Module, run: _Runs) -> list[Fact]:
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


async def _of_target(target: Target, run: _Runs) -> list[Fact]:
    fitting = await _fitting(target, run)
    if fitting is None:
        return []
    types, usual = fitting
    tried = [usual, *_edges(types, usual)]
    calls = [target.call(arguments) for arguments in tried]
    outcomes = await run.calls(calls)
    known: dict[tuple[str, int, str], Fact] = {}
    for arguments, outcome in zip(tried, outcomes, strict=True):
        if outcome.stopped == "lines" and _HUGE in arguments:
            continue  # a million steps are no endless loop
        fact = fact_of_call(target, arguments, outcome)
        if fact is not None:
            same = (fact.kind, fact.line, fact.expected)
            known.setdefault(same, fact)
    found = list(known.values())
    found += await _growing(target, types, usual, run)
    found += await _further(target, usual, run)
    inside = _lines_of(run.code, target.line)
    found += facts_of_unreached(target, calls, outcomes, inside)
    return [_in_mode(fact, run) for fact in found]


def _in_mode(fact: Fact, run: _Runs) -> Fact:
    """The fact with a check that executes as much of the file as was executed for it."""
    if fact.check is None or not fact.check.calls:
        return fact
    return replace(fact, check=replace(fact.check, definitions=run.definitions))


async def _fitting(target: Target, run: _Runs) -> tuple[tuple[Inputs, ...], tuple[str, ...]] | None:
    """The types of arguments with which it works and reaches most of its lines."""
    options = list(target.combinations())
    calls = [target.call([i.usual for i in types]) for types in options]
    outcomes = await run.calls(calls)
    inside = set(_lines_of(run.code, target.line))

    def worth(place: int) -> tuple[bool, bool, bool, int, int]:
        outcome = outcomes[place]
        wrong_type = outcome.raised is not None and outcome.raised.kind in _WRONG_TYPE
        works = outcome.done or outcome.stopped == "lines"
        likely = target.likely_only(options[place])
        return works, not wrong_type, likely, len(inside & outcome.hits.keys()), -place

    if not options:
        return None
    best = max(range(len(options)), key=worth)
    if not outcomes[best].hits:
        return None
    return options[best], tuple(i.usual for i in options[best])


_WRONG_TYPE = frozenset({"TypeError", "AttributeError", "KeyError", "ValueError"})


def _edges(types: Sequence[Inputs], usual: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [
        (*usual[:place], edge, *usual[place + 1 :])
        for place, inputs in enumerate(types[:2])
        for edge in inputs.edges
    ]


async def _growing(
    target: Target, types: Sequence[Inputs], usual: tuple[str, ...], run: _Runs
) -> list[Fact]:
    for place, inputs in enumerate(types):
        if inputs.sized is None:
            continue
        sized = [inputs.sized.replace("{n}", str(n)) for n in inputs.sizes]
        calls = [target.call((*usual[:place], s, *usual[place + 1 :])) for s in sized]
        fact = fact_of_growth(target, calls, inputs.sizes, await run.calls(calls), run.plain)
        if fact is not None:
            return [fact]
    return []


async def _further(target: Target, usual: tuple[str, ...], run: _Runs) -> list[Fact]:
    """What the usual call does line by line, to its input, and a second time."""
    steps = (await run.calls([target.call(usual)], steps=True))[0]
    found: list[Fact | None] = [*facts_of_lines(target, usual, steps, run.code)]
    if usual:
        change, again = await run.calls([changing(target, usual), twice(target, usual)])
        found += [fact_of_change(target, usual, change), fact_of_state(target, usual, again)]
    return [fact for fact in found if fact is not None]


def _of_syntax(code: str, run: _Runs) -> list[Fact]:
    """Serious facts of the syntax whose line some run reached."""
    found = []
    for fact in facts_about(code, "python"):
        shown = next((o for o in run.outcomes if o.done and o.hits.get(fact.line)), None)
        if not fact.serious or shown is None or fact.kind in _SAID_BY_RUNS:
            continue
        times = str(shown.hits[fact.line])
        calls = (shown.call,) if shown.call else ()
        check = Check("hits", (times,), calls, line=fact.line, lines=LINES)
        found.append(_in_mode(replace(fact, check=check), run))
    return found


_SAID_BY_RUNS = frozenset({"empty-input", "division-by-length", "syntax-error"})


def _lines_of(code: str, line: int) -> list[int]:
    """The lines of statements of the function that starts there, nested ones left out."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.lineno == line:
            body = [s for part in node.body for s in ast.walk(part)]
            plain = (s for s in body if isinstance(s, ast.stmt) and not _says_nothing(s))
            return sorted({statement.lineno for statement in plain})
    return []


def _says_nothing(statement: ast.stmt) -> bool:
    text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return text or isinstance(statement, ast.Global | ast.Nonlocal | ast.Try | ast.With)
