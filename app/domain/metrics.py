"""How one turn's hand-over went: what the policy chose, what each stage took, what went wrong.

Kept per turn for the operator and for benches; no words are in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class TurnMetrics:
    """One turn's hand-over; seconds, None where it was not measured.

    `policy_wait_s` is the silence that the endpointing policy chose, `end_wait_s` the silence that
    there was; `response_s` from the end of speech to our first audio byte. `probability` is the
    turn detector's at 0.2 s, `second_probability` its second look. `judge_s`, `recognise_s`,
    `plan_s` and `speak_s` are the times of the last work of each stage. `discarded` counts
    speculations that resumed speech threw away; `undone` how often the end was taken back, and
    `cut` how often we were speaking by then; `barged_in` whether our question was spoken over.
    """

    interview_id: UUID
    turn: int
    policy_wait_s: float | None = None
    end_wait_s: float | None = None
    response_s: float | None = None
    probability: float | None = None
    second_probability: float | None = None
    judge_s: float | None = None
    recognise_s: float | None = None
    plan_s: float | None = None
    speak_s: float | None = None
    discarded: int = 0
    undone: int = 0
    cut: int = 0
    barged_in: bool = False

    @property
    def excess_s(self) -> float | None:
        """Seconds that the candidate waited beyond the wait that the policy chose."""
        if self.response_s is None or self.policy_wait_s is None:
            return None
        return round(self.response_s - self.policy_wait_s, 3)


@dataclass(frozen=True)
class KeptMetrics:
    """Metrics of a turn with the time at which the store first kept them."""

    metrics: TurnMetrics
    recorded_at: datetime
