"""The signs of one answer: what raises them, and what does not."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from app.assessment.scorer.features import (
    NAMES,
    Item,
    embedded,
    readings_of,
    signs,
    table,
    texts_of,
)
from app.assessment.scorer.tokens import rarities, stem
from tests.fakes.embeddings import FakeEmbedder

pytestmark = pytest.mark.unit

QUESTION = "How does a stack differ from a queue?"
REFERENCE = "A stack removes the last item first; a queue removes the first item first."


def _embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """One direction for each text: nothing but the same text is alike."""
    rows = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=32) for text in texts]
    return np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32).reshape(-1, 32)


def _signs(answer: str, reference: str = REFERENCE) -> dict[str, float]:
    return _row(Item(QUESTION, reference, answer))


def _row(item: Item) -> dict[str, float]:
    readings = readings_of([item], FakeEmbedder(dimensions=32).embed_pieces)
    return signs(item, embedded(texts_of(item), _embed), readings, {})


def test_every_text_whose_vector_is_asked_for_is_announced() -> None:
    item = Item(QUESTION, REFERENCE, "The last one in is the first one out. Unlike a queue.")
    assert tuple(_row(item)) == NAMES


@pytest.mark.parametrize("answer", ["", "   ", "?", "the of a", "42", "Größe ist 数据", "a" * 5000])
def test_every_sign_of_an_odd_answer_is_a_plain_number(answer: str) -> None:
    assert np.isfinite(list(_signs(answer).values())).all()


def test_the_reference_itself_has_full_recall_and_an_unrelated_answer_has_none() -> None:
    same, other = _signs(REFERENCE), _signs("Bread needs flour and water.")
    for name in ("recall", "new_recall", "soft_recall", "words_recall", "points_mean"):
        assert same[name] == pytest.approx(1.0, abs=1e-4)
        assert other[name] < 0.6
    assert other["recall"] == 0.0


def test_words_of_the_question_do_not_count_as_new() -> None:
    parroted = _signs(QUESTION)
    assert parroted["recall"] > 0.0
    assert parroted["new_recall"] == parroted["novelty"] == 0.0


def test_a_spelling_mistake_costs_less_in_letters_than_in_stems() -> None:
    wrong = _signs("A stak remoovs the lasst itm frist")
    assert wrong["new_recall"] < wrong["soft_new_recall"]


@pytest.mark.parametrize(
    ("answer", "sign"),
    [
        ("A stack does not remove the last item first.", "denied"),
        ("A stack removes the newest item last.", "numbers_extra"),
        ("The pitch gets lower.", "opposites"),
    ],
)
def test_signs_of_contradiction_are_seen(answer: str, sign: str) -> None:
    reference = "The pitch gets higher." if sign == "opposites" else REFERENCE
    plain = _signs(reference, reference)[sign]
    found = _signs(f"{answer} It has 7 parts." if sign == "numbers_extra" else answer, reference)
    assert plain == 0.0
    assert found[sign] > 0.0


def test_a_common_stem_is_less_rare_than_a_seldom_one() -> None:
    rarity = rarities([frozenset({"stack", "item"}), frozenset({"item"}), frozenset({"item"})])
    assert 0.0 < rarity["item"] < rarity["stack"] <= 1.0


@pytest.mark.parametrize(
    ("one", "other"), [("running", "run"), ("stopped", "stop"), ("queues", "queue")]
)
def test_forms_of_a_word_share_their_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_a_table_keeps_the_order_of_its_names() -> None:
    row = _signs(REFERENCE)
    assert table([row], ("cosine", "recall"))[0].tolist() == [row["cosine"], row["recall"]]


@pytest.mark.parametrize(
    ("heard", "kept"),
    [
        ("um, it is a list", "it is a list"),
        ("it is uh a list, you know, of er numbers", "it is a list, of numbers"),
        ("do you know it", "do you know it"),
        ("an error in the umbrella", "an error in the umbrella"),
        ("Um.", "Um."),
    ],
)
def test_sounds_of_hesitation_are_left_out_and_words_are_not(heard: str, kept: str) -> None:
    assert Item("What is it?", "A list.", heard).fluent.answer == kept
