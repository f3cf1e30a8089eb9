"""The engines, shared by all sessions: off the event loop, bounded, most urgent work first.

Each engine has a lane: a few threads and a short queue. What is needed soonest goes first, so that
nobody's long answer holds up the end of somebody's turn, and nothing waits for ever. A full queue
is refused at once instead of making everybody slow.
"""

from __future__ import annotations

import asyncio
import itertools
import math
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from typing import ParamSpec, TypeVar

from app.domain.head import HeadFrame
from app.domain.load import LaneLoad
from app.ports.embeddings import PieceEmbedder, Vectors
from app.ports.errors import EngineBusy, FaceUnavailable
from app.ports.speech import (
    Pcm,
    Sound,
    SpeechToText,
    TextToSpeech,
    Transcript,
    TurnDetector,
    VoiceActivity,
)
from app.ports.vision import FaceReader, FaceReading

Given = ParamSpec("Given")
Result = TypeVar("Result")

Due = Callable[[], float]
"""When a result is needed, on the loop's clock; asked again whenever a place gets free."""

REMEMBERED_SECONDS = 30.0
MOST_REMEMBERED = 32
FEWEST_REMEMBERED = 4

_END = object()


def now() -> float:
    """Due at once."""
    return asyncio.get_running_loop().time()


def some_time() -> float:
    """Due when there is nothing else to do."""
    return math.inf


@dataclass(frozen=True)
class _Waiting:
    """A call that waits for its turn."""

    due: Due
    place: int
    turn: asyncio.Future[None]


