"""Presence is shares of expressions seen, with the coverage beside them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.presence import presence_of
from app.domain.interview import EMOTIONS, ExpressionReading

pytestmark = pytest.mark.unit


def _reading(second: int, name: str | None) -> ExpressionReading:
    if name is None:
        return ExpressionReading(second, 0, None, 0.0)
    return ExpressionReading(second, 1, tuple(float(e == name) for e in EMOTIONS), 0.8)


def test_shares_are_of_the_seconds_in_which_a_face_was_seen() -> None:
    names = ["happy", "neutral", "sad", "neutral", None, None]
    presence = presence_of([_reading(n, name) for n, name in enumerate(names)], 8)
    assert presence.coverage == 0.5
    assert presence.smiling_share == 0.25
    assert presence.index == 0.75
    assert presence.shares["sad"] == 0.25
    assert len(presence.timeline) == 6


def test_too_little_seen_has_no_index() -> None:
    presence = presence_of([_reading(0, "happy")], 10)
    assert presence.index is None
    assert presence.smiling_share == 1.0


def test_nobody_seen_has_no_smile_either() -> None:
    presence = presence_of([_reading(0, None)], 10)
    assert (presence.coverage, presence.smiling_share, presence.index) == (0.0, None, None)


def test_a_later_reading_of_the_same_second_replaces_the_first() -> None:
    presence = presence_of([_reading(0, "sad"), _reading(0, "happy")], 1)
    assert presence.shares["happy"] == 1.0


@given(st.lists(st.sampled_from([*EMOTIONS, None]), max_size=30), st.integers(0, 40))
def test_shares_and_coverage_stay_between_zero_and_one(
    names: list[str | None], seconds: int
) -> None:
    presence = presence_of([_reading(n, name) for n, name in enumerate(names)], seconds)
    assert 0 <= presence.coverage <= 1
    assert sum(presence.shares.values()) == pytest.approx(1.0 if presence.seconds_seen else 0.0)
    assert presence.index is None or 0 <= presence.index <= 1
