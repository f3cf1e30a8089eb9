"""What a format has no place for, noted for each item that has it."""

from __future__ import annotations

from app.domain.exchange import Content, Notes

_WHY = {
    "rubric": "the format has no rubrics with anchored levels; only the rubric's id goes along",
    "track": "the format has no interviews made of ordered questions with minutes",
    "task": "the format has no place for code, its cases and what they prove",
}


def beyond_questions(content: Content, notes: Notes) -> None:
    """Rubrics, tracks and tasks, in formats that hold questions alone."""
    for kind, items in (
        ("rubric", content.rubrics),
        ("track", content.tracks),
        ("task", content.tasks),
    ):
        for item in items:
            notes.lost(item.id, kind, _WHY[kind])
