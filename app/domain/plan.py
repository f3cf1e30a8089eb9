"""What the interviewer says next: the value that planning gives to the live session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.domain.interview import Probe

PlanKind = Literal["question", "follow_up", "closing"]


@dataclass(frozen=True)
class Plan:
    """One utterance of the interviewer.

    `lead` is the short spoken sentence before the question ("Thank you."), synthesised first so
    that speech begins early; `question` is what the screen shows and what is repeated; `why` says
    in one line why it is asked. A closing has no question id. `done` names the question whose
    answers are complete with this plan, so that it can be graded.
    """

    kind: PlanKind
    lead: str
    question: str
    question_id: str | None = None
    probe: Probe | None = None
    why: str = ""
    hotwords: tuple[str, ...] = ()
    patience: float = 1.0
    number: int = 0
    done: str | None = None

    @property
    def spoken(self) -> str:
        """All that is said aloud."""
        return f"{self.lead} {self.question}".strip()
