"""Watch a film that somebody brought: expressions twice a second, head and eyes in every picture.

Each second is kept as soon as it is read, so that a withdrawn consent ends the watching at once;
what needs the whole film (blinks, nods) is added at its end. No picture is kept.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import replace

from app.domain.consent import Modality
from app.domain.head import HeadFrame
from app.domain.interview import ExpressionReading, Interview
from app.ports.errors import FaceUnavailable, PortError
from app.ports.media import Still
from app.ports.store import Store
from app.ports.vision import FaceReading
from app.usecases.engines import Engines
from app.usecases.read_frame import mean_reading

log = logging.getLogger(__name__)

EVERY_S = 0.08
"""Twelve pictures a second: with eight, one blink in seven of a labelled film was missed."""

READ_EVERY_S = 0.5
_END = object()

Tell = Callable[[float], Awaitable[None]]


class WatchFilm:
    """Reads one film, once; `tell` is told after each second how far it has come."""

    def __init__(self, store: Store, engines: Engines, interview: Interview, tell: Tell) -> None:
        self._store = store
        self._engines = engines
        self._interview = interview
        self._tell = tell
        self._heads: list[tuple[float, HeadFrame | None]] = []
        self._readings: list[ExpressionReading] = []
        self._following = True

    async def __call__(self, stills: Iterator[Still], longest_s: float) -> float | None:
        """How long the film is, and None where it goes on for longer than `longest_s`."""
        frames: list[FaceReading] = []
        second, due, at = 0, 0.0, 0.0
        async for still in _one_by_one(stills):
            at = still.at_s
            if at > longest_s:
                return None
            if int(at) > second:
                if frames and not await self._keep(second, frames):
                    return at
                second, frames = int(at), []
                await self._tell(at)
            await self._follow(still)
            if at + 1e-6 >= due:
                due = max(due + READ_EVERY_S, at)
                frames += await self._read(still)
        if not frames or await self._keep(second, frames):
            await self._keep_heads()
        return at

    async def _read(self, still: Still) -> list[FaceReading]:
        try:
            return [await self._engines.read_face(still.jpeg)]
        except PortError as error:
            log.warning("a picture could not be read: %s", type(error).__name__)
            return []

    async def _follow(self, still: Still) -> None:
        """Add the picture's head; once that fails, the film goes on without heads."""
        if not self._following:
            return
        last = self._heads[-1][1] if self._heads else None
        try:
            head = await self._engines.follow_face(still.jpeg, last)
        except FaceUnavailable as error:
            log.warning("heads are not followed: %s", type(error).__name__)
            self._following = False
        except PortError as error:
            log.warning("a picture was left out: %s", type(error).__name__)
        else:
            self._heads.append((still.at_s, head))

    async def _keep(self, second: int, frames: list[FaceReading]) -> bool:
        """Keep what a second shows; False once there is no consent any more."""
        reading = mean_reading(second, frames)
        self._readings.append(reading)
        return await self._store_all([reading])

    async def _keep_heads(self) -> None:
        # Here, not at the top: a process that serves only assessments never imports it.
        from app.delivery.head_seconds import head_seconds

        heads = await asyncio.to_thread(head_seconds, self._heads)
        known = [reading for reading in self._readings if reading.second in heads]
        await self._store_all([replace(each, head=heads[each.second]) for each in known])

    async def _store_all(self, readings: list[ExpressionReading]) -> bool:
        async with self._store.begin() as work:
            held = await work.interviews.held(self._interview.id)
            if held is None or not held.agreed(Modality.VIDEO):
                return False
            for reading in readings:
                await work.observations.add_reading(self._interview.id, reading)
        return True


async def _one_by_one(stills: Iterator[Still]) -> AsyncIterator[Still]:
    while True:
        still = await asyncio.to_thread(next, stills, _END)
        if not isinstance(still, Still):
            return
        yield still
