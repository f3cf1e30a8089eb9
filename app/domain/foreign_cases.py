"""A task's cases in JavaScript: the same calls and values, as far as JSON can say them.

Arguments are authored as Python, so Python says what they are; the calls are then written anew.
"""

from __future__ import annotations

import ast
import json
from dataclasses import replace

from app.domain.code_cases import CaseResult, CodeCase, results_of
from app.domain.runs import Outcome, Program, RunResult


def arguments_of(function: str, cases: tuple[CodeCase, ...]) -> Program:
    """A run in Python that tells the arguments of each call, as a text of JSON."""
    source = f"import json\n\n\ndef {function}(*given):\n    return json.dumps(given)\n"
    return Program(source, calls=tuple(case.call for case in cases))


def javascript_calls(function: str, cases: tuple[CodeCase, ...], told: RunResult) -> dict[str, str]:
    """The calls in JavaScript by the names of their cases, without those that JSON can't say."""
    found = {}
    for case, value in zip(cases, told.values, strict=True):
        given = _arguments(value) if _is_plain_call(case.call, function) else None
        if given is not None:
            found[case.name] = f"{function}({', '.join(json.dumps(v) for v in given)})"
    return found


def javascript_results(cases: tuple[CodeCase, ...], run: RunResult) -> tuple[CaseResult, ...]:
    """What came of each: a tuple is a list there, and any error will do where one is wanted."""
    plain = tuple(replace(case, expect=_plain_text(case.expect)) for case in cases)
    compared = zip(cases, results_of(plain, run), strict=True)
    return tuple(
        replace(found, case=case, passed=found.passed or _raised(case, found.outcome))
        for case, found in compared
    )


def _raised(case: CodeCase, outcome: Outcome) -> bool:
    return case.raises is not None and outcome.raised is not None


def _is_plain_call(call: str, function: str) -> bool:
    tree = ast.parse(call, mode="eval").body
    return isinstance(tree, ast.Call) and ast.unparse(tree.func) == function


def _arguments(value: str | None) -> list[object] | None:
    try:
        given = json.loads(ast.literal_eval(value or "None"))
    except (ValueError, SyntaxError, TypeError):
        return None
    return given if isinstance(given, list) else None


def _plain_text(expect: str | None) -> str | None:
    if expect is None:
        return None
    try:
        return repr(json.loads(json.dumps(ast.literal_eval(expect))))
    except (ValueError, TypeError):
        return expect
