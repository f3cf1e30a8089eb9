"""What a question to the coach is about: its intent, and the question of the bank that it names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.assessment.wording import stems
from app.domain.coaching import Moment
from app.domain.question import Question
from app.ports.embeddings import Embedder, Vectors

LEAST_INTENT = 0.38
LEAST_NAMED = 0.42
LEAST_NOTE = 0.5
TOPIC_BONUS = 0.2
NAME_BONUS = 0.4
WORD_BONUS = 0.3
_SAID = re.compile(
    r"\b(?:did|when|where|what)\b.{0,12}\bi\b(?!\s+(?:forget|miss|leave|not)).{0,12}\b(?:say|said|mention|talk|spoke|speak|tell)"
    r"|\bi (?:spoke|talked|said something|mentioned)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:about|mention(?:ed)?|regarding|say that|said that)\s+(.+?)[?.!]*$", re.I)


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

    Words shared with its id and its topic count: people say "the index question", not its words.
    """
    if not questions:
        return None
    told = stems([text])
    scores = []
    for question, row in zip(questions, vectors, strict=True):
        shared = stems([question.topic]) & told
        name = stems([question.id.replace("-", " ")])
        bonus = (TOPIC_BONUS if shared else 0.0) + NAME_BONUS * len(name & told) / max(1, len(name))
        scores.append(float(row @ vector) + bonus)
    best = int(np.argmax(scores))
    return questions[best].id if scores[best] >= LEAST_NAMED else None


def asks_what_was_said(text: str) -> bool:
    """Whether it looks for words of one's own: "when did I talk about ..."."""
    return bool(_SAID.search(text))


def subject_of(text: str) -> str:
    """What such a question is about: its words after "about", "mention" and the like."""
    found = _ABOUT.search(text)
    return found[1].strip() if found and len(found[1].split()) > 0 else text


def ranked(
    said: Sequence[tuple[Moment, str, float]], subject: str
) -> tuple[tuple[Moment, str, float], ...]:
    """Places by likeness in meaning and by the words that they share with the subject."""
    wanted = stems([subject])

    def worth(place: tuple[Moment, str, float]) -> tuple[Moment, str, float]:
        shared = len(wanted & stems([place[0].quote])) / max(1, len(wanted))
        return place[0], place[1], min(1.0, place[2] + WORD_BONUS * shared)

    return tuple(sorted(map(worth, said), key=lambda place: -place[2]))


def described(question: Question) -> str:
    """What a question is found by when somebody speaks about it."""
    return f"{question.topic}. {question.text}"
