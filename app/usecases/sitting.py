"""What the loop of a live interview shares with those who work for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from app.dialogue.endpointing import Patience
from app.dialogue.events import Event
from app.dialogue.session import Session, State
from app.domain.consent import Modality
from app.domain.interview import Interview, Turn
from app.domain.plan import Plan
from app.ports.metrics import MetricsSink, Unobserved
from app.ports.recordings import Recordings
from app.ports.store import Store
from app.usecases.answer_audio import AnswerAudio
from app.usecases.ear import Ear
from app.usecases.engines import Engines
from app.usecases.keep_turns import TurnKeeper
from app.usecases.line import Line, loop_time

NO_HURRY_SECONDS = 10.0

Errand = Callable[[], Awaitable[None]]


class Interviewing(Protocol):
    """What the loop needs of the interviewer."""

    async def opening(self, interview: Interview) -> Plan:
        """The first utterance with the first question."""
        ...

    async def plan(self, interview: Interview, turns: tuple[Turn, ...], at_s: float) -> Plan:
        """What to say after these turns."""
        ...

    async def rephrase(self, interview: Interview, turns: tuple[Turn, ...]) -> str:
        """The open question in other words."""
        ...


@dataclass(frozen=True)
class Parts:
    """What live interviews share."""

    store: Store
    engines: Engines
    interviewer: Interviewing
    recordings: Recordings
    metrics: MetricsSink = field(default_factory=Unobserved)
    patience: Patience = field(default_factory=Patience)


class Sitting:
    """One live interview as it stands: the session, the turns, the line, the ear and the inbox."""

    def __init__(
        self, interview: Interview, parts: Parts, session: Session, turns: list[Turn]
    ) -> None:
        self.session = session
        self.parts = parts
        self.keeper = TurnKeeper(interview, turns, parts.store)
        self.line = Line(interview.clock_s)
        self.ear = Ear(parts.engines.new_activity(), self._new_answer)
        self.inbox: asyncio.Queue[Event | Errand] = asyncio.Queue()

    @property
    def interview(self) -> Interview:
        """The interview as it stands."""
        return self.keeper.interview

    @property
    def now(self) -> float:
        """Seconds of the interview's clock."""
        return self.line.now

    @property
    def may_hear(self) -> bool:
        """Whether there is consent to audio."""
        return self.interview.agreed(Modality.AUDIO)

    @property
    def may_record(self) -> bool:
        """Whether there is consent to keep what is heard."""
        return self.may_hear and self.interview.agreed(Modality.RECORDING)

    def happened(self, item: Event | Errand) -> None:
        """Queue an event, or work that must not run beside another change."""
        self.inbox.put_nowait(item)

    def _new_answer(self) -> AnswerAudio:
        hotwords = self.session.question.hotwords if self.session.question else ()
        return AnswerAudio(self.parts.engines, hotwords, self.words_due)

    def words_due(self) -> float:
        """When the words of the answer are needed, as things stand now, on the loop's clock.

        While somebody goes on speaking there is no hurry; in the silence after it they are needed
        when the wait is over.
        """
        session = self.session
        if session.state in (State.ENDPOINTING, State.TRANSCRIBING):
            ends = session.silence_from if session.deadline is None else session.deadline
            return self.line.loop_time_of(session.at if ends is None else ends)
        return loop_time() + (0.0 if session.state is State.SPEAKING else NO_HURRY_SECONDS)
