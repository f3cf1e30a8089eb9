"""How often expressions were named rightly: accuracy, macro-F1, a line a class, the confusion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.interview import EMOTIONS

Confusion = tuple[tuple[int, ...], ...]
"""Rows are the labels, columns what was read, both in the order of `EMOTIONS`."""


@dataclass(frozen=True)
class ClassScore:
    """One expression: how many there were, and how well they were found; 0 where none was read."""

    name: str
    faces: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class FaceScores:
    """All that one confusion matrix says."""

    accuracy: float
    macro_f1: float
    per_class: tuple[ClassScore, ...]
    confusion: Confusion


def confusion_of(labels: Sequence[int], read: Sequence[int]) -> Confusion:
    """The counts of each label and reading; both lists are of one length."""
    table = [[0] * len(EMOTIONS) for _ in EMOTIONS]
    for label, named in zip(labels, read, strict=True):
        table[label][named] += 1
    return tuple(tuple(row) for row in table)


def face_scores(labels: Sequence[int], read: Sequence[int]) -> FaceScores:
    """The scores of readings against labels; macro-F1 is over the labels that occur.

    Raises:
        ValueError: there are no labels, or not as many readings as labels.
    """
    if not labels:
        raise ValueError("there is no labelled face")
    table = confusion_of(labels, read)
    rows = tuple(_class(place, name, table) for place, name in enumerate(EMOTIONS))
    there = [row.f1 for row in rows if row.faces]
    right = sum(table[place][place] for place in range(len(EMOTIONS)))
    return FaceScores(right / len(labels), sum(there) / len(there), rows, table)


def as_document(scores: FaceScores) -> dict[str, object]:
    """The scores as plain numbers, rounded to four places."""
    return {
        "accuracy": round(scores.accuracy, 4),
        "macro_f1": round(scores.macro_f1, 4),
        "per_class": {
            row.name: {
                "faces": row.faces,
                "precision": round(row.precision, 4),
                "recall": round(row.recall, 4),
                "f1": round(row.f1, 4),
            }
            for row in scores.per_class
        },
        "confusion": {
            name: dict(zip(EMOTIONS, row, strict=True))
            for name, row in zip(EMOTIONS, scores.confusion, strict=True)
        },
    }


def _class(place: int, name: str, table: Confusion) -> ClassScore:
    right, faces = table[place][place], sum(table[place])
    read = sum(row[place] for row in table)
    return ClassScore(
        name,
        faces,
        right / read if read else 0.0,
        right / faces if faces else 0.0,
        2 * right / (read + faces) if read + faces else 0.0,
    )
