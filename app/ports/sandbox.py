"""Running a candidate's code without danger."""

from __future__ import annotations

from typing import Protocol

from app.domain.runs import Limits, Program, RunResult
from app.ports.errors import PortError

USUAL = Limits()


class SandboxUnavailable(PortError):
    """Code can't be run safely here, so it isn't run at all; the message says what is missing."""

    retryable = False


class Sandbox(Protocol):
    """Runs programs apart from everything: no network, no files, bounded in all they use."""

    async def run(self, program: Program, limits: Limits = USUAL) -> RunResult:
        """Run it, after others that came first.

        Raises:
            SandboxUnavailable: this machine gives no safe place, or no such language.
            EngineBusy: too many runs wait already.
        """
        ...

    def unavailable(self, language: str = "python") -> str | None:
        """Why programs of this language can't be run here; None where they can."""
        ...
