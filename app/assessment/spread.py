"""Which answers to mark first: those that tell most about all the others.

Answers that merely lie farthest apart are the odd ones, and their marks say little about the rest.
Here each next one is the answer whose mark would take away most of what is not known about all,
if marks go together as far as answers are alike in meaning (a Gaussian process).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FIRST = 5
Vectors = NDArray[np.float32]
_Table = NDArray[np.float64]
_REACH = 0.15
_NOISE = 0.1


def most_telling(
    vectors: Vectors, count: int = FIRST, *, marked: Vectors | None = None
) -> tuple[int, ...]:
    """Rows of unit vectors in the order in which to mark them, beside those `marked` already."""
    unknown = _likeness(vectors, vectors)
    if marked is not None and len(marked):
        across = _likeness(vectors, marked)
        among = _likeness(marked, marked) + _NOISE * np.eye(len(marked))
        unknown = unknown - across @ np.linalg.solve(among, across.T)
    chosen: list[int] = []
    while len(chosen) < min(count, len(vectors)):
        worth = (unknown**2).sum(axis=0) / (np.diagonal(unknown) + _NOISE)
        worth[chosen] = -np.inf
        best = int(worth.argmax())
        chosen.append(best)
        column = unknown[:, best]
        unknown = unknown - np.outer(column, column) / (column[best] + _NOISE)
    return tuple(chosen)


def _likeness(one: Vectors, other: Vectors) -> _Table:
    """What two answers share: their question's severity, and more the nearer their meaning is."""
    cosines = np.clip(one @ other.T, -1.0, 1.0).astype(np.float64)
    return np.asarray(1.0 + np.exp((cosines - 1.0) / _REACH), dtype=np.float64)
