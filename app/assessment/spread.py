"""Which answers to mark first: those that lie farthest apart in meaning."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FIRST = 5
Vectors = NDArray[np.float32]


def farthest_first(
    vectors: Vectors, count: int = FIRST, *, marked: Vectors | None = None
) -> tuple[int, ...]:
    """Rows of unit vectors, each the least like those chosen before it and those `marked` already.

    Without marked ones it starts from the answer that is most like all others.
    """
    if not len(vectors):
        return ()
    chosen: list[int] = []
    if marked is not None and len(marked):
        nearest = (vectors @ marked.T).max(axis=1)
    else:
        chosen.append(int(np.argmax(vectors @ vectors.sum(axis=0))))
        nearest = vectors @ vectors[chosen[0]]
    while len(chosen) < min(count, len(vectors)):
        free = np.where(np.isin(np.arange(len(vectors)), chosen), np.inf, nearest)
        chosen.append(int(np.argmin(free)))
        nearest = np.maximum(nearest, vectors @ vectors[chosen[-1]])
    return tuple(chosen)
