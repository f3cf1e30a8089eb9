"""What is seen in the outcomes of a run: looked at in one way to state a fact and to check it."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.runs import Outcome
from app.inspection.fact import Check

LONGEST = 300
MOST_STEPS = 120  # as many as a run keeps


def seen(check: Check, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    """What the aspect shows in these outcomes."""
    if check.aspect == "unreached":
        return (str(sum(outcome.hits.get(check.line or 0, 0) for outcome in outcomes)),)
    return tuple(_seen(check, outcome) for outcome in outcomes)


def holds(check: Check, outcomes: Sequence[Outcome]) -> bool:
    """Whether a new run shows the same."""
    return seen(check, outcomes) == check.seen


def _seen(check: Check, outcome: Outcome) -> str:
    match check.aspect:
        case "value":
            return str(outcome.value) if outcome.done else "no value"
        case "raised":
            error = outcome.raised
            return f"{error.kind} on line {error.line}" if error else "no error"
        case "stopped":
            return outcome.stopped or "it ended"
        case "from-line":
            return f"{outcome.value} from line {outcome.last_line}" if outcome.done else "no value"
        case "comparisons":
            return str(outcome.comparisons)
        case "depth":
            return str(outcome.depth)
        case "output":
            return outcome.stdout.strip()[-LONGEST:] if outcome.done else "no end"
        case "local":
            return local_value(outcome, check.line or 0, check.name) or "not set"
        case _:
            return str(outcome.hits.get(check.line or 0, 0))


def local_value(outcome: Outcome, line: int, name: str) -> str | None:
    """The value of a local name when the line ran, where every change of it was kept."""
    if len(outcome.steps) >= MOST_STEPS:
        return None
    values = [step.value for step in outcome.steps if step.name == name]
    ran = outcome.hits.get(line, 0) == 1
    return values[-1] if values and ran else None
