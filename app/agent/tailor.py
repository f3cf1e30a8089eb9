"""The questions of a track that are nearest to a person's background or a job description."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np

from app.agent.coverage import pieces_of
from app.domain.question import Question, Track
from app.ports.embeddings import Embedder
from app.ports.store import Store

_MOST_BACKGROUND = 6000


async def tailor(
    track: Track,
    questions: Sequence[Question],
    background: str,
    embedder: Embedder,
    store: Store | None = None,
) -> tuple[str, ...]:
    """All question ids of the track, the nearest in meaning chosen, asked in authored order.

    The `asks` nearest come first, in the track's own order; the rest follow, in order as well.
    Without a background it is the authored order.
    """
    known = tuple(questions)
    if not known and store is not None:
        async with store.begin() as work:
            known = await work.library.questions(track.questions)
    by_id = {question.id: question for question in known}
    ordered = [by_id[name] for name in track.questions if name in by_id]
    text = " ".join(background.split())[:_MOST_BACKGROUND]
    if not text or len(ordered) <= track.asks:
        return tuple(question.id for question in ordered)
    chosen = await asyncio.to_thread(_nearest, ordered, text, track.asks, embedder)
    first = [q.id for q in ordered if q.id in chosen]
    return (*first, *(q.id for q in ordered if q.id not in chosen))


def _nearest(
    questions: Sequence[Question], text: str, count: int, embedder: Embedder
) -> frozenset[str]:
    wanted = embedder.embed(pieces_of(text))
    rows = embedder.embed([f"{q.topic}. {q.text} {' '.join(q.tags)}" for q in questions])
    likeness = (rows @ wanted.T).max(axis=1)
    best = np.argsort(-likeness, kind="stable")[:count]
    return frozenset(questions[int(place)].id for place in best)
