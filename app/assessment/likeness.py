"""Likeness in meaning, by the vectors of an embedder: sentences against reference points.

The part of a vector that the question explains is removed first, so that repeating the question
looks like no point at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
_TINY = 1e-6


@dataclass(frozen=True)
class Nearest:
    """The sentence that is nearest to one point: its place in the rows, and the cosine."""

    row: int
    cosine: float


def without_question(vectors: Vectors, question: Vectors) -> Vectors:
    """Unit rows with the question's direction taken out; `question` has shape (d,)."""
    rest = vectors - np.outer(vectors @ question, question).astype(np.float32)
    lengths = np.linalg.norm(rest, axis=1, keepdims=True)
    return np.asarray(rest / np.maximum(lengths, _TINY), dtype=np.float32)


def nearest_sentences(points: Vectors, sentences: Vectors) -> tuple[Nearest, ...]:
    """For each point (rows) the best sentence (rows); a cosine below 0 counts as 0."""
    if not len(points) or not len(sentences):
        return ()
    cosines = points @ sentences.T
    rows = cosines.argmax(axis=1)
    return tuple(
        Nearest(int(row), max(0.0, float(cosines[place, row]))) for place, row in enumerate(rows)
    )


def windows(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Each sentence, then each pair of neighbours: a point is often made over two sentences."""
    pairs = tuple(f"{a} {b}" for a, b in pairwise(texts))
    return texts + pairs


def window_sentences(row: int, count: int) -> tuple[int, ...]:
    """The places of the sentences that row `row` of `windows` of `count` texts stands for."""
    return (row,) if row < count else (row - count, row - count + 1)
