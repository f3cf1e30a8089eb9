"""A world for live interviews: scripted engines, a store in memory, and a clock that leaps.

Every word is a sound of its own level, so that the recogniser hears exactly the samples
it is given. Time passes as soon as nothing else is left to do: a two-minute silence takes no time.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import numpy as np
import pytest

from app.dialogue.events import Commanded, CommandName, Played, Typed
from app.dialogue.session import State
from app.domain.consent import Consent, Modality, Purpose, with_recording
from app.domain.interview import Interview, InterviewStatus, Turn, Word
from app.domain.plan import Plan
from app.ports.errors import PortError
from app.ports.speech import SAMPLE_RATE, Pcm, Sound, Transcript
from app.usecases.engines import Engines
from app.usecases.hall import Hall
from app.usecases.hold_interview import LiveInterview
from app.usecases.mouth import AHEAD_SECONDS
from app.usecases.sitting import Parts
from tests.fakes.recordings import FakeRecordings
from tests.fakes.store import FakeStore, FakeUnitOfWork, GradeJob

BLOCK = 1600
WORD_BLOCKS, GAP_BLOCKS = 3, 1
GAP_LEVEL = 1200
SILENCE = bytes(2 * BLOCK)
QUESTIONS = ("What is a list?", "Why is that so?", "What is a set?")
Result = TypeVar("Result")


class Vocabulary:
    """Words as sound levels and back."""

    def __init__(self) -> None:
        self._levels: dict[str, int] = {}

    def blocks(self, text: str) -> list[bytes]:
        out = []
        for word in text.split():
            level = self._levels.setdefault(word, 2000 + 20 * len(self._levels))
            out += [_block(level)] * WORD_BLOCKS + [_block(GAP_LEVEL)] * GAP_BLOCKS
        return out

    def words(self, pcm: Pcm) -> tuple[Word, ...]:
        levels = {level: word for word, level in self._levels.items()}
        edges = np.flatnonzero(np.diff(pcm)) + 1 if len(pcm) else np.zeros(0, dtype=int)
        starts = [0, *edges.tolist()]
        ends = [*edges.tolist(), len(pcm)]
        return tuple(
            Word(levels[int(pcm[start])], start / SAMPLE_RATE, end / SAMPLE_RATE)
            for start, end in zip(starts, ends, strict=True)
            if end - start > SAMPLE_RATE // 20 and int(pcm[start]) in levels
        )


def _block(level: int) -> bytes:
    return np.full(BLOCK, level, dtype="<i2").tobytes()


@dataclass
class Hearing:
    """The recogniser; `faults` are raised first, one at a call, and `broken` always."""

    vocabulary: Vocabulary
    faults: list[PortError] = field(default_factory=list)
    broken: PortError | None = None
    jobs: list[Pcm] = field(default_factory=list)

    def transcribe(self, pcm: Pcm, *, hotwords: Sequence[str] = ()) -> Transcript:
        self.jobs.append(pcm)
        if self.broken or self.faults:
            raise self.broken or self.faults.pop(0)
        return Transcript(self.vocabulary.words(pcm))

    def fillers(self, pcm: Pcm) -> Transcript:
        return Transcript(())


@dataclass
class Voice:
    """Four tenths of a second for each word."""

    fault: Exception | None = None
    said: list[str] = field(default_factory=list)

    def speak(self, text: str, *, rate: float = 1.0) -> Iterator[Sound]:
        if self.fault is not None:
            raise self.fault
        self.said.append(text)
        yield Sound(bytes(2 * 8820 * len(text.split())), 22050)


@dataclass
class Detector:
    probability: float = 0.95
    fault: Exception | None = None

    def complete(self, pcm: Pcm) -> float:
        if self.fault is not None:
            raise self.fault
        return self.probability


class Loudness:
    """Loud is speech."""

    def probability(self, frame: Pcm) -> float:
        return 0.9 if np.abs(frame.astype(int)).mean() > 500 else 0.05

    def reset(self) -> None:
        pass


class NoMeaning:
    dimensions = 3

    def embed(self, texts: Sequence[str]) -> Any:
        return np.zeros((len(texts), 3), dtype=np.float32)


@dataclass
class ScriptedInterviewer:
    """Two questions, the first with a follow-up, and a closing; `faults` are raised first."""

    faults: list[Exception] = field(default_factory=list)
    takes_seconds: float = 0.0
    lead: str | None = None
    planned: list[tuple[Turn, ...]] = field(default_factory=list)

    async def opening(self, interview: Interview) -> Plan:
        return await self.plan(interview, (), 0.0)

    async def plan(self, interview: Interview, turns: tuple[Turn, ...], at_s: float) -> Plan:
        self.planned.append(turns)
        await asyncio.sleep(self.takes_seconds)
        if self.faults:
            raise self.faults.pop(0)
        plan = _SCRIPT[len(turns)]
        return replace(plan, lead=self.lead or plan.lead) if turns else plan

    async def rephrase(self, interview: Interview, turns: tuple[Turn, ...]) -> str:
        if self.faults:
            raise self.faults.pop(0)
        return f"In other words: {turns[-1].question}"


_SCRIPT = (
    Plan("question", "Hello.", QUESTIONS[0], "list", number=1),
    Plan("follow_up", "I see.", QUESTIONS[1], "list", number=1),
    Plan("question", "Thank you.", QUESTIONS[2], "set", number=2, done="list"),
    Plan("closing", "", "That was all.", done="set"),
)


class WatchedStore(FakeStore):
    """A store that can fail: `faults` are raised first, one for each transaction."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[Exception] = []
        self.begun = 0

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[FakeUnitOfWork]:
        self.begun += 1
        if self.faults:
            raise self.faults.pop(0)
        async with super().begin() as work:
            yield work


