"""A small interview for tests of the interviewer: a store in memory, turns in one line each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from app.domain.consent import Purpose
from app.domain.interview import Interview, InterviewStatus, Turn
from app.domain.plan import Plan
from app.domain.question import Question, Track


@dataclass
class Shelf:
    """A store of questions and tracks alone; it is its own unit of work and library."""

    known: dict[str, Question]
    tracks: tuple[Track, ...] = ()

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Any]:
        yield self

    def begin(self) -> Any:
        return self._opened()

    @property
    def library(self) -> Any:
        return self

    def of(self, _interview: UUID) -> Any:
        return self

    async def question(self, question_id: str) -> Question | None:
        return self.known.get(question_id)

    async def questions(self, ids: Sequence[str]) -> tuple[Question, ...]:
        return tuple(self.known[i] for i in ids if i in self.known)

    async def track(self, track_id: str) -> Track | None:
        return next((t for t in self.tracks if t.id == track_id), None)


def an_interview(ids: Sequence[str], **changes: Any) -> Interview:
    interview = Interview(
        id=UUID(int=1),
        purpose=Purpose.PRACTICE,
        track_id="sample",
        title="Sample",
        status=InterviewStatus.LIVE,
        mode="basic",
        created_at=datetime(2030, 1, 1, tzinfo=UTC),
        asks=len(ids),
        question_ids=tuple(ids),
    )
    return replace(interview, **changes)


def answered(plan: Plan, answer: str, index: int = 0, **changes: Any) -> Turn:
    assert plan.question_id is not None
    turn = Turn(
        id=UUID(int=index + 10),
        interview_id=UUID(int=1),
        index=index,
        kind="question" if plan.kind == "question" else "follow_up",
        question_id=plan.question_id,
        question=plan.question,
        probe=plan.probe,
        answer=answer,
    )
    return replace(turn, **changes)


def a_question(question_id: str = "generators", **changes: Any) -> Question:
    document: dict[str, Any] = {
        "id": question_id,
        "text": "What is a generator in Python, and when is it a better choice than a list?",
        "rephrased": "When would you use a generator in Python rather than a full list?",
        "kind": "concept",
        "difficulty": "medium",
        "topic": "Python",
        "rubric": "concept-explanation",
        "reference": "It produces its values one at a time, on demand, and pauses at each yield.",
        "points": [
            {"id": "lazy", "text": "It produces values one at a time on demand.",
             "criterion": "idea", "terms": ["on demand"]},
            {"id": "pause", "text": "Each yield pauses it and keeps its local state.",
             "criterion": "mechanism", "terms": ["local state"]},
            {"id": "single", "text": "It can be consumed only once, without indexing.",
             "criterion": "use", "terms": ["single pass", "indexing"]},
        ],
        "probes": [
            {"id": "inside", "ask": "You said {phrase}. What happens inside at that point?",
             "point": "pause", "when": ["yield", "yielding"]},
            {"id": "downside", "ask": "What do you give up when you replace a list by one?",
             "point": "single"},
            {"id": "calling", "ask": "How much work is done when I only call the function?",
             "point": "pause"},
        ],
    }  # fmt: skip
    return Question.model_validate(document | changes)
