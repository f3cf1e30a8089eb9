"""A candidate with bad luck: lines drop within answers, pages are reloaded, tabs are opened twice.

Each misfortune strikes at a known pause of an answer, so that every word is spoken while connected.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from app.bench.answers import SpokenAnswer
from app.bench.callers import Caller
from app.ports.speech import SAMPLE_RATE

THOUGHT_SECONDS = (0.5, 4.0)
AWAY_SECONDS = (0.5, 4.0)
PAUSED_SECONDS = 6.0
REST_SECONDS = 0.3


class Misfortune(StrEnum):
    """What goes wrong around one answer."""

    NONE = "none"
    DROPPED = "dropped"
    RELOADED = "reloaded"
    TWO_TABS = "two_tabs"
    PAUSED = "paused"


@dataclass
class Schedule:
    """A drop every so many seconds; between drops the others take turns with quiet answers."""

    drop_every_s: float
    _others: tuple[Misfortune, ...] = (
        Misfortune.RELOADED,
        Misfortune.NONE,
        Misfortune.TWO_TABS,
        Misfortune.PAUSED,
        Misfortune.NONE,
    )
    _dropped_at: float | None = None
    _place: int = 0

    def next(self, answer: SpokenAnswer, now: float) -> Misfortune:
        """What happens to this answer; what strikes at a pause needs one."""
        if self._dropped_at is None:
            self._dropped_at = now - self.drop_every_s  # the first answer that has a pause
        if answer.pauses and now - self._dropped_at >= self.drop_every_s:
            self._dropped_at = now
            return Misfortune.DROPPED
        chosen = self._others[self._place % len(self._others)]
        self._place += 1
        needs_pause = chosen in (Misfortune.TWO_TABS, Misfortune.PAUSED)
        return Misfortune.NONE if needs_pause and not answer.pauses else chosen


@dataclass(frozen=True)
class Said:
    """One answer that was spoken whole: to which turn, and what went wrong meanwhile."""

    turn: int
    answer: SpokenAnswer
    misfortune: Misfortune


@dataclass
class Visitor:
    """Holds one interview of a few answers."""

    caller: Caller
    schedule: Schedule
    rng: np.random.Generator
    said: list[Said] = field(default_factory=list)
    unanswered: int = 0

    async def hold(self, answers: list[SpokenAnswer], until: float) -> None:
        """Answer questions until then, the first in any case; then end the interview."""
        await self.caller.connect()
        for answer in answers:
            late = bool(self.said) and time.monotonic() >= until
            if late or not await self._listening():
                break
            misfortune = self.schedule.next(answer, time.monotonic())
            await self._answer(answer, misfortune)
        await self.caller.command("end")
        await self.caller.until(lambda told: told.closed is not None)
        await self.caller.leave()

    async def _answer(self, answer: SpokenAnswer, misfortune: Misfortune) -> None:
        told = self.caller.told
        turn, troubles = told.turn, len(told.notices)
        await asyncio.sleep(float(self.rng.uniform(*THOUGHT_SECONDS)))
        if misfortune in (Misfortune.NONE, Misfortune.RELOADED):
            await self.caller.say(answer.pcm)
        else:
            await self._say_in_two(answer, misfortune)
        self.said.append(Said(turn, answer, misfortune))
        if not await self.caller.until(lambda t: t.turn > turn or len(t.notices) > troubles):
            self.unanswered += 1
        if misfortune is Misfortune.RELOADED:
            await asyncio.sleep(3.2)  # beyond the time in which speech would undo the turn's end
            await self.caller.leave()
            await asyncio.sleep(0.5)
            await self.caller.connect()

    async def _say_in_two(self, answer: SpokenAnswer, misfortune: Misfortune) -> None:
        """Say the first part and the beginning of its pause; then it strikes; then the rest."""
        pause = answer.pauses[len(answer.pauses) // 2]
        await self.caller.say(answer.pcm[: pause + round(REST_SECONDS * SAMPLE_RATE)])
        match misfortune:
            case Misfortune.DROPPED:
                await self.caller.leave(abruptly=bool(self.rng.integers(2)))
                await asyncio.sleep(float(self.rng.uniform(*AWAY_SECONDS)))
                await self.caller.connect()
            case Misfortune.TWO_TABS:
                await self.caller.connect()
            case _:
                await self.caller.command("pause")
                await self.caller.until(lambda told: told.state == "paused")
                await asyncio.sleep(PAUSED_SECONDS)
                await self.caller.command("resume")
        await self._listening()
        await asyncio.sleep(0.5)
        await self.caller.say(answer.pcm[pause:])

    async def _listening(self) -> bool:
        return await self.caller.until(lambda told: told.state == "listening")