@dataclass
class RecordingWire:
    """A connection that remembers what it was sent."""

    sent: list[dict[str, Any]] = field(default_factory=list)
    audio: bytes = b""
    closed: int | None = None

    async def send(self, message: dict[str, Any]) -> None:
        await asyncio.sleep(0)
        if self.closed is None:
            self.sent.append(message)

    async def send_audio(self, pcm: bytes) -> None:
        self.audio += pcm

    async def close(self, code: int) -> None:
        self.closed = code if self.closed is None else self.closed


class Client:
    """The candidate's side: a microphone in blocks of 100 ms, a keyboard and a screen."""

    def __init__(self, live: LiveInterview, vocabulary: Vocabulary) -> None:
        self.live = live
        self.wire = RecordingWire()
        self._vocabulary = vocabulary
        self._microphone = True
        self._played = 0

    async def hello(self, *, voice: bool = True, microphone: bool = True) -> Client:
        self._microphone = microphone
        await self.live.connect(self.wire, voice=voice, microphone=microphone)
        return self

    def got(self, kind: str, **fields: object) -> list[dict[str, Any]]:
        return [
            message
            for message in self.wire.sent
            if message["type"] == kind and fields.items() <= message.items()
        ]

    def codes(self, kind: str) -> list[str]:
        return [message["code"] for message in self.got(kind)]

    async def block(self, pcm: bytes = SILENCE) -> None:
        """A tenth of a second passes; our voice is heard to its end."""
        await asyncio.sleep(0.1)
        if self._microphone and self.live.serves(self.wire):
            self.live.hear(pcm)
        for end in self.got("speech_end"):
            if end["utterance"] > self._played:
                self._played = end["utterance"]
                asyncio.get_running_loop().call_later(AHEAD_SECONDS, self._heard_out)
        await asyncio.sleep(0)

    def _heard_out(self) -> None:
        if self.live.serves(self.wire):
            self.live.happened(Played(self.live.now, self._played))

    async def say(self, text: str) -> None:
        for pcm in self._vocabulary.blocks(text):
            await self.block(pcm)

    async def quiet(self, seconds: float) -> None:
        for _ in range(round(seconds * 10)):
            await self.block()

    async def until(self, *states: State, within: float = 90.0) -> None:
        await self.wait_for(lambda: self.live.session.state in states, within=within)

    async def wait_for(self, condition: Callable[[], object], within: float = 90.0) -> None:
        for _ in range(round(within * 10)):
            if condition():
                return
            await self.block()
        state = self.live.session.state
        pytest.fail(f"waited {within} s in vain, in state {state}; got {self.wire.sent[-8:]}")

    async def asked(self, turn: int) -> None:
        """The question of this turn was put and we listen."""
        live = self.live
        await self.wait_for(
            lambda: live.session.turn == turn and live.session.state is State.LISTENING
        )

    def command(self, name: CommandName) -> None:
        self.live.happened(Commanded(self.live.now, name))

    def type(self, text: str) -> None:
        self.live.happened(Typed(self.live.now, text))

    async def leave(self) -> None:
        self.live.disconnect(self.wire)
        await asyncio.sleep(0.05)


