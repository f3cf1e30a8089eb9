"""Simulated candidates on the real socket: plain clients of the live protocol, in real time.

They send samples that were made before, so that they cost the machine next to nothing.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from app.bench.answers import noise
from app.bench.errors import BenchFailed
from app.ports.speech import SAMPLE_RATE, Pcm

BLOCK = SAMPLE_RATE // 10
BLOCK_SECONDS = 0.1
TRACK = "python-engineering"
ASKS = 30
MINUTES = 120.0
PATIENCE_SECONDS = 120.0
TRY_AGAIN_LATER = 1013
ASK_AGAIN_SECONDS = 2.0
MOST_ASKED = 60

Message = dict[str, Any]


async def new_interview(client: httpx.AsyncClient, url: str, *, seed: int) -> str:
    """Make an interview with consent to audio; its id."""
    wanted = {
        "track": TRACK,
        "consents": ["audio", "delivery"],
        "order": "adaptive",
        "seed": seed,
        "asks": ASKS,
        "minutes": MINUTES,
    }
    made = await client.post(f"{url}/api/interviews", json=wanted)
    if made.status_code != 201:
        raise BenchFailed(f"no interview could be made: the server answered {made.status_code}")
    return str(made.json()["id"])


@dataclass
class Told:
    """What the server told one candidate, over all connections."""

    state: str = "suspended"
    turn: int = -1
    kind: str = ""
    closed: str | None = None
    refused: str | None = None
    answered: dict[int, Message] = field(default_factory=dict)
    final: dict[int, list[str]] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    pongs: int = 0
    asked_to_wait: int = 0


@dataclass
class _Saying:
    """Samples that are being spoken, and who waits for their end."""

    left: memoryview
    said: asyncio.Future[bool]

    def ended(self, *, whole: bool) -> None:
        if not self.said.done():
            self.said.set_result(whole)


class Caller:
    """One candidate in one interview; reconnects as often as it is told to."""

    def __init__(self, url: str, interview: str, *, seed: int = 0) -> None:
        self.interview = interview
        self.told = Told()
        self.sent_samples = 0
        self._address = f"{url.replace('http', 'ws', 1)}/live/{interview}"
        self._quiet = noise(BLOCK, np.random.default_rng(seed)).tobytes()
        self._talk: asyncio.Queue[_Saying] = asyncio.Queue()
        self._saying: _Saying | None = None
        self._socket: ClientConnection | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._plays_until = 0.0

    @property
    def over(self) -> bool:
        """Whether the interview was closed, or this candidate refused."""
        return self.told.closed is not None or self.told.refused is not None

    async def connect(self) -> None:
        """Open a connection and say hello; as long as the hall is full, ask again as the page does.

        Raises:
            OSError: it stayed full, or no server listens.
        """
        for _ in range(MOST_ASKED):
            socket = await connect(self._address, max_size=None, open_timeout=30, compression=None)
            first = await self._greeted(socket)
            if first is not None:
                break
            self.told.asked_to_wait += 1
            await asyncio.sleep(ASK_AGAIN_SECONDS)
        else:
            raise OSError("the hall stayed full")
        self._socket = socket
        self.told.state, self._plays_until = "suspended", 0.0
        self._take(first)
        self._begin(self._listen(socket))
        self._begin(self._stream(socket))

    async def _greeted(self, socket: ClientConnection) -> Message | None:
        """The answer to our hello; None when we are asked to wait."""
        hello = {"type": "hello", "protocol": 1, "voice": True, "microphone": True}
        try:
            await socket.send(json.dumps(hello))
            first: Message = json.loads(await socket.recv())
        except ConnectionClosed as closed:
            if closed.rcvd is not None and closed.rcvd.code == TRY_AGAIN_LATER:
                return None
            raise OSError(f"the connection was closed: {closed}") from closed
        return None if first.get("code") == "busy" else first

    async def leave(self, *, abruptly: bool = False) -> None:
        """Close the connection, or lose it as a cut cable would.

        What is still under way when a cable is cut is lost to any server; so the cut waits until
        the server has read all that was sent.
        """
        if abruptly:
            await self._read_out()
        socket, self._socket = self._socket, None
        if socket is not None:
            if abruptly:
                socket.transport.abort()
            await socket.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.told.state = "suspended"

    async def say(self, pcm: Pcm) -> bool:
        """Speak these samples, in real time; False when the connection was lost before the end."""
        said: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._talk.put_nowait(_Saying(memoryview(pcm.astype("<i2").tobytes()), said))
        return await said

    async def command(self, name: str) -> None:
        """Press a button."""
        await self._send(type="command", name=name)

    async def until(
        self, wanted: Callable[[Told], bool], seconds: float = PATIENCE_SECONDS
    ) -> bool:
        """Wait until this is so; False when it is not so in time, or the interview is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not wanted(self.told):
                    if self.over:
                        return False
                    self._changed.clear()
                    await self._changed.wait()
                return True
        return False

    async def _read_out(self) -> None:
        pongs = self.told.pongs
        await self._send(type="ping")
        await self.until(lambda told: told.pongs > pongs)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, **message: object) -> None:
        if self._socket is not None:
            with suppress(ConnectionClosed):
                await self._socket.send(json.dumps(message))

    async def _listen(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for frame in socket:
                if isinstance(frame, str):
                    self._take(json.loads(frame))

    def _take(self, message: Message) -> None:
        self._play(message)
        self._heed(message)
        self._changed.set()

    def _play(self, message: Message) -> None:
        """Our voice plays as long as it sounds, and the server is told when it ended."""
        match message["type"]:
            case "speech":
                start = max(self._plays_until, time.monotonic())
                self._plays_until = start + message["seconds"]
            case "speech_stop":
                self._plays_until = time.monotonic()
            case "speech_end":
                self._begin(self._played(message["utterance"]))

    def _heed(self, message: Message) -> None:
        told = self.told
        match message["type"]:
            case "state":
                told.state = message["state"]
            case "question":
                told.turn, told.kind = message["turn"], message["kind"]
            case "heard" if message["final"]:
                told.final[message["turn"]] = [word["text"] for word in message["words"]]
            case "answered":
                told.answered[message["turn"]] = message
            case "notice":
                told.notices.append(message["code"])
            case "pong":
                told.pongs += 1
            case "closed":
                told.closed = message["reason"]
            case "error" if message["fatal"] and message["code"] != "taken_over":
                told.refused = message["code"]

    async def _played(self, utterance: int) -> None:
        await asyncio.sleep(max(0.0, self._plays_until - time.monotonic()))
        await self._send(type="played", utterance=utterance)

    async def _stream(self, socket: ClientConnection) -> None:
        """The microphone: what there is to say, else the quiet of the room."""
        began, blocks = time.monotonic(), 0
        try:
            while True:
                await socket.send(self._block())
                self.sent_samples += BLOCK
                blocks += 1
                if self._saying is not None and not self._saying.left:
                    self._saying.ended(whole=True)
                    self._saying = None
                await asyncio.sleep(max(0.0, began + blocks * BLOCK_SECONDS - time.monotonic()))
        except ConnectionClosed:
            return
        finally:
            if self._saying is not None:
                self._saying.ended(whole=False)
                self._saying = None

    def _block(self) -> bytes:
        if self._saying is None and not self._talk.empty():
            self._saying = self._talk.get_nowait()
        if self._saying is None:
            return self._quiet
        block = self._saying.left[: len(self._quiet)]
        self._saying.left = self._saying.left[len(self._quiet) :]
        return bytes(block) + self._quiet[len(block) :]
