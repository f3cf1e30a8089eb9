"""The web app over fakes, with one finished practice interview in its store."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import cast
from uuid import UUID

import numpy as np
from fastapi import FastAPI
from starlette.routing import BaseRoute

from app.adapters.files.bank import load_bank
from app.adapters.files.coaching import load_intents
from app.adapters.files.media import AvMedia
from app.adapters.files.stakeholders import load_stakeholders
from app.adapters.files.tasks import load_tasks
from app.agent.coach.coach import Coach
from app.domain.consent import Consent, Modality, Purpose
from app.domain.figures import StressLevel, StressReading
from app.domain.interview import (
    EMOTIONS,
    ExpressionReading,
    Interview,
    InterviewStatus,
    Recording,
    Turn,
    Word,
)
from app.domain.interview import Probe as AskedProbe
from app.domain.notice import Analyser
from app.domain.phonation import TurnVoice
from app.domain.question import Bank
from app.domain.scorecard import (
    CardStatus,
    CriterionScore,
    Evidence,
    Provenance,
    Scorecard,
    Ungraded,
)
from app.domain.stakeholder import Stakeholder
from app.domain.task import Task
from app.ports.sandbox import Sandbox
from app.ports.vision import FaceReader
from app.usecases.ask_coach import AskCoach
from app.usecases.coding_desk import CodingDesk
from app.usecases.engines import Engines
from app.usecases.hall import Hall
from app.usecases.interview_stakeholder import InterviewStakeholder
from app.usecases.keep_passage import KeepPassage
from app.usecases.sitting import Interviewing, Parts
from app.usecases.track_voice import TrackVoice
from app.web.app import create_app
from app.web.dependencies import Services
from tests.fakes.authoring_desk import authoring_desk, shipped_prompts
from tests.fakes.coaching import FakeCoaching
from tests.fakes.coding import FakeCodeHistory
from tests.fakes.embeddings import FakeEmbedder
from tests.fakes.recordings import FakeRecordings
from tests.fakes.speech import (
    FakeSpeechToText,
    FakeTextToSpeech,
    FakeTurnDetector,
    FakeVoiceActivity,
)
from tests.fakes.store import FakeStore
from tests.fakes.vision import FakeFaceReader
from tests.fakes.voice import FakeVoice

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
DONE = UUID(int=1)
GRADING = UUID(int=2)
EXAM = UUID(int=3)
OPEN = UUID(int=4)
ANSWER = (
    "um a list can be changed after it was made and a tuple can not so a tuple can be a key of a "
    "dictionary because its hash never changes I use a list when the number of things grows"
)


@cache
def authored() -> tuple[Bank, dict[str, Task]]:
    """The bank and the tasks that ship, read once."""
    bank = load_bank(ROOT / "rubrics", ROOT / "question_bank")
    return bank, load_tasks(ROOT / "question_bank" / "tasks", bank)


@cache
def _coaching_intents() -> dict[str, tuple[str, ...]]:
    return load_intents(ROOT / "coaching")


@cache
def _stakeholders() -> Mapping[str, Stakeholder]:
    return load_stakeholders(ROOT / "question_bank" / "stakeholders")


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Of one app for all: at its first request FastAPI builds them, for longer than a test takes.

    They hold nothing of their app: what stands behind it is found through each request.
    """
    return tuple(FakeWeb().own_app().router.routes)


