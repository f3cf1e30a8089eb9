"""What differs between two versions, by place and by word."""

from __future__ import annotations

import pytest

from app.assessment.version_diff import differences

pytestmark = pytest.mark.unit

BEFORE = {
    "text": "What is a list?",
    "minutes": 3.0,
    "tags": ["python", "basics"],
    "points": [{"id": "a", "text": "It can be changed."}, {"id": "b", "text": "It is ordered."}],
}


def test_the_same_text_differs_in_nothing() -> None:
    assert differences(BEFORE, dict(BEFORE)) == ()
    assert differences({"minutes": 3.0, "spoken": None}, {"minutes": 3, "terms": []}) == ()


def test_words_that_went_and_came_are_told_with_their_place() -> None:
    after = {**BEFORE, "text": "What is a tuple?"}
    (found,) = differences(BEFORE, after)
    assert found.part == "text"
    assert [p for p in found.pieces if p[0] != "same"] == [("gone", "list?"), ("new", "tuple?")]
    assert "".join(text for kind, text in found.pieces if kind != "gone") == "What is a tuple?"
    assert "".join(text for kind, text in found.pieces if kind != "new") == "What is a list?"


def test_rows_are_told_apart_by_their_ids_and_not_by_their_order() -> None:
    points = [{"id": "b", "text": "It is ordered."}, {"id": "c", "text": "It holds anything."}]
    found = {d.part: (d.before, d.after) for d in differences(BEFORE, {**BEFORE, "points": points})}
    assert found == {
        "point c, text": (None, "It holds anything."),
        "point a, text": ("It can be changed.", None),
    }


def test_levels_are_named_by_their_number() -> None:
    def rubric(anchor: str) -> dict[str, object]:
        return {"criteria": [{"id": "idea", "levels": [{"level": 0, "anchor": anchor}]}]}

    (found,) = differences(rubric("Says nothing."), rubric("Says little."))
    assert found.part == "criterion idea, level 0, anchor"


def test_lists_of_words_are_one_part() -> None:
    (found,) = differences(BEFORE, {**BEFORE, "tags": ["python"]})
    assert (found.part, found.before, found.after) == ("tags", "python, basics", "python")
