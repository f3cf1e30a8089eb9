"""Forms of assignments, and their errors in words for the page."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from app.domain.assignment import (
    LEAST_MINUTES,
    LONGEST_NAME,
    LONGEST_TITLE,
    MOST_ATTEMPTS,
    MOST_MINUTES,
    MOST_QUESTIONS,
)
from app.domain.consent import Purpose
from app.domain.question import Slug
from app.usecases.assign_interview import LONGEST_LINES, NewAssignment

# Named so that a refusal can say why; only English can be held, and only it is offered.
SPOKEN = {
    "en": "English",
    "de": "German",
    "es": "Spanish",
    "fr": "French",
    "other": "another language",
}
WORDS = {
    "title": f"Enter a title of 3 to {LONGEST_TITLE} characters.",
    "purpose": "Choose practice or assessment.",
    "tracks": "Choose tracks of the list.",
    "questions": f"Choose 1 to {MOST_QUESTIONS} questions, or a track.",
    "asks": f"Enter a whole number from 1 to {MOST_QUESTIONS}, or leave it empty.",
    "minutes": f"Enter minutes from {LEAST_MINUTES:g} to {MOST_MINUTES:g}.",
    "attempts": f"Enter a whole number from 1 to {MOST_ATTEMPTS}.",
    "contact": "Enter an address or a sentence, 300 characters at most.",
    "due": "Enter a day that lies ahead, or leave it empty.",
    "names": "Write one name a line.",
    "who": f"Enter your name, {LONGEST_NAME} characters at most.",
}


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AssignmentForm(_Form):
    """What the page for a new assignment asks; made only at the second step."""

    title: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=3, max_length=LONGEST_TITLE)
    ]
    purpose: Purpose
    tracks: tuple[Slug, ...] = ()
    questions: tuple[Slug, ...] = ()
    asks: int | None = Field(None, ge=1, le=MOST_QUESTIONS)
    minutes: float = Field(20.0, ge=LEAST_MINUTES, le=MOST_MINUTES)
    attempts: int = Field(1, ge=1, le=MOST_ATTEMPTS)
    order: Literal["authored", "adaptive"] = "authored"
    language: Annotated[str, StringConstraints(max_length=20)] = "en"
    contact: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""
    due: date | None = None
    who: Annotated[str, StringConstraints(strip_whitespace=True, max_length=LONGEST_NAME)] = ""
    step: Literal["check", "change", "make"] = "check"

    @property
    def wanted(self) -> NewAssignment:
        """What is asked for; a due day ends at midnight, UTC."""
        due = datetime.combine(self.due, time(23, 59, 59), UTC) if self.due else None
        return NewAssignment(
            self.title,
            self.purpose,
            self.tracks,
            self.questions,
            self.asks,
            self.minutes,
            self.attempts,
            self.order,
            self.language,
            self.contact,
            due,
        )


class InviteForm(_Form):
    """Names, one a line, each with a group behind a semicolon if there is one."""

    names: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_LINES)
    ]


class HelpForm(_Form):
    """What helps one person."""

    accommodations: tuple[str, ...] = ()


def told(error: ValidationError) -> dict[str, str]:
    """One sentence a field, in our words."""
    found: dict[str, str] = {}
    for item in error.errors(include_url=False):
        name = str(item["loc"][0]) if item["loc"] else "form"
        found.setdefault(name, WORDS.get(name, "This was not understood."))
    return found
