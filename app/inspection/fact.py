"""One true statement about a piece of code."""

from __future__ import annotations

from dataclasses import dataclass

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
    }
)


@dataclass(frozen=True)
class Fact:
    """What is true of `line`, the question that leads there, and what a right answer says."""

    kind: str
    line: int
    claim: str
    question: str
    expected: str

    @property
    def serious(self) -> bool:
        """Whether it points at a defect or a cost, rather than at a mere feature."""
        return self.kind in SERIOUS
