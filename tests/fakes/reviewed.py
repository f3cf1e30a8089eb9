"""The fake web as an educator sees it: an assessment to review, and marks of many people."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import numpy as np
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.domain.agreement import Recalibration, Steps
from app.domain.consent import Modality, Purpose
from app.domain.groups import SelfReport
from app.domain.interview import Recording
from app.domain.review import Mark, Origin
from app.domain.scorecard import CardStatus, Scorecard
from tests.fakes.web import NOW, FakeWeb, cards, interview, turn

TAKEN = UUID(int=500)
CRITERIA = (
    ("idea", "Core idea"),
    ("mechanism", "How and why it works"),
    ("use", "Use and limits"),
)
HERE = "http://127.0.0.1:8700"
HTML = {"accept": "text/html"}


def educator(app: FastAPI, hiding: str = "none") -> TestClient:
    """A browser on the server's own machine, and what it hides while marking."""
    return TestClient(
        app,
        client=("127.0.0.1", 40_000),
        base_url=HERE,
        headers=dict(HTML),
        cookies={"sounding_hiding": hiding},
        follow_redirects=False,
    )


def assessed() -> FakeWeb:
    """The filled web with one assessment that waits for a person."""
    return asyncio.run(_assessed())


async def _assessed() -> FakeWeb:
    web = await FakeWeb().fill()
    sound = (Modality.AUDIO, Modality.RECORDING)
    taken = interview(TAKEN, purpose=Purpose.ASSESSMENT, consents=sound)
    async with web.store.begin() as work:
        await work.interviews.add(taken)
        for index in range(4):
            await work.turns.add(turn(TAKEN, index))
        for card in cards():
            await work.scorecards.save(_doubtful(card))
        writer = web.recordings.open(TAKEN)
        tone = (np.sin(np.arange(16_000 * 150) * 0.17) * 3000).astype("<i2")
        writer.append(tone.tobytes())
        await work.observations.add_recording(Recording(TAKEN, writer.file, 0.0, 150.0))
    return web


def _doubtful(card: Scorecard) -> Scorecard:
    if card.status is not CardStatus.GRADED:
        return replace(card, interview_id=TAKEN)
    return replace(
        card,
        interview_id=TAKEN,
        status=CardStatus.REVIEW,
        gates=("parroted",),
        reason="For a person to look at: parroted.",
        criteria=tuple(
            replace(score, criterion_id=name, title=title)
            for score, (name, title) in zip(card.criteria, CRITERIA, strict=True)
        ),
    )


async def mark_many(web: FakeWeb, count: int = 60) -> None:
    """Marks of two people beside two versions of a grader, and what people told of themselves."""
    chance = random.Random(7)
    reports = web.store.self_reports()
    async with web.store.begin() as work:
        for number in range(count):
            at = NOW + timedelta(hours=number)
            one = UUID(int=1000 + number)
            given = chance.randint(0, 3)
            await work.interviews.add(
                replace(interview(one, purpose=Purpose.ASSESSMENT), created_at=at)
            )
            await work.turns.add(turn(one, 0))
            (graded, *_) = cards()
            score = replace(graded.criteria[0], level=given)
            await work.scorecards.save(
                replace(graded, interview_id=one, turns=(0,), criteria=(score,))
            )
            for mark in _marks(one, number, given, chance):
                await work.review.marks.add(mark)
        confidence = Steps((0.5, 0.9), (0.4, 0.9))
        await work.review.recalibrations.save(
            Recalibration("concept-explanation", 1, "local", 34, NOW, None, confidence, 0.31, 0.31)
        )
    for number in range(count):
        groups = {"gender": "woman" if number % 2 else "man"}
        if number % 3 == 0:
            groups["first_language"] = "other" if number % 9 else "english"
        await reports.give(SelfReport(UUID(int=1000 + number), groups, NOW))


def _marks(one: UUID, number: int, given: int, chance: random.Random) -> list[Mark]:
    version = 1 if number < 34 else 2
    sure = chance.choice((0.45, 0.7, 0.9))
    kind = chance.random() < sure
    proposed = given if kind else min(3, given + 1)
    origin = Origin("concept-explanation", version, "local", sure)
    mark = Mark(
        one, "list-versus-tuple", "correctness", "e", "correction", proposed, given, 3, "Why.",
        "Ada", NOW + timedelta(hours=number), origin,
    )  # fmt: skip
    if number % 2:
        return [mark]
    other = given if chance.random() < 0.8 else max(0, given - 1)
    return [mark, replace(mark, by="Bo", level=other)]
