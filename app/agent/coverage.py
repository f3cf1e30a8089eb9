"""How much of each reference point an answer has covered: fast, and without a language model."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.assessment.lexical import asked_stems, names_a_term, point_stems, recall
from app.assessment.sentences import sentences_of
from app.domain.question import Question
from app.ports.embeddings import Embedder, Vectors
from app.ports.errors import EmbeddingUnavailable

COVERED = 0.4
MOST_PIECES = 4
_KEPT_QUESTIONS = 256
_KEPT_TEXTS = 512
_LOW, _HIGH = 0.25, 0.65


@dataclass(frozen=True)
class QuestionVectors:
    """A question's own vector, its points and its follow-ups, with the question taken out."""

    question: Vectors
    points: Vectors
    probes: Vectors


class Coverage:
    """Coverage of reference points, with the vectors of questions and sentences kept."""

    def __init__(self, embedder: Embedder) -> None:
        """Keep the embedder; nothing is embedded yet."""
        self._embedder = embedder
        self._questions: OrderedDict[tuple[str, int], QuestionVectors] = OrderedDict()
        self._texts: OrderedDict[str, Vectors] = OrderedDict()

    async def of(self, question: Question, answers: Sequence[str]) -> dict[str, float]:
        """Share of each point that the answers cover, 0..1, by point id."""
        said = " ".join(answer for answer in answers if answer.strip())
        if not said:
            return {point.id: 0.0 for point in question.points}
        pieces = [piece for answer in answers for piece in pieces_of(answer)]
        likeness = await self._likeness(question, pieces)
        asked = asked_stems([question.text, question.rephrased or ""])
        shares: dict[str, float] = {}
        for place, point in enumerate(question.points):
            words = recall(point_stems(point, asked), said)
            term = 1.0 if names_a_term(point, said, asked) else 0.0
            meaning = float(np.clip((likeness[place] - _LOW) / (_HIGH - _LOW), 0.0, 1.0))
            shares[point.id] = min(1.0, 0.5 * meaning + 0.4 * words + 0.25 * term)
        return shares

    async def vectors_of(self, question: Question) -> QuestionVectors:
        """The question's vectors, embedded once per version."""
        key = (question.id, question.version)
        if key not in self._questions:
            texts = [
                question.text,
                *(point.text for point in question.points),
                *(probe.ask.replace("{phrase}", "that") for probe in question.probes),
            ]
            rows = await asyncio.to_thread(self._embedder.embed, texts)
            axis, cut = rows[0], 1 + len(question.points)
            self._questions[key] = QuestionVectors(
                axis, without(rows[1:cut], axis), without(rows[cut:], axis)
            )
            while len(self._questions) > _KEPT_QUESTIONS:
                self._questions.popitem(last=False)
        return self._questions[key]

    async def texts(self, texts: Sequence[str]) -> Vectors:
        """Vectors of short texts, kept for the next plan."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._texts]
        if missing:
            rows = await asyncio.to_thread(self._embedder.embed, missing)
            self._texts.update(zip(missing, rows, strict=True))
        found = np.stack([self._texts[text] for text in texts])
        while len(self._texts) > _KEPT_TEXTS:
            self._texts.popitem(last=False)
        return found

    async def _likeness(self, question: Question, pieces: Sequence[str]) -> Vectors:
        """The best piece's cosine for each point; nothing when there are no embeddings."""
        try:
            own = await self.vectors_of(question)
            said = without(await self.texts(pieces), own.question)
        except EmbeddingUnavailable:
            return np.zeros(len(question.points), dtype=np.float32)
        best: Vectors = (own.points @ said.T).max(axis=1)
        return best


def without(rows: Vectors, axis: Vectors) -> Vectors:
    """Rows without their part along `axis`, at length 1: what they say beyond the question."""
    rest = rows - np.outer(rows @ axis, axis)
    lengths = np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-6)
    unit: Vectors = (rest / lengths).astype(np.float32)
    return unit


def pieces_of(answer: str) -> list[str]:
    """The answer in at most a few pieces of whole sentences, so that embedding stays quick."""
    sentences = [sentence.text for sentence in sentences_of([(0, answer)])]
    size = -(-len(sentences) // MOST_PIECES) or 1
    return [" ".join(sentences[i : i + size]) for i in range(0, len(sentences), size)]
