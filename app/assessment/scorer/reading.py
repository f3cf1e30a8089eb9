"""The words of a text with the vectors that they have where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.assessment.scorer.meaning import parts
from app.assessment.scorer.polarity import NEGATIONS
from app.assessment.scorer.tokens import Rarity, carries, placed, stem, tokens, weight
from app.domain.pieces import Pieces

Readings = Mapping[str, Pieces]
Vectors = NDArray[np.float32]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
LONGEST = 120
"""Words of a text that an embedder surely reads whole."""
_REACH = 3
_LIGHT = 0.1
_TINY = 1e-6


@dataclass(frozen=True)
class Words:
    """The words of some texts in order, a row each.

    `vectors` have length 1; `tells` says which words carry meaning, `new` which of these the
    question does not hold, `denied` which ones follow a negation, and `unit` whose text it is.
    """

    words: list[str]
    stems: list[str]
    vectors: Vectors
    weights: Floats
    tells: Mask
    new: Mask
    denied: Mask
    unit: NDArray[np.int64]

    @property
    def telling(self) -> Mask:
        """The words that carry meaning; all where none does."""
        return or_all(self.tells)


def windows(text: str) -> tuple[str, ...]:
    """The text in parts that an embedder reads whole, split between sentences."""
    if len(tokens(text)) <= LONGEST:
        return (text,)
    found: list[str] = []
    for sentence in parts(text):
        longer = f"{found[-1]} {sentence}" if found else sentence
        if found and len(tokens(longer)) <= LONGEST:
            found[-1] = longer
        else:
            found.append(sentence)
    return tuple(found)


def words_of(
    texts: Sequence[str], readings: Readings, asked: frozenset[str], rarity: Rarity
) -> Words:
    """The words of texts that were read; `asked` are the stems of the question."""
    words: list[str] = []
    rows: list[Vectors] = []
    unit: list[int] = []
    for number, text in enumerate(texts):
        for word, row in _pooled(text, readings[text]):
            words.append(word)
            rows.append(row)
            unit.append(number)
    stems = [stem(word) for word in words]
    tells = np.array([carries(word) for word in words], dtype=np.bool_)
    new = tells & np.array([stemmed not in asked for stemmed in stems], dtype=np.bool_)
    weights = [
        weight(stemmed, rarity) if tell else _LIGHT
        for stemmed, tell in zip(stems, tells, strict=True)
    ]
    vectors = unit_rows(np.array(rows)) if rows else np.zeros((0, 1), np.float32)
    return Words(
        words, stems, vectors, np.array(weights), tells, new, _denied(words), np.array(unit)
    )


def unit_rows(vectors: NDArray[np.floating]) -> Vectors:
    """The rows with length 1."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, _TINY), dtype=np.float32)


def or_all(mask: Mask) -> Mask:
    """The mask; everything where it holds nothing."""
    return mask if mask.any() else np.ones(len(mask), dtype=np.bool_)


def _pooled(text: str, pieces: Pieces) -> Iterator[tuple[str, Vectors]]:
    """Each word with the mean of its pieces; a word beyond the embedder's reach is left out."""
    for word, begin, end in placed(text):
        first = int(np.searchsorted(pieces.ends, begin, side="right"))
        last = int(np.searchsorted(pieces.begins, end, side="left"))
        if last > first:
            yield word, pieces.vectors[first:last].mean(axis=0)


def _denied(words: Sequence[str]) -> Mask:
    found = np.zeros(len(words), dtype=np.bool_)
    for place, word in enumerate(words):
        if word in NEGATIONS:
            found[place + 1 : place + 1 + _REACH] = True
    return found
