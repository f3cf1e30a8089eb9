"""How many live interviews one machine holds: one after the other joins, all talk on.

A real server with its real engines; only the interviewer's model is scripted, because a language
model on another machine or in the cloud is not what limits this one.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import numpy as np

from app.bench.answers import SpokenAnswer, spoken_answers
from app.bench.callers import Caller, new_interview
from app.bench.errors import BenchFailed, BenchRefused
from app.bench.machine import machine
from app.bench.process import memory_mb, memory_of_all_mb, processor_seconds
from app.bench.scripted_model import scripted_model, scripted_settings
from app.bench.serving import Served, serving
from app.bench.spread import spread

LEVELS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
SPEAKING_SHARE = 0.6
SHORTEST_THOUGHT_SECONDS = 0.5
SETTLE_SECONDS = 30.0
FEWEST_TURNS = 12
LONGEST_STRETCH = 4.0
SAMPLE_SECONDS = 2.0
LATE_SECONDS = 1.0


@dataclass(frozen=True)
class Response:
    """One turn: when its answer ended, and how long the candidate waited for us.

    `excess_s` is what went beyond the wait that the policy chose; None when it chose none.
    """

    ended: float
    response_s: float
    excess_s: float | None


@dataclass
class Talker:
    """A candidate who answers until stopped, and speaks a fixed share of the time."""

    caller: Caller
    answers: Sequence[SpokenAnswer]
    rng: np.random.Generator
    responses: list[Response] = field(default_factory=list)
    unanswered: int = 0
    spoke_s: float = 0.0
    began: float | None = None

    async def talk(self) -> None:
        """Answer question after question; ends when the interview does."""
        await self.caller.connect()
        for number in itertools.cycle(self.rng.permutation(len(self.answers))):
            if not await self.caller.until(lambda told: told.state == "listening"):
                return
            await asyncio.sleep(self._thought())
            await self._answer(self.answers[number])

    def _thought(self) -> float:
        """Silence before the answer, so that speech stays at its share of the time."""
        if self.began is None:
            self.began = time.monotonic()
        due = self.spoke_s / SPEAKING_SHARE - (time.monotonic() - self.began)
        return max(SHORTEST_THOUGHT_SECONDS, due)

    async def _answer(self, answer: SpokenAnswer) -> None:
        told = self.caller.told
        turn, troubles = told.turn, len(told.notices)
        if not await self.caller.say(answer.pcm):
            raise BenchFailed("the server closed a connection in the middle of an answer")
        ended = time.monotonic()
        self.spoke_s += answer.seconds
        went_on = await self.caller.until(lambda t: turn in t.answered or len(t.notices) > troubles)
        figures = told.answered.get(turn)
        if not went_on or figures is None or figures["response_s"] is None:
            self.unanswered += 1
            return
        waited = figures["response_s"]
        policy = figures["policy_wait_s"]
        excess = None if policy is None else round(waited - policy, 3)
        self.responses.append(Response(ended, waited, excess))


@dataclass
class Level:
    """A stretch of time with the same number of interviews."""

    interviews: int
    start: float
    end: float = 0.0
    memory: list[float] = field(default_factory=list)
    memory_of_all: list[float] = field(default_factory=list)
    server_cpu_s: float = 0.0
    client_cpu_s: float = 0.0
    speaking_share: float = 0.0


def bench_load(
    *, most: int, seconds: float, data: Path | None, seed: int = 0, limit: int | None = None
) -> dict[str, Any]:
    """Add interviews until the 95th percentile of the response time has doubled.

    Raises:
        BenchRefused: a number is too small, or there is no speech.
        BenchFailed: the server does not start, or turns a candidate away.
    """
    if most < 1 or seconds <= 0:
        raise BenchRefused("expected --most of 1 or more and --seconds above 0")
    answers = spoken_answers(data, seed=seed)[:limit]
    before = machine()
    with scripted_model() as base_url:
        settings = scripted_settings(base_url) | {"SOUNDING_MAX_LIVE": str(most)}
        with serving(settings) as served:
            return asyncio.run(_Load(served, answers, most, seconds, seed).run()) | {
                "machine": before,
                "seed": seed,
                "speech": "librispeech" if data is not None else "piper",
            }


class _Load:
    def __init__(
        self,
        served: Served,
        answers: Sequence[SpokenAnswer],
        most: int,
        seconds: float,
        seed: int,
    ) -> None:
        self._served = served
        self._answers = answers
        self._levels = [level for level in LEVELS if level < most] + [most]
        self._seconds = seconds
        self._seed = seed
        self._rng = np.random.default_rng(seed)
        self._talkers: list[Talker] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self) -> dict[str, Any]:
        measured: list[Level] = []
        try:
            for interviews in self._levels:
                await self._join(interviews)
                measured.append(await self._measure(interviews))
                rows = [_row(level, self._talkers) for level in measured]
                if held(rows) < interviews:
                    break
            await asyncio.sleep(min(self._seconds, 10.0))  # the last answers get their response
            return self._document(measured)
        finally:
            await self._leave()

    async def _join(self, interviews: int) -> None:
        """Let candidates in until there are so many, one by one, and wait for their first words."""
        async with httpx.AsyncClient(timeout=30) as client:
            while len(self._talkers) < interviews:
                seed = len(self._talkers)
                interview = await new_interview(client, self._served.url, seed=seed)
                caller = Caller(self._served.url, interview, seed=seed)
                talker = Talker(caller, self._answers, np.random.default_rng([self._seed, seed]))
                self._talkers.append(talker)
                self._tasks.append(asyncio.create_task(talker.talk()))
                await asyncio.sleep(float(self._rng.uniform(2.0, 9.0)))
        settled = time.monotonic() + min(SETTLE_SECONDS, self._seconds)
        while any(t.began is None for t in self._talkers) or time.monotonic() < settled:
            self._require_all()
            await asyncio.sleep(0.2)

    async def _measure(self, interviews: int) -> Level:
        level = Level(interviews, time.monotonic())
        server, client = processor_seconds(self._served.pid), time.process_time()
        while self._goes_on(level):
            self._require_all()
            level.memory.append(memory_mb(self._served.pid))
            level.memory_of_all.append(memory_of_all_mb(self._served.pid))
            await asyncio.sleep(min(SAMPLE_SECONDS, self._seconds / 4))
        level.end = time.monotonic()
        level.server_cpu_s = processor_seconds(self._served.pid) - server
        level.client_cpu_s = time.process_time() - client
        level.speaking_share = _speaking_share(self._talkers, level.end)
        row = _row(level, self._talkers)
        sys.stderr.write(f"{row}\n")
        return level

    def _goes_on(self, level: Level) -> bool:
        """For the given time, and up to four times as long until there are turns to judge by."""
        passed = time.monotonic() - level.start
        turns = sum(r.ended >= level.start for t in self._talkers for r in t.responses)
        few = turns < FEWEST_TURNS and passed < LONGEST_STRETCH * self._seconds
        return passed < self._seconds or few

    def _require_all(self) -> None:
        """Every candidate is still there."""
        for task, talker in zip(self._tasks, self._talkers, strict=True):
            if task.done():
                told = talker.caller.told
                reason = task.exception() or told.refused or told.closed or "no answer in time"
                raise BenchFailed(f"a candidate of {len(self._tasks)} left: {reason}")

    async def _leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for talker in self._talkers:
            await talker.caller.leave()

    def _document(self, measured: Sequence[Level]) -> dict[str, Any]:
        rows = [_row(level, self._talkers) for level in measured]
        return {
            "interviews": held(rows),
            "p95_response_s": [row["p95_response_s"] for row in rows],
            "p95_excess_s": [row["p95_excess_s"] for row in rows],
            "mb_per_session": slope(rows, "memory_mb"),
            "mb_per_session_with_store": slope(rows, "memory_with_store_mb"),
            "interviews_within_a_second": max(
                (r["interviews"] for r in rows if (r["p95_excess_s"] or 0.0) <= LATE_SECONDS),
                default=0,
            ),
            "levels": rows,
            "server_errors": self._served.errors(),
        }


def _row(level: Level, talkers: Sequence[Talker]) -> dict[str, Any]:
    """The figures of a level, by the turns whose answers ended in it."""
    own = talkers[: level.interviews]
    turns = [r for t in own for r in t.responses if level.start <= r.ended < level.end]
    wall = level.end - level.start
    cores = machine()["cores"]
    responses = [r.response_s for r in turns]
    excesses = [r.excess_s for r in turns if r.excess_s is not None]
    return {
        "interviews": level.interviews,
        "turns": len(turns),
        "p95_response_s": p95(responses),
        "p95_excess_s": p95(excesses),
        "response_s": spread(responses),
        "excess_s": spread(excesses),
        "unanswered": sum(t.unanswered for t in own),
        "speaking_share": round(level.speaking_share, 3),
        "memory_mb": round(median(level.memory), 1),
        "memory_with_store_mb": round(median(level.memory_of_all), 1),
        "server_cpu_share": round(level.server_cpu_s / wall / cores, 3),
        "client_cpu_share": round(level.client_cpu_s / wall / cores, 3),
        "seconds": round(wall, 1),
    }


def _speaking_share(talkers: Sequence[Talker], at: float) -> float:
    """How much of the time since they began the candidates have spoken up to now."""
    passed = sum(at - t.began for t in talkers if t.began is not None)
    return sum(t.spoke_s for t in talkers) / passed if passed else 0.0


def p95(values: Sequence[float]) -> float | None:
    """The 95th percentile; None where nothing was measured."""
    return round(float(np.quantile(values, 0.95)), 3) if values else None


def held(rows: Sequence[dict[str, Any]]) -> int:
    """The largest number of interviews before the 95th percentile doubled."""
    alone = rows[0]["p95_response_s"]
    within = itertools.takewhile(
        lambda row: row["p95_response_s"] is not None and row["p95_response_s"] <= 2 * alone, rows
    )
    return max((row["interviews"] for row in within), default=0) if alone is not None else 0


def slope(rows: Sequence[dict[str, Any]], key: str) -> float | None:
    """Megabytes for each further interview; None with less than two numbers of them."""
    if len(rows) < 2:
        return None
    counts = [row["interviews"] for row in rows]
    return round(float(np.polyfit(counts, [row[key] for row in rows], 1)[0]), 1)
