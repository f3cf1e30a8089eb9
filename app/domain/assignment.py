"""An assignment: an interview that an educator prepares for others, its invitations and attempts.

What helps a person (`Invitation.accommodations`) is private: it shapes the interviews of that
person and stands in no report, no cohort and no export.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from app.domain.consent import Purpose
from app.domain.errors import BadContent

MOST_QUESTIONS = 30
MOST_ATTEMPTS = 10
LEAST_MINUTES, MOST_MINUTES = 5.0, 120.0
LONGEST_TITLE = 120
LONGEST_NAME = 120
LANGUAGES: Mapping[str, str] = MappingProxyType({"en": "English"})
HUMAN = "human"
TEXT_ONLY = "text_only"

# Code: title, and what it does.
ACCOMMODATIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "more_time": ("Extra time", "Half as much time again, and longer waits at every pause."),
        "no_time_limit": ("No timers", "No clock is shown and nothing ends by time."),
        TEXT_ONLY: ("Text answers", "Everything is read and typed; no sound at all."),
        "slower_speech": ("Slower voice", "The interviewer speaks more slowly."),
        "captions": ("Captions", "All speech is captioned from the start."),
        "breaks": ("Breaks", "Pause whenever you like; the clock stands still meanwhile."),
        "larger_text": ("Larger text", "The question and the words are shown larger."),
        HUMAN: ("A human instead", "The link tells how to be heard by a person; no AI interview."),
    }
)

ItemOrder = Literal["authored", "adaptive"]


@dataclass(frozen=True)
class Assignment:
    """One interview for others. `asks` of its questions are asked.

    `due_at` is the last moment to begin. A closed assignment lets nobody begin or go on.
    `owner` is the account that made it, None where there are no accounts; `by` its name.
    """

    id: UUID
    title: str
    purpose: Purpose
    track_id: str
    question_ids: tuple[str, ...]
    asks: int
    minutes: float
    attempts: int
    by: str
    created_at: datetime
    order: ItemOrder = "authored"
    language: str = "en"
    contact: str = ""
    due_at: datetime | None = None
    closed_at: datetime | None = None
    owner: UUID | None = None

    def __post_init__(self) -> None:
        """Everything within its range, and everybody in an assessment asked the same."""
        if not 3 <= len(self.title.strip()) <= LONGEST_TITLE:
            raise BadContent(f"expected a title of 3 to {LONGEST_TITLE} characters")
        count = len(self.question_ids)
        if not 1 <= count <= MOST_QUESTIONS or len(set(self.question_ids)) != count:
            raise BadContent(f"expected 1 to {MOST_QUESTIONS} different questions, found {count}")
        if not 1 <= self.asks <= count:
            raise BadContent(f"expected 1 to {count} questions to be asked, found {self.asks}")
        if not LEAST_MINUTES <= self.minutes <= MOST_MINUTES:
            raise BadContent(f"expected 5 to 120 minutes, found {self.minutes:g}")
        if not 1 <= self.attempts <= MOST_ATTEMPTS:
            raise BadContent(f"expected 1 to {MOST_ATTEMPTS} attempts, found {self.attempts}")
        if self.language not in LANGUAGES:
            raise BadContent(refused_language(self.language))
        if self.purpose is Purpose.ASSESSMENT and self.order != "authored":
            raise BadContent("expected the same questions for everybody in an assessment")


def refused_language(language: str) -> str:
    """Why an interview can't be held in this language."""
    return (
        f"interviews are held in English only: speech recognition, voice, questions and grading "
        f"were measured in English, and in {language} grades would be unfair"
    )


@dataclass(frozen=True)
class Invitation:
    """One person's way in. Only the digest of the link's token is kept.

    `group` is the educator's own label (a class, a site). `used` counts the attempts that were
    begun, also those whose interview was erased since.
    """

    id: UUID
    assignment_id: UUID
    name: str
    token_digest: str
    created_at: datetime
    expires_at: datetime
    group: str = ""
    used: int = 0
    accommodations: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """A name, and only what is offered."""
        if not 1 <= len(self.name.strip()) <= LONGEST_NAME:
            raise BadContent(f"expected a name of 1 to {LONGEST_NAME} characters")
        if unknown := set(self.accommodations) - set(ACCOMMODATIONS):
            raise BadContent(f"expected one of the accommodations, found {min(unknown)!r}")


@dataclass(frozen=True)
class Attempt:
    """One interview that was begun by a link; a trial is an educator's own and counts nowhere."""

    interview_id: UUID
    assignment_id: UUID
    number: int
    begun_at: datetime
    invitation_id: UUID | None = None
    trial: bool = False


class Bar(StrEnum):
    """Why a link opens no new attempt."""

    CLOSED = "closed"
    EXPIRED = "expired"
    DUE = "due"
    USED_UP = "used_up"
    HUMAN = "human"


def barred(assignment: Assignment, invitation: Invitation, now: datetime) -> Bar | None:
    """What keeps this person from a new attempt at `now`, the plainest reason first."""
    if assignment.closed_at is not None:
        return Bar.CLOSED
    if HUMAN in invitation.accommodations:
        return Bar.HUMAN
    if invitation.used >= assignment.attempts:
        return Bar.USED_UP
    if assignment.due_at is not None and now > assignment.due_at:
        return Bar.DUE
    return Bar.EXPIRED if now > invitation.expires_at else None


def minutes_for(assignment: Assignment, accommodations: Sequence[str]) -> float:
    """The length of one person's interview; timers are off apart from this."""
    if "no_time_limit" in accommodations:
        return MOST_MINUTES
    longer = 1.5 if "more_time" in accommodations else 1.0
    return min(MOST_MINUTES, assignment.minutes * longer)


# What each purpose means, spelled out before anything is made.
CONSEQUENCES: Mapping[Purpose, tuple[str, ...]] = MappingProxyType(
    {
        Purpose.PRACTICE: (
            "Grades show at once, to the person who practised.",
            "You see levels and answers in the cohort; nothing is a result, and nothing is "
            "released.",
            "With their consent, people get feedback on their voice and face: it is meant for "
            "them, and stands in no cohort.",
            "Questions may be chosen by how earlier answers went.",
        ),
        Purpose.ASSESSMENT: (
            "Grades are proposals: they count for nothing until a person reviewed every answer "
            "and released them.",
            "Everybody is asked the same questions in the same order.",
            "No camera is read, and voice and manner of speech never touch a level.",
            "People may contest each level, and a person has to answer.",
            "People may ask your contact for a human interviewer instead.",
            "The purpose can never be changed afterwards.",
        ),
    }
)
