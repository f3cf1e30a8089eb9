"""A language model's opinion on one written answer, within a budget; it never decides alone.

Both ways end in levels by criterion with sentences of the answer. Whatever the model does wrong
(fails, is late, cites what was not said, leaves the scale) ends as `NoOpinion`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.agent.judges import MOST_EVIDENCE, LevelReply, trimmed
from app.assessment.citing import Nearness
from app.assessment.fusion import nearest_level
from app.assessment.levels import PointSigns, level_from, presence
from app.assessment.scorer.scorer import Marked
from app.assessment.sentences import Sentence
from app.ports.errors import ModelUnavailable, PortError
from app.ports.language import ChatModel, Prompt, PromptLibrary

_MOST_SHOWN = 5
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


@dataclass(frozen=True)
class Asked:
    """One criterion as it is put to a model: its points, and its anchors from level 0."""

    title: str
    points: tuple[str, ...]
    anchors: tuple[str, ...]
    near: Nearness

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
class Opinion:
    """A level for each criterion in their order, the sentences that carry them, and why."""

    levels: tuple[int, ...]
    sentences: tuple[Sentence, ...]
    reason: str = ""


class NoOpinion(Exception):
    """The model gave nothing that can be used; `absent` when it could not be reached in time."""

    def __init__(self, reason: str, *, absent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.absent = absent


class AnswerJudge(Protocol):
    """Judges one written answer."""

    @property
    def scores(self) -> bool:
        """Whether its levels move the score, or only confirm it."""
        ...

    async def judge(self, answer: WrittenAnswer) -> Opinion:
        """Levels for all criteria; raises NoOpinion."""
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
    """Asks a capable model for levels, and any other for yes or no on each point."""

    model: ChatModel
    prompts: PromptLibrary
    budget: Budget = field(default_factory=Budget)

    @property
    def scores(self) -> bool:
        """Only a capable model's levels move the score."""
        return self.model.capable

    async def judge(self, answer: WrittenAnswer) -> Opinion:
        """Levels for all criteria; raises NoOpinion."""
        ask = self._levels if self.model.capable else self._votes
        try:
            async with asyncio.timeout(self.budget.seconds):
                return await ask(answer, _Spending(self.budget))
        except TimeoutError:
            raise NoOpinion("the judge took too long", absent=True) from None
        except PortError as error:
            absent = isinstance(error, ModelUnavailable)
            raise NoOpinion("the judge failed", absent=absent) from error

    async def _votes(self, answer: WrittenAnswer, spending: _Spending) -> Opinion:
        said = trimmed(" ".join(sentence.text for sentence in answer.sentences))
        prefix = self.prompts.render("vote-answer", question=answer.question, answer=said).text
        levels: list[int] = []
        for asked in answer.criteria:
            chances = []
            for row, point in enumerate(asked.points):
                statement = self.prompts.render("vote-point", point=point).text.strip()
                spending.on(prefix, statement)
                vote = _one_vote(await self.model.votes(prefix, (statement,)))
                chances.append(presence(_signs(asked.near, row, vote)))
            levels.append(level_from(chances, asked.top).level)
        return Opinion(tuple(levels), ())

    async def _levels(self, answer: WrittenAnswer, spending: _Spending) -> Opinion:
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
        return Opinion(tuple(levels), tuple(dict.fromkeys(cited)), _first(reasons[weakest]))

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


def _first(reason: str) -> str:
    """Its first sentence, on one line."""
    return _SENTENCE_END.split(" ".join(reason.split()), maxsplit=1)[0]


def _one_vote(votes: Sequence[float]) -> float:
    if len(votes) != 1 or not 0.0 <= votes[0] <= 1.0:
        raise NoOpinion("the judge gave no vote from 0 to 1")
    return float(votes[0])


def _signs(near: Nearness, row: int, vote: float) -> PointSigns:
    cosine = max(0.0, float(near.cosines[row].max(initial=0.0)))
    return PointSigns(str(row), cosine, float(near.recalls[row].max(initial=0.0)), vote=vote)


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