@dataclass
class FakeWeb:
    """The app and what stands behind it; `made_faces` counts the face readers that were built."""

    store: FakeStore = field(default_factory=FakeStore)
    recordings: FakeRecordings = field(default_factory=FakeRecordings)
    speech: FakeSpeechToText = field(default_factory=FakeSpeechToText)
    voice: FakeTextToSpeech = field(default_factory=FakeTextToSpeech)
    sandbox: Sandbox | None = None
    coaching: FakeCoaching | None = None
    made_faces: int = 0

    def app(self, *, face: bool = True) -> FastAPI:
        """The web app over the fakes."""
        made = self.own_app(face=face)
        made.router.routes[:] = _routes()
        return made

    def own_app(self, *, face: bool = True) -> FastAPI:
        """The same with routes of its own."""
        engines = Engines(
            speech_to_text=self.speech,
            text_to_speech=self.voice,
            turn_detector=FakeTurnDetector(),
            new_activity=FakeVoiceActivity,
            embedder=FakeEmbedder(),
            make_face=cast(Callable[[], FaceReader], self._face) if face else None,
        )
        nobody = cast(Interviewing, None)
        hall = Hall(Parts(self.store, engines, nobody, self.recordings), limit=1)
        return create_app(
            Services(
                store=self.store,
                engines=engines,
                recordings=self.recordings,
                hall=hall,
                erase_rows=self.store.erase,
                models={"interviewer": "local", "grader": "local"},
                hosts=("testserver",),
                embedder=FakeEmbedder(),
                self_reports=self.store.self_reports(),
                analysers=frozenset(Analyser),
                media=AvMedia(),
                keep_passage=KeepPassage(
                    store=self.store,
                    track=TrackVoice(voice=FakeVoice(), activity=FakeVoiceActivity, plain=True),
                ),
                desk=self.desk(),
                stakeholders=InterviewStakeholder(_stakeholders(), FakeEmbedder()),
                coach=self.coach(),
                authoring=authoring_desk(self.store),
            )
        )

    def coach(self) -> AskCoach:
        """The coach over fakes, with the authored ways to ask."""
        embedder = FakeEmbedder()
        coach = Coach(
            embedder=embedder,
            prompts=shipped_prompts(),
            examples=_coaching_intents(),
        )
        if self.coaching is None:
            self.coaching = FakeCoaching(self.store)
        return AskCoach(store=self.store, coaching=self.coaching, coach=coach, embedder=embedder)

    def desk(self) -> CodingDesk:
        """The coding desk with the authored tasks; `sandbox` runs the code."""
        _, tasks = authored()
        return CodingDesk(self.store, FakeCodeHistory(self.store), self.sandbox, tasks)

    def _face(self) -> FakeFaceReader:
        self.made_faces += 1
        return FakeFaceReader()

    async def fill(self, *, interviews: bool = True) -> FakeWeb:
        """Load the bank and four interviews: done, being graded, an assessment, a new one."""
        bank, _ = authored()
        async with self.store.begin() as work:
            await work.library.load(bank, (), np.zeros((0, 384), dtype=np.float32))
            if not interviews:
                return self
            await work.interviews.add(interview(OPEN, status=InterviewStatus.CREATED))
            exam = interview(EXAM, purpose=Purpose.ASSESSMENT, status=InterviewStatus.CREATED)
            await work.interviews.add(exam)
            await work.interviews.add(interview(GRADING, status=InterviewStatus.GRADING))
            await work.turns.add(turn(GRADING, 0))
            waiting = Scorecard(GRADING, "list-versus-tuple", (0,), CardStatus.RUNNING)
            await work.scorecards.save(waiting)
            await work.interviews.add(interview(DONE, consents=tuple(Modality)))
            for index in range(4):
                await work.turns.add(turn(DONE, index))
            for card in cards():
                await work.scorecards.save(card)
            for index in range(2):
                await work.voices.keep(DONE, voice(index))
            await work.voices.keep_stress(DONE, stress())
            for second in range(0, 150, 1):
                await work.observations.add_reading(DONE, reading(second))
            writer = self.recordings.open(DONE)
            tone = (np.sin(np.arange(16_000 * 150) * 0.17) * 3000).astype("<i2")
            writer.append(tone.tobytes())
            await work.observations.add_recording(Recording(DONE, writer.file, 0.0, 150.0))
        return self


def interview(
    interview_id: UUID,
    *,
    purpose: Purpose = Purpose.PRACTICE,
    status: InterviewStatus = InterviewStatus.COMPLETED,
    consents: tuple[Modality, ...] = (),
) -> Interview:
    """An interview over the sample track."""
    return Interview(
        id=interview_id,
        purpose=purpose,
        track_id="python-engineering",
        title="Python and software engineering",
        status=status,
        mode="basic",
        created_at=NOW,
        asks=3,
        question_ids=("list-versus-tuple", "merge-intervals", "race-condition"),
        clock_s=150.0,
        code="def merge(intervals):\n    return sorted(intervals)\n",
        models={"interviewer": "local", "grader": "local"},
        consents=tuple(Consent(m, "2026-11", NOW) for m in consents),
    )


