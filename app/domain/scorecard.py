"""What grading produces: levels with the words that carry them, and where they came from."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

_NUMBERED = re.compile(r"(p|point-?)\d+")


class Ungraded(StrEnum):
    """Why there is no level. Never a 0."""

    NO_ATTEMPT = "no_attempt"
    SKIPPED = "skipped"
    NEAR_EMPTY = "near_empty"
    GIBBERISH = "gibberish"
    LANGUAGE = "language"
    INJECTION = "injection"
    UNRELIABLE = "unreliable"
    NO_EVIDENCE = "no_evidence"
    GRADER_UNAVAILABLE = "grader_unavailable"


@dataclass(frozen=True)
class Evidence:
    """Words that the candidate said. `start_s`/`end_s` are None for a typed answer.

    `nearest` marks the closest sentence of an on-topic attempt that misses the criterion.
    """

    kind: Literal["quote", "nearest"]
    quote: str
    turn: int
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True)
class Provenance:
    """Everything needed to explain or repeat a score.

    `answer_digest` changes with any word or revision of the turns that were graded. `calibration`
    says on how many marks of people the levels were recalibrated, `scorer` names the fitted file
    of the second opinion.
    """

    rubric_id: str
    rubric_version: int
    prompt_id: str | None
    prompt_version: int | None
    prompt_digest: str | None
    model: str
    mode: str
    graded_at: datetime
    answer_digest: str | None = None
    calibration: str | None = None
    scorer: str | None = None


@dataclass(frozen=True)
class CriterionScore:
    """The level of one criterion, or None with the reason why there is none.

    The raw values are the grader's own, where people's marks have moved them since. `offline` is
    what the offline scorer makes of the words, in levels, between `offline_low` and `offline_high`.
    `next_level` is the descriptor of the level to aim at, `next_at` which one that is.
    """

    criterion_id: str
    title: str
    level: int | None
    max_level: int
    weight: float
    evidence: tuple[Evidence, ...]
    reason: str
    confidence: float
    ungraded: Ungraded | None = None
    next_level: str | None = None
    points_met: tuple[str, ...] = ()
    points_open: tuple[str, ...] = ()
    raw_level: int | None = None
    raw_confidence: float | None = None
    offline: float | None = None
    offline_low: float | None = None
    offline_high: float | None = None
    next_at: int | None = None

    def __post_init__(self) -> None:
        """No evidence, no number; no number without evidence."""
        if self.level is None and self.ungraded is None:
            raise ValueError(f"criterion {self.criterion_id!r} has neither a level nor a reason")
        if self.level is not None and not self.evidence:
            raise ValueError(f"criterion {self.criterion_id!r} has a level without evidence")
        if self.level is not None and not 0 <= self.level <= self.max_level:
            raise ValueError(f"level {self.level} is outside 0..{self.max_level}")

    @property
    def aim(self) -> int | None:
        """The level to aim at; a card of before it was kept names the next, if that is worth it."""
        if self.level is None or not self.next_level:
            return None
        if self.next_at is not None:
            return self.next_at
        return self.level + 1 if 2 * (self.level + 1) >= self.max_level else None

    @property
    def advice(self) -> str:
        """What a higher level asks for, in words; empty where nothing is known of it."""
        if self.aim is None:
            return ""
        if self.aim == self.max_level and self.points_met and not self.points_open:
            return f"The top level reads: {self.next_level}"
        return f"To reach level {self.aim}: {self.next_level}"

    @property
    def not_found(self) -> tuple[str, ...]:
        """The expected aspects that were not found, as their names read; numbers name nothing."""
        named = (point for point in self.points_open if not _NUMBERED.fullmatch(point))
        return tuple(point.replace("-", " ") for point in named)


class CardStatus(StrEnum):
    """Where a scorecard stands; `WAITING`, `RUNNING` and `FAILED` are states of its job."""

    WAITING = "waiting"
    RUNNING = "running"
    GRADED = "graded"
    REVIEW = "review"
    UNGRADED = "ungraded"
    FAILED = "failed"


FINAL: frozenset[CardStatus] = frozenset(
    {CardStatus.GRADED, CardStatus.REVIEW, CardStatus.UNGRADED}
)


@dataclass(frozen=True)
class Scorecard:
    """The grade of one question with its follow-ups; `turns` are turn indexes."""

    interview_id: UUID
    question_id: str
    turns: tuple[int, ...]
    status: CardStatus
    criteria: tuple[CriterionScore, ...] = ()
    gates: tuple[str, ...] = ()
    reason: str = ""
    provenance: Provenance | None = None

    @property
    def edition(self) -> str:
        """Changes with each grading and with whatever a reviewer judged by."""
        origin = self.provenance
        when = (origin.graded_at.isoformat(), origin.answer_digest) if origin else None
        levels = [(c.criterion_id, c.level, c.confidence) for c in self.criteria]
        seen = (self.status.value, self.turns, levels, self.gates, when)
        return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]

    @property
    def share(self) -> float | None:
        """Weighted share of the reachable levels, 0..1, over the criteria that have a level."""
        return share_of(self.criteria)


def share_of(criteria: Sequence[CriterionScore]) -> float | None:
    """The same of some criteria."""
    graded = [c for c in criteria if c.level is not None]
    if not graded:
        return None
    total = sum(c.weight for c in graded)
    return sum(c.weight * (c.level or 0) / c.max_level for c in graded) / total
