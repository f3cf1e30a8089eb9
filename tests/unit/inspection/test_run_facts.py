"""Facts from outcomes: what is claimed, what is asked, and what is left unsaid."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.runs import Outcome, Raised, Step
from app.inspection.lines import plain_lines
from app.inspection.looking import holds, seen
from app.inspection.run_facts import (
    fact_of_call,
    fact_of_change,
    fact_of_growth,
    fact_of_state,
    facts_of_lines,
    facts_of_unreached,
    order_name,
)
from app.inspection.script_facts import facts_of_script
from app.inspection.tries import Target, targets

pytestmark = pytest.mark.unit

CODE = (
    "def f(xs):\n    total = 0\n    for x in xs:\n        total += x\n    return total / len(xs)\n"
)


@pytest.fixture
def target() -> Target:
    return targets(CODE)[0]


def test_a_value_is_claimed_with_the_line_that_returned_it(target: Target) -> None:
    fact = fact_of_call(target, ["[3, 1]"], Outcome("f([3, 1])", value="2.0", last_line=5))
    assert fact is not None
    assert fact.claim == "f([3, 1]) returns 2.0, from line 5."
    assert fact.question == "Line 5: what does f return there for a list of 3 and 1, and why?"
    assert (fact.truth, fact.kind) == ("2.0", "returns")
    assert fact.check is not None
    assert fact.check.seen == ("2.0 from line 5",)


def test_an_error_is_asked_about_without_being_named(target: Target) -> None:
    outcome = Outcome("f([])", raised=Raised("ZeroDivisionError", "division by zero", 5))
    fact = fact_of_call(target, ["[]"], outcome)
    assert fact is not None
    assert "ZeroDivisionError" in fact.claim
    assert "ZeroDivisionError" not in fact.question
    assert fact.line == 5


def test_what_did_not_end_is_claimed_with_the_number_of_lines(target: Target) -> None:
    fact = fact_of_call(target, ["0"], Outcome("f(0)", stopped="lines", last_line=4))
    assert fact is not None
    assert fact.kind == "endless"
    assert "150000 executed lines" in fact.claim


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome("f(1)", stopped="cpu"),
        Outcome("f(1)", killed="SIGSEGV"),
        Outcome("f(1)", value="<Thing>", last_line=5),
        Outcome("f(1)", value="[" + "1, " * 100 + "]", last_line=5),
        Outcome("f(1)", raised=Raised("TypeError", "", None)),
    ],
)
def test_what_can_not_be_said_for_sure_is_no_fact(target: Target, outcome: Outcome) -> None:
    assert fact_of_call(target, ["1"], outcome) is None


@pytest.mark.parametrize(
    ("work", "name"),
    [
        ([100, 200, 400], "linear or nearly so"),
        ([820, 3240, 12880], "quadratic"),
        ([64, 512, 4096], "cubic"),
        ([7, 7, 7], "constant"),
        ([6, 7, 8], "logarithmic"),
        ([25, 1973, 9_000_000], "exponential or nearly so"),
        ([35, 75, 80], None),
        ([178, 237, 922], None),
        ([0, 4, 8], None),
    ],
)
def test_growth_is_named_only_where_every_doubling_agrees(work: list[int], name: str) -> None:
    assert order_name(work) == name


def test_growth_by_comparisons_that_no_line_shows(target: Target) -> None:
    outcomes = [
        Outcome(f"f({n})", value="1", hits={4: n}, comparisons=n * n) for n in (40, 80, 160)
    ]
    calls = [outcome.call for outcome in outcomes]
    fact = fact_of_growth(target, calls, (40, 80, 160), outcomes, frozenset({4}))
    assert fact is not None
    assert fact.truth == "quadratic"
    assert "items are compared 1600, 6400 and 25600 times" in fact.claim


def test_an_input_that_is_left_alone_is_no_fact(target: Target) -> None:
    call = "(lambda given: (f(given), given)[1])([3, 1])"
    assert fact_of_change(target, ["[3, 1]"], Outcome(call, value="[3, 1]")) is None
    changed = fact_of_change(target, ["[3, 1]"], Outcome(call, value="[1, 3]"))
    assert changed is not None
    assert changed.truth == "no"


def test_two_calls_alike_are_no_fact(target: Target) -> None:
    assert fact_of_state(target, ["1"], Outcome("", value="['1', '1']")) is None
    assert fact_of_state(target, ["1"], Outcome("", value="['<A>', '<B>']")) is None
    assert fact_of_state(target, ["1"], Outcome("", value="['1', '2']")) is not None


def test_a_local_name_is_asked_about_where_its_last_value_is_known(target: Target) -> None:
    outcome = Outcome(
        "f([3, 1])",
        value="2.0",
        hits={2: 1, 3: 3, 4: 2, 5: 1},
        last_line=5,
        steps=(Step(3, "total", "0"), Step(4, "x", "3"), Step(3, "total", "3"),
               Step(4, "x", "1"), Step(3, "total", "4")),
    )  # fmt: skip
    kinds = {f.kind: f for f in facts_of_lines(target, ["[3, 1]"], outcome, CODE)}
    assert kinds["runs-often"].claim == "In f([3, 1]), line 4 runs 2 times."
    assert kinds["holds"].claim == "In f([3, 1]), total is 4 when line 5 runs."
    cut = replace(outcome, steps=outcome.steps * 30)
    assert "holds" not in {f.kind for f in facts_of_lines(target, ["[3, 1]"], cut, CODE)}


def test_a_line_counts_as_unreached_after_several_tries_only(target: Target) -> None:
    outcomes = [Outcome("f(1)", hits={2: 1})] * 3
    found = [*facts_of_unreached(target, ["f(1)"] * 3, outcomes, [2, 4])]
    assert [fact.line for fact in found] == [4]
    assert not [*facts_of_unreached(target, ["f(1)"], outcomes[:1], [4])]


def test_a_script_tells_its_last_line_or_its_error() -> None:
    done = Outcome("", stdout="a\nsum: 6\n", hits={1: 1, 6: 1}, last_line=6)
    (fact,) = facts_of_script(done, "", [6], frozenset({1, 6}))
    assert fact.truth == "sum: 6"
    failed = Outcome("", raised=Raised("EOFError", "", 1))
    (fact,) = facts_of_script(failed, "5\n", [6], frozenset({1}))
    assert fact.claim == "Running the file with one line of input raises EOFError on line 1."


def test_lines_with_hidden_loops_are_not_counted() -> None:
    code = (
        "def f(xs):\n    a = [x for x in xs]\n    b = 1; c = 2\n    for x in xs:\n"
        "        d = (x +\n            1)\n        if x: d += 1\n        e = 5\n"
    )
    assert plain_lines(code) == frozenset({8})


def test_a_fact_holds_only_where_the_same_is_seen_again(target: Target) -> None:
    fact = fact_of_call(target, ["[3, 1]"], Outcome("f([3, 1])", value="2.0", last_line=5))
    assert fact is not None
    assert fact.check is not None
    same = Outcome("f([3, 1])", value="2.0", last_line=5)
    assert holds(fact.check, [same])
    assert not holds(fact.check, [replace(same, value="3.0")])
    assert not holds(fact.check, [replace(same, last_line=4)])
    assert not holds(fact.check, [replace(same, stopped="wall")])
    assert seen(fact.check, [same]) == fact.check.seen
