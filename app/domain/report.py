"""The report: content, delivery and presence side by side, each with its coverage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.figures import BlendedReading, PresenceFigures, StressLine, VoiceFigures
from app.domain.interview import ExpressionReading, Interview, Turn
from app.domain.review import Contest, ReviewState, Standing, share_of
from app.domain.scorecard import Scorecard


@dataclass(frozen=True)
class Pause:
    """A silence inside an answer, from voice activity rather than from word times."""

    start_s: float
    seconds: float


@dataclass(frozen=True)
class Filler:
    """A filler word and when it was said."""

    text: str
    start_s: float


@dataclass(frozen=True)
class Delivery:
    """How the answers were spoken; every measure is of speech that was really heard.

    `index` is 0..1 (share of the coaching bands met), None when too little was said.
    """

    speech_seconds: float
    answer_seconds: float
    words: int
    rate_wpm: float | None
    pauses: tuple[Pause, ...]
    long_pauses: int
    pause_share: float | None
    fillers: tuple[Filler, ...]
    fillers_per_minute: float | None
    filler_note: str
    response_s_median: float | None
    index: float | None
    coverage: float


@dataclass(frozen=True)
class Presence:
    """What the camera saw of consenting people who practise. Expressions, never feelings.

    `shares` maps each expression to its share of the seconds in which a face was seen.
    """

    seconds_seen: int
    seconds_expected: int
    coverage: float
    shares: dict[str, float]
    smiling_share: float | None
    index: float | None
    timeline: tuple[ExpressionReading, ...] = ()
    figures: PresenceFigures | None = None


@dataclass(frozen=True)
class Blend:
    """Three visible parts, each 0..1 or None, with weights that the person can change."""

    content: float | None
    delivery: float | None
    presence: float | None
    weights: tuple[float, float, float]
    coverage: tuple[float, float, float]

    @property
    def total(self) -> float | None:
        """The weighted mean over the parts that were measured."""
        parts = self._measured()
        whole = sum(weight for _, _, weight in parts)
        return sum(part * weight for _, part, weight in parts) / whole if whole else None

    @property
    def counted(self) -> tuple[str, ...]:
        """The names of the parts that the total is made of."""
        return tuple(name for name, _, _ in self._measured())

    def _measured(self) -> list[tuple[str, float, float]]:
        parts = (self.content, self.delivery, self.presence)
        named = zip(("content", "delivery", "presence"), parts, self.weights, strict=True)
        return [
            (name, part, weight) for name, part, weight in named if part is not None and weight > 0
        ]


@dataclass(frozen=True)
class Practice:
    """One next thing to do, with why."""

    title: str
    why: str
    question_id: str | None = None
    turn: int | None = None


@dataclass(frozen=True)
class Reviewed:
    """What the candidate may see of the review of one card.

    In an assessment that is what was released, and nothing before; in a practice all of it.
    """

    question_id: str
    state: ReviewState
    released_at: datetime | None
    criteria: tuple[Standing, ...]
    contests: tuple[Contest, ...]

    @property
    def share(self) -> float | None:
        """Weighted share of the reachable levels as they stand."""
        return share_of(self.criteria)

    def criterion(self, criterion_id: str) -> Standing | None:
        """One criterion as it stands, or None."""
        return next((c for c in self.criteria if c.criterion_id == criterion_id), None)


@dataclass(frozen=True)
class Report:
    """All that the report page, its JSON and its print show.

    `voice` needs consent to delivery; `stress` is of a practice with consent to it, and None in
    every assessment. `together_fitted` says whether a fitted model blended face and voice.
    """

    interview: Interview
    turns: tuple[Turn, ...]
    scorecards: tuple[Scorecard, ...]
    outcome: str
    delivery: Delivery | None
    presence: Presence | None
    blend: Blend
    next_steps: tuple[Practice, ...]
    reviewed: tuple[Reviewed, ...] = ()
    voice: VoiceFigures | None = None
    stress: StressLine | None = None
    together: tuple[BlendedReading, ...] = ()
    together_fitted: bool = False

    def review_of(self, question_id: str) -> Reviewed | None:
        """What people made of the card of this question."""
        return next((r for r in self.reviewed if r.question_id == question_id), None)

    @property
    def released(self) -> bool:
        """Whether every card was released as it stands."""
        return bool(self.reviewed) and all(r.released_at is not None for r in self.reviewed)
