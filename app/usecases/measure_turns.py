"""Measure how each turn was handed over: the time of each stage, and what the session counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal
from uuid import UUID

from app.dialogue.effects import ClosedAnswer
from app.domain.metrics import TurnMetrics
from app.usecases.line import loop_time

Timed = Literal["judge", "recognise", "plan", "speak"]


class Stopwatch:
    """The time that each stage took when it was last done for the open turn."""

    def __init__(self) -> None:
        self._took: dict[Timed, float] = {}

    @contextmanager
    def time(self, stage: Timed) -> Iterator[None]:
        """Time this work; one that fails or is dropped leaves no time."""
        began = loop_time()
        yield
        self.took(stage, loop_time() - began)

    def took(self, stage: Timed, seconds: float) -> None:
        """The stage took this long."""
        self._took[stage] = round(seconds, 3)

    def metrics(self, interview_id: UUID, turn: int, answer: ClosedAnswer) -> TurnMetrics:
        """What is known of this turn's hand-over; the times begin anew."""
        took, self._took = self._took, {}
        return TurnMetrics(
            interview_id=interview_id,
            turn=turn,
            policy_wait_s=answer.policy_wait_s,
            end_wait_s=answer.end_wait_s,
            probability=answer.probability,
            second_probability=answer.second_probability,
            judge_s=took.get("judge"),
            recognise_s=took.get("recognise"),
            plan_s=took.get("plan"),
            speak_s=took.get("speak"),
            discarded=answer.discarded,
            undone=answer.undone,
            cut=answer.cut,
            barged_in=answer.barged_in,
        )
