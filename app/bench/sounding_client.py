"""Sounding as a system under test: a plain client of the live protocol, with a microphone."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

from app.bench.errors import BenchFailed
from app.bench.exchange import Exchange, Row, row_of
from app.bench.microphone import Microphone
from app.bench.timed_answers import TimedAnswer
from app.dialogue.session import WRITING_SECONDS

TRACK = "behavioural"
FLOOR_SECONDS = 60.0
ANSWER_SECONDS = 25.0
BUSY_SECONDS = 10.0
"""Shorter than the silence after which somebody is told aloud to take their time."""

Message = dict[str, Any]


@dataclass
class Heard:
    """All that the server sent, with its monotonic time; `audio` are binary frames."""

    messages: list[tuple[float, Message]] = field(default_factory=list)
    audio: list[float] = field(default_factory=list)


class SoundingClient:
    """One interview; speaks answers when it has the floor, and remembers what came back."""

    def __init__(self, socket: ClientConnection) -> None:
        """Talk over this socket; `sounding_client` makes one."""
        self.heard = Heard()
        self.exchanges: list[Exchange] = []
        self._socket = socket
        self._microphone = Microphone(socket.send)
        self._floor = asyncio.Event()
        self._plays_until = 0.0
        self._wrote = float("-inf")
        self._saying = False
        self._playing: asyncio.Task[None] | None = None
        self._tasks = [
            asyncio.ensure_future(work)
            for work in (self._listen(), self._microphone.run(), self._busy())
        ]

    async def answer(self, answer: TimedAnswer) -> None:
        """Say this answer when the floor is ours, and wait for the first audio after its end.

        Raises:
            BenchFailed: the floor was not given, or the connection ended.
        """
        try:
            await asyncio.wait_for(self._alive(self._free()), FLOOR_SECONDS)
        except TimeoutError:
            raise BenchFailed("the interviewer never gave the floor") from None
        try:
            said = Exchange(answer, await self._alive(self._microphone.say(answer)))
            self.exchanges.append(said)
            until = said.end + ANSWER_SECONDS
            while time.monotonic() < until and not (
                self.heard.audio and self.heard.audio[-1] > said.end
            ):
                await self._alive(asyncio.sleep(0.02))
        finally:
            self._saying = False

    async def settled(self) -> None:
        """Wait until the floor is ours again, so that late turns are known too."""
        await asyncio.wait_for(self._alive(self._floor.wait()), FLOOR_SECONDS)

    def rows(self) -> list[Row]:
        """A row for each answer, in order."""
        ends = [following.began for following in self.exchanges[1:]] + [float("inf")]
        return [
            sounding_row(exchange, until, self.heard)
            for exchange, until in zip(self.exchanges, ends, strict=True)
        ]

    def close(self) -> None:
        """Stop speaking and listening."""
        for task in (*self._tasks, self._playing):
            if task is not None:
                task.cancel()

    async def _free(self) -> None:
        """Wait for the floor, and until no code of ours holds the end of an answer up."""
        await self._floor.wait()
        self._saying = True  # nothing is written from here on
        await asyncio.sleep(hold_left(self._wrote, time.monotonic()))
        await self._floor.wait()

    async def _alive(self, work: Any) -> Any:  # noqa: ANN401  # any awaitable, its own result
        """The work's result, unless the connection ends before."""
        own = asyncio.ensure_future(work)
        await asyncio.wait({own, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
        if own.done():
            return own.result()
        own.cancel()
        raise BenchFailed("the connection to the server ended")

    async def _listen(self) -> None:
        async for frame in self._socket:
            now = time.monotonic()
            if isinstance(frame, bytes):
                self.heard.audio.append(now)
                continue
            message: Message = json.loads(frame)
            self.heard.messages.append((now, message))
            self._react(message, now)

    def _react(self, message: Message, now: float) -> None:
        match message["type"]:
            case "state":
                (self._floor.set if message["state"] == "listening" else self._floor.clear)()
            case "speech":
                self._plays_until = max(self._plays_until, now) + message["seconds"]
            case "speech_stop":
                self._plays_until = now
            case "speech_end":
                self._playing = asyncio.ensure_future(self._played(message["utterance"]))
            case "closed":
                raise BenchFailed("the interview ended before all answers were given")

    async def _busy(self) -> None:
        """Write code while others are answered: who is busy is not told to take their time."""
        while True:
            await asyncio.sleep(BUSY_SECONDS)
            if self._floor.is_set() and not self._saying:
                self._wrote = time.monotonic()
                await self._socket.send(json.dumps({"type": "code", "code": ""}))

    async def _played(self, utterance: int) -> None:
        await asyncio.sleep(max(0.0, self._plays_until - time.monotonic()))
        await self._socket.send(json.dumps({"type": "played", "utterance": utterance}))


def hold_left(wrote: float, now: float) -> float:
    """Seconds for which code that was written at `wrote` still holds the end of a turn up."""
    return max(0.0, wrote + WRITING_SECONDS - now)


def sounding_row(exchange: Exchange, until: float, heard: Heard) -> Row:
    """What an answer met, out of all that was heard until the next answer began."""
    audio = [at for at in heard.audio if exchange.began < at < until]
    first = next((at for at in audio if at > exchange.end), None)
    stored = {
        message["turn"]
        for at, message in heard.messages
        if message["type"] == "heard" and message["final"] and exchange.began < at < until
    }
    waits = [_wait(m) for _, m in heard.messages if m["type"] == "answered" and m["turn"] in stored]
    early = any(at <= exchange.end for at in audio)
    return row_of(exchange, first, waits[-1] if waits else None, len(stored), early)


def _wait(message: Message) -> float | None:
    """The silence that the policy chose; of an older server, the silence that there was."""
    wait = message.get("policy_wait_s", message.get("end_wait_s"))
    return None if wait is None else float(wait)


@asynccontextmanager
async def sounding_client(url: str, asks: int) -> AsyncIterator[SoundingClient]:
    """An interview at this server, with the interviewer's first question under way.

    Raises:
        BenchFailed: the server does not make one.
    """
    wanted: dict[str, Sequence[str] | str | int] = {
        "track": TRACK, "purpose": "practice", "consents": ["audio"], "asks": asks,
    }  # fmt: skip
    async with httpx.AsyncClient(timeout=30) as web:
        made = await web.post(f"{url}/api/interviews", json=wanted)
    if made.status_code != 201:
        raise BenchFailed(f"the server answered {made.status_code} to a new interview")
    address = f"{url.replace('http', 'ws', 1)}/live/{made.json()['id']}"
    async with connect(address, max_size=None) as socket:
        hello = {"type": "hello", "protocol": 1, "voice": True, "microphone": True}
        await socket.send(json.dumps(hello))
        client = SoundingClient(socket)
        try:
            yield client
        finally:
            client.close()
