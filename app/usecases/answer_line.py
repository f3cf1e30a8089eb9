"""One line of a file of answers to grade: what it must hold, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from app.assessment.scorer.features import Item
from app.assessment.scorer.scorer import Marked

LONGEST_TEXT = 20_000
MOST_EXEMPLARS = 200

LineId = str | int


class BadLine(ValueError):
    """The line can't be graded; `id` is its own where one could be read."""

    def __init__(self, reason: str, line_id: LineId | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.id = line_id


def _worded(given: object) -> object:
    """The words of a point or a level; one that is an object says them as `text` or `anchor`."""
    found = given.get("text", given.get("anchor")) if isinstance(given, dict) else given
    if isinstance(found, str) and any("\ud800" <= sign <= "\udfff" for sign in found):
        raise ValueError("expected a valid unicode string")
    return found


_Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
_Words = Annotated[str, BeforeValidator(_worded), Field(min_length=1, max_length=2_000)]
_Number = Annotated[float, Field(allow_inf_nan=False)]


class _Given(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class GivenExemplar(_Given):
    """An answer to the same question that a person has marked on the scale of `max_score`."""

    answer: _Text
    score: Annotated[_Number, Field(ge=0)]


class GivenCriterion(_Given):
    """One criterion; `levels` are written from the lowest to the highest."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    points: Annotated[list[_Words], Field(max_length=50)] = []
    levels: Annotated[list[_Words], Field(max_length=11)] = []

    @model_validator(mode="after")
    def _more_than_one_level(self) -> Self:
        if len(self.levels) == 1:
            raise ValueError("expected two levels or more, or none")
        return self


class GivenRubric(_Given):
    """The criteria of a line."""

    criteria: Annotated[list[GivenCriterion], Field(max_length=20)] = []

    @model_validator(mode="after")
    def _criteria_differ(self) -> Self:
        ids = [criterion.id for criterion in self.criteria]
        if len(set(ids)) != len(ids):
            raise ValueError("expected criteria with ids of their own")
        return self


class AnswerLine(_Given):
    """One answer with what it is graded by; keys that are not known are passed over."""

    id: Annotated[str, Field(min_length=1)] | int
    question: _Text
    reference: _Text
    answer: _Text
    max_score: Annotated[_Number, Field(gt=0)]
    rubric: GivenRubric | None = None
    exemplars: Annotated[list[GivenExemplar], Field(max_length=MOST_EXEMPLARS)] | None = None

    @model_validator(mode="after")
    def _can_be_compared(self) -> Self:
        if any(each.score > self.max_score for each in self.exemplars or ()):
            raise ValueError(f"expected exemplars' scores from 0 to {self.max_score:g}")
        if not any(sign.isalnum() for sign in self.standard):
            raise ValueError("expected a reference, or points of a rubric, with words in them")
        return self

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """The rubric's criteria; one without points stands for the whole reference."""
        given = self.rubric.criteria if self.rubric is not None else []
        return tuple(Criterion(c.id, _plain(c.points), tuple(c.levels)) for c in given)

    @property
    def standard(self) -> str:
        """The reference, or the points where there is none."""
        points = [point for criterion in self.criteria for point in criterion.points]
        return " ".join(self.reference.split()) or " ".join(points)

    @property
    def item(self) -> Item:
        """The answer as the scorer takes it."""
        points = tuple(point for criterion in self.criteria for point in criterion.points)
        return Item(self.question, self.standard, self.answer, points)

    @property
    def marked(self) -> tuple[Marked, ...]:
        """The exemplars with scores from 0 to 1."""
        return tuple(Marked(e.answer, e.score / self.max_score) for e in self.exemplars or ())


@dataclass(frozen=True)
class Criterion:
    """One criterion with what a complete answer says for it, and its anchors from level 0."""

    id: str
    points: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()


def read_line(text: str) -> AnswerLine:
    """The line's content; raises BadLine."""
    document = _document(text)
    if not isinstance(document, dict):
        raise BadLine("expected one JSON object")
    try:
        return AnswerLine.model_validate(document)
    except ValidationError as error:
        raise BadLine(_told(error), id_of(document)) from None
    except (OverflowError, RecursionError):
        raise BadLine("expected numbers and texts of usual size", id_of(document)) from None


def id_of(document: object) -> LineId | None:
    """The id of a line or of a result; None where there is none."""
    found = document.get("id") if isinstance(document, Mapping) else None
    if isinstance(found, bool) or not isinstance(found, str | int) or found == "":
        return None
    return found


def _document(text: str) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        found = error.msg if isinstance(error, json.JSONDecodeError) else "it can't be read"
        raise BadLine(f"expected JSON: {found}") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _plain(points: list[str]) -> tuple[str, ...]:
    """Points on one line each; one without a word says nothing."""
    lines = (" ".join(point.split()) for point in points)
    return tuple(line for line in lines if any(sign.isalnum() for sign in line))


def _told(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"] if part not in ("str", "int"))
    what = first["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
    return f"{where}: {what}" if where else what
