"""Sentence embeddings by all-MiniLM-L6-v2 (int8) on ONNX Runtime, without torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from app.ports.embeddings import Vectors
from app.ports.errors import EmbeddingUnavailable

DIMENSIONS = 384
MAX_TOKENS = 256
BATCH = 32


class MiniLmEmbedder:
    """An `Embedder` of 384 dimensions; safe to share between threads."""

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
        try:
            encodings = self._tokenizer.encode_batch(list(texts))
            by_length = sorted(range(len(texts)), key=lambda index: len(encodings[index].ids))
            for start in range(0, len(texts), BATCH):
                rows = by_length[start : start + BATCH]
                vectors[rows] = self._run([encodings[row] for row in rows])
        except Exception as error:  # both libraries raise bare types of their own
            raise EmbeddingUnavailable(f"Embedding {len(texts)} texts failed.") from error
        return vectors

    def _run(self, encodings: Sequence[Encoding]) -> Vectors:
        """Mean over the tokens of each text, L2-normalised; texts of like length pad little."""
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
        tokens = self._session.run(
            None, {name: feed for name, feed in feeds.items() if name in self._inputs}
        )[0]
        weights = mask[:, :, np.newaxis].astype(np.float32)
        means = (tokens * weights).sum(axis=1) / weights.sum(axis=1)
        lengths = np.linalg.norm(means, axis=1, keepdims=True)
        return np.asarray(means / np.maximum(lengths, 1e-12), dtype=np.float32)
