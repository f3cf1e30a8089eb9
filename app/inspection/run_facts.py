"""Facts from runs: what came of each call, said with its line, and asked without giving it away."""

from __future__ import annotations

import ast
import dataclasses
import itertools
from collections.abc import Iterator, Sequence

from app.domain.runs import Outcome
from app.inspection.fact import Check, Fact
from app.inspection.lines import plain_lines, stored_names
from app.inspection.looking import local_value, seen
from app.inspection.spoken_values import said, said_arguments
from app.inspection.tries import Target

LINES = 150_000
_WALLED = frozenset({"PermissionError", "ConnectionError", "ConnectionRefusedError", "OSError"})
_WALLED |= frozenset({"FileNotFoundError", "gaierror", "ModuleNotFoundError", "BlockingIOError"})


def fact_of_call(target: Target, arguments: Sequence[str], outcome: Outcome) -> Fact | None:
    """What one call did: a value, an error, or no end."""
    call, words = target.call(arguments), _words(target, arguments)
    if outcome.raised is not None and outcome.raised.line is not None:
        return raising(target.name, call, words, outcome)
    if outcome.stopped == "lines" and outcome.last_line is not None:
        return not_ending(target.name, call, words, outcome.last_line)
    if not outcome.done or outcome.value is None or outcome.last_line is None:
        return None
    if "<" in outcome.value or len(outcome.value) > 120:
        return None
    if target.yields is not None:
        return _yields(target, call, words, outcome)
    line = outcome.last_line
    return checked_in(
        Fact(
            "returns",
            line,
            f"{call} returns {outcome.value}, from line {line}.",
            f"Line {line}: what does {target.name} return there {words}, and why?",
            f"It returns {outcome.value}.",
            Check("from-line", (), (call,), line=line, lines=LINES),
            outcome.value,
        ),
        [outcome],
    )


def _yields(target: Target, call: str, words: str, outcome: Outcome) -> Fact:
    line = target.yields or target.line
    fact = Fact(
        "returns",
        line,
        f"{call} is {outcome.value}; its items come from line {line}.",
        f"Line {line}: which items come out of {target.name} {words}, and why?",
        f"The items are {outcome.value}.",
        Check("value", (), (call,), lines=LINES),
        outcome.value or "",
    )
    return checked_in(fact, [outcome])


def _words(target: Target, arguments: Sequence[str]) -> str:
    """The arguments in words, and what was done before: "for an empty list"."""
    given = f"for {said_arguments(arguments)}" if arguments else ""
    return f"{given} {target.before}".strip() or "without arguments"


def _when(name: str, words: str) -> str:
    """The same as a clause: "when median gets an empty list"."""
    if words.startswith("for "):
        return f"when {name} gets {words.removeprefix('for ')}"
    return f"when I call {name} {words}"


def fact_of_growth(
    target: Target,
    calls: Sequence[str],
    sizes: Sequence[int],
    outcomes: Sequence[Outcome],
    plain: frozenset[int],
) -> Fact | None:
    """How often the busiest plain line runs, or items are compared, as the input doubles."""
    last = outcomes[-1]
    countable = sorted(plain & last.hits.keys())
    if not all(o.done for o in outcomes) or not countable:
        return None
    line = max(countable, key=lambda n: (last.hits[n], -n))
    runs = [o.hits.get(line, 0) for o in outcomes]
    compared = [o.comparisons for o in outcomes]
    by_comparing = compared[-1] > 4 * runs[-1]
    work = compared if by_comparing else runs
    label = order_name(work)
    if label is None or work[-1] < sizes[-1] // 2:
        return None
    numbers = f"{', '.join(map(str, work[:-1]))} and {work[-1]}"
    of = f"{', '.join(map(str, sizes[:-1]))} and {sizes[-1]}"
    did = "items are compared" if by_comparing else f"line {line} runs"
    fact = Fact(
        "growth",
        line,
        f"For sizes {of}, {did} {numbers} times in {target.name}: {label}.",
        f"Line {line}: if the input of {target.name} gets twice as large, how much more work is"
        " done, and why?",
        f"The work is {label}: {numbers} for sizes {of}.",
        Check("comparisons" if by_comparing else "hits", (), tuple(calls), line=line, lines=LINES),
        label,
        f"{work[-2]} times for {sizes[-2]} items and {work[-1]} for {sizes[-1]}",
    )
    return checked_in(fact, outcomes)


def order_name(work: Sequence[int]) -> str | None:
    """A name for the growth, where every doubling leaves no doubt and all agree."""
    if not all(work):
        return None
    names = {_named(after / before) for before, after in itertools.pairwise(work)}
    return names.pop() if len(names) == 1 else None


def _named(ratio: float) -> str | None:
    named = (
        (0.9, 1.1, "constant"),
        (1.1, 1.5, "logarithmic"),
        (1.8, 2.45, "linear or nearly so"),
        (3.4, 4.6, "quadratic"),
        (7.0, 9.3, "cubic"),
        (12.0, float("inf"), "exponential or nearly so"),
    )
    return next((name for low, high, name in named if low <= ratio < high), None)


def fact_of_change(target: Target, arguments: Sequence[str], outcome: Outcome) -> Fact | None:
    """Whether the call left its first argument different; `outcome` is of `changing`."""
    if not outcome.done or outcome.value is None or outcome.value == arguments[0]:
        return None
    fact = Fact(
        "changes-input",
        target.line,
        f"After {target.call(arguments)} the caller's {arguments[0]} is {outcome.value}.",
        f"Line {target.line}: I pass {said(arguments[0])} to {target.name}. Is it still the same"
        " afterwards?",
        f"No: it is then {outcome.value}.",
        Check("value", (), (outcome.call,), lines=LINES),
        "no",
    )
    return checked_in(fact, [outcome])


