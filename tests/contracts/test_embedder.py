"""What every embedder promises: the fake and MiniLM."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.adapters.llm.embedder import MiniLmEmbedder
from app.ports.embeddings import Embedder, PieceEmbedder
from app.ports.errors import EmbeddingUnavailable
from tests.fakes.embeddings import FakeEmbedder
from tests.needs import need_model

pytestmark = pytest.mark.contract


def real() -> MiniLmEmbedder:
    folder = need_model("minilm")
    return MiniLmEmbedder(folder / "model.onnx", folder / "tokenizer.json")


@pytest.fixture(params=[FakeEmbedder, real], ids=["fake", "minilm"], scope="module")
def embedder(request: pytest.FixtureRequest) -> PieceEmbedder:
    make: Callable[[], PieceEmbedder] = request.param
    return make()


def test_each_text_becomes_one_row_of_length_one(embedder: Embedder) -> None:
    vectors = embedder.embed(["A stack is last in, first out.", "Bees dance.", ""])
    assert vectors.shape == (3, embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dimensions)


def test_the_same_text_has_the_same_vector_whatever_stands_beside_it(embedder: Embedder) -> None:
    alone = embedder.embed(["An index makes reads faster."])[0]
    beside = embedder.embed(["An index makes reads faster.", "word " * 200])[0]
    assert float(alone @ beside) == pytest.approx(1.0, abs=0.02)


def test_rows_keep_the_order_of_the_texts(embedder: Embedder) -> None:
    texts = ["long " * 60 + "text", "short", "a text of middling length, a dozen words or so"] * 20
    batch = embedder.embed(texts)
    for row, text in ((0, texts[0]), (1, texts[1]), (59, texts[59])):
        assert float(batch[row] @ embedder.embed([text])[0]) > 0.98


def test_likeness_of_meaning_shows_in_the_dot_product(embedder: Embedder) -> None:
    asked, near, far = embedder.embed(
        [
            "A hash map gives constant time lookup.",
            "Lookup in a hash map takes constant time.",
            "The weather was sunny on Tuesday.",
        ]
    )
    assert float(asked @ near) > float(asked @ far) + 0.3


def test_a_text_that_is_no_unicode_is_refused_in_our_words(embedder: Embedder) -> None:
    with pytest.raises(EmbeddingUnavailable):
        embedder.embed(["fine", "broken \ud800 half"])


def test_a_missing_model_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingUnavailable, match="sounding models fetch minilm"):
        MiniLmEmbedder(tmp_path / "model.onnx", tmp_path / "tokenizer.json")


def test_a_damaged_model_says_how_to_check_it(tmp_path: Path) -> None:
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"no model")
    with pytest.raises(EmbeddingUnavailable, match="sounding models verify minilm"):
        MiniLmEmbedder(tmp_path / "model.onnx", tmp_path / "tokenizer.json")


def test_only_the_first_256_tokens_of_a_text_count() -> None:
    embedder = real()
    start = "cache " * 300
    one, other = embedder.embed([start + "tree", start + "weather and bees"])
    assert one == pytest.approx(other, abs=1e-5)


def test_the_pieces_of_a_text_cover_its_words_in_order(embedder: PieceEmbedder) -> None:
    text = "An unindexable row: is slow."
    other, pieces = embedder.embed_pieces(["Longer than the other one, by a few words.", text])
    assert len(other.begins) > len(pieces.begins) or other.begins[-1] > pieces.begins[-1]
    covered = "".join(
        text[begin:end] for begin, end in zip(pieces.begins, pieces.ends, strict=True)
    )
    assert re.sub(r"\W", "", covered) == "Anunindexablerowisslow"
    assert pieces.vectors.shape == (len(pieces.begins), embedder.dimensions)
    assert np.isfinite(pieces.vectors).all()


def test_a_text_without_words_and_no_texts_have_no_pieces(embedder: PieceEmbedder) -> None:
    assert len(embedder.embed_pieces([""])[0].begins) == 0
    assert embedder.embed_pieces([]) == []


def test_pieces_of_no_valid_unicode_are_unavailable(embedder: PieceEmbedder) -> None:
    with pytest.raises(EmbeddingUnavailable):
        embedder.embed_pieces(["\ud800"])


def test_a_word_means_something_else_in_another_context() -> None:
    river, money, same = (
        pieces.vectors[pieces.begins == 4][0]
        for pieces in real().embed_pieces(
            ["The bank of the river was wet.", "The bank lent me money.", "The bank gave a loan."]
        )
    )
    money, river, same = (row / np.linalg.norm(row) for row in (money, river, same))
    assert money @ same > money @ river
