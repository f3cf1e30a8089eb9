"""An interview and its turns, as they are kept.

Times are seconds from the interview's start, on the interview's own clock: it stands still while
the interview is suspended, so a resumed interview goes on where it stopped.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from app.domain.consent import Consent, Modality, Purpose
from app.domain.head import HeadSecond


class InterviewStatus(StrEnum):
    """Where an interview stands; `GRADING` ends when every scorecard has an outcome."""

    CREATED = "created"
    LIVE = "live"
    GRADING = "grading"
    COMPLETED = "completed"
    ENDED_EARLY = "ended_early"
    FAILED = "failed"


Mode = Literal["basic", "full"]
Order = Literal["authored", "adaptive", "file"]
TurnKind = Literal["question", "follow_up"]
ProbeSource = Literal["authored", "model", "fact"]


@dataclass(frozen=True)
class Word:
    """One recognised word; `probability` is the recogniser's, 0..1."""

    text: str
    start_s: float
    end_s: float
    probability: float = 1.0


@dataclass(frozen=True)
class Probe:
    """Why a follow-up was asked: what it takes up, and what is known to be true about it.

    For a fact about code, `fact` is its kind, `truth` what an answer is held against, and `run`
    the run that showed it, in words.
    """

    source: ProbeSource
    phrase: str | None = None
    line: int | None = None
    claim: str | None = None
    expected: str | None = None
    point: str | None = None
    probe_id: str | None = None
    fact: str | None = None
    truth: str | None = None
    run: str | None = None


@dataclass(frozen=True)
class Turn:
    """One question or follow-up and what was answered to it.

    `index` counts from 0 over the interview. `revision` rises when an answer is reopened, so that
    work keyed by an older one is dropped. `answer` is None while the question stands open, and ""
    when nothing was said. `typed` answers have no words and no times. `filler_words` are the "um"s
    of a second pass over the recording, None as long as that pass was not made. `unreliable` and
    `language` are what the recogniser said of the words.
    """

    id: UUID
    interview_id: UUID
    index: int
    kind: TurnKind
    question_id: str
    question: str
    probe: Probe | None = None
    answer: str | None = None
    unhinted: str | None = None
    amendment: str | None = None
    typed: bool = False
    skipped: bool = False
    words: tuple[Word, ...] = ()
    filler_words: tuple[Word, ...] | None = None
    asked_at_s: float = 0.0
    answered_from_s: float | None = None
    answered_to_s: float | None = None
    speech: tuple[tuple[float, float], ...] = ()
    end_wait_s: float | None = None
    response_s: float | None = None
    interrupted: bool = False
    code: str | None = None
    revision: int = 0
    unreliable: bool = False
    language: str = "en"

    @property
    def heard(self) -> str:
        """The answer as it is graded: the speaker's amendment where there is one."""
        return self.amendment if self.amendment is not None else (self.answer or "")


@dataclass(frozen=True)
class Interview:
    """One interview of one person over one track.

    `owner_id` is whose it is; None on a server without accounts, and for those of before.
    """

    id: UUID
    purpose: Purpose
    track_id: str
    title: str
    status: InterviewStatus
    mode: Mode
    created_at: datetime
    token: str = ""
    order: Order = "authored"
    seed: int = 0
    asks: int = 5
    minutes: float = 20.0
    question_ids: tuple[str, ...] = ()
    clock_s: float = 0.0
    code: str | None = None
    code_language: str = "python"
    background: str = ""
    voice: bool = True
    patience: float = 1.0
    accommodations: tuple[str, ...] = ()
    models: dict[str, str] = field(default_factory=dict)
    weights: tuple[float, float, float] = (0.7, 0.2, 0.1)
    consents: tuple[Consent, ...] = ()
    started_at: datetime | None = None
    finished_at: datetime | None = None
    failure: str | None = None
    owner_id: UUID | None = None

    def agreed(self, modality: Modality) -> bool:
        """Whether this modality has a standing consent."""
        return any(c.modality is modality and c.active for c in self.consents)


@dataclass(frozen=True)
class ExpressionReading:
    """What the camera showed in one second; no image is kept.

    `probabilities` are in the order of `EMOTIONS` and sum to 1, or None when no face was found.
    `head` is None where no head was seen, or where none is measured.
    """

    second: int
    faces: int
    probabilities: tuple[float, ...] | None
    quality: float
    head: HeadSecond | None = None


EMOTIONS: tuple[str, ...] = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


@dataclass(frozen=True)
class Recording:
    """One stretch of kept microphone audio: PCM16 mono at 16 kHz, beginning at `start_s`."""

    interview_id: UUID
    file: str
    start_s: float
    seconds: float
