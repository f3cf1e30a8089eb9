"""A sandbox that runs nothing: it answers from a script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from app.domain.runs import Limits, Outcome, Program, RunResult
from app.ports.sandbox import USUAL, SandboxUnavailable

Answer = Callable[[Program, str], Outcome]


def _nothing(program: Program, call: str) -> Outcome:
    return Outcome(call, value="None" if program.calls else None)


@dataclass
class FakeSandbox:
    """Asks `answer` for each call (for a script, with an empty call) and keeps what was run."""

    answer: Answer = _nothing
    why_not: str | None = None
    ran: list[Program] = field(default_factory=list)

    async def run(self, program: Program, limits: Limits = USUAL) -> RunResult:
        """One outcome for each call."""
        if self.why_not is not None:
            raise SandboxUnavailable(self.why_not)
        self.ran.append(program)
        calls = program.calls or ("",)
        outcomes = tuple(self.answer(program, call) for call in calls)
        return RunResult(outcomes, exit=0 if all(o.done for o in outcomes) else 1)

    def unavailable(self, language: str = "python") -> str | None:
        """What the test said."""
        return self.why_not if language == "python" else f"no {language} here"
