"""What is tried on one function: usual inputs, edges, growing ones, the same twice."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from app.agent.code_runs import Runs, in_mode_of
from app.inspection.fact import Fact
from app.inspection.run_facts import (
    changing,
    fact_of_call,
    fact_of_change,
    fact_of_growth,
    fact_of_state,
    facts_of_lines,
    facts_of_unreached,
    twice,
)
from app.inspection.tries import Inputs, Target

_HUGE = "1000000"


async def facts_of_target(target: Target, run: Runs) -> list[Fact]:
    """All that runs show of this function or method; raises PortError."""
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
    return [in_mode_of(fact, run) for fact in found]


async def _fitting(target: Target, run: Runs) -> tuple[tuple[Inputs, ...], tuple[str, ...]] | None:
    """The types of arguments with which it works and reaches most of its lines."""
    options = list(target.combinations())
    calls = [target.call([i.usual for i in types]) for types in options]
    outcomes = await run.counted(calls)
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
    target: Target, types: Sequence[Inputs], usual: tuple[str, ...], run: Runs
) -> list[Fact]:
    for place, inputs in enumerate(types):
        if inputs.sized is None:
            continue
        sized = [inputs.sized.replace("{n}", str(n)) for n in inputs.sizes]
        calls = [target.call((*usual[:place], s, *usual[place + 1 :])) for s in sized]
        fact = fact_of_growth(target, calls, inputs.sizes, await run.counted(calls), run.plain)
        if fact is not None:
            return [fact]
    return []


async def _further(target: Target, usual: tuple[str, ...], run: Runs) -> list[Fact]:
    """What the usual call does line by line, to its input, and a second time."""
    steps = (await run.calls([target.call(usual)], steps=True))[0]
    found: list[Fact | None] = [*facts_of_lines(target, usual, steps, run.code)]
    if usual:
        change, again = await run.calls([changing(target, usual), twice(target, usual)])
        found += [fact_of_change(target, usual, change), fact_of_state(target, usual, again)]
    return [fact for fact in found if fact is not None]


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
