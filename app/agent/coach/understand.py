"""What a question to the coach is about: its intent, and the question of the bank that it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.assessment.wording import stems
from app.domain.question import Question
from app.ports.embeddings import Embedder, Vectors

LEAST_INTENT = 0.38
LEAST_NAMED = 0.42
LEAST_NOTE = 0.5
TOPIC_BONUS = 0.25


@dataclass(frozen=True)
class Intents:
    """Examples of what people ask, with their vectors."""

    names: tuple[str, ...]
    vectors: Vectors

    def nearest(self, vector: Vectors) -> tuple[str, float]:
        """The intent of the nearest examples, and how near they are: the mean of its best two."""
        likeness = self.vectors @ vector
        best: dict[str, list[float]] = {}
        for name, value in zip(self.names, likeness, strict=True):
            best.setdefault(name, []).append(float(value))
        means = {name: float(np.mean(sorted(v)[-2:])) for name, v in best.items()}
        top = {name: max(v) * 0.6 + means[name] * 0.4 for name, v in best.items()}
        name = max(top, key=lambda each: top[each])
        return name, top[name]


def learn(examples: Mapping[str, Sequence[str]], embedder: Embedder) -> Intents:
    """The intents with their examples embedded; blocks, so call it off the event loop."""
    names = tuple(name for name, texts in examples.items() for _ in texts)
    texts = [text for texts in examples.values() for text in texts]
    return Intents(names, embedder.embed(texts))


def named_question(
    text: str, vector: Vectors, questions: Sequence[Question], vectors: Vectors
) -> str | None:
    """The question that the text names by its subject, or None.

    A shared word of its topic counts: people say "the index question", not its words.
    """
    if not questions:
        return None
    told = stems([text])
    scores = []
    for question, row in zip(questions, vectors, strict=True):
        shared = stems([question.topic]) & told
        scores.append(float(row @ vector) + (TOPIC_BONUS if shared else 0.0))
    best = int(np.argmax(scores))
    return questions[best].id if scores[best] >= LEAST_NAMED else None


def described(question: Question) -> str:
    """What a question is found by when somebody speaks about it."""
    return f"{question.topic}. {question.text}"
