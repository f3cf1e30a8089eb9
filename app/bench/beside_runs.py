"""A live interview beside busy programs: what four at once do to the time until we answer.

One candidate talks to a real server. Stretches without programs and with four that compute without
pause take turns, so that both see the same machine.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from statistics import median
from typing import Any

import httpx
import numpy as np

from app.adapters.sandbox.sandbox import ProcessSandbox
from app.bench.answers import SpokenAnswer, spoken_answers
from app.bench.callers import Caller, new_interview
from app.bench.load import Response, Talker, p95
from app.bench.scripted_model import scripted_model, scripted_settings
from app.bench.serving import Served, serving
from app.bench.spread import spread
from app.domain.runs import Limits, Program

PROGRAMS = 4
STRETCHES = 4
BUSY = Program("n = 0\nwhile True:\n    n += 1\n")
BOUNDS = Limits(cpu_seconds=2, wall_seconds=8.0)
_EDGE_SECONDS = 2.0
_SEED = 0


def beside_runs(seconds: float) -> dict[str, Any]:
    """Stretches of so many seconds, without and with four programs; raises BenchFailed."""
    answers = [_first_sentence(answer) for answer in spoken_answers(None, seed=_SEED, most=8)]
    with scripted_model() as base_url, serving(scripted_settings(base_url)) as served:
        return asyncio.run(_measured(served, answers, seconds))


def _first_sentence(answer: SpokenAnswer) -> SpokenAnswer:
    """Short answers give more turns to judge by."""
    if not answer.pauses:
        return answer
    return replace(answer, pcm=answer.pcm[: answer.pauses[0]], pauses=())


async def _measured(
    served: Served, answers: Sequence[SpokenAnswer], seconds: float
) -> dict[str, Any]:
    sandbox = ProcessSandbox(at_once=PROGRAMS)
    async with httpx.AsyncClient(timeout=30) as client:
        interview = await new_interview(client, served.url, seed=_SEED)
    caller = Caller(served.url, interview, seed=_SEED)
    talker = Talker(caller, answers, np.random.default_rng(_SEED))
    talking = asyncio.create_task(talker.talk())
    spans: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    runs = 0
    try:
        while talker.began is None and not talking.done():
            await asyncio.sleep(0.2)
        for stretch in range(2 * STRETCHES):
            busy = stretch % 2 == 1
            began = time.monotonic()
            runs += await (_busy(sandbox, seconds) if busy else _idle(seconds))
            spans[busy].append((began, time.monotonic() - (0.0 if busy else _EDGE_SECONDS)))
            sys.stderr.write(f"{'beside programs' if busy else 'alone'}: {len(talker.responses)}\n")
        await asyncio.sleep(5.0)  # the last answer gets its response
    finally:
        talking.cancel()
        with suppress(asyncio.CancelledError):
            await talking
        await caller.leave()
        sandbox.close()
    return _figures(talker, spans, runs)


async def _idle(seconds: float) -> int:
    await asyncio.sleep(seconds)
    return 0


async def _busy(sandbox: ProcessSandbox, seconds: float) -> int:
    """Keep four programs computing for so long; how many were run."""
    until = time.monotonic() + seconds

    async def one() -> int:
        count = 0
        while time.monotonic() < until:
            await sandbox.run(BUSY, BOUNDS)
            count += 1
        return count

    return sum(await asyncio.gather(*(one() for _ in range(PROGRAMS))))


def _figures(
    talker: Talker, spans: dict[bool, list[tuple[float, float]]], runs: int
) -> dict[str, Any]:
    found: dict[bool, list[Response]] = {
        busy: [r for r in talker.responses if any(a <= r.ended < b for a, b in pieces)]
        for busy, pieces in spans.items()
    }
    response = {busy: [r.response_s for r in some] for busy, some in found.items()}
    excess = {
        busy: [r.excess_s for r in some if r.excess_s is not None] for busy, some in found.items()
    }
    both = all(response.values())
    return {
        "alone_response_s": spread(response[False]) | {"p95": p95(response[False])},
        "beside_response_s": spread(response[True]) | {"p95": p95(response[True])},
        "alone_excess_s": spread(excess[False]),
        "beside_excess_s": spread(excess[True]),
        "ratio_median": round(median(response[True]) / median(response[False]), 3)
        if both
        else None,
        "ratio_p95": _ratio(p95(response[True]), p95(response[False])),
        "programs_at_once": PROGRAMS,
        "programs_run": runs,
        "unanswered": talker.unanswered,
        "load_after": round(os.getloadavg()[0], 2),
    }


def _ratio(above: float | None, below: float | None) -> float | None:
    return round(above / below, 3) if above and below else None
