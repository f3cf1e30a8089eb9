"""Test cases of a coding task, and what came of them."""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass

from app.domain.runs import Outcome, Program, RunResult

CLOSE = 1e-9


@dataclass(frozen=True)
class CodeCase:
    """One test: a call as a Python expression, and what must come of it.

    `expect` is a Python literal; `raises` the name of the exception that must end the call instead.
    A hidden case is run, but its call and its values are not shown to the candidate.
    """

    name: str
    call: str
    expect: str | None = None
    raises: str | None = None
    hidden: bool = False


@dataclass(frozen=True)
class CaseResult:
    """A case with its outcome; `found` says in words what happened instead of what was wanted."""

    case: CodeCase
    passed: bool
    found: str
    outcome: Outcome


def program_of(source: str, cases: tuple[CodeCase, ...], *, count: bool = True) -> Program:
    """The run that answers all cases at once, each call on its own."""
    return Program(source, calls=tuple(case.call for case in cases), count=count)


def results_of(cases: tuple[CodeCase, ...], run: RunResult) -> tuple[CaseResult, ...]:
    """Compare what came of each call with what its case wants."""
    paired = zip(cases, run.outcomes, strict=True)
    return tuple(
        CaseResult(case, _passed(case, outcome), told(outcome), outcome) for case, outcome in paired
    )


def told(outcome: Outcome) -> str:
    """The outcome in a few words."""
    if outcome.raised is not None:
        where = f" on line {outcome.raised.line}" if outcome.raised.line else ""
        return f"raises {outcome.raised.kind}{where}"
    if outcome.stopped is not None:
        return f"was stopped: {_STOPPED[outcome.stopped]}"
    if outcome.killed is not None:
        return f"was ended by the system ({outcome.killed})"
    return f"returns {outcome.value}"


_STOPPED = {
    "cpu": "too much computing time",
    "wall": "too much time",
    "memory": "too much memory",
    "output": "too much output",
    "lines": "too many lines were executed",
}


def same(found: str | None, expected: str) -> bool:
    """Whether two values, each as a Python literal, are equal; fractions nearly so."""
    if found is None:
        return False
    try:
        return _alike(ast.literal_eval(found), ast.literal_eval(expected))
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        return found == expected


def _passed(case: CodeCase, outcome: Outcome) -> bool:
    if case.raises is not None:
        return outcome.raised is not None and outcome.raised.kind == case.raises
    return outcome.done and case.expect is not None and same(outcome.value, case.expect)


def _alike(left: object, right: object) -> bool:
    if isinstance(left, float) or isinstance(right, float):
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        return numbers and math.isclose(left, right, rel_tol=CLOSE, abs_tol=CLOSE)  # type: ignore[arg-type]  # checked by `numbers`
    if type(left) is not type(right):
        return False
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        same_length = len(left) == len(right)
        return same_length and all(_alike(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_alike(left[k], right[k]) for k in left)
    return left == right
