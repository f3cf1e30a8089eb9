"""Vectors are the embedder's own, each text is asked for once while it is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from app.ports.embeddings import Vectors
from app.usecases.remembered_vectors import LONG, LONG_AT_ONCE, RememberedVectors
from tests.fakes.embeddings import FakeEmbedder

pytestmark = pytest.mark.unit


@dataclass
class Watched(FakeEmbedder):
    """Notes what it is asked for."""

    asked: list[list[str]] = field(default_factory=list)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """As the fake does."""
        self.asked.append(list(texts))
        return super().embed(texts)


def test_rows_are_the_embedders_in_the_order_asked_for() -> None:
    texts = ["one", "two " * LONG, "three", "one", "", "four " * LONG]
    vectors = RememberedVectors(FakeEmbedder(dimensions=32))
    expected = FakeEmbedder(dimensions=32).embed(texts)
    assert np.array_equal(vectors.embed(texts), expected)
    assert np.array_equal(vectors.embed(texts), expected)
    assert vectors.embed([]).shape == (0, 32)


def test_a_text_is_embedded_once_while_it_is_remembered() -> None:
    embedder = Watched(dimensions=8)
    vectors = RememberedVectors(embedder, capacity=2)
    vectors.embed(["a", "b"])
    vectors.embed(["a"])
    vectors.embed(["c"])  # b is forgotten, a was used since
    vectors.embed(["a"])
    vectors.embed(["b"])
    assert embedder.asked == [["a", "b"], ["c"], ["b"]]


def test_more_texts_than_are_remembered_all_have_their_rows() -> None:
    vectors = RememberedVectors(FakeEmbedder(dimensions=8), capacity=3)
    assert vectors.embed([f"text {n}" for n in range(10)]).shape == (10, 8)


def test_long_texts_go_a_few_at_once() -> None:
    embedder = Watched(dimensions=8)
    RememberedVectors(embedder).embed([f"{n}" * LONG for n in range(9)] + ["short", "too"])
    assert embedder.asked[0] == ["short", "too"]
    assert all(len(some) <= LONG_AT_ONCE for some in embedder.asked[1:])
