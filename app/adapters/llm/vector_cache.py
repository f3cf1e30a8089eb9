"""Vectors kept on disk between runs of a bench or a fit, by the embedder's name and the text."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from app.domain.pieces import Pieces
from app.ports.embeddings import PieceEmbedder, Vectors

_CHUNK = 2_000
_AT_ONCE = 500


class RowFile:
    """Rows of numbers under keys, in one file; a `RowStore`."""

    def __init__(self, file: Path) -> None:
        """Open or make the file."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self._store = sqlite3.connect(file, timeout=60.0)
        self._store.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, row BLOB)")

    def known(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The rows that are kept under these keys."""
        found: dict[bytes, bytes] = {}
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            query = f"SELECT key, row FROM vectors WHERE key IN ({marks})"  # noqa: S608 - marks
            found |= dict(self._store.execute(query, some).fetchall())
        return found

    def keep(self, rows: Mapping[bytes, bytes]) -> None:
        """Keep rows; one that is there already is replaced."""
        self._store.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows.items())
        self._store.commit()


class CachedEmbedder:
    """An embedder that asks another one only for texts that it never saw; pieces are not kept."""

    def __init__(self, embedder: PieceEmbedder, store: RowFile, name: str) -> None:
        """`name` tells embedders apart, such as a model file's sha256."""
        self._embedder = embedder
        self._store = store
        self._name = name

    @property
    def dimensions(self) -> int:
        """Length of one vector."""
        return self._embedder.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), dimensions); new texts are embedded and kept."""
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for start in range(0, len(texts), _CHUNK):
            part = texts[start : start + _CHUNK]
            vectors[start : start + len(part)] = self._part(part)
        return vectors

    def embed_pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """The pieces of each text, read anew: they would take a hundred times the room."""
        return self._embedder.embed_pieces(texts)

    def _part(self, texts: Sequence[str]) -> Vectors:
        keys = [hashlib.sha256(f"{self._name}\n{text}".encode()).digest()[:16] for text in texts]
        known = self._store.known(keys)
        new = [place for place, key in enumerate(keys) if key not in known]
        if new:
            rows = self._embedder.embed([texts[place] for place in new])
            made = {
                keys[place]: row.astype(np.float32).tobytes()
                for place, row in zip(new, rows, strict=True)
            }
            self._store.keep(made)
            known |= made
        return np.stack([np.frombuffer(known[key], np.float32) for key in keys])
