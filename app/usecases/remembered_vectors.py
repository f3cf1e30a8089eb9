"""Vectors of texts that come again: words, questions and references, held up to a number."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence

import numpy as np

from app.ports.embeddings import Embedder, Vectors

CAPACITY = 8_192
AT_ONCE = 512
LONG = 400
LONG_AT_ONCE = 4
"""Texts from `LONG` characters on go in fours: a batch's memory is never given back, and 32 long
ones take 1.5 GB. They gain nothing from being many."""


class RememberedVectors:
    """Embeds a text once while it is remembered; those unused for longest are forgotten first."""

    def __init__(self, embedder: Embedder, capacity: int = CAPACITY) -> None:
        self._embedder = embedder
        self._capacity = capacity
        self._rows: OrderedDict[str, Vectors] = OrderedDict()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A row for each text; new ones are embedded together. Raises EmbeddingUnavailable."""
        if not texts:
            return np.zeros((0, self._embedder.dimensions), np.float32)
        rows = {text: self._rows[text] for text in texts if text in self._rows}
        for text in rows:
            self._rows.move_to_end(text)
        new = [text for text in dict.fromkeys(texts) if text not in rows]
        for part in in_batches(new, AT_ONCE):
            made = self._embedder.embed(part)
            rows |= {text: row.copy() for text, row in zip(part, made, strict=True)}
        self._rows |= {text: rows[text] for text in new}
        while len(self._rows) > self._capacity:
            self._rows.popitem(last=False)
        return np.stack([rows[text] for text in texts])


def in_batches(texts: Sequence[str], at_once: int) -> Iterator[list[str]]:
    """So many texts at a time, long ones in fours."""
    short = [text for text in texts if len(text) < LONG]
    long = [text for text in texts if len(text) >= LONG]
    for some, size in ((short, at_once), (long, LONG_AT_ONCE)):
        for start in range(0, len(some), size):
            yield some[start : start + size]
