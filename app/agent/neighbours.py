"""What of the authored content lies near an answer: its own question, others, exemplars."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from app.agent.case import Case
from app.ports.embeddings import Embedder
from app.ports.store import PassageKind, Store

_TEXTS: tuple[PassageKind, ...] = ("question", "reference", "point")
_EXEMPLARS = 5


@dataclass(frozen=True)
class Neighbourhood:
    """Highest cosine to this question's texts and to any other's; nearest exemplars by text.

    `known` is False when the store holds nothing to compare with.
    """

    own: float
    other: float
    known: bool
    exemplars: tuple[str, ...] = ()


async def neighbourhood(case: Case, *, store: Store, embedder: Embedder) -> Neighbourhood:
    """Search the library by the meaning of the whole answer."""
    vector = (await asyncio.to_thread(embedder.embed, [case.said]))[0]
    name = case.question.id
    async with store.begin() as work:
        mine = await work.library.nearest(vector, kinds=_TEXTS, question_id=name, limit=1)
        around = await work.library.nearest(vector, kinds=_TEXTS, limit=5)
        examples = await work.library.nearest(
            vector, kinds=("exemplar",), question_id=name, limit=_EXEMPLARS
        )
    own = max((p.likeness or 0.0 for p in mine), default=0.0)
    other = max((p.likeness or 0.0 for p in around if p.question_id != name), default=0.0)
    return Neighbourhood(own, other, bool(mine), tuple(p.text for p in examples))
