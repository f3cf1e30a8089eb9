"""What is wrong with a draft is told in words that its author knows."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.authoring import Kind, gaps

pytestmark = pytest.mark.unit


def told(**body: Any) -> dict[str, str]:
    return {gap.part: gap.message for gap in gaps(Kind.QUESTION, "x", body)}


@pytest.mark.parametrize(
    ("part", "value", "message"),
    [
        ("rubric", "", "This is missing."),
        (
            "rubric",
            "My Rubric",
            "Small letters, digits and single dashes only, as in linear-search.",
        ),
        ("minutes", "soon", "This is not a number."),
        ("minutes", 99, "Expected less than or equal to 30."),
        ("difficulty", "hellish", "Expected 'easy', 'medium' or 'hard'."),
        ("points", [], "At least 2 needed."),
        ("colour", "red", "There is no such field."),
    ],
)
def test_a_wrong_field_is_told_plainly(part: str, value: Any, message: str):
    assert told(**{part: value})[part] == message


def test_an_empty_id_of_a_point_is_missing():
    points = [{"id": "", "text": "It waits.", "criterion": "idea"}]
    assert told(points=points)["point 1, id"] == "This is missing."


def test_whole_minutes_are_whole():
    found = gaps(Kind.TRACK, "x", {"minutes": 3.5, "asks": 2, "questions": ["a"]})
    assert {gap.part: gap.message for gap in found}["minutes"] == "This is not a whole number."
