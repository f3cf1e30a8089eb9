"""Search by meaning in the store, filtered as the product filters, beside an exact search.

The passages are people's answers to the questions of the labelled data, embedded as the product
embeds, and points between two answers of one question until there are enough; without data, points
around random ones. Whether a passage is found is judged by an exact search over the same vectors.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.adapters.files.graded_answers import FILES, BadGradedAnswers, load_graded
from app.adapters.store.store import PostgresStore
from app.bench.errors import BenchRefused
from app.bench.machine import machine
from app.bench.own_store import own_store
from app.domain.question import Bank
from app.ports.embeddings import Vectors
from app.ports.store import Passage, PassageKind

CHUNKS = 50_000
SEARCHES = 200
TOP = 5
DIMENSIONS = 384
_QUESTIONS = 250
_POINT: PassageKind = "point"
_EXEMPLAR: PassageKind = "exemplar"
_KINDS: tuple[PassageKind, ...] = ("question", "reference", *[_POINT] * 8, *[_EXEMPLAR] * 40)
_APART = 0.7

Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True)
class _Shelf:
    """Passages with their vectors, and vectors to search with, each beside its question."""

    passages: tuple[Passage, ...]
    vectors: Vectors
    asked: Vectors
    about: tuple[str, ...]


@dataclass(frozen=True)
class _Filter:
    """What a search is narrowed to."""

    name: str
    kinds: tuple[PassageKind, ...]
    of_question: bool = False


FILTERS = (
    _Filter("everything", ("question", "reference", "point", "exemplar")),
    _Filter("exemplars", ("exemplar",)),
    _Filter("points", ("point",)),
    _Filter("questions", ("question",)),
    _Filter("exemplars_of_a_question", ("exemplar",), of_question=True),
)


def bench_retrieval(
    *,
    data: Path | None,
    seed: int,
    limit: int | None,
    embed: Embed | None,
    url: str | None = None,
) -> dict[str, Any]:
    """Recall of the nearest five and milliseconds a search, for each filter.

    Args:
        data: folder of labelled data; None: vectors drawn by chance alone.
        limit: passages, of `CHUNKS`.
        seed: of everything drawn.
        embed: makes vectors of shape (n, 384); needed with `data`.
        url: a database to fill; None: a server of its own.

    Raises:
        BenchRefused: the data can't be read.
        StoreUnavailable: the store does not start.
    """
    draw = np.random.default_rng(seed)
    try:
        base = _answers(data, embed) if data and embed else _drawn(draw)
    except BadGradedAnswers as error:
        raise BenchRefused(str(error)) from error
    shelf = _shelf(base, limit or CHUNKS, draw)
    found = asyncio.run(_searched(shelf, url))
    return {
        "machine": machine(),
        "seed": seed,
        "chunks": len(shelf.passages),
        "vectors": "people's answers, and points between them" if data else "drawn by chance",
        "searches": len(shelf.asked),
        "recall_at_5": min(row["recall_at_5"] for row in found["filters"].values()),
        "p95_ms": max(row["ms"]["p95"] for row in found["filters"].values()),
        **found,
    }


def _answers(data: Path, embed: Embed) -> dict[str, Vectors]:
    """Vectors of the answers to each question that has at least three."""
    texts: dict[str, set[str]] = {}
    for name in FILES:
        for each in load_graded(data, name).graded:
            own = texts.setdefault(each.item.question, set())
            own.add(each.item.answer)
    told = {question: sorted(own) for question, own in texts.items() if len(own) >= 3}
    sys.stderr.write(f"embedding {sum(map(len, told.values()))} answers\n")
    return {question: embed(own) for question, own in told.items()}


def _drawn(draw: np.random.Generator) -> dict[str, Vectors]:
    """Vectors around one that is drawn for each question."""
    middles = _unit(draw.standard_normal((_QUESTIONS, DIMENSIONS)))
    noise = draw.standard_normal((_QUESTIONS, 40, DIMENSIONS)) / np.sqrt(DIMENSIONS)
    return {
        f"question {number}": _unit(middle + _APART * own)
        for number, (middle, own) in enumerate(zip(middles, noise, strict=True))
    }


def _shelf(base: dict[str, Vectors], chunks: int, draw: np.random.Generator) -> _Shelf:
    """As many passages as asked for; what is searched with is no passage itself."""
    names = sorted(base)[: max(1, chunks // len(_KINDS))]
    each = -(-chunks // len(names))
    passages: list[Passage] = []
    vectors: list[NDArray[np.float32]] = []
    asked: list[NDArray[np.float32]] = []
    about: list[str] = []
    for number, name in enumerate(names):
        question = f"question-{number}"
        own = base[name]
        more = [_between(own, draw) for _ in range(max(0, each + 1 - len(own)))]
        every = np.concatenate([own, *more])[draw.permutation(len(own) + len(more))]
        asked.append(every[0])
        about.append(question)
        vectors.extend(every[1 : each + 1])
        passages += [
            Passage(_KINDS[place % len(_KINDS)], question, f"{place}", f"{place}")
            for place in range(each)
        ]
    order = draw.permutation(len(passages))[:chunks]
    chosen = draw.permutation(len(names))[:SEARCHES]
    return _Shelf(
        tuple(passages[place] for place in order),
        np.asarray(vectors, np.float32)[order],
        np.asarray(asked, np.float32)[chosen],
        tuple(about[place] for place in chosen),
    )


def _between(own: Vectors, draw: np.random.Generator) -> Vectors:
    first, second = draw.choice(len(own), 2, replace=False)
    weight = draw.uniform(0.2, 0.8)
    near = draw.standard_normal(own.shape[1]) * 0.1 / np.sqrt(own.shape[1])
    return _unit((weight * own[first] + (1 - weight) * own[second] + near)[None])


def _unit(vectors: NDArray[Any]) -> Vectors:
    unit: Vectors = (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)
    return unit


async def _searched(shelf: _Shelf, url: str | None) -> dict[str, Any]:
    async with own_store(url) as store:
        sys.stderr.write(f"keeping {len(shelf.passages)} passages\n")
        begun = time.perf_counter()
        async with store.begin() as work:
            await work.library.load(
                Bank(tracks=(), questions=(), rubrics=()), shelf.passages, shelf.vectors
            )
        kept_s = time.perf_counter() - begun
        rows = {narrow.name: await _of_filter(shelf, narrow, store) for narrow in FILTERS}
        return {"load_s": round(kept_s, 1), "filters": rows}


async def _of_filter(shelf: _Shelf, narrow: _Filter, store: PostgresStore) -> dict[str, Any]:
    sys.stderr.write(f"searching {narrow.name}\n")
    allowed = np.asarray([passage.kind in narrow.kinds for passage in shelf.passages])
    questions = np.asarray([passage.question_id for passage in shelf.passages])
    names = [(passage.question_id, passage.key) for passage in shelf.passages]
    shares: list[float] = []
    took: list[float] = []
    for vector, question in zip(shelf.asked, shelf.about, strict=True):
        within = question if narrow.of_question else None
        begun = time.perf_counter()
        async with store.begin() as work:
            found = await work.library.nearest(
                vector, kinds=narrow.kinds, question_id=within, limit=TOP
            )
        took.append(1000 * (time.perf_counter() - begun))
        places = np.flatnonzero(allowed & (questions == within) if within else allowed)
        order = np.argsort(-(shelf.vectors[places] @ vector), kind="stable")[:TOP]
        best = {names[place] for place in places[order]}
        named = {(passage.question_id, passage.key) for passage in found}
        shares.append(len(best & named) / max(1, len(best)))
    median, p95 = np.quantile(took, (0.5, 0.95))
    return {
        "passages": int(allowed.sum()),
        "recall_at_5": round(float(np.mean(shares)), 4),
        "ms": {"median": round(float(median), 2), "p95": round(float(p95), 2), "n": len(took)},
    }
