"""One true statement about a piece of code, and the run that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Aspect = Literal[
    "value",
    "from-line",
    "raised",
    "stopped",
    "hits",
    "comparisons",
    "depth",
    "output",
    "local",
    "unreached",
]

SERIOUS = frozenset(
    {
        "changed-while-iterated",
        "endless-recursion",
        "mutable-default",
        "empty-input",
        "division-by-length",
        "pop-front",
        "insert-front",
        "list-membership",
        "nested-loops",
        "sort-in-loop",
        "string-concatenation",
        "swallowed-exception",
        "bare-except",
        "late-binding",
        "wall-clock",
        "literal-identity",
        "float-equality",
        "deep-recursion",
        "unclosed-file",
        "none-equality",
        "raises",
        "returns",
        "endless",
        "growth",
        "changes-input",
        "keeps-state",
        "refused",
        "syntax-error",
    }
)


_TOLD: Mapping[Aspect, str] = {
    "value": "it gave {seen}",
    "from-line": "it gave {seen}",
    "raised": "it raised {seen}",
    "stopped": "it was stopped by the limit of {seen}",
    "hits": "line {line} ran {seen} times",
    "comparisons": "{seen} comparisons",
    "depth": "{seen} calls open at once",
    "output": "it printed {seen!r}",
    "local": "on line {line}, {name} was {seen}",
    "unreached": "line {line} ran {seen} times",
}


@dataclass(frozen=True)
class Check:
    """A run that shows a fact: what is called, what is looked at, and what was seen.

    Without calls the file is run as a script that reads `stdin`. `name` is the local name that is
    looked at. Seeing the same again in a new run shows that the fact is true.
    """

    aspect: Aspect
    seen: tuple[str, ...]
    calls: tuple[str, ...] = ()
    stdin: str = ""
    line: int | None = None
    name: str = ""
    lines: int = 300_000
    definitions: bool = False

    @property
    def told(self) -> str:
        """The run in words."""
        given = f" with the input {self.stdin!r}" if self.stdin else ""
        ran = "; ".join(self.calls) if self.calls else f"the file{given}"
        what = _TOLD[self.aspect].format(
            seen=", ".join(self.seen), line=self.line or "?", name=self.name
        )
        return f"ran {ran}: {what}"


@dataclass(frozen=True)
class Fact:
    """What is true of `line`, the question that leads there, and what a right answer says.

    `check` is the run that shows it; None where it was only read from the syntax tree. `truth` is
    what an answer is held against: a value, the name of an error, a number, a growth, yes or no.
    `shown` is what may be told to somebody who claims otherwise.
    """

    kind: str
    line: int
    claim: str
    question: str
    expected: str
    check: Check | None = None
    truth: str = ""
    shown: str = ""

    @property
    def serious(self) -> bool:
        """Whether it points at a defect or a cost, rather than at a mere feature."""
        return self.kind in SERIOUS
