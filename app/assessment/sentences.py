"""An answer cut into numbered sentences, each with its place among the answer's words.

Spoken text often comes with weak punctuation, so a run that is too long for one sentence is cut
again: at a comma or a joining word where there is one, else by length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_SENTENCE = 25
_SHORTEST_PIECE = 6
_END = re.compile(r"[.!?;…]+[\"')\]]*$")
_ABBREVIATIONS = frozenset({"e.g.", "i.e.", "etc.", "vs.", "mr.", "mrs.", "dr.", "approx.", "fig."})
_JOINING = frozenset({"and", "but", "so", "because", "then", "which", "while", "when", "if", "or"})


@dataclass(frozen=True)
class Sentence:
    """One sentence of an answer; `number` counts from 1 over all turns of the question.

    `first` and `last` (exclusive) are places among the turn's words split at white space.
    """

    number: int
    text: str
    turn: int
    first: int
    last: int


def sentences_of(answers: Iterable[tuple[int, str]]) -> tuple[Sentence, ...]:
    """The sentences of all answers, given as pairs of turn index and heard text."""
    found: list[Sentence] = []
    for turn, text in answers:
        tokens = text.split()
        for first, last in _spans(tokens):
            quote = " ".join(tokens[first:last])
            found.append(Sentence(len(found) + 1, quote, turn, first, last))
    return tuple(found)


def _spans(tokens: list[str]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = 0
    for place, token in enumerate(tokens):
        if _ends_sentence(token) or place == len(tokens) - 1:
            spans += _pieces(tokens, start, place + 1)
            start = place + 1
    return spans


def _ends_sentence(token: str) -> bool:
    return bool(_END.search(token)) and token.lower() not in _ABBREVIATIONS


def _pieces(tokens: list[str], first: int, last: int) -> list[tuple[int, int]]:
    """Cut a run until no piece is longer than a sentence may be."""
    if last - first <= LONGEST_SENTENCE:
        return [(first, last)]
    cut = _cut(tokens, first, last)
    return [*_pieces(tokens, first, cut), *_pieces(tokens, cut, last)]


def _cut(tokens: list[str], first: int, last: int) -> int:
    """The best place to cut: after a comma, before a joining word, else at the usual length."""
    middle = first + min(LONGEST_SENTENCE, last - first) * 2 // 3
    lowest = first + _SHORTEST_PIECE
    highest = min(first + LONGEST_SENTENCE, last - _SHORTEST_PIECE)
    commas = [i + 1 for i in range(lowest - 1, highest) if tokens[i].endswith((",", ":"))]
    joins = [i for i in range(lowest, highest + 1) if tokens[i].lower() in _JOINING]
    for places in (commas, joins):
        if places:
            return min(places, key=lambda place: abs(place - middle))
    return min(first + LONGEST_SENTENCE, highest)