def turn(interview_id: UUID, index: int) -> Turn:
    """A spoken answer, a follow-up, a typed one and a skipped one."""
    start = 8.0 + index * 36
    said = ANSWER.split()
    words = tuple(
        Word(text, start + i * 0.55, start + i * 0.55 + 0.4, 0.4 if i in (4, 17) else 0.95)
        for i, text in enumerate(said)
    )
    names = ("list-versus-tuple", "list-versus-tuple", "merge-intervals", "race-condition")
    asked = (
        "What is the difference between a list and a tuple, and when would you choose each?",
        "You said its hash never changes. What does that allow you to do?",
        "Merge all intervals that overlap. How does your function work, and what does it cost?",
        "What is a race condition, and how would you find one?",
    )
    spoken = index < 2
    return Turn(
        id=UUID(int=interview_id.int * 100 + index),
        interview_id=interview_id,
        index=index,
        kind="follow_up" if index == 1 else "question",
        question_id=names[index],
        question=asked[index],
        probe=AskedProbe("authored", phrase="hash never changes") if index == 1 else None,
        answer="" if index == 3 else ANSWER,
        typed=index == 2,
        skipped=index == 3,
        words=words if spoken else (),
        asked_at_s=start - 6,
        answered_from_s=start if spoken else None,
        answered_to_s=start + 22 if spoken else None,
        speech=((start, start + 9.0), (start + 11.5, start + 22)) if spoken else (),
        end_wait_s=2.1 if spoken else None,
        response_s=2.4 if spoken else None,
        code="def merge(intervals):\n    return sorted(intervals)\n" if index == 2 else None,
    )


def voice(index: int) -> TurnVoice:
    """A voice that rises and falls, with a break and a gap."""
    start = 8.0 + index * 36
    pitch = tuple(None if 18 <= n < 23 else 120.0 + 20 * math.sin(n / 4) for n in range(44))
    loud = tuple(None if value is None else -30.0 + value / 20 for value in pitch)
    return TurnVoice(
        index, start, 0.5, pitch, loud, 121.0, 4.2, -24.0, 2.1, (start + 6.0,), 14.0, 0.92
    )


def stress() -> tuple[StressReading, ...]:
    """Low, medium, high and untold, a few seconds each."""
    levels: tuple[StressLevel | None, ...] = ("low", "medium", None, "high", "low")
    return tuple(
        StressReading(8.0 + 4 * n, 12.0 + 4 * n, level, 0.4 if level else 0.0, 0.9)
        for n, level in enumerate(levels)
    )


def cards() -> tuple[Scorecard, ...]:
    """A graded, a reviewed and a failed card, with a quote, a nearest sentence and a gap."""
    source = Provenance("concept-explanation", 1, None, None, None, "local", "basic", NOW)
    quote = Evidence("quote", "a tuple can be a key of a dictionary", 0, 15.0, 19.6)
    near = Evidence("nearest", "I use a list when the number of things grows", 1, 58.0, 62.2)
    return (
        Scorecard(
            DONE,
            "list-versus-tuple",
            (0, 1),
            CardStatus.GRADED,
            (
                CriterionScore(
                    "correctness",
                    "Correctness",
                    2,
                    3,
                    1.5,
                    (quote,),
                    "Names the difference and one consequence of it.",
                    0.72,
                    next_level="Level 3 also says why a list cannot be hashed.",
                ),
                CriterionScore(
                    "depth",
                    "Depth",
                    0,
                    3,
                    1.0,
                    (near,),
                    "On topic, but the costs are not mentioned.",
                    0.61,
                    next_level="Level 1 names one cost of either type.",
                ),
                CriterionScore(
                    "example",
                    "Example",
                    None,
                    3,
                    1.0,
                    (),
                    "",
                    0.0,
                    ungraded=Ungraded.NO_EVIDENCE,
                ),
            ),
            provenance=source,
        ),
        Scorecard(DONE, "merge-intervals", (2,), CardStatus.FAILED, reason="The model timed out."),
        Scorecard(DONE, "race-condition", (3,), CardStatus.UNGRADED, reason="Skipped."),
    )


def reading(second: int) -> ExpressionReading:
    """A face that smiles now and then, and is gone for a while."""
    if 60 <= second < 75:
        return ExpressionReading(second, 0, None, 0.0)
    happy = 0.75 if second % 40 < 9 else 0.08
    rest = (1 - happy) / 10
    shares = tuple(
        happy if name == "happy" else (1 - happy - rest * 5 if name == "neutral" else rest)
        for name in EMOTIONS
    )
    return ExpressionReading(second, 1, shares, 0.8)


def filled() -> FakeWeb:
    """A filled web, for scripts and synchronous tests."""
    return asyncio.run(FakeWeb().fill())
