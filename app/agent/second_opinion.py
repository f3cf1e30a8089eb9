"""The offline scorer's opinion on a live answer: the same decision as on a written line.

It never gives a level by itself. It tells which gates fire on the words, and for each criterion
how far up its scale the text alone would put the answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from app.agent.case import Case
from app.assessment.decision import decide
from app.assessment.fusion import Estimate
from app.assessment.scorer.features import Item
from app.assessment.scorer.scorer import Marked, Scorer
from app.domain.question import Criterion


@dataclass(frozen=True)
class SecondOpinion:
    """Gates, and an estimate for each criterion that has points."""

    gates: tuple[str, ...] = ()
    estimates: tuple[tuple[str, Estimate], ...] = ()

    def of(self, criterion_id: str) -> Estimate | None:
        """The estimate of one criterion."""
        return dict(self.estimates).get(criterion_id)


class OfflineScorer:
    """Scores one answer at a time off the event loop: its vectors are remembered between them."""

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer
        self._free = asyncio.Lock()

    @property
    def name(self) -> str:
        """Names the fitted file."""
        return self._scorer.digest[:12]

    async def __call__(self, case: Case) -> SecondOpinion:
        """The opinion on what was said; raises EmbeddingUnavailable.

        None on experience: its points describe the answer itself, so that likeness to them says
        nothing (on 120 marked criteria the scores of all levels were the same).
        """
        if case.experience:
            return SecondOpinion()
        async with self._free:
            return await asyncio.to_thread(self._opinion, case)

    def _opinion(self, case: Case) -> SecondOpinion:
        question = case.question
        asked = " ".join(dict.fromkeys(case.asked))
        points = tuple(point.text for point in question.points)
        whole = Item(asked, question.reference, case.said, points)
        decision = decide(whole, self._scorer)
        found = [
            (criterion.id, self._estimate(case, asked, criterion))
            for criterion in case.rubric.criteria
            if case.points_of(criterion)
        ]
        return SecondOpinion(decision.gates, tuple(found))

    def _estimate(self, case: Case, asked: str, criterion: Criterion) -> Estimate:
        points = [p.text for p in case.question.points if p.criterion == criterion.id]
        item = Item(asked, " ".join(points), case.said, tuple(points))
        return Estimate.of(self._scorer.score(item, marked(case, criterion)))


def marked(case: Case, criterion: Criterion) -> Sequence[Marked]:
    """The question's graded answers as shares of the criterion's highest level."""
    return [
        Marked(exemplar.answer, min(1.0, exemplar.levels[criterion.id] / criterion.max_level))
        for exemplar in case.question.exemplars
        if criterion.id in exemplar.levels
    ]
