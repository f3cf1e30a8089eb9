"""A candidate made of recordings: a plain client of the live protocol, in real time."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from app.cli.answers import Answer, Answers
from app.ports.speech import SAMPLE_RATE, Pcm

BLOCK = SAMPLE_RATE // 10
BEFORE_ANSWER_SECONDS = 0.5
SILENCE_SECONDS = 5.0
FRAME_SECONDS = 0.5
MOST_RECONNECTS = 20

Message = dict[str, Any]


class CandidateFailed(Exception):
    """The interview could not be held to its end."""


@dataclass
class Candidate:
    """Holds one interview; `held` is what happened, for the record."""

    url: str
    interview: str
    answers: Answers
    code: str | None = None
    language: str = "python"
    frames: tuple[bytes, ...] = ()
    held: list[Message] = field(default_factory=list)
    _talk: list[Pcm] = field(default_factory=list)
    _plays_until: float = 0.0
    _question: Message | None = None
    _place: int = 0
    _number: int = 0
    _answering: bool = False
    _closed: bool = False
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def hold(self) -> None:
        """Be interviewed until the end, reconnecting when the line drops.

        Raises:
            CandidateFailed: the server refused, or never came back.
        """
        camera = asyncio.create_task(self._show())
        try:
            for attempt in range(MOST_RECONNECTS):
                with suppress(OSError, ConnectionClosed):
                    await self._connected()
                if self._closed:
                    return
                await asyncio.sleep(min(3.0, 0.3 * (attempt + 1)))
            raise CandidateFailed("the connection was lost and did not come back")
        finally:
            camera.cancel()

    async def _connected(self) -> None:
        address = f"{self.url.replace('http', 'ws', 1)}/live/{self.interview}"
        async with connect(address, max_size=None) as socket:
            await self._send(socket, type="hello", protocol=1, voice=True, microphone=True)
            if self.code is not None:
                await self._send(socket, type="code", code=self.code, language=self.language)
            microphone = asyncio.create_task(self._speak(socket))
            try:
                await self._listen(socket)
            finally:
                microphone.cancel()

    async def _listen(self, socket: ClientConnection) -> None:
        async for frame in socket:
            if isinstance(frame, bytes):
                continue
            message: Message = json.loads(frame)
            self.held.append(message | {"wall": time.monotonic()})
            await self._react(socket, message)
            if self._closed:
                return

    async def _react(self, socket: ClientConnection, message: Message) -> None:
        match message["type"]:
            case "question":
                self._asked(message)
            case "speech":
                start = max(self._plays_until, time.monotonic())
                self._plays_until = start + message["seconds"]
            case "speech_stop":
                self._plays_until = time.monotonic()
            case "speech_end":
                self._later(self._played(socket, message["utterance"]))
            case "state" if message["state"] == "listening" and not self._answering:
                self._answering = True
                self._later(self._answer(socket))
            case "closed":
                self._closed = True
            case "error" if message["fatal"]:
                raise CandidateFailed(message["text"])

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it beside the rest; the reference keeps it from being collected half done."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _asked(self, message: Message) -> None:
        if self._question is not None and self._question["turn"] == message["turn"]:
            return
        if message["kind"] == "question":
            self._number, self._place = self._number + 1, 0
        elif message["kind"] == "follow_up":
            self._place += 1
        self._question, self._answering = message, False

    async def _played(self, socket: ClientConnection, utterance: int) -> None:
        await asyncio.sleep(max(0.0, self._plays_until - time.monotonic()))
        with suppress(ConnectionClosed):
            await self._send(socket, type="played", utterance=utterance)

    async def _answer(self, socket: ClientConnection) -> None:
        """Answer the open question, or be silent and skip it; after the last one, leave."""
        if self._number > self.answers.highest:
            await self._send(socket, type="command", name="end")
            return
        answer = self.answers.of(self._number, self._place)
        await asyncio.sleep(BEFORE_ANSWER_SECONDS)
        with suppress(ConnectionClosed):
            await self._give(socket, answer)

    async def _give(self, socket: ClientConnection, answer: Answer) -> None:
        if answer.text is not None:
            await self._send(socket, type="text", text=answer.text)
        elif answer.pcm is not None:
            self._talk.append(answer.pcm)
        else:
            await asyncio.sleep(SILENCE_SECONDS)
            await self._send(socket, type="command", name="skip")

    async def _speak(self, socket: ClientConnection) -> None:
        """The microphone: what there is to say, else near-silence, always in real time."""
        noise = np.random.default_rng(0)
        began, blocks = time.monotonic(), 0
        async for block in self._blocks(noise):
            await socket.send(block.astype("<i2").tobytes())
            blocks += 1
            await asyncio.sleep(max(0.0, began + blocks * 0.1 - time.monotonic()))

    async def _blocks(self, noise: np.random.Generator) -> AsyncIterator[Pcm]:
        while True:
            if self._talk:
                pcm = self._talk.pop(0)
                for place in range(0, len(pcm), BLOCK):
                    yield pcm[place : place + BLOCK]
            else:
                yield noise.integers(-3, 4, BLOCK).astype(np.int16)

    async def _show(self) -> None:
        """The camera: its frames in turn, twice a second."""
        if not self.frames:
            return
        address = f"{self.url}/interviews/{self.interview}/frames"
        headers = {"Content-Type": "image/jpeg"}
        async with httpx.AsyncClient(timeout=20) as client:
            for number in range(10_000_000):
                if self._question is not None:
                    frame = self.frames[number % len(self.frames)]
                    at = self._clock()
                    with suppress(httpx.HTTPError):
                        await client.post(
                            address, params={"at": at}, content=frame, headers=headers
                        )
                await asyncio.sleep(FRAME_SECONDS)

    def _clock(self) -> float:
        """The interview's clock, from the newest event that told it."""
        told = next((m for m in reversed(self.held) if "at" in m), None)
        return 0.0 if told is None else round(told["at"] + time.monotonic() - told["wall"], 3)

    async def _send(self, socket: ClientConnection, **message: object) -> None:
        await socket.send(json.dumps(message))


def camera_frames(path: Path) -> tuple[bytes, ...]:
    """JPEG frames, two a second, of a video, an MJPEG file, a picture or a folder of pictures.

    Raises:
        ValueError: there is no picture in it.
    """
    if path.is_dir():
        found = tuple(p.read_bytes() for p in sorted(path.glob("*.jp*g")))
    elif path.suffix.lower() in (".jpg", ".jpeg"):
        found = (path.read_bytes(),)
    else:
        found = tuple(_video_frames(path))
    if not found:
        raise ValueError(f"{path}: no picture was found in it")
    return found


def _video_frames(path: Path) -> Iterator[bytes]:
    import cv2

    video = cv2.VideoCapture(str(path))
    step = max(1, round((video.get(cv2.CAP_PROP_FPS) or 10.0) * FRAME_SECONDS))
    number = 0
    while True:
        there, picture = video.read()
        if not there:
            return
        if number % step == 0:
            yield cv2.imencode(".jpg", picture)[1].tobytes()
        number += 1
