"""A line to grade, a grader over fakes, and judges that behave badly."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from app.ports.errors import ModelMisbehaved, ModelUnavailable
from app.ports.language import Answer, Prompt
from app.usecases.answer_line import AnswerLine
from app.usecases.grade_answers import GradeAnswers
from app.usecases.judge_answer import AnswerJudge, Budget, ModelJudge
from app.usecases.other_questions import OtherQuestions
from app.usecases.remembered_vectors import RememberedVectors
from tests.fakes.authoring_desk import shipped_prompts
from tests.fakes.embeddings import FakeEmbedder
from tests.fakes.language import FakeChatModel
from tests.fakes.scoring import plain_scorer

QUESTION = "What happens when two keys of a hash table collide?"
REFERENCE = (
    "Colliding entries are kept together in a chain of the same bucket. "
    "A longer chain makes each lookup slower because every entry is compared in turn."
)
GOOD = (
    "Both colliding entries are kept together in a chain of the same bucket. "
    "A longer chain makes every lookup slower because each entry is compared in turn."
)
WEAK = "I believe the machine prints some sort of warning and the program then restarts itself."
ANCHORS = ("Nothing of it.", "A part of it.", "Most of it.", "All of it.")


def document(**changes: object) -> dict[str, Any]:
    """A line's content."""
    known: dict[str, Any] = {
        "id": "one",
        "question": QUESTION,
        "reference": REFERENCE,
        "answer": GOOD,
        "max_score": 5,
    }
    return {**known, **changes}


def line(**changes: object) -> AnswerLine:
    """A line to grade."""
    return AnswerLine.model_validate(document(**changes))


def grader(
    judge: AnswerJudge | None = None,
    others: OtherQuestions | None = None,
    embedder: FakeEmbedder | None = None,
) -> GradeAnswers:
    """A grader over fakes."""
    vectors = RememberedVectors(embedder or FakeEmbedder(dimensions=64))
    if others is not None:
        others.embed(vectors)
    scorer = plain_scorer(vectors.embed)
    return GradeAnswers(scorer=scorer, vectors=vectors, anchors=ANCHORS, others=others, judge=judge)


def judged_by(model: Any, **budget: Any) -> ModelJudge:
    """A judge with the real prompts."""
    return ModelJudge(model, shipped_prompts(), Budget(**budget))


def reply(level: int, evidence: list[int], confidence: float = 0.9) -> dict[str, object]:
    """What a capable model says."""
    return {
        "reason": "You say how it is kept. More words.",
        "evidence": evidence,
        "points_met": ["p1"],
        "level": level,
        "confidence": confidence,
    }


def saying(*replies: dict[str, object] | str) -> FakeChatModel:
    """A capable model with scripted replies."""
    return FakeChatModel(replies=list(replies))


@dataclass
class BadModel:
    """A model that does one thing wrong, as often as it is asked."""

    way: str
    capable: bool = True
    name: str = "openai:bad"
    asked: int = 0
    seen: list[str] = field(default_factory=list)

    async def reply(self, prompt: Prompt, answer: type[Answer]) -> Answer:
        """No reply, or one that breaks its promise."""
        await self._go_wrong()
        return answer.model_validate(reply(3, [99]))

    async def votes(self, prefix: str, statements: tuple[str, ...]) -> tuple[float, ...]:
        """No votes, or wrong ones."""
        await self._go_wrong()
        return (7.0,) if self.way == "wild" else ()

    def stream(self, prompt: Prompt) -> Any:
        """Never called."""
        raise NotImplementedError

    async def _go_wrong(self) -> None:
        self.asked += 1
        if self.way == "down":
            raise ModelUnavailable("down")
        if self.way == "garbled":
            raise ModelMisbehaved("garbled")
        if self.way == "slow":
            await asyncio.sleep(30)
