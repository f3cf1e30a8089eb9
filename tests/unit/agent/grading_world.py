"""A small in-memory world to grade in: store, embedder, prompts and models, all scripted."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import numpy as np

from app.assessment.wording import stems
from app.domain.consent import Purpose
from app.domain.figures import StressReading
from app.domain.interview import Interview, InterviewStatus, Turn, Word
from app.domain.phonation import TurnVoice
from app.domain.question import Question, Rubric
from app.domain.scorecard import Scorecard
from app.domain.webhook import EventKind
from app.ports.embeddings import Vectors
from app.ports.errors import PortError
from app.ports.language import Prompt
from app.ports.store import Passage
from tests.fakes.review import FakeReviewWork, ReviewRows
from tests.fakes.voice import FakeVoices

NOW = datetime(2026, 1, 2, tzinfo=UTC)

RUBRIC = Rubric.model_validate(
    {
        "id": "concept",
        "version": 2,
        "title": "Explaining a concept",
        "criteria": [
            {
                "id": "idea",
                "title": "Core idea",
                "levels": [
                    {"level": 0, "anchor": "Does not say what it is."},
                    {"level": 1, "anchor": "Says roughly what it is."},
                    {"level": 2, "anchor": "Says what it is, with a gap."},
                    {"level": 3, "anchor": "Says completely what it is."},
                ],
            },
            {
                "id": "use",
                "title": "Use and limits",
                "levels": [
                    {"level": 0, "anchor": "Names no use."},
                    {"level": 1, "anchor": "Names a use."},
                    {"level": 2, "anchor": "Names a use and a limit."},
                ],
            },
        ],
    }
)

QUESTION = Question.model_validate(
    {
        "id": "deadlock",
        "text": "What is a deadlock between two threads, and how would you prevent it?",
        "kind": "concept",
        "difficulty": "medium",
        "topic": "Concurrency",
        "rubric": "concept",
        "reference": "Threads wait for each other in a cycle; a global lock order prevents it.",
        "points": [
            {
                "id": "cycle",
                "text": "Each one waits in a cycle for a lock that another one holds.",
                "criterion": "idea",
                "terms": ["circular wait"],
            },
            {
                "id": "order",
                "text": "Taking all locks in one agreed global order makes a cycle impossible.",
                "criterion": "use",
                "terms": ["lock ordering"],
            },
            {
                "id": "timeout",
                "text": "A timeout lets it release everything, back off and retry.",
                "criterion": "use",
                "terms": ["timeout"],
            },
        ],
        "probes": [{"id": "p", "ask": "What rule could a team follow?"}],
        "exemplars": [
            {"answer": "They wait for each other.", "levels": {"idea": 1, "use": 0}},
        ],
    }
)

OTHER = Question.model_validate(
    {
        "id": "index",
        "text": "How does a database index speed up a query?",
        "kind": "concept",
        "difficulty": "easy",
        "topic": "Databases",
        "rubric": "concept",
        "reference": "A sorted tree over a column lets the database seek rows instead of scanning.",
        "points": [
            {
                "id": "tree",
                "text": "An index is a sorted tree over a column of a table.",
                "criterion": "idea",
            },
            {
                "id": "writes",
                "text": "Every insert into the table must update the index as well.",
                "criterion": "use",
            },
        ],
        "probes": [{"id": "p", "ask": "What does it cost?"}],
    }
)

GOOD = (
    "Each thread waits in a cycle for a lock that another one holds, and so nobody can go on. "
    "I would take all the locks in one agreed global order, which makes a cycle impossible. "
    "And with a timeout it can release everything, back off and retry later."
)


class StemEmbedder:
    """Vectors of hashed stems: texts that share words are alike."""

    dimensions = 256

    def __init__(self) -> None:
        self.failing = False

    def embed(self, texts: Sequence[str]) -> Vectors:
        if self.failing:
            raise PortError("no embeddings")
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for stem in stems([text]):
                rows[row, zlib.crc32(stem.encode()) % self.dimensions] += 1.0
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


class PlainPrompts:
    """Renders the inputs and nothing else, so that tests see what reaches a model."""

    def __init__(self) -> None:
        self.rendered: list[tuple[str, dict[str, object]]] = []

    def render(self, prompt_id: str, **inputs: object) -> Prompt:
        self.rendered.append((prompt_id, inputs))
        return Prompt(prompt_id, 1, f"digest-of-{prompt_id}", "\n".join(map(str, inputs.values())))


class ScriptedModel:
    """Votes by a function of the statement, replies from a queue."""

    def __init__(self, *, capable: bool = False, vote: float = 0.9, replies: Any = ()) -> None:
        self.name = "scripted"
        self.capable = capable
        self.vote = vote
        self.replies = list(replies)
        self.asked: list[str] = []
        self.failure: PortError | None = None

    async def reply(self, prompt: Prompt, answer: Any) -> Any:
        self.asked.append(prompt.text)
        if self.failure:
            raise self.failure
        return answer.model_validate(self.replies.pop(0))

    async def stream(self, prompt: Prompt) -> AsyncIterator[str]:
        yield ""

    async def votes(self, prefix: str, statements: tuple[str, ...]) -> tuple[float, ...]:
        self.asked.extend(statements)
        if self.failure:
            raise self.failure
        return tuple(self.vote for _ in statements)


class _Unassigned:
    """Every interview is somebody's own."""

    async def attempt(self, interview_id: UUID) -> None:
        return None


