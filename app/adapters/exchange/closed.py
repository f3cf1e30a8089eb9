"""Questions with fixed answers, as the open questions that are left when one asks them aloud."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.domain.exchange import Notes

HELD = frozenset({"essay", "shortanswer", "multichoice", "truefalse"})


def note_weights(weights: Iterable[float], item: str, notes: Notes) -> None:
    """Tell of answers that earn a part of the marks, in percent: here they count as right."""
    part = [weight for weight in weights if 0 < weight < 100]
    if part:
        notes.lost(item, "weights", f"{len(part)} answers earn a part of the marks there")


def reference_of(
    kind: str, right: Sequence[str], wrong: Sequence[str], feedback: str, item: str, notes: Notes
) -> str:
    """A reference made of the right answers and the feedback, with a note of what it leaves out."""
    parts = []
    if right:
        parts.append("Right: " + "; ".join(answer.rstrip(".") for answer in right) + ".")
    if feedback:
        parts.append(feedback)
    if wrong:
        notes.lost(item, "choices", f"{len(wrong)} wrong answers: a spoken question offers none")
    if kind != "essay":
        notes.lost(item, "automatic marking", f"type {kind}: kept as an open question")
    return " ".join(parts)
