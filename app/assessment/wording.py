"""Words of authored text, reduced so that two wordings of one thing compare as equal."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_ENDINGS = (
    "ations",
    "ation",
    "ingly",
    "ings",
    "ing",
    "edly",
    "ed",
    "ies",
    "es",
    "ly",
    "s",
    "e",
    "y",
)
_SHORTEST_STEM = 3
_EMPTY_WORDS = """
    a about after again all also an and any are as at be because been before being between both but
    by can can't could did do does doesn't doing don't each either else for from get gets give given
    go goes good had has have having he her here him his how i if in instead into is isn't it it's
    its just keep kind let like made make makes many may me mean might more most much must my need
    needs no not now of off on once one ones only or other others our out over own part rather same
    say see she should so some somebody someone something still such take tell than that that's the
    their them then there these they thing things this those through time to too two under up us
    use used uses using very want was way we well were what what's when where whether which while
    who why will with without would you your yours
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())


def words(text: str) -> list[str]:
    """The words as they are read aloud, in lower case and in order."""
    return _WORD.findall(text.lower().replace("’", "'"))


def word_count(text: str) -> int:
    """How many words are spoken."""
    return len(text.split())


def stems(texts: Iterable[str]) -> frozenset[str]:
    """The distinct stems of the words that carry meaning."""
    return frozenset(stem(word) for text in texts for word in content_words(text))


def content_words(text: str) -> frozenset[str]:
    """The distinct words that carry meaning, in lower case."""
    return frozenset(word for word in words(text) if word not in _EMPTY)


def kept_share(text: str, before: str) -> float:
    """The share of the text's words, 0..1, that are among the words from before."""
    spoken, known = words(text), set(words(before))
    return sum(word in known for word in spoken) / len(spoken) if spoken else 1.0


def normalised(text: str) -> str:
    """The text without case, punctuation and spacing."""
    return " ".join(words(text))


def stem(word: str) -> str:
    """The word in lower case without its ending, however little it means."""
    word = word.removesuffix("'s")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word.removesuffix(ending)
    return word