class Lane:
    """Runs blocking calls of one engine, at most `workers` at once and `waiting` behind them."""

    def __init__(self, name: str, *, workers: int = 1, waiting: int = 32) -> None:
        self._name = name
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._workers = workers
        self._most = workers + waiting
        self._free = workers
        self._queue: list[_Waiting] = []
        self._order = itertools.count()
        self._held = 0
        self._lateness: deque[tuple[float, float]] = deque(maxlen=MOST_REMEMBERED)

    @property
    def held(self) -> int:
        """Calls that run or wait."""
        return self._held

    @property
    def load(self) -> LaneLoad:
        """How busy the lane is."""
        return LaneLoad(self._name, self._workers, self._held, self._most)

    @property
    def behind_s(self) -> float:
        """By how many seconds the calls of the last half minute came too late, in the median."""
        since = now() - REMEMBERED_SECONDS
        lately = [late for at, late in self._lateness if at >= since]
        return median(lately) if len(lately) >= FEWEST_REMEMBERED else 0.0

    async def run(
        self,
        function: Callable[Given, Result],
        /,
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """Run the call as soon as it can be; cancelling drops one that has not begun.

        Raises:
            EngineBusy: too many calls wait already.
        """
        asked = now()
        return await self._run(lambda: asked, function, args, kwargs)

    async def run_by(
        self,
        due: Due,
        function: Callable[Given, Result],
        /,
        *args: Given.args,
        **kwargs: Given.kwargs,
    ) -> Result:
        """The same for a call whose result is needed later: what is due sooner goes first."""
        return await self._run(due, function, args, kwargs)

    def close(self) -> None:
        """Drop what waits; a running call ends by itself."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(
        self,
        due: Due,
        function: Callable[..., Result],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> Result:
        if self._held >= self._most:
            raise EngineBusy(f"the {self._name} engine is at its limit; please try again")
        self._held += 1
        try:
            await self._turn(due)
            loop = asyncio.get_running_loop()
            running = loop.run_in_executor(self._pool, lambda: function(*args, **kwargs))
            try:
                result = await asyncio.shield(running)
                self._remember(due())
                return result
            finally:
                running.add_done_callback(lambda _: self._next())
        finally:
            self._held -= 1

    def _remember(self, due: float) -> None:
        if math.isfinite(due):
            self._lateness.append((now(), max(0.0, now() - due)))

    async def _turn(self, due: Due) -> None:
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        waiting = _Waiting(due, next(self._order), turn)
        self._queue.append(waiting)
        try:
            await turn
        except asyncio.CancelledError:
            if waiting in self._queue:
                self._queue.remove(waiting)
            if turn.done() and not turn.cancelled():
                self._next()
            raise

    def _next(self) -> None:
        self._queue = [waiting for waiting in self._queue if not waiting.turn.done()]
        if not self._queue:
            self._free += 1
            return
        first = min(self._queue, key=lambda waiting: (waiting.due(), waiting.place))
        self._queue.remove(first)
        first.turn.set_result(None)


class Engines:
    """The models that live sessions and background jobs share."""

    def __init__(
        self,
        *,
        speech_to_text: SpeechToText,
        text_to_speech: TextToSpeech,
        turn_detector: TurnDetector,
        new_activity: Callable[[], VoiceActivity],
        embedder: PieceEmbedder,
        make_face: Callable[[], FaceReader] | None = None,
    ) -> None:
        self.new_activity = new_activity
        self.embedder = embedder
        self._speech_to_text = speech_to_text
        self._text_to_speech = text_to_speech
        self._turn_detector = turn_detector
        self._make_face = make_face
        self._face: FaceReader | None = None
        self._learnt: dict[str, list[Sound]] = {}
        self._hear = Lane("hear")
        self._speak = Lane("speak")
        self._turn = Lane("turn")
        self._embed = Lane("embed")
        self._see = Lane("see", waiting=8)
        self._lanes = (self._hear, self._speak, self._turn, self._embed, self._see)

    @property
    def face(self) -> object | None:
        """What makes face readings, or None where none is installed."""
        return self._make_face

    @property
    def load(self) -> tuple[LaneLoad, ...]:
        """How busy each lane is."""
        return tuple(lane.load for lane in self._lanes)

    @property
    def behind_s(self) -> float:
        """By how many seconds words came too late of late: 0 while the recogniser keeps up."""
        return self._hear.behind_s

    async def warm(self) -> None:
        """Load the models of a conversation, so that the first answer is as quick as the next."""

        def load(part: object) -> None:
            getattr(part, "load", lambda: None)()

        await asyncio.gather(
            self._hear.run(load, self._speech_to_text),
            self._speak.run(load, self._text_to_speech),
            self._turn.run(load, self._turn_detector),
            self._embed.run(self.embedder.embed, ["warm"]),
        )

    async def transcribe(
        self, pcm: Pcm, *, hotwords: Sequence[str] = (), due: Due | None = None
    ) -> Transcript:
        """Words with times; `due` is when they are needed, at once if it is not told.

        Raises SpeechUnavailable or EngineBusy.
        """
        transcribe = self._speech_to_text.transcribe
        if due is None:
            return await self._hear.run(transcribe, pcm, hotwords=hotwords)
        return await self._hear.run_by(due, transcribe, pcm, hotwords=hotwords)

    async def fillers(self, pcm: Pcm) -> Transcript:
        """Words with their fillers, behind all live work."""
        return await self._hear.run_by(some_time, self._speech_to_text.fillers, pcm)

    async def speak(self, text: str, *, rate: float = 1.0) -> AsyncIterator[Sound]:
        """Sounds, sentence by sentence; raises SpeechUnavailable or EngineBusy."""
        sounds = self._text_to_speech.speak(text, rate=rate)
        while True:
            sound = await self._speak.run(next, sounds, _END)
            if not isinstance(sound, Sound):
                return
            yield sound

    async def learn(self, texts: Sequence[str]) -> None:
        """Synthesise what is said again and again, behind all live work, and keep it."""
        for text in texts:
            sounds = await self._speak.run_by(some_time, self._sounds_of, text)
            self._learnt[text] = sounds

    def _sounds_of(self, text: str) -> list[Sound]:
        return list(self._text_to_speech.speak(text))

    def learnt(self, text: str) -> list[Sound] | None:
        """The sounds of a text that was learnt, at the usual rate."""
        return self._learnt.get(text)

    async def complete(self, pcm: Pcm) -> float:
        """The probability that the utterance is complete."""
        return await self._turn.run(self._turn_detector.complete, pcm)

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """Sentence embeddings, shape (len(texts), dimensions)."""
        return await self._embed.run(self.embedder.embed, texts)

    async def read_face(self, jpeg: bytes) -> FaceReading:
        """What one frame shows; the reader is loaded at the first one; raises FaceUnavailable."""
        return await self._see.run(lambda: self._reader().read(jpeg))

    async def follow_face(self, jpeg: bytes, last: HeadFrame | None) -> HeadFrame | None:
        """The head alone, behind all live work; raises FaceUnavailable."""
        return await self._see.run_by(some_time, lambda: self._reader().follow(jpeg, last))

    def close(self) -> None:
        """Stop taking calls."""
        for lane in self._lanes:
            lane.close()

    def _reader(self) -> FaceReader:
        if self._make_face is None:
            raise FaceUnavailable("this server has no face reader")
        if self._face is None:
            self._face = self._make_face()
        return self._face
