"""Run a candidate's code: as it is, or against the cases of a task."""

from __future__ import annotations

from app.domain.code_cases import CaseResult, CodeCase, program_of, results_of
from app.domain.runs import Limits
from app.ports.sandbox import USUAL, Sandbox


async def run_cases(
    source: str, cases: tuple[CodeCase, ...], *, sandbox: Sandbox, limits: Limits = USUAL
) -> tuple[CaseResult, ...]:
    """Run every case, each call in a process of its own, and compare.

    Raises:
        SandboxUnavailable: nothing can be run safely here.
        EngineBusy: too many runs wait already.
    """
    if not cases:
        return ()
    run = await sandbox.run(program_of(source, cases), limits)
    return results_of(cases, run)
