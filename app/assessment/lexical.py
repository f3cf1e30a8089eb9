"""Likeness in words: how much of a reference point an answer says, in stems.

Words of the question don't count: repeating them shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.assessment.wording import stems
from app.domain.question import ReferencePoint


def asked_stems(questions: Iterable[str]) -> frozenset[str]:
    """The stems that the questions and follow-ups themselves hold."""
    return stems(questions)


def point_stems(point: ReferencePoint, asked: frozenset[str]) -> frozenset[str]:
    """What a point says beyond the question; all of it when nothing is left."""
    return beyond(point.text, asked)


def beyond(text: str, asked: frozenset[str]) -> frozenset[str]:
    """The stems of a text without the question's; all of them when nothing is left."""
    wanted = stems([text])
    return (wanted - asked) or wanted


def recall(wanted: frozenset[str], text: str) -> float:
    """Share of the wanted stems that the text holds, 0..1."""
    return len(wanted & stems([text])) / len(wanted) if wanted else 0.0


def names_a_term(point: ReferencePoint, text: str, asked: frozenset[str]) -> bool:
    """Whether the text holds all stems of one of the point's terms, not just the question's."""
    held = stems([text])
    for term in point.terms:
        wanted = stems([term])
        if wanted and wanted <= held and wanted - asked:
            return True
    return False


def novelty(text: str, asked: frozenset[str]) -> float:
    """Share of the text's stems that the question does not hold; 0 for an empty text."""
    held = stems([text])
    return len(held - asked) / len(held) if held else 0.0