class _Unheard:
    """Nobody listens."""

    async def hearing(self, kind: EventKind) -> tuple[()]:
        return ()


@dataclass
class World:
    """Rows in dictionaries; `begin` gives all repositories at once."""

    embedder: Any = field(default_factory=StemEmbedder)
    questions: tuple[Question, ...] = (QUESTION, OTHER)
    rubrics: tuple[Rubric, ...] = (RUBRIC,)
    interviews: dict[UUID, Interview] = field(default_factory=dict)
    turns: dict[UUID, Turn] = field(default_factory=dict)
    cards: dict[tuple[UUID, str], Scorecard] = field(default_factory=dict)
    readings: tuple[Any, ...] = ()
    recordings: tuple[Any, ...] = ()
    voices: dict[tuple[UUID, int], TurnVoice] = field(default_factory=dict)
    stress: dict[UUID, tuple[StressReading, ...]] = field(default_factory=dict)
    queued: list[tuple[str, ...]] = field(default_factory=list)
    saved: list[Scorecard] = field(default_factory=list)
    review: ReviewRows = field(default_factory=ReviewRows)

    def __post_init__(self) -> None:
        self.review.interviews = self.interviews

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Any]:
        yield SimpleNamespace(
            interviews=_Interviews(self),
            turns=_Turns(self),
            scorecards=_Cards(self),
            observations=_Observations(self),
            voices=FakeVoices(self),
            library=_Library(self),
            jobs=_Jobs(self),
            review=FakeReviewWork(self.review),
            assignments=_Unassigned(),
            webhooks=_Unheard(),
        )

    def interview(self, **changes: Any) -> Interview:
        made = Interview(
            id=uuid4(),
            purpose=changes.pop("purpose", Purpose.PRACTICE),
            track_id="t",
            title="T",
            status=changes.pop("status", InterviewStatus.GRADING),
            mode=changes.pop("mode", "basic"),
            created_at=NOW,
            **changes,
        )
        self.interviews[made.id] = made
        return made

    def answered(self, interview: Interview, answer: str | None, **changes: Any) -> Turn:
        index = len([t for t in self.turns.values() if t.interview_id == interview.id])
        made = turn_of(answer, index=index, interview_id=interview.id, **changes)
        self.turns[made.id] = made
        return made


def turn_of(answer: str | None, *, typed: bool = False, **changes: Any) -> Turn:
    """A turn whose words are spoken two a second from second 10 on."""
    tokens = [] if typed else (answer or "").split()
    words = tuple(
        Word(token, 10 + place * 0.5, 10.4 + place * 0.5, 0.9) for place, token in enumerate(tokens)
    )
    made = Turn(
        id=uuid4(),
        interview_id=changes.pop("interview_id", UUID(int=1)),
        index=changes.pop("index", 0),
        kind=changes.pop("kind", "question"),
        question_id=changes.pop("question_id", QUESTION.id),
        question=changes.pop("question", QUESTION.text),
        answer=answer,
        typed=typed,
        words=words,
    )
    return replace(made, **changes)


