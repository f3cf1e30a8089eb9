"""The live session as a value: where the conversation stands, and all that it remembers.

Undo is exact by construction: a session that ends a turn keeps the one before, and goes back to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from app.dialogue.effects import Effect, HintKind
from app.dialogue.endpointing import Patience, own_pace
from app.dialogue.events import Heard
from app.domain.plan import Plan

UNDO_SECONDS = 3.0
CONFIRM_SECONDS = 0.6
NOTICED_SECONDS = 0.2  # silence is noticed so late, so the last of "speech" may be silence
SURE_SECONDS = 2.0
SHORTEST_WORD_SECONDS = 0.25
OVERHEAR_SECONDS = 2.5
SETTLE_SECONDS = 3.0
THINK_SECONDS = 30.0
WRITING_SECONDS = 8.0
LONGEST_ANSWER_SECONDS = 1200.0
MOST_PAUSES = 40
LADDER: tuple[tuple[float, HintKind], ...] = (
    (8.0, "quiet"),
    (15.0, "take_your_time"),
    (40.0, "help"),
    (90.0, "moving_on"),
)


class State(StrEnum):
    """Where the conversation stands."""

    AWAITING_CONSENT = "awaiting_consent"
    SPEAKING = "speaking"
    LISTENING = "listening"
    HEARING = "hearing"
    ENDPOINTING = "endpointing"
    TRANSCRIBING = "transcribing"
    THINKING = "thinking"
    PAUSED = "paused"
    SUSPENDED = "suspended"
    CLOSED = "closed"


@dataclass(frozen=True)
class Over:
    """Someone speaks over us `since` then; `until` when they stopped and we know not what it was.

    `asked_at` is when the words were last asked for, `waiting` whether they are still to come.
    """

    since: float
    until: float | None = None
    asked_at: float | None = None
    waiting: bool = False


@dataclass(frozen=True)
class Session:
    """One live interview, whole.

    `attempt` rises whenever work under way becomes stale. `over` is set while the candidate may be
    speaking over us; `echoes`: the microphone was heard to carry our own voice; `before` is the
    session just before the last turn ended, for undo. `aside`: we are saying a short line within
    the open turn. `pauses` are the speaker's own, in seconds, and `taken_back` counts ends that
    were undone in the whole interview. `time_hint_from` is when to tell, once, that little time is
    left, and `time_up_from` when to say that it is over, at the end of a sentence; None when that
    is not wanted. `policy_wait` is the wait behind `deadline`, None where a hold is longer.
    """

    state: State = State.AWAITING_CONSENT
    at: float = 0.0
    patience: Patience = field(default_factory=Patience)
    voice: bool = True
    microphone: bool = True
    attempt: int = 0
    turn: int = -1
    question: Plan | None = None
    utterance: int = 0
    first_spoken_at: float | None = None
    quiet_from: float = 0.0
    rung: int = 0
    think_until: float = 0.0
    writing_until: float = 0.0
    speech: tuple[tuple[float, float], ...] = ()
    speech_from: float | None = None
    silence_from: float | None = None
    deadline: float | None = None
    policy_wait: float | None = None
    probability: float | None = None
    heard: Heard | None = None
    plan: Plan | None = None
    finishing: bool = False
    ending: bool = False
    typed: str | None = None
    over: Over | None = None
    echoes: bool = False
    aside: bool = False
    ended_at: float | None = None
    before: Session | None = None
    interrupted: bool = False
    second: float | None = None
    looked_again: bool = False
    pauses: tuple[float, ...] = ()
    taken_back: int = 0
    discarded: int = 0
    undone: int = 0
    cut: int = 0
    barged_in: bool = False
    time_hint_from: float | None = None
    time_up_from: float | None = None

    @property
    def held_until(self) -> float:
        """Until when no silence ends the turn: time to think was asked for, or code is written."""
        return max(self.think_until, self.writing_until)

    @property
    def asking(self) -> bool:
        """Whether a question stands open, so that an answer can be taken."""
        return self.question is not None and self.question.kind != "closing"

    @property
    def time_is_short(self) -> bool:
        """Whether to tell now that little time is left: never within an answer."""
        due = self.time_hint_from is not None and self.at >= self.time_hint_from
        return due and self.asking and not self.speech

    @property
    def time_is_up(self) -> bool:
        """Whether to say now that the time is over: only within an answer, at a sentence's end."""
        due = self.time_up_from is not None and self.at >= self.time_up_from
        return due and self.asking and bool(self.speech) and self.voice

    @property
    def patient(self) -> Patience:
        """The waits for the open question."""
        if self.patience.sharp:
            return self.patience
        hard = self.question.patience if self.question else 1.0
        factor = self.patience.factor * hard * own_pace(self.pauses, self.taken_back)
        return replace(self.patience, factor=factor)


Step = tuple[Session, tuple[Effect, ...]]
"""What follows from an event: the next session and what to do."""
