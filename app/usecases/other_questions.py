"""The questions of a file with their references, to tell an answer that belongs to another one."""

from __future__ import annotations

import numpy as np

from app.assessment.decision import Library
from app.usecases.answer_line import AnswerLine
from app.usecases.remembered_vectors import RememberedVectors

MOST_QUESTIONS = 400


class OtherQuestions:
    """Collects distinct questions up to a number; call `embed` once they are all in."""

    def __init__(self, most: int = MOST_QUESTIONS) -> None:
        self._most = most
        self._owners: dict[str, str] = {}
        self._asked: set[str] = set()
        self._library = Library()

    def add(self, line: AnswerLine) -> None:
        """Remember the line's question and reference, while there is room."""
        owner = _owner(line.question)
        if owner not in self._asked and len(self._asked) >= self._most:
            return
        self._asked.add(owner)
        if len(self._owners) < 3 * self._most:
            for text in (line.question, line.standard):
                if text.strip():
                    self._owners.setdefault(text, owner)

    def embed(self, vectors: RememberedVectors) -> None:
        """Work out the vectors of all texts; raises EmbeddingUnavailable."""
        texts = tuple(self._owners)
        self._library = Library(texts, vectors.embed(texts)) if texts else Library()

    def beside(self, question: str) -> Library | None:
        """The texts of all other questions; None where there are none."""
        owner = _owner(question)
        kept = [row for row, own in enumerate(self._owners.values()) if own != owner]
        if not kept or self._library.vectors is None:
            return None
        if len(kept) == len(self._library.texts):
            return self._library
        texts = tuple(self._library.texts[row] for row in kept)
        return Library(texts, self._library.vectors[np.array(kept)])


def _owner(question: str) -> str:
    return " ".join(question.casefold().split())
