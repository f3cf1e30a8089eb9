"""What the session asks the world to do; performed in order by `usecases.perform_effects`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.dialogue.events import Heard
from app.domain.plan import Plan

Aside = Literal["take_your_time", "help", "thinking", "time_up"]
SpeechForm = Literal["whole", "question", "rephrased", "welcome"] | Aside
HintKind = Literal["quiet", "take_your_time", "help", "moving_on", "thinking", "time"]


@dataclass(frozen=True)
class ClosedAnswer:
    """An answer as it is stored when its turn ends. `speech` are spans in seconds of the clock.

    `policy_wait_s` is the silence that the policy chose; None when something else ended the turn.
    So it is after a hold: time that was asked for, or code that was written.
    """

    heard: Heard
    typed: str | None
    skipped: bool
    speech: tuple[tuple[float, float], ...]
    ended_s: float | None
    end_wait_s: float | None
    probability: float | None
    policy_wait_s: float | None = None
    second_probability: float | None = None
    discarded: int = 0
    undone: int = 0
    cut: int = 0
    barged_in: bool = False


@dataclass(frozen=True)
class Effect:
    """Something to do."""


@dataclass(frozen=True)
class Judge(Effect):
    """Ask the turn detector about the last 8 s."""

    attempt: int
    second: bool = False


@dataclass(frozen=True)
class Recognise(Effect):
    """Recognise the whole answer so far."""

    attempt: int


@dataclass(frozen=True)
class Overhear(Effect):
    """Recognise what is said over us, to tell an interruption from a backchannel."""

    attempt: int


@dataclass(frozen=True)
class MakePlan(Effect):
    """Plan the next utterance, given this answer to the open turn (None: nothing is open)."""

    attempt: int
    answer: ClosedAnswer | None


@dataclass(frozen=True)
class Prepare(Effect):
    """Synthesise the beginning of this plan, in case it is said."""

    plan: Plan


@dataclass(frozen=True)
class DropSpeculation(Effect):
    """Stop all work for older attempts."""

    attempt: int


@dataclass(frozen=True)
class StoreAnswer(Effect):
    """Keep the answer of this turn, in one short transaction, before anything else is done."""

    turn: int
    answer: ClosedAnswer


@dataclass(frozen=True)
class ReopenAnswer(Effect):
    """The end of this turn was wrong: take it back, and drop the question that followed it."""

    turn: int


@dataclass(frozen=True)
class ForgetSpeech(Effect):
    """The speech heard since the question was no answer (a command, a noise): drop its audio."""


@dataclass(frozen=True)
class OpenTurn(Effect):
    """Keep the new question as this turn."""

    turn: int
    plan: Plan


@dataclass(frozen=True)
class Say(Effect):
    """Say and show the plan."""

    utterance: int
    turn: int
    plan: Plan
    form: SpeechForm = "whole"


@dataclass(frozen=True)
class StopSpeaking(Effect):
    """Fall silent at once."""


@dataclass(frozen=True)
class Duck(Effect):
    """Lower our voice while the candidate may be speaking, or restore it."""

    on: bool


@dataclass(frozen=True)
class Hint(Effect):
    """Show a quiet line."""

    kind: HintKind


@dataclass(frozen=True)
class Notify(Effect):
    """Tell that something failed and that the interview goes on."""

    code: Literal["hearing_off", "too_long"]


@dataclass(frozen=True)
class Close(Effect):
    """End the interview and queue what is left to grade."""

    reason: Literal["completed", "ended_early"]
