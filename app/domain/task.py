"""Coding tasks: what a question of kind `code` puts on the desk, as authored in YAML.

A task has the id of its question. Calls are Python expressions and expected values Python literals:
they are compared outside the sandbox, so code that runs there never sees what is expected of it.
"""

from __future__ import annotations

import ast
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.domain.code_cases import CodeCase
from app.domain.question import Slug, Text

TaskLanguage = Literal["python", "javascript", "java"]
Code = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=60)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class _Authored(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TestCase(_Authored):
    """One call and the value that must come back, or the error that must be raised instead.

    `why` says what the case is about and is told with its result; the call and the values of a
    hidden case are not shown before the interview is over.
    """

    __test__ = False  # no test class of pytest's

    id: Slug
    call: Line
    expect: Line | None = None
    raises: Name | None = None
    hidden: bool = False
    why: Text

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        if (self.expect is None) == (self.raises is None):
            raise ValueError(f"case {self.id!r} needs one of 'expect' and 'raises'")
        parsed(self.call, f"the call of case {self.id!r}")
        if self.expect is not None:
            try:
                ast.literal_eval(self.expect)
            except (ValueError, SyntaxError) as error:
                raise ValueError(f"'expect' of case {self.id!r} is no Python literal") from error
        return self

    @property
    def case(self) -> CodeCase:
        """The case as runs are compared with it."""
        return CodeCase(self.id, self.call, self.expect, self.raises, self.hidden)


class Wrong(_Authored):
    """A plausible wrong solution and the cases that find it out: they prove that the cases bite."""

    id: Slug
    code: Code
    fails: tuple[Slug, ...] = Field(min_length=1)


class FollowUpFact(_Authored):
    """A follow-up whose truth is found by running the candidate's own code on `call`.

    `ask` must not hold the value; `why` says what a good answer shows.
    """

    id: Slug
    ask: Text
    call: Line
    why: Text

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        parsed(self.call, f"the call of fact {self.id!r}")
        return self


class GrowthPlan(_Authored):
    """How the work grows: `call` is a Python expression in which `{n}` stands for the size.

    Items that `counted(...)` makes tell how often they were compared, as in `x in items`.
    """

    call: Line
    sizes: tuple[int, ...] = Field(default=(50, 100, 200), min_length=2, max_length=5)

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        if "{n}" not in self.call:
            raise ValueError("the call of 'growth' needs {n}")
        for size in self.sizes:
            parsed(self.at(size), "the call of 'growth'")
        return self

    def at(self, size: int) -> str:
        """The call at this size."""
        return self.call.replace("{n}", str(size))


class Task(_Authored):
    """One coding task."""

    id: Slug
    version: int = Field(default=1, ge=1)
    title: Text
    statement: tuple[Text, ...] = Field(min_length=1, max_length=6)
    function: Name
    starters: dict[TaskLanguage, Code]
    cases: tuple[TestCase, ...] = Field(min_length=6, max_length=20)
    hints: tuple[Text, ...] = Field(min_length=2, max_length=5)
    facts: tuple[FollowUpFact, ...] = Field(min_length=2, max_length=8)
    growth: GrowthPlan | None = None
    solution: Code
    wrong: tuple[Wrong, ...] = Field(min_length=1, max_length=4)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        ids = [case.id for case in self.cases]
        if len(set(ids)) != len(ids):
            raise ValueError(f"case ids of task {self.id!r} must differ")
        hidden = sum(case.hidden for case in self.cases)
        if hidden < 2 or len(ids) - hidden < 2:
            raise ValueError(f"task {self.id!r} needs two visible and two hidden cases at least")
        if "python" not in self.starters:
            raise ValueError(f"task {self.id!r} needs a starter in Python")
        for language, starter in self.starters.items():
            if self.function not in starter:
                raise ValueError(f"the {language} starter of {self.id!r} lacks {self.function!r}")
        unknown = {name for wrong in self.wrong for name in wrong.fails} - set(ids)
        if unknown:
            raise ValueError(f"task {self.id!r}: no case is named {sorted(unknown)[0]!r}")
        return self

    @property
    def visible(self) -> tuple[TestCase, ...]:
        """The cases that the candidate sees."""
        return tuple(case for case in self.cases if not case.hidden)

    @property
    def code_cases(self) -> tuple[CodeCase, ...]:
        """All cases, as runs are compared with them."""
        return tuple(case.case for case in self.cases)


def parsed(call: str, what: str) -> None:
    """Raise ValueError when this is no Python expression."""
    try:
        ast.parse(call, mode="eval")
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"{what} is no Python expression") from error
