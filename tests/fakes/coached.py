"""The fake web of a learner: the coach's evaluation, and a session under a new rubric."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np

from app.adapters.files.coaching import load_notes
from app.bench.coach import FOLDER, ROOT
from app.bench.coach_learner import Seeded, keep, learner
from app.domain.interview import Recording
from app.domain.scorecard import Provenance
from tests.fakes.web import NOW, FakeWeb, authored

SIXTH = UUID(int=606)
SECONDS = 200


def people(now: datetime = NOW) -> tuple[Seeded, ...]:
    """Five interviews, the oldest first, and the open assessment."""
    return learner(FOLDER / "interviews.yaml", authored()[0], now)


def sixth(now: datetime = NOW) -> Seeded:
    """The fifth once more, a day ago, marked by a second version of its rubric."""
    fifth = people(now)[4]
    at = now - timedelta(days=1)

    def marked(source: Provenance | None) -> Provenance:
        assert source is not None
        return replace(source, rubric_version=2)

    return Seeded(
        replace(fifth.interview, id=SIXTH, created_at=at, started_at=at, finished_at=at),
        tuple(
            replace(turn, id=UUID(int=6060 + turn.index), interview_id=SIXTH)
            for turn in fifth.turns
        ),
        tuple(
            replace(card, interview_id=SIXTH, provenance=marked(card.provenance))
            for card in fifth.cards
        ),
    )


async def coached(*, six: bool = False) -> FakeWeb:
    """The bank, the interviews with their sound, and the notes of the coach."""
    web = await FakeWeb().fill(interviews=False)
    every = (*people(), sixth()) if six else people()
    tone = (np.sin(np.arange(16_000 * SECONDS) * 0.17) * 3000).astype("<i2").tobytes()
    async with web.store.begin() as work:
        for each in every:
            await keep(work, each)
            if each.turns:
                writer = web.recordings.open(each.interview.id)
                writer.append(tone)
                kept = Recording(each.interview.id, writer.file, 0.0, float(SECONDS))
                await work.observations.add_recording(kept)
    await web.coach().publish_new(load_notes(ROOT / "coaching", NOW))
    return web


def learned(*, six: bool = False) -> FakeWeb:
    """The same, for synchronous tests."""
    return asyncio.run(coached(six=six))
