"""Pieces are the embedder's own, and each text is read once while it is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest

from app.domain.pieces import Pieces
from app.ports.errors import EmbeddingUnavailable
from app.usecases.remembered_pieces import RememberedPieces
from app.usecases.remembered_vectors import LONG, LONG_AT_ONCE
from tests.fakes.embeddings import FakeEmbedder

pytestmark = pytest.mark.unit


@dataclass
class Watched(FakeEmbedder):
    """Notes what it is asked for."""

    asked: list[list[str]] = field(default_factory=list)

    def embed_pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """As the fake does."""
        self.asked.append(list(texts))
        return super().embed_pieces(texts)


def test_pieces_are_the_embedders_in_the_order_asked_for() -> None:
    texts = ["one stack", "two " * LONG, "three", "one stack", ""]
    expected = FakeEmbedder(dimensions=8).embed_pieces(texts)
    remembered = RememberedPieces(FakeEmbedder(dimensions=8))
    for found in (remembered.read(texts), remembered.read(texts)):
        for one, other in zip(found, expected, strict=True):
            assert np.array_equal(one.vectors, other.vectors)
            assert np.array_equal(one.begins, other.begins)
    assert remembered.read([]) == []


def test_a_text_is_read_once_while_it_is_remembered() -> None:
    embedder = Watched(dimensions=8)
    remembered = RememberedPieces(embedder, capacity=4)
    remembered.read(["a b", "c d"])
    remembered.read(["a b"])
    remembered.read(["e f"])  # "c d" is forgotten, "a b" was used since
    remembered.read(["a b"])
    remembered.read(["c d"])
    assert embedder.asked == [["a b", "c d"], ["e f"], ["c d"]]


def test_more_than_is_remembered_is_still_read() -> None:
    remembered = RememberedPieces(FakeEmbedder(dimensions=8), capacity=3)
    assert [len(each.begins) for each in remembered.read(["a b c d e", "f", "g h"])] == [5, 1, 2]


def test_long_texts_are_read_a_few_at_once() -> None:
    embedder = Watched(dimensions=8)
    RememberedPieces(embedder).read([f"{n}" * LONG for n in range(9)] + ["short", "too"])
    assert embedder.asked[0] == ["short", "too"]
    assert all(len(some) <= LONG_AT_ONCE for some in embedder.asked[1:])


def test_nothing_is_remembered_of_a_reading_that_failed() -> None:
    embedder = FakeEmbedder(dimensions=8, broken=True)
    remembered = RememberedPieces(embedder)
    with pytest.raises(EmbeddingUnavailable):
        remembered.read(["a stack"])
    embedder.broken = False
    assert len(remembered.read(["a stack"])[0].begins) == 2