class _Interviews:
    def __init__(self, world: World) -> None:
        self._world = world

    async def get(self, interview_id: UUID) -> Interview | None:
        return self._world.interviews.get(interview_id)

    async def held(self, interview_id: UUID) -> Interview | None:
        return await self.get(interview_id)

    async def save(self, interview: Interview) -> None:
        self._world.interviews[interview.id] = interview

    async def finish(self, interview_id: UUID, status: InterviewStatus, at: datetime) -> bool:
        kept = self._world.interviews[interview_id]
        ended = replace(kept, status=status, finished_at=kept.finished_at or at)
        self._world.interviews[interview_id] = ended
        return True


class _Turns:
    def __init__(self, world: World) -> None:
        self._world = world

    async def save(self, turn: Turn) -> None:
        self._world.turns[turn.id] = turn

    async def keep_fillers(self, turn: Turn, fillers: tuple[Word, ...]) -> bool:
        self._world.turns[turn.id] = replace(self._world.turns[turn.id], filler_words=fillers)
        return True

    async def of(self, interview_id: UUID) -> tuple[Turn, ...]:
        mine = (t for t in self._world.turns.values() if t.interview_id == interview_id)
        return tuple(sorted(mine, key=lambda turn: turn.index))


class _Cards:
    def __init__(self, world: World) -> None:
        self._world = world

    async def save(self, card: Scorecard) -> None:
        self._world.saved.append(card)
        self._world.cards[card.interview_id, card.question_id] = card

    async def of(self, interview_id: UUID) -> tuple[Scorecard, ...]:
        return tuple(
            card for (owner, _), card in self._world.cards.items() if owner == interview_id
        )


class _Observations:
    def __init__(self, world: World) -> None:
        self._world = world

    async def readings(self, interview_id: UUID) -> tuple[Any, ...]:
        return self._world.readings

    async def recordings(self, interview_id: UUID) -> tuple[Any, ...]:
        return self._world.recordings


class _Jobs:
    def __init__(self, world: World) -> None:
        self._world = world

    async def grade(self, interview_id: UUID, question_id: str) -> None:
        self._world.queued.append(("grade", question_id))

    async def finish(self, interview_id: UUID) -> None:
        self._world.queued.append(("finish",))


class _Library:
    def __init__(self, world: World) -> None:
        self._world = world

    def of(self, interview_id: UUID) -> _Library:
        return self

    async def question(self, question_id: str) -> Question | None:
        return next((q for q in self._world.questions if q.id == question_id), None)

    async def questions(self, ids: Sequence[str]) -> tuple[Question, ...]:
        return tuple(q for name in ids for q in self._world.questions if q.id == name)

    async def rubric(self, rubric_id: str, version: int | None = None) -> Rubric | None:
        return next((r for r in self._world.rubrics if r.id == rubric_id), None)

    async def nearest(
        self, vector: Vectors, *, kinds: Any, question_id: str | None = None, limit: int = 5
    ) -> tuple[Passage, ...]:
        passages = [
            p
            for q in self._world.questions
            if question_id in (None, q.id)
            for p in _passages(q)
            if p.kind in kinds
        ]
        if "exemplar" in kinds:
            learned = self._world.review.learned.items()
            passages += [
                Passage("exemplar", name, f"learned-{owner}", exemplar.answer)
                for (owner, name), (exemplar, _) in learned
                if question_id in (None, name)
            ]
        if not passages:
            return ()
        likeness = self._world.embedder.embed([p.text for p in passages]) @ vector
        order = sorted(range(len(passages)), key=lambda i: -likeness[i])[:limit]
        return tuple(replace(passages[i], likeness=float(likeness[i])) for i in order)


def _passages(question: Question) -> list[Passage]:
    return [
        Passage("question", question.id, "question", question.text),
        Passage("reference", question.id, "reference", question.reference),
        *(Passage("point", question.id, p.id, p.text) for p in question.points),
        *(
            Passage("exemplar", question.id, str(i), e.answer)
            for i, e in enumerate(question.exemplars)
        ),
    ]
