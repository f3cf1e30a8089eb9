"""Forms of review, contest and self-reports, and their errors in words for the page."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from app.domain.review import MOST_WORDS
from app.web.educators import LONGEST_NAME

Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_NAME)
]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_WORDS)
]
Id = Annotated[str, StringConstraints(max_length=200)]
WORDS = {
    "who": f"Enter your name, {LONGEST_NAME} characters at most.",
    "level": "Choose a level, or that none can be given.",
    "reason": f"Write a reason, {MOST_WORDS} characters at most.",
    "text": f"Write an answer, {MOST_WORDS} characters at most.",
    "agree": "Tick that you agree, or leave the form as it is.",
}


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MarkForm(_Form):
    """A level for one criterion; a reason is asked for where it changes something."""

    level: int | Literal["none"] = Field(union_mode="left_to_right")
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=MOST_WORDS)] = ""
    who: Name
    edition: Id
    seen: int = 0
    shown: str = ""
    blind: Literal["", "yes"] = ""


class ReviewedForm(_Form):
    """One card is reviewed; `seen` names the newest mark of each criterion that was looked at."""

    who: Name
    edition: Id
    blind: Literal["", "yes"] = ""
    seen: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,80}:\d{1,18}$")], ...] = ()


class ReleaseForm(_Form):
    """Release the report; `despite` is ticked where contests are open and it is meant."""

    who: Name
    despite: Literal["yes"] | None = None


class AnswerForm(_Form):
    """A person's answer to a contest."""

    who: Name
    text: Words


class ContestForm(_Form):
    """What the candidate contests, and why."""

    question: Id
    criterion: Id
    reason: Words


class GroupsForm(_Form):
    """Groups that a person tells of themselves, by consent; every one may be left out."""

    agree: Literal["yes"]
    gender: Id = ""
    ethnicity: Id = ""
    first_language: Id = ""


def told(error: ValidationError) -> dict[str, str]:
    """One sentence for each field, in words for the page."""
    found: dict[str, str] = {}
    for item in error.errors(include_url=False):
        name = str(item["loc"][0]) if item["loc"] else "form"
        found.setdefault(name, WORDS.get(name, "This form is out of date. Load the page again."))
    return found
