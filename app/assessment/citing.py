"""Which words of a written answer carry its score: the sentences nearest to the wanted points."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.assessment.lexical import asked_stems, beyond, recall
from app.assessment.likeness import without_question
from app.assessment.sentences import Sentence

MOST_QUOTES = 3
_CLOSE = 0.75
_TOKEN = re.compile(r"\S+")
Embed = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True)
class Quote:
    """Words of the answer, verbatim; `start` and `end` (exclusive) count its characters."""

    quote: str
    start: int
    end: int


@dataclass(frozen=True)
class Nearness:
    """How near each sentence (column) comes to each point (row), in meaning and in words."""

    cosines: NDArray[np.float32]
    recalls: NDArray[np.float32]

    @property
    def both(self) -> NDArray[np.float32]:
        """The mean of both."""
        return np.asarray((np.maximum(self.cosines, 0.0) + self.recalls) / 2.0, dtype=np.float32)


def nearness(
    question: str, points: Sequence[str], sentences: Sequence[Sentence], embed: Embed
) -> Nearness:
    """Compare every point with every sentence; the question's own part counts in neither."""
    asked = asked_stems([question])
    said = [sentence.text for sentence in sentences]
    vectors = embed([question, *points, *said])
    own = without_question(vectors[1:], vectors[0])
    wanted = [beyond(point, asked) for point in points]
    recalls = np.array([[recall(stems, text) for text in said] for stems in wanted])
    return Nearness(
        np.asarray(own[: len(points)] @ own[len(points) :].T, dtype=np.float32),
        np.asarray(recalls.reshape(len(points), len(said)), dtype=np.float32),
    )


def carrying(near: Nearness, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """The sentence that comes nearest to a point, and those that come about as near to others."""
    if not near.both.size:
        return tuple(sentences[:1])
    best = near.both.max(axis=1)
    places = near.both.argmax(axis=1)
    close = [row for row in np.argsort(-best) if best[row] >= _CLOSE * best.max()]
    chosen = list(dict.fromkeys(int(places[row]) for row in close))[:MOST_QUOTES]
    return tuple(sentences[place] for place in sorted(chosen))


def quotes_of(answer: str, sentences: Sequence[Sentence]) -> tuple[Quote, ...]:
    """The sentences as they stand in the answer; one that does not stand there is left out."""
    places = [match.span() for match in _TOKEN.finditer(answer)]
    found = (_quote(answer, places, sentence) for sentence in sentences)
    return tuple(quote for quote in found if quote is not None)


def _quote(answer: str, places: list[tuple[int, int]], sentence: Sentence) -> Quote | None:
    if not 0 <= sentence.first < sentence.last <= len(places):
        return None
    start, end = places[sentence.first][0], places[sentence.last - 1][1]
    quote = answer[start:end]
    if " ".join(quote.split()) != sentence.text or not any(sign.isalnum() for sign in quote):
        return None
    return Quote(quote, start, end)
