"""An embedder whose vectors are sums of one fixed direction for each word."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.pieces import Pieces
from app.ports.embeddings import Vectors
from app.ports.errors import EmbeddingUnavailable


@dataclass
class FakeEmbedder:
    """A `PieceEmbedder`: texts are alike as far as they share words, whatever their context.

    `broken` makes every call fail.
    """

    dimensions: int = 384
    broken: bool = False
    calls: int = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimensions), rows of length 1; the same text, the same row."""
        self.calls += 1
        if self.broken:
            raise EmbeddingUnavailable("The embedder was told to fail.")
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(rows, texts, strict=True):
            _check_unicode(text)
            for word in re.findall(r"\w+", text.lower()) or [""]:
                row += self._direction(word)
            row /= np.linalg.norm(row)
        return rows

    def embed_pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """One piece for each word, whose vector is the word's direction."""
        self.calls += 1
        if self.broken:
            raise EmbeddingUnavailable("The embedder was told to fail.")
        return [self._pieces(text) for text in texts]

    def _pieces(self, text: str) -> Pieces:
        _check_unicode(text)
        found = list(re.finditer(r"\w+", text))
        rows = [self._direction(word.group().lower()) for word in found]
        return Pieces(
            np.array([word.start() for word in found], dtype=np.int64),
            np.array([word.end() for word in found], dtype=np.int64),
            np.array(rows, dtype=np.float32).reshape(len(found), self.dimensions),
        )

    def _direction(self, word: str) -> Vectors:
        digest = hashlib.sha256(word.encode()).digest()
        generator = np.random.default_rng(int.from_bytes(digest[:8], "big"))
        return generator.standard_normal(self.dimensions).astype(np.float32)


def _check_unicode(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise EmbeddingUnavailable("A text is no valid Unicode.") from error
