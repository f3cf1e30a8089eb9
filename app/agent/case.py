"""One answer as it is graded: the question, what was said to it, and the signs in the text."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.assessment import likeness
from app.assessment.levels import PointSigns
from app.assessment.lexical import asked_stems, names_a_term, point_stems, recall
from app.assessment.sentences import Sentence
from app.domain.consent import Purpose
from app.domain.interview import Mode, Turn
from app.domain.question import Criterion, Question, QuestionKind, Rubric
from app.ports.embeddings import Embedder
from app.ports.language import Prompt


@dataclass(frozen=True)
class Answered:
    """What is to be graded: one question of one interview with all its turns.

    `last_try` lets the text judge stand in for a model that failed again.
    """

    interview_id: UUID
    purpose: Purpose
    mode: Mode
    question: Question
    rubric: Rubric
    turns: tuple[Turn, ...]
    at: datetime
    last_try: bool = False

    @property
    def digest(self) -> str:
        """Changes with any word or revision of the turns."""
        said = [(turn.index, turn.revision, turn.skipped, turn.heard) for turn in self.turns]
        return hashlib.sha256(repr(said).encode()).hexdigest()


@dataclass(frozen=True)
class GradedExample:
    """An answer to the same question with the levels that a person gave it."""

    answer: str
    levels: dict[str, int]


@dataclass(frozen=True)
class Support:
    """How the text supports one point: the signs, and the sentences that come nearest."""

    signs: PointSigns
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Case:
    """Everything that a judge may look at."""

    question: Question
    rubric: Rubric
    turns: tuple[Turn, ...]
    sentences: tuple[Sentence, ...]
    supports: dict[str, Support] = field(default_factory=dict)
    examples: tuple[GradedExample, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """The question and its follow-ups as they were asked."""
        return (self.question.text, *(turn.question for turn in self.turns))

    @property
    def wordings(self) -> tuple[str, ...]:
        """All that the candidate may have heard as the question, for telling echoes apart."""
        question = self.question
        return (*self.asked, question.spoken or "", question.rephrased or "")

    @property
    def said(self) -> str:
        """The sentences that are graded, as one text."""
        return " ".join(sentence.text for sentence in self.sentences)

    @property
    def experience(self) -> bool:
        """Whether the question asks for something lived rather than something known."""
        return self.question.kind is QuestionKind.BEHAVIOURAL

    def points_of(self, criterion: Criterion) -> tuple[str, ...]:
        """The ids of the points that a criterion is judged by."""
        return tuple(p.id for p in self.question.points if p.criterion == criterion.id)


@dataclass(frozen=True)
class Judgement:
    """One criterion as a judge sees it: a level, and the sentences that carry it."""

    criterion_id: str
    level: int
    sentences: tuple[Sentence, ...]
    reason: str
    confidence: float
    met: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The judgements of one card, and the prompt that led to them, if there was one."""

    judgements: tuple[Judgement, ...]
    prompt: Prompt | None = None


class Judge(Protocol):
    """Judges every criterion of a case."""

    async def judge(self, case: Case) -> Verdict:
        """One judgement per criterion; raises PortError when the model fails."""
        ...


async def supports_of(case: Case, embedder: Embedder) -> dict[str, Support]:
    """The support of each point, by id; embedding runs off the event loop."""
    texts = likeness.windows(tuple(sentence.text for sentence in case.sentences))
    points = case.question.points
    batch = [case.question.text, *(point.text for point in points), *texts]
    vectors = await asyncio.to_thread(embedder.embed, batch)
    own = likeness.without_question(vectors[1:], vectors[0])
    nearest = likeness.nearest_sentences(own[: len(points)], own[len(points) :])
    return {
        point.id: _support(case, index, near, texts)
        for index, (point, near) in enumerate(zip(points, nearest, strict=True))
    }


def _support(case: Case, index: int, near: likeness.Nearest, texts: Sequence[str]) -> Support:
    point = case.question.points[index]
    asked = asked_stems(case.wordings)
    wanted = point_stems(point, asked)
    recalls = [recall(wanted, text) for text in texts]
    best = max(range(len(texts)), key=lambda row: (recalls[row], row == near.row))
    row = near.row if recalls[near.row] >= recalls[best] / 2 else best
    rows = likeness.window_sentences(row, len(case.sentences))
    signs = PointSigns(
        point.id, near.cosine, recalls[best], float(names_a_term(point, case.said, asked))
    )
    return Support(signs, tuple(case.sentences[place] for place in rows))
