"""What the coach says, and what carries it: every sentence cites a moment, a note or a question.

A sentence also carries its claim, in a form that code can work out anew from what is stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

LOCAL = "local"
MOST_QUESTION = 500
MOST_NOTE = 1500
_SLUG = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


class Outcome(StrEnum):
    """How a question to the coach ended; `ASKED` waits for its answer."""

    ASKED = "asked"
    ANSWERED = "answered"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    REFERRED = "referred"


@dataclass(frozen=True)
class Moment:
    """Words that were said in one turn; the times are None for a typed answer."""

    interview_id: UUID
    turn: int
    quote: str
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True)
class NoteRef:
    """One version of a note of knowledge."""

    note_id: str
    version: int


ClaimKind = Literal[
    "level",
    "open",
    "next",
    "probe",
    "said",
    "pace",
    "before",
    "pause",
    "fillers",
    "growth",
    "due",
    "note",
    "bank",
]


@dataclass(frozen=True)
class Claim:
    """What a sentence states: its kind, what it is about, and every number in it.

    `about` names a criterion, a probe, a question or a note. `numbers` stand in the order of the
    kind's own rule, which the check works out again from the store.
    """

    kind: ClaimKind
    about: str = ""
    numbers: tuple[float, ...] = ()


@dataclass(frozen=True)
class CoachSentence:
    """One sentence with its claim and what it cites; `support` is 0..1 as the check found it."""

    text: str
    claim: Claim
    moments: tuple[Moment, ...] = ()
    notes: tuple[NoteRef, ...] = ()
    question_id: str | None = None
    support: float = 0.0

    def __post_init__(self) -> None:
        """Nothing is said without a citation."""
        if not (self.moments or self.notes or self.question_id):
            raise ValueError("expected a moment, a note or a question, found none")


@dataclass(frozen=True)
class CoachAnswer:
    """What the coach answers; `dropped` counts the sentences that the check took out."""

    outcome: Outcome
    intent: str
    sentences: tuple[CoachSentence, ...] = ()
    words: str = ""
    dropped: int = 0
    model: str = ""


@dataclass(frozen=True)
class Exchange:
    """A question of one person with its answer; `resolved_by` names the note that settled it."""

    id: UUID
    person: str
    asked_at: datetime
    question: str
    answer: CoachAnswer
    helpful: bool | None = None
    handed_off: bool = False
    resolved_by: str | None = None

    @property
    def asks_for_a_person(self) -> bool:
        """Whether educators see the question: nobody else reads what went well."""
        unknown = self.answer.outcome is Outcome.UNKNOWN
        return self.resolved_by is None and (unknown or self.helpful is False or self.handed_off)

    @property
    def interviews(self) -> tuple[UUID, ...]:
        """The interviews that its answer cites: it goes when one of them is erased."""
        cited = (m.interview_id for s in self.answer.sentences for m in s.moments)
        return tuple(dict.fromkeys(cited))


@dataclass(frozen=True)
class Note:
    """Curated knowledge in short sentences, with its sources; a version never changes.

    `asks` are ways in which people ask for it: it is found by their meaning.
    """

    id: str
    version: int
    title: str
    text: str
    sources: tuple[str, ...]
    asks: tuple[str, ...]
    author: str
    at: datetime

    def __post_init__(self) -> None:
        """A note says something, and says where it is from."""
        if not _SLUG.match(self.id) or len(self.id) > 80:
            raise ValueError(f"expected an id of small letters and hyphens, found {self.id!r}")
        if not self.title.strip() or not self.asks:
            raise ValueError("expected a title and at least one way to ask for it")
        if not 20 <= len(self.text) <= MOST_NOTE:
            raise ValueError(f"expected a text of 20 to {MOST_NOTE} characters")
        if not any(source.strip() for source in self.sources):
            raise ValueError("expected at least one source")

    @property
    def sentences(self) -> tuple[str, ...]:
        """Its text, a sentence each."""
        return tuple(part for part in _SENTENCE.split(" ".join(self.text.split())) if part)

    @property
    def searched(self) -> str:
        """What it is found by."""
        return f"{self.title}. {' '.join(self.asks)}"


@dataclass(frozen=True)
class CoachFigures:
    """How the coach did: counts of exchanges by outcome, and what people made of them."""

    outcomes: dict[Outcome, int]
    helpful: int
    unhelpful: int
    handed_off: int

    @property
    def asked(self) -> int:
        """All questions that came to an end."""
        return sum(n for outcome, n in self.outcomes.items() if outcome is not Outcome.ASKED)

    @property
    def helpfulness(self) -> float | None:
        """The share of the votes that said it helped; None without a vote."""
        votes = self.helpful + self.unhelpful
        return self.helpful / votes if votes else None

    @property
    def hand_off_rate(self) -> float | None:
        """The share of questions that went to a person; None where nothing was asked."""
        return self.handed_off / self.asked if self.asked else None


@dataclass(frozen=True)
class Drill:
    """One answer given again: the interview before, the one after, and how the speaker rates it.

    `rated` holds the speaker's own level for each criterion, given before any grade is shown.
    """

    id: UUID
    person: str
    question_id: str
    before: UUID
    after: UUID
    made_at: datetime
    rated: dict[str, int] | None = None


@dataclass(frozen=True)
class Goal:
    """How often someone wants to practise, and on what."""

    person: str
    sessions: int
    focus: str
    set_at: datetime

    def __post_init__(self) -> None:
        """One to fourteen sessions a week."""
        if not 1 <= self.sessions <= 14 or len(self.focus) > 200:
            raise ValueError("expected 1 to 14 sessions a week, and a focus of 200 characters")
