"""Code as it came to be in an interview: versions, runs, and what was noticed around them.

Times are seconds of the interview's clock, so that code and speech stand on one line. What is
noticed (a paste, another tab) is told to both sides; it accuses nobody and enters no score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

SnapshotCause = Literal["start", "edit", "run", "reset", "file"]
RunKind = Literal["tests", "program"]
RunOutcome = Literal["ran", "failed", "timed_out", "limited", "refused", "unavailable"]
EventKind = Literal["paste", "left", "returned", "file", "hint"]

MOST_SNAPSHOTS = 600
MOST_CODE = 100_000


@dataclass(frozen=True)
class Snapshot:
    """The code at one moment; `number` counts from 1 over the interview."""

    interview_id: UUID
    question_id: str
    language: str
    code: str
    cause: SnapshotCause
    at_s: float
    number: int = 0


@dataclass(frozen=True)
class CaseResult:
    """One test case against the code: what was called, expected and got, each as it is written.

    A hidden case keeps its values to itself while the interview goes on. `got` is None when the
    call did not return; `error` then says why.
    """

    id: str
    passed: bool
    hidden: bool
    call: str
    expected: str
    got: str | None = None
    error: str | None = None
    why: str = ""


@dataclass(frozen=True)
class Growth:
    """Work against size, counted by running the code.

    `steps` are lines executed and comparisons of counted items; what Python's own functions do
    besides is not seen. `exponent` is the slope of steps over size, both as logarithms, from the
    two largest sizes.
    """

    sizes: tuple[int, ...]
    steps: tuple[int, ...]
    exponent: float | None

    @property
    def words(self) -> str:
        """The growth in plain words."""
        if self.exponent is None:
            return "not enough sizes ran through"
        for limit, words in _GROWTH:
            if self.exponent < limit:
                return words
        return "faster than the cube of the size"


_GROWTH = (
    (0.25, "about the same for every size"),
    (0.8, "slower than the size"),
    (1.35, "about as the size"),
    (1.75, "between the size and its square"),
    (2.4, "about as the square of the size"),
    (3.4, "about as the cube of the size"),
)


@dataclass(frozen=True)
class CodeRun:
    """One run of a snapshot: the task's cases, or the program as it stands."""

    interview_id: UUID
    question_id: str
    snapshot: int
    language: str
    kind: RunKind
    outcome: RunOutcome
    at_s: float
    stdout: str = ""
    stderr: str = ""
    seconds: float = 0.0
    note: str = ""
    cases: tuple[CaseResult, ...] = ()
    growth: Growth | None = None

    @property
    def passed(self) -> int:
        """How many cases passed."""
        return sum(case.passed for case in self.cases)


@dataclass(frozen=True)
class Noticed:
    """One thing noticed beside the code: `characters` of a paste or file, `name` of a file."""

    interview_id: UUID
    kind: EventKind
    at_s: float
    characters: int | None = None
    name: str = ""