class World:
    """Everything a live interview runs on."""

    def __init__(self, *, disk: int | None = None, limit: int = 4) -> None:
        self.vocabulary = Vocabulary()
        self.hearing = Hearing(self.vocabulary)
        self.voice = Voice()
        self.detector = Detector()
        self.interviewer = ScriptedInterviewer()
        self.store = WatchedStore()
        self.recordings = FakeRecordings(disk)
        self.limit = limit
        self.hall = self._open()

    async def restart(self) -> None:
        """The server is killed; a new one knows nothing but the store and the recordings."""
        await self.hall.close()
        self.hall = self._open()

    def _open(self) -> Hall:
        engines = Engines(
            speech_to_text=self.hearing,
            text_to_speech=self.voice,
            turn_detector=self.detector,
            new_activity=Loudness,
            embedder=NoMeaning(),
        )
        parts = Parts(self.store, engines, self.interviewer, self.recordings)
        return Hall(parts, limit=self.limit)

    async def add(self, *agreed: Modality, recording: bool = True, **fields: Any) -> UUID:
        now = datetime(2026, 11, 2, tzinfo=UTC)
        interview = Interview(
            id=uuid4(),
            purpose=Purpose.PRACTICE,
            track_id="python",
            title="Python",
            status=InterviewStatus.CREATED,
            mode="basic",
            created_at=now,
            consents=tuple(
                Consent(m, "1", now) for m in (with_recording(agreed) if recording else agreed)
            ),
        )
        async with self.store.begin() as work:
            await work.interviews.add(replace(interview, **fields))
        return interview.id

    async def enter(self, interview_id: UUID) -> Client:
        """A new connection, before its hello."""
        return Client(await self.hall.enter(interview_id), self.vocabulary)

    async def begin(self, **hello: bool) -> Client:
        """A new interview with consent to audio, up to the first question."""
        client = await self.enter(await self.add(Modality.AUDIO))
        await client.hello(**hello)
        await client.asked(0)
        return client

    async def turns(self, client: Client) -> tuple[Turn, ...]:
        async with self.store.begin() as work:
            return await work.turns.of(client.live.interview.id)

    async def interview(self, client: Client) -> Interview:
        async with self.store.begin() as work:
            interview = await work.interviews.get(client.live.interview.id)
        assert interview is not None
        return interview

    def recorded(self, client: Client, file: str = "1.pcm") -> Pcm:
        pcm = self.recordings.read(client.live.interview.id, file)
        return np.frombuffer(pcm, dtype="<i2")

    @property
    def graded(self) -> list[str]:
        return [job.question_id for job in self.store.jobs if isinstance(job, GradeJob)]

    async def end(self) -> None:
        await self.hall.close()
        await asyncio.sleep(0)
