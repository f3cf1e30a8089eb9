"""Pieces of texts that come again: questions and references, held up to a number of pieces."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from app.domain.pieces import Pieces
from app.ports.embeddings import PieceEmbedder
from app.usecases.remembered_vectors import in_batches

AT_ONCE = 64
CAPACITY = 20_000
"""Some 30 MB of vectors."""


class RememberedPieces:
    """Reads a text once while it is remembered; those unused for longest are forgotten first."""

    def __init__(self, embedder: PieceEmbedder, capacity: int = CAPACITY) -> None:
        self._embedder = embedder
        self._capacity = capacity
        self._held: OrderedDict[str, Pieces] = OrderedDict()
        self._size = 0

    def read(self, texts: Sequence[str]) -> list[Pieces]:
        """The pieces of each text; new ones are read together. Raises EmbeddingUnavailable."""
        found = {text: self._held[text] for text in texts if text in self._held}
        for text in found:
            self._held.move_to_end(text)
        new = [text for text in dict.fromkeys(texts) if text not in found]
        for part in in_batches(new, AT_ONCE):
            found |= zip(part, self._embedder.embed_pieces(part), strict=True)
        for text in new:
            self._held[text] = found[text]
            self._size += len(found[text].begins)
        while self._size > self._capacity:
            _, forgotten = self._held.popitem(last=False)
            self._size -= len(forgotten.begins)
        return [found[text] for text in texts]
