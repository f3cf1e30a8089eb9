"""A task's cases in JavaScript: what JSON can say is called, the rest is left out."""

from __future__ import annotations

import pytest

from app.domain.code_cases import CodeCase
from app.domain.foreign_cases import arguments_of, javascript_calls, javascript_results
from app.domain.runs import Outcome, Raised, RunResult

pytestmark = pytest.mark.unit


def told(*values: str | None) -> RunResult:
    return RunResult(tuple(Outcome("", value=value) for value in values))


def test_a_call_is_written_anew_with_its_arguments_as_json() -> None:
    cases = (CodeCase("usual", "f([1, None], 'a')", "1"),)
    assert javascript_calls("f", cases, told("""'[[1, null], "a"]'""")) == {
        "usual": 'f([1, null], "a")'
    }


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("len(f([1]))", "5"),
        ("f([1])[0]", "'['"),
        ("f('a').upper()", """'["A"]'"""),
        ("(lambda x: (f(x), x)[1])([1])", "[1]"),
        ("f(range(9))", None),
    ],
)
def test_what_only_python_can_do_is_left_out(call: str, value: str | None) -> None:
    assert javascript_calls("f", (CodeCase("one", call, "1"),), told(value)) == {}


def test_arguments_are_told_by_python_itself() -> None:
    program = arguments_of("f", (CodeCase("one", "f(list(range(3)))", "1"),))
    names: dict[str, object] = {}
    exec(program.source, names)
    assert eval(program.calls[0], names) == "[[0, 1, 2]]"


def test_a_tuple_is_a_list_there_and_any_error_will_do() -> None:
    cases = (
        CodeCase("pairs", "f(1)", "[('a', 2)]"),
        CodeCase("error", "f(2)", raises="ValueError"),
        CodeCase("other", "f(3)", "1"),
    )
    run = RunResult(
        (
            Outcome("f(1)", value="[['a', 2]]"),
            Outcome("f(2)", raised=Raised("RangeError", "", 3)),
            Outcome("f(3)", value="2"),
        )
    )
    assert [found.passed for found in javascript_results(cases, run)] == [True, True, False]
