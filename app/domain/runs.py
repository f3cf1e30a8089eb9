"""Runs of a candidate's code: what is run, within which limits, and what was observed.

What a program reports about itself is its own word: shown and compared, never trusted further.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

LimitHit = Literal["cpu", "wall", "memory", "output", "lines"]


@dataclass(frozen=True)
class Limits:
    """What one run may use; `lines` bounds the executed lines where they are counted.

    The seconds and the output hold for each call on its own; `total_seconds` for all together.
    """

    cpu_seconds: int = 2
    wall_seconds: float = 8.0
    total_seconds: float = 20.0
    memory_mb: int = 256
    output_bytes: int = 64_000
    file_bytes: int = 1_000_000
    files: int = 32
    lines: int = 300_000


@dataclass(frozen=True)
class Program:
    """A file of code, and the calls to make on it.

    Without calls the file runs as a script that reads `stdin`. With calls, each runs in a process
    of its own: the file is executed first as a module (not as `__main__`), then the call, a Python
    expression over its names such as `median([3, 1])`. `count` counts executed lines, `steps`
    also keeps the first values of local names. A second `hash_seed` orders sets of texts otherwise.
    With `definitions` only imports, functions, classes and plain data of the file are executed.
    """

    source: str
    language: str = "python"
    stdin: str = ""
    calls: tuple[str, ...] = ()
    count: bool = False
    steps: bool = False
    hash_seed: int = 0
    definitions: bool = False


@dataclass(frozen=True)
class Raised:
    """An exception that ended a call or the file: `line` is the innermost one of the file."""

    kind: str
    message: str
    line: int | None


@dataclass(frozen=True)
class Step:
    """The value that a local name had just before `line` ran."""

    line: int
    name: str
    value: str


@dataclass(frozen=True)
class Outcome:
    """What one call did; without calls, what the script did (`call` is then empty).

    `value` is the result as a Python literal where it is plain data, else a short description.
    `hits` says how often each line ran, `comparisons` how often counted items were compared.
    `loaded` says whether the file itself came to its end before the call.
    `last_line` is where it was when it was stopped, or from where it returned; `depth` how many
    calls were open at once.
    """

    call: str
    value: str | None = None
    raised: Raised | None = None
    stopped: LimitHit | None = None
    killed: str | None = None
    stdout: str = ""
    stderr: str = ""
    seconds: float = 0.0
    hits: Mapping[int, int] = field(default_factory=dict)
    last_line: int | None = None
    comparisons: int = 0
    depth: int = 0
    steps: tuple[Step, ...] = ()
    loaded: bool = True

    @property
    def done(self) -> bool:
        """Whether it came to its own end without an error."""
        return self.raised is None and self.stopped is None and self.killed is None


@dataclass(frozen=True)
class RunResult:
    """A whole run: one outcome for each call, or one for the script.

    `exit` is the exit status of the script (None when it was stopped). `seconds` is what the
    program used, `overhead_seconds` what the sandbox added to it.
    """

    outcomes: tuple[Outcome, ...]
    exit: int | None = None
    seconds: float = 0.0
    overhead_seconds: float = 0.0

    @property
    def stdout(self) -> str:
        """What the first outcome wrote."""
        return self.outcomes[0].stdout if self.outcomes else ""

    @property
    def stderr(self) -> str:
        """What the first outcome wrote to its second stream, a traceback included."""
        return self.outcomes[0].stderr if self.outcomes else ""

    @property
    def timed_out(self) -> bool:
        """Whether a time limit stopped any of it."""
        return bool({"cpu", "wall"} & self.limits_hit)

    @property
    def limits_hit(self) -> frozenset[LimitHit]:
        """Every limit that stopped a part of the run."""
        return frozenset(o.stopped for o in self.outcomes if o.stopped is not None)

    @property
    def values(self) -> tuple[str | None, ...]:
        """The results of the calls, in their order."""
        return tuple(outcome.value for outcome in self.outcomes)
