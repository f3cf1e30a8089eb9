"""Facts about a file that is run by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.runs import Outcome
from app.inspection.fact import Check, Fact
from app.inspection.run_facts import LINES, checked_in, not_ending, raising


def facts_of_script(
    outcome: Outcome, stdin: str, prints: Sequence[int], plain: frozenset[int]
) -> Iterator[Fact]:
    """What the file does when it is run by itself."""
    given = f" with {_input_said(stdin)}" if stdin else ""
    if outcome.raised is not None and outcome.raised.line is not None:
        yield raising("", "", given, outcome, stdin)
    elif outcome.stopped == "lines" and outcome.last_line is not None:
        yield not_ending("", "", given, outcome.last_line, stdin)
    elif outcome.done and outcome.stdout.strip():
        reached = [line for line in prints if outcome.hits.get(line)]
        line = reached[-1] if reached else (outcome.last_line or 1)
        shown = outcome.stdout.strip().splitlines()[-1][:120]
        fact = Fact(
            "prints",
            line,
            f"Run by itself{given}, the file prints {shown!r} as its last line.",
            f"Line {line}: what is the last thing that the file prints when I run it{given}?",
            f"It prints {shown}.",
            Check("output", (), stdin=stdin, lines=LINES),
            shown,
        )
        yield checked_in(fact, [outcome])
    busiest = sorted(plain & outcome.hits.keys(), key=lambda n: (-outcome.hits[n], n))
    for line, times in [(n, outcome.hits[n]) for n in busiest[:1]]:
        if outcome.done and line in plain and 1 < times <= 10_000:
            fact = Fact(
                "runs-often",
                line,
                f"When the file is run{given}, line {line} runs {times} times.",
                f"How often does line {line} run when I run the whole file{given}?",
                f"{times} times.",
                Check("hits", (), stdin=stdin, line=line, lines=LINES),
                str(times),
            )
            yield checked_in(fact, [outcome])


def _input_said(stdin: str) -> str:
    return (
        f"{len(stdin.splitlines())} lines of input"
        if "\n" in stdin.strip()
        else "one line of input"
    )
