"""All signs of one answer beside its reference, as one row of numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.assessment.scorer import meaning, overlap, polarity
from app.assessment.scorer.aligned import aligned_signs, read_for
from app.assessment.scorer.meaning import Vectors, parts, telling
from app.assessment.scorer.reading import Readings
from app.assessment.scorer.tokens import Rarity, fluent, tokens
from app.domain.pieces import Pieces

FEATURES_VERSION = 2
Row = dict[str, float]
Table = NDArray[np.float64]
Embed = Callable[[Sequence[str]], NDArray[np.float32]]
Read = Callable[[Sequence[str]], Sequence[Pieces]]


@dataclass(frozen=True)
class Item:
    """One answer to score.

    `points` are the statements that a complete answer makes; without them the reference's
    sentences stand for them.
    """

    question: str
    reference: str
    answer: str
    points: tuple[str, ...] = ()

    @property
    def fluent(self) -> Item:
        """The same without the answer's sounds of hesitation."""
        said = fluent(self.answer)
        return self if said == self.answer else replace(self, answer=said)

    @property
    def wanted(self) -> tuple[str, ...]:
        """The points, or the reference's sentences."""
        return self.points or parts(self.reference)


def texts_of(item: Item) -> tuple[str, ...]:
    """Every text whose vector `signs` will ask for; words are texts too."""
    words = telling([*tokens(item.reference), *tokens(item.answer)])
    whole = (item.question, item.reference, item.answer)
    return (*whole, *item.wanted, *parts(item.answer), *words)


def embedded(texts: Iterable[str], embed: Embed) -> dict[str, NDArray[np.float32]]:
    """The vector of each distinct text; an empty text has one of zeros."""
    distinct = list(dict.fromkeys(texts))
    vectors = embed(distinct)
    return dict(zip(distinct, vectors, strict=True))


def readings_of(items: Iterable[Item], read: Read) -> dict[str, Pieces]:
    """The pieces of every text that `signs` will ask for."""
    texts = (read_for(item.question, item.wanted, item.answer) for item in items)
    distinct = list(dict.fromkeys(text for some in texts for text in some))
    return dict(zip(distinct, read(distinct), strict=True))


def signs(item: Item, vectors: Vectors, readings: Readings, rarity: Rarity) -> Row:
    """The row of one answer, by name."""
    text = overlap.read(item.question, item.reference, item.answer)
    return {
        **overlap.stem_signs(text, rarity),
        **overlap.letter_signs(item.question, item.reference, item.answer),
        **overlap.length_signs(text),
        **overlap.soft_signs(text, rarity),
        **polarity.number_signs(text),
        **polarity.negation_signs(text),
        **polarity.opposite_signs(text),
        **polarity.unknown_sign(item.answer),
        **meaning.text_signs(item.question, item.reference, item.answer, vectors),
        **meaning.point_signs(item.question, item.wanted, item.answer, vectors),
        **meaning.word_signs(
            "words_recall", text.reference, text.answer, text.asked, vectors, rarity
        ),
        **meaning.word_signs(
            "words_precision", text.answer, text.reference, text.asked, vectors, rarity
        ),
        **aligned_signs(item.question, item.wanted, item.answer, readings, rarity),
    }


def table(rows: Sequence[Row], names: Sequence[str]) -> Table:
    """The rows as a matrix whose columns stand in the order of the names."""
    return np.array([[row[name] for name in names] for row in rows], dtype=np.float64).reshape(
        len(rows), len(names)
    )


def _names() -> tuple[str, ...]:
    some = Item("a", "b", "c")
    zeros = dict.fromkeys(texts_of(some), np.zeros(1, np.float32))
    nothing = Pieces(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 1), np.float32))
    readings = readings_of([some], lambda texts: [nothing] * len(texts))
    return tuple(signs(some, zeros, readings, {}))


NAMES = _names()
"""The signs in their order."""
