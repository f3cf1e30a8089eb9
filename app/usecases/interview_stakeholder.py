"""Interview a stakeholder: the talk and its levels, from the turns alone; nothing is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from app.assessment.elicitation import Elicitation, Exchange, interview, judged
from app.domain.stakeholder import Stakeholder
from app.ports.embeddings import Embedder, Vectors

MOST_TURNS = 40
LONGEST_TURN = 400


class InterviewStakeholder:
    """Holds and judges talks. The cues of each stakeholder are embedded once."""

    def __init__(self, stakeholders: Mapping[str, Stakeholder], embedder: Embedder) -> None:
        self.stakeholders = stakeholders
        self._embedder = embedder
        self._cues: dict[str, tuple[Vectors, ...]] = {}

    async def hold(self, stakeholder: Stakeholder, asked: Sequence[str]) -> tuple[Exchange, ...]:
        """Every turn with its answer; raises EmbeddingUnavailable."""
        if not asked:
            return ()
        return await asyncio.to_thread(self._hold, stakeholder, tuple(asked))

    async def judge(self, stakeholder: Stakeholder, asked: Sequence[str]) -> Elicitation:
        """The same with levels and what was missed; raises EmbeddingUnavailable."""
        return judged(stakeholder, await self.hold(stakeholder, asked))

    def _hold(self, stakeholder: Stakeholder, asked: Sequence[str]) -> tuple[Exchange, ...]:
        if stakeholder.id not in self._cues:
            self._cues[stakeholder.id] = tuple(
                self._embedder.embed([*one.asks, one.says]) for one in stakeholder.known
            )
        said = self._embedder.embed(list(asked))
        return interview(stakeholder, asked, said, self._cues[stakeholder.id])
