"""One answer spoken to the live loop, whole as it is, on a leaping clock: did it take the floor?

Ear, session, performer and answer audio are the product's own. Only the client, the interviewer's
questions and the store are stand-ins. As soon as the turn has ended, the next question is spoken,
so that speech which resumes meets our voice, as it would in an interview.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from app.bench.errors import BenchFailed
from app.bench.lab.memory_store import MemoryStore, NoRecordings
from app.bench.turns.overheard import BLOCK_SECONDS, blocks
from app.dialogue.endpointing import ends_on_hook
from app.dialogue.events import Played
from app.dialogue.session import UNDO_SECONDS, Session, State
from app.domain.consent import Consent, Modality, Purpose
from app.domain.interview import Interview, InterviewStatus, Turn
from app.domain.plan import Plan
from app.domain.question import Bank
from app.ports.speech import Pcm
from app.usecases.engines import Engines
from app.usecases.hall import restored
from app.usecases.hold_interview import LiveInterview
from app.usecases.sitting import Parts

FLOOR = frozenset({State.LISTENING, State.HEARING, State.ENDPOINTING, State.TRANSCRIBING})
FIRST = Plan("question", "Hello.", "What would you do?", "first", number=1)
SECOND = Plan(
    "question",
    "Thank you.",
    "Now think of a time when all of that went wrong, and tell me what you learnt from it.",
    "second",
    number=2,
)
JUDGED_FOR_SECONDS = UNDO_SECONDS + 2.0
SETTLE_BLOCKS = 600


@dataclass
class Watched:
    """What the live loop did with one answer; seconds of the sound, None where it did not.

    `ended_s` is when the last turn's end that counts came, `undone` whether it was taken back.
    `wait_s` is the last wait that was chosen, `hook` whether the words then ended on a hook.
    """

    ended_s: float | None = None
    undone: bool = False
    wait_s: float | None = None
    hook: bool = False


Enough = Callable[[float, Session, Watched], bool]
"""Whether the trial is decided, given the sound's time, the session and what was seen."""


async def speak_to_live(
    pcm: Pcm, engines: Engines, *, look_from_s: float, enough: Enough
) -> Watched:
    """Let the live loop hear this sound until the trial is decided, or the sound is over.

    What happens before `look_from_s` is part of the run and not of the result.

    Raises:
        BenchFailed: the live loop suspended itself.
    """
    live = _interview(engines)
    wire = _Wire(live)
    try:
        await live.connect(wire, voice=True, microphone=True)
        await _question_heard(live)
        return await _speak(live, pcm, look_from_s, enough)
    finally:
        await live.shut()


async def _speak(live: LiveInterview, pcm: Pcm, look_from_s: float, enough: Enough) -> Watched:
    begins, seen = live.now, Watched()
    for number, block in enumerate(blocks(pcm), start=1):
        await asyncio.sleep(begins + number * BLOCK_SECONDS - live.now)
        at, session = live.now - begins, live.session
        if session.state in (State.SUSPENDED, State.CLOSED):
            raise BenchFailed(f"the live loop came to the state {session.state}")
        if at >= look_from_s:
            _look(seen, session, begins, at)
            if enough(at, session, seen):
                break
        live.hear(block)
    return seen


def _look(seen: Watched, session: Session, begins: float, at: float) -> None:
    if session.state not in FLOOR:
        if seen.ended_s is None or seen.undone:
            ended = session.ended_at
            seen.ended_s = at if ended is None else ended - begins
            seen.undone = False
    elif seen.ended_s is not None and not seen.undone and session.turn == 0:
        seen.undone = True
    if session.state is State.ENDPOINTING and None not in (session.deadline, session.silence_from):
        seen.wait_s = (session.deadline or 0.0) - (session.silence_from or 0.0)
        seen.hook = session.heard is not None and ends_on_hook(session.heard.text)


def resumed(pause_ends_s: float) -> Enough:
    """Decided when we hear the speech that follows the pause, or spoke on over it."""

    def enough(at: float, session: Session, seen: Watched) -> bool:
        if at <= pause_ends_s:
            return False
        if seen.ended_s is not None and at > max(pause_ends_s, seen.ended_s) + JUDGED_FOR_SECONDS:
            return True
        return session.turn == 0 and session.state is State.HEARING

    return enough


def ended(speech_ends_s: float) -> Enough:
    """Decided when the turn has ended after the last word."""

    def enough(at: float, session: Session, seen: Watched) -> bool:
        return seen.ended_s is not None and seen.ended_s > speech_ends_s

    return enough


def _interview(engines: Engines) -> LiveInterview:
    now = datetime.now(UTC)
    interview = Interview(
        id=uuid4(),
        purpose=Purpose.PRACTICE,
        track_id="bench",
        title="Bench",
        status=InterviewStatus.CREATED,
        mode="basic",
        created_at=now,
        minutes=60.0,
        consents=(Consent(Modality.AUDIO, "1", now),),
    )
    store = MemoryStore(Bank(tracks=(), questions=(), rubrics=()))
    parts = Parts(store.as_store(), engines, _TwoQuestions(), NoRecordings())
    return LiveInterview(interview, parts, restored(interview, (), None), [])


async def _question_heard(live: LiveInterview) -> None:
    for _ in range(SETTLE_BLOCKS):
        await asyncio.sleep(BLOCK_SECONDS)
        if live.session.state is State.LISTENING:
            return
    raise BenchFailed(f"the first question was not put; the state is {live.session.state}")


class _TwoQuestions:
    """Asks one question, and when it is answered the next."""

    async def opening(self, interview: Interview) -> Plan:
        return FIRST

    async def plan(self, interview: Interview, turns: tuple[Turn, ...], at_s: float) -> Plan:
        return SECOND

    async def rephrase(self, interview: Interview, turns: tuple[Turn, ...]) -> str:
        return turns[-1].question


@dataclass
class _Wire:
    """A client that plays what it is sent and tells when that was heard."""

    live: LiveInterview
    _ends: dict[int, float] = field(default_factory=dict)

    async def send(self, message: dict[str, Any]) -> None:
        loop = asyncio.get_running_loop()
        number = message.get("utterance", 0)
        if message["type"] == "speech":
            begins = max(loop.time(), self._ends.get(number, 0.0))
            self._ends[number] = begins + message["seconds"]
        elif message["type"] == "speech_end":
            loop.call_at(self._ends.get(number, loop.time()), self._played, number)

    async def send_audio(self, pcm: bytes) -> None:
        """Heard, in time."""

    async def close(self, code: int) -> None:
        """The trial sees the session's state instead."""

    def _played(self, utterance: int) -> None:
        self.live.happened(Played(self.live.now, utterance))
