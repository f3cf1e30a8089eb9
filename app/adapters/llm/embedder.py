"""Sentence embeddings by all-MiniLM-L6-v2 (int8) on ONNX Runtime, without torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from app.domain.pieces import Pieces
from app.ports.embeddings import Vectors
from app.ports.errors import EmbeddingUnavailable

DIMENSIONS = 384
MAX_TOKENS = 256
BATCH = 32


class MiniLmEmbedder:
    """A `PieceEmbedder` of 384 dimensions; safe to share between threads."""

    def __init__(self, model: Path, tokenizer: Path, *, threads: int = 2) -> None:
        """Load both files; raises EmbeddingUnavailable when one is missing or damaged."""
        for file in (model, tokenizer):
            if not file.is_file():
                raise EmbeddingUnavailable(
                    f"The embedding model's {file} is missing; run `sounding models fetch minilm`."
                )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(model), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # both libraries raise bare types of their own
            raise EmbeddingUnavailable(
                f"The embedding model can't be loaded ({error}); "
                "run `sounding models verify minilm`."
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_length=MAX_TOKENS)
        self._inputs = {entry.name for entry in self._session.get_inputs()}

    @property
    def dimensions(self) -> int:
        """Length of one vector."""
        return DIMENSIONS

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape (len(texts), 384), rows of length 1; only a text's first 256 tokens count.

        Raises EmbeddingUnavailable when a text is no valid Unicode or the model fails.
        """
        vectors = np.zeros((len(texts), DIMENSIONS), np.float32)
        for rows, encodings, hidden in self._batches(texts):
            vectors[rows] = _means(encodings, hidden)
        return vectors

    def embed_pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """The pieces of each text's first 256 tokens, by their places in the text.

        Raises EmbeddingUnavailable when a text is no valid Unicode or the model fails.
        """
        found: dict[int, Pieces] = {}
        for rows, encodings, hidden in self._batches(texts):
            found |= zip(rows, map(_pieces, encodings, hidden), strict=True)
        return [found[row] for row in range(len(texts))]

    def _batches(self, texts: Sequence[str]) -> Iterator[_Batch]:
        """Texts of like length together, because they pad little."""
        try:
            encodings = self._tokenizer.encode_batch(list(texts))
            by_length = sorted(range(len(texts)), key=lambda index: len(encodings[index].ids))
            for start in range(0, len(texts), BATCH):
                rows = by_length[start : start + BATCH]
                some = [encodings[row] for row in rows]
                yield _Batch(rows, some, self._run(some))
        except Exception as error:  # both libraries raise bare types of their own
            raise EmbeddingUnavailable(f"Embedding {len(texts)} texts failed.") from error

    def _run(self, encodings: Sequence[Encoding]) -> Vectors:
        """The vector of every token, shape (texts, longest text, dimensions)."""
        longest = max(len(encoding.ids) for encoding in encodings)
        ids = np.zeros((len(encodings), longest), np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        feeds: dict[str, NDArray[np.int64]] = {
            "input_ids": ids,
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(ids),
        }
        hidden = self._session.run(
            None, {name: feed for name, feed in feeds.items() if name in self._inputs}
        )[0]
        return np.asarray(hidden, dtype=np.float32)


class _Batch(NamedTuple):
    rows: list[int]
    encodings: list[Encoding]
    hidden: Vectors


def _means(encodings: Sequence[Encoding], hidden: Vectors) -> Vectors:
    """Mean over the tokens of each text, L2-normalised."""
    weights = np.zeros((*hidden.shape[:2], 1), np.float32)
    for row, encoding in enumerate(encodings):
        weights[row, : len(encoding.ids)] = 1.0
    means = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    return np.asarray(means / np.maximum(lengths, 1e-12), dtype=np.float32)


def _pieces(encoding: Encoding, hidden: Vectors) -> Pieces:
    """Without the marks that stand around a text."""
    own = np.flatnonzero(np.array(encoding.special_tokens_mask) == 0)
    places = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)[own]
    return Pieces(places[:, 0], places[:, 1], hidden[own].copy())
