"""A microphone made of recordings: real time, in small blocks, never quite silent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import numpy as np

from app.bench.timed_answers import TimedAnswer
from app.ports.speech import SAMPLE_RATE, Pcm

BLOCK_SECONDS = 0.02
BLOCK = round(BLOCK_SECONDS * SAMPLE_RATE)
ROOM = 2.0


@dataclass
class _Saying:
    answer: TimedAnswer
    began: asyncio.Future[float]
    place: int = 0


class Microphone:
    """Sends what is said, and the room's noise before and after it, each block at its time."""

    def __init__(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        """Send blocks of PCM16 mono at 16 kHz by `send`."""
        self._send = send
        self._noise = np.random.default_rng(0)
        self._saying: _Saying | None = None
        self._last: TimedAnswer | None = None

    async def say(self, answer: TimedAnswer) -> float:
        """Say it from the next block on; the monotonic time of its first sample."""
        saying = _Saying(answer, asyncio.get_running_loop().create_future())
        self._saying = saying
        return await saying.began

    async def run(self) -> None:
        """Send until cancelled: a block goes out when its last sample has been heard."""
        start, blocks = time.monotonic(), 0
        while True:
            block = self._block(start + blocks * BLOCK_SECONDS)
            blocks += 1
            await asyncio.sleep(max(0.0, start + blocks * BLOCK_SECONDS - time.monotonic()))
            await self._send(block.astype("<i2").tobytes())

    def _block(self, at: float) -> Pcm:
        saying = self._saying
        if saying is None:
            return self._silence(BLOCK)
        if not saying.began.done():
            saying.began.set_result(at)
        piece = saying.answer.pcm[saying.place : saying.place + BLOCK]
        saying.place += BLOCK
        if saying.place >= len(saying.answer.pcm):
            self._saying, self._last = None, saying.answer
        return np.concatenate([piece, self._silence(BLOCK - len(piece))])

    def _silence(self, samples: int) -> Pcm:
        if self._last is not None:
            return self._last.background(self._noise, samples)
        return np.rint(self._noise.normal(0.0, ROOM, samples)).astype(np.int16)
