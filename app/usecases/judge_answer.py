"""A language model's opinion on one written answer, within a budget; it never decides alone.

A capable model gives levels by criterion with sentences of the answer, any other the probability
that the answer is right. Whatever the model does wrong (fails, is late, cites what was not said,
leaves the scale) ends as `NoOpinion`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from app.agent.judges import MOST_EVIDENCE, LevelReply, trimmed
from app.assessment.fusion import nearest_level
from app.assessment.hidden_state import StateScorer
from app.assessment.scorer.scorer import Marked
from app.assessment.sentences import Sentence
from app.ports.errors import ModelUnavailable, PortError
from app.ports.language import ChatModel, Prompt, PromptLibrary, StateModel

_MOST_SHOWN = 5
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


@dataclass(frozen=True)
class Asked:
    """One criterion as it is put to a model: its points, and its anchors from level 0."""

    title: str
    points: tuple[str, ...]
    anchors: tuple[str, ...]

    @property
    def top(self) -> int:
        """The highest level."""
        return len(self.anchors) - 1


@dataclass(frozen=True)
class WrittenAnswer:
    """What a judge may look at; `marked` are answers to the same question that people marked."""

    question: str
    sentences: tuple[Sentence, ...]
    criteria: tuple[Asked, ...]
    marked: tuple[Marked, ...] = ()


@dataclass(frozen=True)
class Levels:
    """A level for each criterion in their order, the sentences that carry them, and why."""

    levels: tuple[int, ...]
    sentences: tuple[Sentence, ...]
    reason: str = ""


@dataclass(frozen=True)
class Verdicts:
    """For each criterion in their order P(Yes), 0..1: the answer says what is asked for."""

    right: tuple[float, ...]


@dataclass(frozen=True)
class Held:
    """For each criterion in their order how much better than usual the answer is, -.5 to .5."""

    better: tuple[float, ...]


Opinion = Levels | Verdicts | Held


class NoOpinion(Exception):
    """The model gave nothing that can be used; `absent` when it could not be reached in time."""

    def __init__(self, reason: str, *, absent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.absent = absent


class AnswerJudge(Protocol):
    """Judges one written answer."""

    async def judge(self, answer: WrittenAnswer) -> Opinion:
        """An opinion on all criteria; raises NoOpinion."""
        ...


@dataclass(frozen=True)
class Budget:
    """What one answer may cost: seconds of waiting, calls, and characters sent (4 a token)."""

    seconds: float = 60.0
    calls: int = 24
    characters: int = 64_000


@dataclass
class _Spending:
    budget: Budget
    calls: int = 0
    characters: int = 0

    def on(self, *texts: str) -> None:
        self.calls += 1
        self.characters += sum(len(text) for text in texts)
        if self.calls > self.budget.calls or self.characters > self.budget.characters:
            raise NoOpinion("the answer is too long for the judge's budget")


@dataclass(frozen=True)
class ModelJudge:
    """Asks a capable model for levels, and any other whether the answer is right."""

    model: ChatModel
    prompts: PromptLibrary
    budget: Budget = field(default_factory=Budget)

    async def judge(self, answer: WrittenAnswer) -> Opinion:
        """Levels or verdicts for all criteria; raises NoOpinion."""
        spending = _Spending(self.budget)
        async with _in_time(self.budget):
            if self.model.capable:
                return await self._levels(answer, spending)
            return await self._verdicts(answer, spending)

    async def _verdicts(self, answer: WrittenAnswer, spending: _Spending) -> Verdicts:
        found = []
        for prefix, statement in _whether_right(self.prompts, answer):
            spending.on(prefix, statement)
            found.append(_one_vote(await self.model.votes(prefix, (statement,))))
        return Verdicts(tuple(found))

    async def _levels(self, answer: WrittenAnswer, spending: _Spending) -> Levels:
        levels: list[int] = []
        cited: list[Sentence] = []
        reasons: list[str] = []
        for asked in answer.criteria:
            prompt = self._prompt(answer, asked)
            spending.on(prompt.text)
            reply = await self.model.reply(prompt, LevelReply)
            cited += _cited(reply, answer.sentences, asked)
            levels.append(reply.level)
            reasons.append(reply.reason)
        weakest = min(range(len(levels)), key=lambda place: levels[place])
        return Levels(tuple(levels), tuple(dict.fromkeys(cited)), _first(reasons[weakest]))

    def _prompt(self, answer: WrittenAnswer, asked: Asked) -> Prompt:
        points = [{"id": f"p{n}", "text": text} for n, text in enumerate(asked.points, 1)]
        alone = len(answer.criteria) == 1
        return self.prompts.render(
            "judge-criterion",
            question=answer.question,
            criterion=asked.title,
            levels=[{"level": n, "anchor": text} for n, text in enumerate(asked.anchors)],
            points=points,
            exemplars=_shown(answer.marked, asked.top) if alone else [],
            sentences="\n".join(f"{s.number}. {s.text}" for s in answer.sentences),
        )


@dataclass(frozen=True)
class StateJudge:
    """Reads what a small model holds of an answer, by a fitted probe."""

    model: StateModel
    probe: StateScorer
    prompts: PromptLibrary
    budget: Budget = field(default_factory=Budget)

    async def judge(self, answer: WrittenAnswer) -> Held:
        """What it holds for all criteria; raises NoOpinion."""
        spending = _Spending(self.budget)
        if self.model.name != self.probe.model:
            raise NoOpinion(f"the probe is of {self.probe.model}, found {self.model.name}")
        found = []
        async with _in_time(self.budget):
            for prefix, statement in _whether_right(self.prompts, answer):
                spending.on(prefix, statement)
                states = np.stack(await self.model.states(prefix, (statement,)))
                if states.shape != (1, len(self.probe.mean)) or not np.isfinite(states).all():
                    raise NoOpinion("the judge gave no state")
                found.append(float(self.probe.says(states)[0]))
        return Held(tuple(found))


@asynccontextmanager
async def _in_time(budget: Budget) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(budget.seconds):
            yield
    except TimeoutError:
        raise NoOpinion("the judge took too long", absent=True) from None
    except PortError as error:
        absent = isinstance(error, ModelUnavailable)
        raise NoOpinion("the judge failed", absent=absent) from error


def _whether_right(prompts: PromptLibrary, answer: WrittenAnswer) -> list[tuple[str, str]]:
    """For each criterion the question with its points, and whether the answer is right."""
    said = trimmed(" ".join(sentence.text for sentence in answer.sentences))
    statement = prompts.render("verdict-answer", answer=said).text.strip()
    references = [" ".join(asked.points) for asked in answer.criteria]
    question = answer.question
    return [
        (prompts.render("verdict-question", question=question, reference=each).text, statement)
        for each in references
    ]


def _first(reason: str) -> str:
    """Its first sentence, on one line."""
    return _SENTENCE_END.split(" ".join(reason.split()), maxsplit=1)[0]


def _one_vote(votes: Sequence[float]) -> float:
    if len(votes) != 1 or not 0.0 <= votes[0] <= 1.0:
        raise NoOpinion("the judge gave no vote from 0 to 1")
    return float(votes[0])


def _cited(reply: LevelReply, sentences: Sequence[Sentence], asked: Asked) -> tuple[Sentence, ...]:
    if not 0 <= reply.level <= asked.top:
        raise NoOpinion(f"the judge gave level {reply.level} of {asked.top}")
    known = {sentence.number: sentence for sentence in sentences}
    if any(number not in known for number in reply.evidence):
        raise NoOpinion("the judge cites what was not said")
    if reply.level > 0 and not reply.evidence:
        raise NoOpinion("the judge cites nothing for its level")
    return tuple(known[number] for number in dict.fromkeys(reply.evidence))[:MOST_EVIDENCE]


def _shown(marked: Sequence[Marked], top: int) -> list[dict[str, object]]:
    """A few marked answers from all over the scale."""
    ordered = sorted(marked, key=lambda each: each.score)
    last = len(ordered) - 1
    places = dict.fromkeys(
        round(n * last / max(1, _MOST_SHOWN - 1)) for n in range(_MOST_SHOWN if ordered else 0)
    )
    chosen = [ordered[place] for place in places]
    return [{"level": nearest_level(e.score, top), "answer": e.answer} for e in chosen]