def changing(target: Target, arguments: Sequence[str]) -> str:
    """An expression for what the call leaves of its first argument."""
    rest = ", ".join(["given", *arguments[1:]])
    return f"(lambda given: ({target.call([rest])}, given)[1])({arguments[0]})"


def fact_of_state(target: Target, arguments: Sequence[str], outcome: Outcome) -> Fact | None:
    """Whether a second call gives something else; `outcome` is of `twice`."""
    results = _two_texts(outcome.value or "")
    if not outcome.done or results is None or results[0] == results[1]:
        return None
    if any("<" in result for result in results):
        return None
    fact = Fact(
        "keeps-state",
        target.line,
        f"Called twice, {target.call(arguments)} gives {results[0]}, then {results[1]}.",
        f"Line {target.line}: I call {target.name} twice with {said_arguments(arguments)}. Do both"
        " calls give the same?",
        f"No: first {results[0]}, then {results[1]}.",
        Check("value", (), (outcome.call,), lines=LINES),
        "no",
    )
    return checked_in(fact, [outcome])


def _two_texts(literal: str) -> tuple[str, str] | None:
    try:
        found = ast.literal_eval(literal)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
    texts = isinstance(found, list) and [item for item in found if isinstance(item, str)]
    return (texts[0], texts[1]) if texts and len(texts) == len(found) == 2 else None


def twice(target: Target, arguments: Sequence[str]) -> str:
    """An expression for the results of two calls."""
    call = target.call(arguments)
    return f"[repr({call}), repr({call})]"


def facts_of_lines(
    target: Target, arguments: Sequence[str], outcome: Outcome, source: str
) -> Iterator[Fact]:
    """How often a line runs, and what a name holds, in the usual call (run with steps)."""
    if not outcome.done:
        return
    call, words = target.call(arguments), _words(target, arguments)
    plain = plain_lines(source)
    busy = [n for n, times in sorted(outcome.hits.items()) if n in plain and 1 < times <= 60]
    for line in busy[:1]:
        times = outcome.hits[line]
        fact = Fact(
            "runs-often",
            line,
            f"In {call}, line {line} runs {times} times.",
            f"How often does line {line} run {_when(target.name, words)}?",
            f"{times} times.",
            Check("hits", (), (call,), line=line, lines=LINES),
            str(times),
        )
        yield checked_in(fact, [outcome])
    end = outcome.last_line or 0
    stored = stored_names(source, target.line)
    for step in reversed(outcome.steps):
        value = local_value(outcome, end, step.name)
        if step.name in stored and value is not None and "<" not in value:
            fact = Fact(
                "holds",
                end,
                f"In {call}, {step.name} is {value} when line {end} runs.",
                f"Line {end}: what does {step.name} hold there {_when(target.name, words)}?",
                f"It is {value}.",
                Check("local", (), (call,), line=end, name=step.name, lines=LINES),
                value,
            )
            yield checked_in(fact, [outcome])
            return


def facts_of_unreached(
    target: Target, calls: Sequence[str], outcomes: Sequence[Outcome], lines: Sequence[int]
) -> Iterator[Fact]:
    """The first line of the target that none of the calls reached."""
    for line in lines if len(calls) > 2 else ():
        if all(outcome.hits.get(line, 0) == 0 for outcome in outcomes):
            fact = Fact(
                "unreached",
                line,
                f"None of {len(calls)} tried calls of {target.name} reaches line {line}.",
                f"Which input makes {target.name} reach line {line}?",
                f"One that meets the conditions before line {line}; the usual ones do not.",
                Check("unreached", (), tuple(calls), line=line, lines=LINES),
            )
            yield checked_in(fact, outcomes)
            return


def raising(name: str, call: str, words: str, outcome: Outcome, stdin: str = "") -> Fact:
    """An error, or the refusal that shows what a program reached for."""
    error = outcome.raised
    kind, line = (error.kind, error.line or 1) if error else ("", 1)
    check = Check("raised", (), (call,) if call else (), stdin, line, lines=LINES)
    if kind in _WALLED:
        question = f"Line {line}: what does the program reach for there, and should it be allowed?"
        what = call or "the file"
        claim = f"Closed off from files and network, {what} ends in {kind} on line {line}."
        expected = f"It reaches beyond the program; without that right it ends in {kind}."
        return checked_in(Fact("refused", line, claim, question, expected, check), [outcome])
    ran = call or f"Running the file{words}"
    asked = _when(name, words) if call else f"when I run the file{words}"
    return checked_in(
        Fact(
            "raises",
            line,
            f"{ran} raises {kind} on line {line}.",
            f"Line {line}: what happens there {asked}, and why?",
            f"It raises {kind}.",
            check,
            kind,
        ),
        [outcome],
    )


def not_ending(name: str, call: str, words: str, line: int, stdin: str = "") -> Fact:
    """What had not ended when as many lines were executed as may be."""
    asked = _when(name, words) if call else f"when I run the file{words}"
    return Fact(
        "endless",
        line,
        f"{call or 'The file'} had not ended after {LINES} executed lines, and was on line {line}.",
        f"Line {line}: what brings the work there to an end {asked}?",
        f"Nothing: it had not ended after {LINES} executed lines.",
        Check("stopped", ("lines",), (call,) if call else (), stdin, lines=LINES),
        "endless",
    )


def checked_in(fact: Fact, outcomes: Sequence[Outcome]) -> Fact:
    """The fact, with what these outcomes show as what must be seen again."""
    if fact.check is None:
        return fact
    check = dataclasses.replace(fact.check, seen=seen(fact.check, outcomes))
    return dataclasses.replace(fact, check=check)
