"""Whether a follow-up, the next question or the end comes next: counted, never guessed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.assessment.attempts import Attempt

MOST_FOLLOW_UPS = 2
LEAST_SECONDS = 40.0
FOLLOW_UP_SECONDS = 60.0
_SHARE_OF_MINUTES = 0.6

Move = Literal["follow_up", "question", "closing"]
_HARDLY_HEARD = frozenset({Attempt.UNKNOWN, Attempt.UNCLEAR, Attempt.REPEATED})
_WEAK = _HARDLY_HEARD | {Attempt.SHORT, Attempt.INJECTED, Attempt.ASKING}


@dataclass(frozen=True)
class Standing:
    """Where the interview stands: what was asked, heard, and how much time is left.

    `attempts` are the replies to the question on the table, oldest first; `minutes_ahead` are the
    authored minutes of the questions that are still to come.
    """

    attempts: tuple[Attempt, ...]
    skipped: bool
    questions_left: int
    seconds_left: float
    minutes_ahead: float

    @property
    def last(self) -> Attempt:
        """The newest reply."""
        return self.attempts[-1] if self.attempts else Attempt.EMPTY


def follow_ups_left(standing: Standing) -> int:
    """How many more follow-ups this question may have."""
    if standing.skipped or standing.last is Attempt.EMPTY:
        return 0
    if standing.seconds_left < FOLLOW_UP_SECONDS:
        return 0
    asked = len(standing.attempts) - 1
    if sum(a in _WEAK for a in standing.attempts) >= 2:
        return 0
    if asked and standing.last in _HARDLY_HEARD:
        return 0
    allowed = 1 if Attempt.UNKNOWN in standing.attempts else MOST_FOLLOW_UPS
    return max(0, min(allowed, _affordable(standing)) - asked)


def move_on(standing: Standing) -> Move:
    """What comes when no follow-up does."""
    if standing.questions_left <= 0 or standing.seconds_left < LEAST_SECONDS:
        return "closing"
    return "question"


def out_of_time(standing: Standing) -> bool:
    """Whether the end comes for want of time."""
    return standing.questions_left > 0


def _affordable(standing: Standing) -> int:
    """Follow-ups per question that the rest of the time allows."""
    needed = standing.minutes_ahead * 60.0 * _SHARE_OF_MINUTES
    return max(0, int((standing.seconds_left - needed) // FOLLOW_UP_SECONDS))
