"""Port of sentence embeddings. Calls block; callers run them off the event loop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from app.domain.pieces import Pieces

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Vectors whose dot product is the likeness in meaning."""

    @property
    def dimensions(self) -> int:
        """Length of one vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimensions), each row of length 1; raises EmbeddingUnavailable."""
        ...


class PieceEmbedder(Embedder, Protocol):
    """An embedder that also tells what each piece of a text means where it stands."""

    def embed_pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """The pieces of each text, in order; raises EmbeddingUnavailable."""
        ...
