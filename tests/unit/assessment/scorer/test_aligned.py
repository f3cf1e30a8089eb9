"""What an answer takes up of the reference word by word, and what it puts in a word's place."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np
import pytest

from app.assessment.scorer.aligned import aligned_signs, read_for
from app.assessment.scorer.reading import LONGEST, windows, words_of
from app.assessment.scorer.tokens import stem
from app.domain.pieces import Pieces

pytestmark = pytest.mark.unit

QUESTION = "How does a stack differ from a queue?"
POINTS = ("A stack removes the newest item first.", "A queue removes the oldest item first.")
REFERENCE = " ".join(POINTS)
SYNONYMS = {"takes": "removes", "latest": "newest", "element": "item"}


def _direction(word: str) -> np.ndarray:
    return np.random.default_rng(zlib.crc32(SYNONYMS.get(word, word).encode())).normal(size=64)


def _read(texts: Sequence[str], reach: int = 256) -> dict[str, Pieces]:
    """Pieces of at most four letters, each with its word's direction and a little of the last's."""
    found = {}
    for text in texts:
        begins, ends, rows = [], [], []
        before = np.zeros(64)
        for word in re.finditer(r"[A-Za-z']+", text):
            own = _direction(word.group().lower())
            for start in range(word.start(), word.end(), 4):
                begins.append(start)
                ends.append(min(start + 4, word.end()))
                rows.append(own + 0.2 * before)
            before = own
        vectors = np.array(rows, dtype=np.float32).reshape(len(rows), 64)
        found[text] = Pieces(np.array(begins[:reach]), np.array(ends[:reach]), vectors[:reach])
    return found


def _signs(answer: str, points: Sequence[str] = POINTS) -> dict[str, float]:
    readings = _read(read_for(QUESTION, points, answer))
    return aligned_signs(QUESTION, points, answer, readings, {})


def test_the_reference_itself_is_met_word_by_word_and_an_unrelated_answer_is_not() -> None:
    same, other = _signs(REFERENCE), _signs("Bread needs flour and water.")
    for name in ("recall", "recall_new", "precision", "f1", "least", "points_least", "middle"):
        assert same[f"aligned_{name}"] == pytest.approx(1.0, abs=0.02), name
        assert other[f"aligned_{name}"] < 0.6, name
    assert same["aligned_transport"] > 0.95
    assert same["aligned_missing"] < 0.1 < other["aligned_missing"]
    assert other["aligned_gain"] == pytest.approx(0.0, abs=0.1)


def test_another_word_of_the_same_meaning_counts_as_the_word() -> None:
    told = _signs("Stack takes the latest element first, queue the oldest item first.")
    assert told["aligned_over_80"] > 0.8
    assert told["aligned_substituted"] > 0.3
    assert _signs(REFERENCE)["aligned_substituted"] == 0.0


def test_a_point_that_is_left_out_lowers_the_least_covered_one() -> None:
    half = _signs(POINTS[0])
    assert half["aligned_points_least"] < half["aligned_points_mean"] - 0.05
    assert half["aligned_points_mean"] < _signs(REFERENCE)["aligned_points_mean"]
    assert half["aligned_covered"] < _signs(REFERENCE)["aligned_covered"]


def test_words_beside_the_reference_are_extra() -> None:
    more = _signs(f"{REFERENCE} Bread needs flour and water in the oven.")
    assert more["aligned_extra"] > _signs(REFERENCE)["aligned_extra"] + 0.5
    assert more["aligned_extra_share"] > 0.3


def test_words_that_stand_apart_or_in_another_order_are_no_neighbours() -> None:
    points = ("A stack removes the newest item.",)
    apart = (
        "The item, some say and others write in many books about this, is newest; a stack removes."
    )
    told, torn = _signs(points[0], points), _signs(apart, points)
    assert told["aligned_neighbours"] == told["aligned_order"] == 1.0
    assert torn["aligned_neighbours"] < 0.8
    assert torn["aligned_order"] < 0.8


def test_a_denied_word_and_an_opposite_are_seen() -> None:
    assert _signs(REFERENCE)["aligned_denied"] == 0.0
    assert _signs(f"A stack never {POINTS[0][8:]} {POINTS[1]}")["aligned_denied"] > 0.05
    readings = _read(("", "It is hotter.", "It is colder."))
    readings["It is colder."] = readings["It is hotter."]
    swapped = aligned_signs("", ["It is hotter."], "It is colder.", readings, {})
    assert swapped["aligned_opposite"] == 1.0


def test_a_word_is_the_mean_of_its_pieces_and_those_out_of_reach_are_left_out() -> None:
    text = "Implementing queues"
    pieces = _read([text], reach=4)
    words = words_of([text], pieces, frozenset({stem("queues")}), {})
    assert words.words == ["implementing", "queues"]
    assert words.new.tolist() == [True, False]
    assert words_of([text], _read([text], reach=3), frozenset(), {}).words == ["implementing"]
    assert np.linalg.norm(words.vectors, axis=1) == pytest.approx(1.0)


def test_a_long_answer_is_read_in_windows_between_its_sentences() -> None:
    text = " ".join(f"Sentence number {'x' * (n % 7 + 1)} says a little more." for n in range(80))
    parts = windows(text)
    assert len(parts) > 2
    assert " ".join(parts) == text
    assert all(len(part.split()) <= LONGEST for part in parts)
    assert windows("A short one. And another.") == ("A short one. And another.",)


def test_a_text_without_words_has_no_signs_but_zeros() -> None:
    assert set(_signs("?!").values()) == {0.0}
    assert set(_signs("Something.", points=["-"]).values()) == {0.0}
    assert _signs("?!").keys() == _signs(REFERENCE).keys()
