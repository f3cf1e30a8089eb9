"""Run a version of the code in the sandbox: against the task's cases, or as a program."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

from app.domain.code_cases import CaseResult as Compared
from app.domain.code_cases import program_of, results_of, told
from app.domain.coding import CaseResult, CodeRun, Growth, RunOutcome, Snapshot
from app.domain.foreign_cases import arguments_of, javascript_calls, javascript_results
from app.domain.runs import Outcome, Program, RunResult
from app.domain.task import Task, TestCase
from app.ports.sandbox import Sandbox, SandboxUnavailable

MOST_SHOWN = 4_000
MOST_VALUE = 400
NO_SANDBOX = "Code can't be run on this server: it has no sandbox."
NOT_SAID = "This task's cases can't be written in JavaScript. Your code runs as a program."
LEFT_OUT = "{} more can be made in Python alone."
NOT_CALLED = "The task's cases are called in Python and JavaScript. Other code runs as a program."


async def run_snapshot(sandbox: Sandbox | None, snapshot: Snapshot, task: Task | None) -> CodeRun:
    """What came of it; a machine that can't run it says so in `note`, and nothing was run.

    Raises:
        EngineBusy: too many runs wait already.
    """
    kind = "program" if task is None else "tests"
    blank = CodeRun(
        interview_id=snapshot.interview_id,
        question_id=snapshot.question_id,
        snapshot=snapshot.number,
        language=snapshot.language,
        kind=kind,  # type: ignore[arg-type]  # one of the two
        outcome="unavailable",
        at_s=snapshot.at_s,
    )
    if sandbox is None:
        return replace(blank, note=NO_SANDBOX)
    if task is not None and snapshot.language not in ("python", "javascript"):
        return replace(blank, note=NOT_CALLED)
    if (reason := sandbox.unavailable(snapshot.language)) is not None:
        return replace(blank, note=f"Code can't be run here: {reason}.")
    try:
        if task is None:
            found = await sandbox.run(Program(snapshot.code, snapshot.language))
            return _of_program(blank, found)
        if snapshot.language == "javascript":
            return await _in_javascript(sandbox, snapshot, task, blank)
        found = await sandbox.run(program_of(snapshot.code, task.code_cases, count=False))
        run = _of_cases(blank, task, found, results_of(task.code_cases, found))
        if run.passed and task.growth is not None:
            run = replace(run, growth=await _growth(sandbox, snapshot, task))
        return run
    except SandboxUnavailable as error:
        return replace(blank, note=f"Code can't be run here: {error}.")


async def _in_javascript(
    sandbox: Sandbox, snapshot: Snapshot, task: Task, blank: CodeRun
) -> CodeRun:
    given = await sandbox.run(arguments_of(task.function, task.code_cases))
    calls = javascript_calls(task.function, task.code_cases, given)
    cases = tuple(case for case in task.code_cases if case.name in calls)
    if not cases:
        return replace(blank, note=NOT_SAID)
    found = await sandbox.run(Program(snapshot.code, "javascript", calls=tuple(calls.values())))
    run = _of_cases(blank, task, found, javascript_results(cases, found))
    left_out = len(task.cases) - len(cases)
    return replace(run, note=LEFT_OUT.format(left_out) if left_out else "")


def _of_program(blank: CodeRun, found: RunResult) -> CodeRun:
    outcome = found.outcomes[0] if found.outcomes else Outcome("")
    note = "" if outcome.done else f"The program {told(outcome)}."
    return replace(
        blank,
        outcome=_named(found),
        stdout=_cut(found.stdout, MOST_SHOWN),
        stderr=_cut(found.stderr, MOST_SHOWN),
        seconds=round(found.seconds, 3),
        note=note,
    )


def _of_cases(
    blank: CodeRun, task: Task, found: RunResult, compared: tuple[Compared, ...]
) -> CodeRun:
    authored = {case.id: case for case in task.cases}
    cases = tuple(_result(authored[result.case.name], result) for result in compared)
    shown = [r for r in compared if not r.case.hidden]
    return replace(
        blank,
        outcome=_named(found),
        stdout=_cut("".join(r.outcome.stdout for r in shown), MOST_SHOWN),
        stderr=_cut("".join(dict.fromkeys(r.outcome.stderr for r in shown)), MOST_SHOWN),
        seconds=round(found.seconds, 3),
        cases=cases,
    )


def _result(case: TestCase, compared: Compared) -> CaseResult:
    done = compared.outcome.done
    expected = case.expect if case.expect is not None else f"raises {case.raises}"
    return CaseResult(
        id=case.id,
        passed=compared.passed,
        hidden=case.hidden,
        call=case.call,
        expected=_cut(expected, MOST_VALUE),
        got=_cut(compared.outcome.value or "None", MOST_VALUE) if done else None,
        error=None if done else compared.found,
        why=case.why,
    )


async def _growth(sandbox: Sandbox, snapshot: Snapshot, task: Task) -> Growth | None:
    """Lines and comparisons at growing sizes; what did not run through is left out."""
    plan = task.growth
    if plan is None:
        return None
    calls = tuple(plan.at(size) for size in plan.sizes)
    found = await sandbox.run(Program(snapshot.code, calls=calls, count=True))
    counted = [
        (size, sum(outcome.hits.values()) + outcome.comparisons)
        for size, outcome in zip(plan.sizes, found.outcomes, strict=True)
        if outcome.done and outcome.hits
    ]
    return growth_of(counted)


def growth_of(counted: list[tuple[int, int]]) -> Growth:
    """The growth of counted steps over sizes, in rising order."""
    slopes = [
        math.log(b[1] / a[1]) / math.log(b[0] / a[0])
        for a, b in pairwise(counted)
        if a[1] > 0 and b[1] > 0 and b[0] > a[0]
    ]
    sizes = tuple(size for size, _ in counted)
    steps = tuple(step for _, step in counted)
    return Growth(sizes, steps, round(slopes[-1], 2) if slopes else None)


def _named(found: RunResult) -> RunOutcome:
    if found.timed_out:
        return "timed_out"
    if found.limits_hit:
        return "limited"
    return "ran" if all(outcome.done for outcome in found.outcomes) else "failed"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]} ..."
