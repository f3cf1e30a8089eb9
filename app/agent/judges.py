"""The three ways to judge a criterion: by the text alone, by votes, or by a capable model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field

from app.agent.case import Case, Judgement, Support, Verdict
from app.assessment.levels import is_met, level_from, presence
from app.assessment.sentences import Sentence
from app.domain.question import Criterion, ReferencePoint
from app.ports.errors import ModelMisbehaved
from app.ports.language import ChatModel, Prompt, PromptLibrary

YieldToLive = Callable[[], Awaitable[None]]

TEXT_ALONE_TRUST = 0.6
VOTED_TRUST = 0.85
MOST_EVIDENCE = 3
LONGEST_VOTED = 9_000
"""Characters of an answer, about 2,500 tokens: what the local model's context surely holds."""


class TextJudge:
    """Judges by likeness in words and meaning alone; needs no model."""

    async def judge(self, case: Case) -> Verdict:
        """One judgement per criterion, by arithmetic over its points."""
        return Verdict(_judgements(case, case.supports, TEXT_ALONE_TRUST))


class VotesJudge:
    """Adds a model's yes or no to each point; levels stay arithmetic (basic mode)."""

    def __init__(
        self, *, model: ChatModel, prompts: PromptLibrary, yield_to_live: YieldToLive
    ) -> None:
        self._model = model
        self._prompts = prompts
        self._yield_to_live = yield_to_live

    async def judge(self, case: Case) -> Verdict:
        """One vote per point, letting live interviews go first between two of them."""
        asked = " ".join(dict.fromkeys(case.asked))
        prefix = self._prompts.render("vote-answer", question=asked, answer=trimmed(case.said))
        prompt: Prompt | None = None
        voted = dict(case.supports)
        for point in case.question.points:
            await self._yield_to_live()
            prompt = self._prompts.render("vote-point", point=point.text)
            votes = await self._model.votes(prefix.text, (prompt.text.strip(),))
            if len(votes) != 1 or not 0.0 <= votes[0] <= 1.0:
                raise ModelMisbehaved(f"expected one vote from 0 to 1, found {len(votes)} votes")
            support = voted[point.id]
            voted[point.id] = replace(support, signs=replace(support.signs, vote=votes[0]))
        return Verdict(_judgements(case, voted, VOTED_TRUST), prompt)


class LevelReply(BaseModel):
    """What a capable model says about one criterion; the reason comes before the level."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str = Field(max_length=1000)
    evidence: list[int]
    points_met: list[str]
    level: int
    confidence: float = Field(ge=0.0, le=1.0)


class LevelJudge:
    """One typed reply of a capable model per criterion (full mode)."""

    def __init__(
        self, *, model: ChatModel, prompts: PromptLibrary, yield_to_live: YieldToLive
    ) -> None:
        self._model = model
        self._prompts = prompts
        self._yield_to_live = yield_to_live

    async def judge(self, case: Case) -> Verdict:
        """Ask for one criterion after the other, each with its own points and exemplars."""
        judgements: list[Judgement] = []
        prompt: Prompt | None = None
        for criterion in case.rubric.criteria:
            await self._yield_to_live()
            prompt = self._prompt(case, criterion)
            reply = await self._model.reply(prompt, LevelReply)
            judgements.append(_from_reply(case, criterion, reply))
        return Verdict(tuple(judgements), prompt)

    def _prompt(self, case: Case, criterion: Criterion) -> Prompt:
        points = [p for p in case.question.points if p.criterion == criterion.id]
        exemplars = [
            {"level": example.levels[criterion.id], "answer": example.answer}
            for example in case.examples
            if criterion.id in example.levels
        ]
        return self._prompts.render(
            "judge-criterion",
            question=" ".join(dict.fromkeys(case.asked)),
            criterion=criterion.title,
            levels=criterion.levels,
            points=points,
            exemplars=exemplars,
            sentences="\n".join(f"{s.number}. {s.text}" for s in case.sentences),
        )


def trimmed(text: str, longest: int = LONGEST_VOTED) -> str:
    """The text, or its beginning and its end where it is longer than that."""
    if len(text) <= longest:
        return text
    gap = " ... "
    half = (longest - len(gap)) // 2
    return text[:half].rsplit(maxsplit=1)[0] + gap + text[-half:].split(maxsplit=1)[-1]


def _from_reply(case: Case, criterion: Criterion, reply: LevelReply) -> Judgement:
    if not 0 <= reply.level <= criterion.max_level:
        raise ModelMisbehaved(
            f"expected a level from 0 to {criterion.max_level}, found {reply.level}"
        )
    known = {sentence.number: sentence for sentence in case.sentences}
    cited = tuple(known[n] for n in dict.fromkeys(reply.evidence) if n in known)[:MOST_EVIDENCE]
    points = case.points_of(criterion)
    met = tuple(point for point in points if point in reply.points_met)
    if reply.level == 0 and not cited:
        cited = _nearest(case, case.supports, points)
    return Judgement(
        criterion.id,
        reply.level,
        cited,
        reply.reason.strip(),
        reply.confidence,
        met,
        tuple(point for point in points if point not in met),
    )


def _judgements(case: Case, supports: dict[str, Support], trust: float) -> tuple[Judgement, ...]:
    return tuple(
        _by_arithmetic(case, criterion, supports, trust)
        for criterion in case.rubric.criteria
        if case.points_of(criterion)
    )


def _by_arithmetic(
    case: Case, criterion: Criterion, supports: dict[str, Support], trust: float
) -> Judgement:
    points = case.points_of(criterion)
    chances = {point: _presence(case, supports[point]) for point in points}
    estimate = level_from(tuple(chances.values()), criterion.max_level)
    met = tuple(point for point in points if is_met(chances[point]))
    carrying = met or (max(points, key=lambda point: chances[point]),)
    if estimate.level == 0:
        cited = _nearest(case, supports, points)
    else:
        strongest = sorted(carrying, key=lambda point: -chances[point])
        cited = _unique([s for point in strongest for s in supports[point].sentences])
    return Judgement(
        criterion.id,
        estimate.level,
        cited[:MOST_EVIDENCE],
        _reason(case.question.points, met, points),
        trust * estimate.confidence,
        met,
        tuple(point for point in points if point not in met),
    )


def _presence(case: Case, support: Support) -> float:
    """A denied point keeps its presence: the gate sends it to a person, it never moves a number."""
    return presence(support.signs, experience=case.experience)


def _nearest(
    case: Case, supports: dict[str, Support], points: Sequence[str]
) -> tuple[Sentence, ...]:
    """The sentence nearest to any of the points; the first one where there are no points."""
    if not points:
        return case.sentences[:1]
    best = max(points, key=lambda point: supports[point].signs.cosine)
    return supports[best].sentences[:1]


def _unique(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    return tuple(dict.fromkeys(sentences))


def _reason(points: Sequence[ReferencePoint], met: Sequence[str], all_of: Sequence[str]) -> str:
    """What the count says; the words of an open point would give it away."""
    if not met:
        return f"None of the {len(all_of)} expected points was found in the answer."
    said = "; ".join(point.text.rstrip(".") for point in points if point.id in met)
    return f"{len(met)} of {len(all_of)} expected points found: {said}."
