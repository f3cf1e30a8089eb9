"""Answers to what is said in a word or two ("by reference"): who says these has said all of it.

What tells a row of terms, or that next to nothing was said, looks for how an answer is joined and
how long it is. Where the reference itself is a few words, a right answer looks the same.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from app.assessment.wording import content_words, stem

_SHORT = 3
_BESIDE = 1
_SPELT_ALIKE = 0.75
_LEAST_LETTERS = 5


def says_all_of(text: str, wanted: str, asked: frozenset[str]) -> bool:
    """Whether a text says every word of a short reference, and hardly one beside.

    Args:
        text: The answer.
        wanted: All of the reference. With more than three words that carry meaning, or none
            beyond the question, never true.
        asked: The stems of the question.
    """
    named, said = content_words(wanted), content_words(text)
    if len(named) > _SHORT or not any(stem(word) not in asked for word in named):
        return False
    met = {word: [own for own in said if _is_alike(own, word)] for word in named}
    beside = said.difference(*met.values())
    return all(met.values()) and len(beside) <= _BESIDE


def _is_alike(one: str, other: str) -> bool:
    """The same word, another form of it or misspelt: long, with most letters in common."""
    if one == other:
        return True
    if min(len(one), len(other)) < _LEAST_LETTERS or one[0] != other[0]:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _SPELT_ALIKE
