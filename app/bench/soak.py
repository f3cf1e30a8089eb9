"""Interviews one after the other for a long time, with lost connections: what grows, what is lost.

What the store and the recordings hold at the end of each interview is compared with what was said.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import httpx
import numpy as np

from app.adapters.files.recordings import FileRecordings
from app.adapters.store.keys import PostgresKeys
from app.adapters.store.server import EmbeddedServer
from app.adapters.store.store import PostgresStore
from app.bench.answers import SpokenAnswer, spoken_answers
from app.bench.callers import Caller, new_interview
from app.bench.errors import BenchFailed, BenchRefused
from app.bench.kept_sound import recorded, seconds_not_kept
from app.bench.machine import machine
from app.bench.process import memory_mb, memory_of_all_mb
from app.bench.scripted_model import scripted_model, scripted_settings
from app.bench.serving import Served, serving
from app.bench.spread import spread
from app.bench.undisturbed import Undisturbed, heard_undisturbed
from app.bench.visitor import Misfortune, Schedule, Visitor
from app.bench.words import aligned, lost, plain
from app.domain.interview import Turn
from app.ports.speech import SAMPLE_RATE

ANSWERS_EACH = 7
DROP_EVERY_SECONDS = 90.0
SAMPLE_SECONDS = 10.0
SHORT_OF_SPEECH_SECONDS = 1.0


@dataclass
class Tally:
    """What came of the answers so far."""

    interviews: int = 0
    answers: int = 0
    misfortunes: Counter[Misfortune] = field(default_factory=Counter)
    spoken_words: int = 0
    lost: list[dict[str, Any]] = field(default_factory=list)
    lost_undisturbed: int = 0
    words_undisturbed: int = 0
    sound_missing: list[dict[str, Any]] = field(default_factory=list)
    doubled_words: int = 0
    split: int = 0
    not_stored: int = 0
    unanswered: int = 0
    refused: list[str] = field(default_factory=list)
    asked_to_wait: int = 0
    notices: Counter[str] = field(default_factory=Counter)
    sent_s: float = 0.0
    recorded_s: float = 0.0
    speech_sent_s: float = 0.0
    speech_stored_s: float = 0.0
    short_of_speech: int = 0
    responses: list[float] = field(default_factory=list)
    http_5xx: int = 0


@dataclass(frozen=True)
class Sample:
    """Memory at one moment, in megabytes."""

    minute: float
    server: float
    with_store: float


def bench_soak(
    *, minutes: float, interviews: int, data: Path | None, seed: int = 0, limit: int | None = None
) -> dict[str, Any]:
    """Hold interviews for so many minutes; what was lost, and how memory went.

    Raises:
        BenchRefused: a number is too small, or there is no speech.
        BenchFailed: the server does not start, or ends.
    """
    if minutes <= 0 or interviews < 1:
        raise BenchRefused("expected --minutes above 0 and --interviews of 1 or more")
    wanted = max(4, math.ceil(minutes * 3) * interviews)
    answers = [a for a in spoken_answers(data, seed=seed) if a.pauses]
    answers = answers[: min(wanted, limit or wanted)]
    sys.stderr.write(f"recognising {len(answers)} answers undisturbed\n")
    undisturbed = {answer.name: heard_undisturbed(answer) for answer in answers}
    before = machine()
    with scripted_model() as base_url:
        settings = scripted_settings(base_url) | {"SOUNDING_MAX_LIVE": str(interviews + 1)}
        with serving(settings) as served:
            soak = _Soak(served, answers, undisturbed, minutes, interviews, seed)
            return asyncio.run(soak.run()) | {"machine": before, "seed": seed}


class _Soak:
    def __init__(
        self,
        served: Served,
        answers: Sequence[SpokenAnswer],
        undisturbed: dict[str, Undisturbed],
        minutes: float,
        interviews: int,
        seed: int,
    ) -> None:
        self._seed = seed
        self._served = served
        self._answers = answers
        self._undisturbed = undisturbed
        self._minutes = minutes
        self._slots = interviews
        self._tally = Tally()
        self._samples: list[Sample] = []
        self._began = time.monotonic()
        data = served.folder / "data"
        url = EmbeddedServer(data / "postgres").url
        self._store = PostgresStore(url)
        self._recordings = FileRecordings(data, PostgresKeys(url))

    async def run(self) -> dict[str, Any]:
        until = self._began + 60.0 * self._minutes
        sampler = asyncio.create_task(self._sample())
        try:
            async with asyncio.TaskGroup() as group:
                for slot in range(self._slots):
                    group.create_task(self._fill(slot, until))
        except* (OSError, httpx.HTTPError) as errors:
            end = self._served.log[-600:]
            raise BenchFailed(
                f"the server stopped answering ({errors.exceptions}): {end}"
            ) from None
        finally:
            sampler.cancel()
            await self._store.close()
        return self._document()

    async def _fill(self, slot: int, until: float) -> None:
        """One interview after the other, until the time is over."""
        rng = np.random.default_rng([self._seed, slot])
        schedule = Schedule(DROP_EVERY_SECONDS)
        order = itertools.cycle(rng.permutation(len(self._answers)))
        await asyncio.sleep(slot * 7.0)
        async with httpx.AsyncClient(timeout=30) as client:
            for number in itertools.count():
                if time.monotonic() >= until:
                    return
                seed = slot + self._slots * number
                interview = await new_interview(client, self._served.url, seed=seed)
                caller = Caller(self._served.url, interview, seed=seed)
                visitor = Visitor(caller, schedule, rng)
                await visitor.hold([self._answers[next(order)] for _ in range(ANSWERS_EACH)], until)
                await self._check(client, visitor)

    async def _check(self, client: httpx.AsyncClient, visitor: Visitor) -> None:
        interview = visitor.caller.interview
        report = await client.get(f"{self._served.url}/interviews/{interview}/report")
        async with self._store.begin() as work:
            turns = await work.turns.of(UUID(interview))
            stretches = await work.observations.recordings(UUID(interview))
        tally = self._tally
        tally.http_5xx += report.status_code >= 500
        tally.interviews += 1
        tally.unanswered += visitor.unanswered
        told = visitor.caller.told
        tally.notices.update(told.notices)
        tally.refused += [told.refused] if told.refused else []
        tally.asked_to_wait += told.asked_to_wait
        tally.responses += [turn.response_s for turn in turns if turn.response_s is not None]
        tally.sent_s += visitor.caller.sent_samples / SAMPLE_RATE
        kept = await asyncio.to_thread(recorded, self._recordings, stretches)
        tally.recorded_s += len(kept) / 2 / SAMPLE_RATE
        compare(tally, visitor, turns, self._undisturbed, kept)
        sys.stderr.write(
            f"{(time.monotonic() - self._began) / 60:.1f} min: {tally.answers} answers, "
            f"{sum(len(each['words']) for each in tally.lost)} words lost\n"
        )

    async def _sample(self) -> None:
        while True:
            minute = (time.monotonic() - self._began) / 60
            pid = self._served.pid
            self._samples.append(Sample(minute, memory_mb(pid), memory_of_all_mb(pid)))
            await asyncio.sleep(min(SAMPLE_SECONDS, self._minutes * 60 / 12))

    def _document(self) -> dict[str, Any]:
        tally = self._tally
        each_minute = itertools.groupby(self._samples, key=lambda sample: int(sample.minute))
        return {
            "minutes": self._minutes,
            "interviews_at_once": self._slots,
            "interviews": tally.interviews,
            "answers": tally.answers,
            "misfortunes": {m.value: tally.misfortunes[m] for m in Misfortune},
            "growth": growth([sample.server for sample in self._samples]),
            "growth_with_store": growth([sample.with_store for sample in self._samples]),
            "memory_mb": [round(median(s.server for s in group), 1) for _, group in each_minute],
            "lost_words": sum(len(each["words"]) for each in tally.lost),
            "lost": tally.lost,
            "lost_words_undisturbed": tally.lost_undisturbed,
            "spoken_words_undisturbed": tally.words_undisturbed,
            "sound_missing": tally.sound_missing,
            "spoken_words": tally.spoken_words,
            "doubled_words": tally.doubled_words,
            "answers_split": tally.split,
            "answers_not_stored": tally.not_stored,
            "unanswered": tally.unanswered,
            "pcm_sent_s": round(tally.sent_s, 1),
            "pcm_recorded_s": round(tally.recorded_s, 1),
            "speech_sent_s": round(tally.speech_sent_s, 1),
            "speech_stored_s": round(tally.speech_stored_s, 1),
            "answers_short_of_speech": tally.short_of_speech,
            "response_s": spread(tally.responses),
            "notices": dict(tally.notices),
            "refused": tally.refused,
            "asked_to_wait": tally.asked_to_wait,
            "http_5xx": tally.http_5xx,
            "server_errors": self._served.errors(),
        }


def compare(
    tally: Tally,
    visitor: Visitor,
    turns: Sequence[Turn],
    undisturbed: dict[str, Undisturbed],
    kept: bytes,
) -> None:
    """Count what of each spoken answer is stored, in which turns, and how much speech of it.

    `kept` is the interview's recording: what is lost in sound is told from what was not read.
    """
    ends = [said.turn for said in visitor.said[1:]] + [len(turns)] * bool(visitor.said)
    for said, end in zip(visitor.said, ends, strict=True):
        own = [turn for turn in turns[said.turn : end] if turn.answer]
        alone = undisturbed[said.answer.name]
        spoken, heard = plain(said.answer.words), plain([w.text for t in own for w in t.words])
        stored = aligned(spoken, heard)
        missing = lost(spoken, alone.alignment, stored)
        tally.answers += 1
        tally.misfortunes[said.misfortune] += 1
        tally.spoken_words += len(spoken)
        tally.doubled_words += max(0, stored.more - alone.alignment.more)
        tally.not_stored += not own
        tally.split += len(own) > 1
        speech = sum(after - before for turn in own for before, after in turn.speech)
        tally.speech_sent_s += alone.speech_s
        tally.speech_stored_s += speech
        tally.short_of_speech += speech < alone.speech_s - SHORT_OF_SPEECH_SECONDS
        if said.misfortune is Misfortune.NONE:
            tally.words_undisturbed += len(spoken)
            tally.lost_undisturbed += len(missing)
        if not_kept := seconds_not_kept(said.answer.pcm, kept):
            tally.sound_missing.append(
                {"answer": said.answer.name, "misfortune": said.misfortune, "seconds": not_kept}
            )
        if missing:
            tally.lost.append(
                {
                    "answer": said.answer.name,
                    "misfortune": said.misfortune,
                    "words": missing,
                    "heard": " ".join(heard),
                    "speech": [span for turn in own for span in turn.speech],
                }
            )


def growth(values: Sequence[float]) -> float | None:
    """The median of the last quarter over that of the second; None with too few values."""
    quarter = len(values) // 4
    if quarter == 0:
        return None
    return round(median(values[-quarter:]) / median(values[quarter : 2 * quarter]), 4)
