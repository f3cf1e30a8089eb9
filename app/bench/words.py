"""Which words of what was said are in what was heard, by alignment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SHORTEST_CONTENT_WORD = 4


@dataclass(frozen=True)
class Alignment:
    """Places in what was said: `kept` was heard as said, `gone` has nothing in its place.

    `more` counts content words that were heard and have no place in what was said.
    """

    kept: frozenset[int]
    gone: frozenset[int]
    more: int


def plain(words: Sequence[str]) -> list[str]:
    """Words without marks, in lower case."""
    stripped = (re.sub(r"[^a-z0-9']", "", word.lower()) for word in words)
    return [word for word in stripped if word]


def is_content(word: str) -> bool:
    """Whether losing the word loses meaning; recognisers drop short words now and then."""
    return len(word) >= SHORTEST_CONTENT_WORD


def aligned(said: Sequence[str], heard: Sequence[str]) -> Alignment:
    """The cheapest way from said to heard; rather a substitution than a loss."""
    cost = _costs(said, heard)
    row, column = len(said), len(heard)
    kept, gone, more = set[int](), set[int](), 0
    while row or column:
        here = cost[row, column]
        if (
            row
            and column
            and here == cost[row - 1, column - 1] + (said[row - 1] != heard[column - 1])
        ):
            row, column = row - 1, column - 1
            if said[row] == heard[column]:
                kept.add(row)
        elif row and here == cost[row - 1, column] + 1:
            row -= 1
            gone.add(row)
        else:
            column -= 1
            more += is_content(heard[column])
    return Alignment(frozenset(kept), frozenset(gone), more)


def lost(said: Sequence[str], undisturbed: Alignment, stored: Alignment) -> list[str]:
    """Content words that are heard when nothing disturbs, and have nothing in their place."""
    return [said[i] for i in sorted(undisturbed.kept & stored.gone) if is_content(said[i])]


def _costs(
    said: Sequence[str], heard: Sequence[str]
) -> np.ndarray[tuple[int, int], np.dtype[np.int_]]:
    cost = np.zeros((len(said) + 1, len(heard) + 1), dtype=np.int_)
    cost[:, 0] = np.arange(len(said) + 1)
    cost[0, :] = np.arange(len(heard) + 1)
    for row, word in enumerate(said, 1):
        for column, other in enumerate(heard, 1):
            cost[row, column] = min(
                cost[row - 1, column - 1] + (word != other),
                cost[row - 1, column] + 1,
                cost[row, column - 1] + 1,
            )
    return cost
