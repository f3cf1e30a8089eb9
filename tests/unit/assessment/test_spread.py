"""The answers to mark first lie far apart."""

from __future__ import annotations

import numpy as np
import pytest

from app.assessment.spread import farthest_first

pytestmark = pytest.mark.unit


def _unit(*rows: tuple[float, float]) -> np.ndarray:
    found = np.array(rows, np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def test_one_of_each_kind_comes_before_a_second_of_any() -> None:
    vectors = _unit((1, 0), (1, 0.01), (1, 0.02), (0, 1), (-1, 0))
    assert set(farthest_first(vectors, 3)) & {3, 4} == {3, 4}


def test_what_is_marked_already_is_not_offered_in_other_words() -> None:
    vectors = _unit((1, 0), (0, 1))
    assert farthest_first(vectors, 1, marked=_unit((1, 0.05))) == (1,)


def test_all_are_chosen_once_where_there_are_few() -> None:
    vectors = _unit((1, 0), (0, 1), (1, 1))
    assert sorted(farthest_first(vectors, 5)) == [0, 1, 2]
    assert farthest_first(vectors[:0]) == ()


def test_five_spread_ones_cover_more_than_the_first_five() -> None:
    random = np.random.default_rng(5)
    kinds = random.normal(size=(5, 16))
    rows = np.repeat(kinds, [40, 3, 3, 3, 3], axis=0) + 0.05 * random.normal(size=(52, 16))
    vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    kind = np.repeat(np.arange(5), [40, 3, 3, 3, 3])
    assert len({int(kind[i]) for i in farthest_first(vectors)}) == 5
