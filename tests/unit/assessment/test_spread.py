"""The answers to mark first tell most about the others."""

from __future__ import annotations

import numpy as np
import pytest

from app.assessment.spread import most_telling

pytestmark = pytest.mark.unit


def _unit(*rows: tuple[float, float]) -> np.ndarray:
    found = np.array(rows, np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def _kinds(*sizes: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(5)
    rows = np.repeat(random.normal(size=(len(sizes), 16)), sizes, axis=0)
    rows += 0.05 * random.normal(size=rows.shape)
    unit = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit, np.repeat(np.arange(len(sizes)), sizes)


def test_a_kind_of_many_answers_comes_before_an_odd_one_out() -> None:
    vectors, kind = _kinds(12, 12, 1)
    assert {int(kind[row]) for row in most_telling(vectors, 2)} == {0, 1}


def test_one_of_each_kind_comes_before_a_second_of_any() -> None:
    vectors, kind = _kinds(8, 7, 6, 5, 4)
    assert len({int(kind[row]) for row in most_telling(vectors)}) == 5


def test_what_is_marked_already_is_not_offered_in_other_words() -> None:
    vectors = _unit((1, 0), (0, 1))
    assert most_telling(vectors, 1, marked=_unit((1, 0.05))) == (1,)


def test_all_are_chosen_once_where_there_are_few() -> None:
    vectors = _unit((1, 0), (0, 1), (1, 1))
    assert sorted(most_telling(vectors, 5)) == [0, 1, 2]
    assert most_telling(vectors[:0]) == ()


def test_alike_answers_are_all_offered_in_the_end() -> None:
    vectors = _unit((1, 0), (1, 0), (1, 0))
    assert sorted(most_telling(vectors, 3)) == [0, 1, 2]
