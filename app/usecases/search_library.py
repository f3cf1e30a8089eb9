"""Find items of the library by their words, or questions by what they mean."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from app.domain.authoring import Kind, Shelf
from app.ports.authoring import Wanted
from app.ports.embeddings import Embedder
from app.ports.store import Store

_PASSAGES = 60


@dataclass(frozen=True)
class Found:
    """A page of the library, with each question's likeness where meaning was searched."""

    shelf: Shelf
    likeness: dict[str, float]


async def search_library(
    store: Store,
    embedder: Embedder | None,
    kind: Kind,
    query: str,
    wanted: Wanted,
    *,
    meaning: bool,
) -> Found:
    """The lines that fit; by meaning only questions that are offered can be found.

    Raises:
        EmbeddingUnavailable: by meaning only.
    """
    if not (meaning and query.strip() and kind is Kind.QUESTION and embedder is not None):
        words = tuple(query.split())
        async with store.begin() as work:
            return Found(
                await work.authoring.published.shelf(kind, replace(wanted, words=words)), {}
            )
    vector = (await asyncio.to_thread(embedder.embed, [query]))[0]
    async with store.begin() as work:
        near = await work.library.nearest(
            vector, kinds=("question", "point", "reference"), limit=_PASSAGES
        )
        likeness: dict[str, float] = {}
        for passage in near:
            likeness.setdefault(passage.question_id, passage.likeness or 0.0)
        ids = tuple(likeness)
        return Found(await work.authoring.published.shelf(kind, replace(wanted, ids=ids)), likeness)
