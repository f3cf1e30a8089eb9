"""Words of answers and references, reduced so that two wordings compare as equal."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import lru_cache

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:\.\d+)?")
_ENDINGS = (
    "ations", "ation", "ingly", "ments", "ment", "ings", "ing", "edly", "ed", "ies", "ions", "ion",
    "es", "ly", "s", "e", "y",
)  # fmt: skip
_HESITATION = re.compile(
    r"(?:(?<=\s)|^)(?:(?:u+h+m*|u+m+|e+r+m*|e+h+|h+m+|m+h+m+)|you know|i mean)"
    r"\b(?!')[,.]?(?:\s+|$)",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\b(?:do|did|if|as|should|would|what|that|don't)\s+$", re.IGNORECASE)
_SHORTEST_STEM = 3
_JOINING_WORDS = """
    a an the of to in on at by for from with and or but so as is are was were be been being am it
    its it's this that these those there i you he she they we them him her his my your our their me
    us do does did have has had will would can could should may might must if then than when while
    because since which who whom whose what how why where into onto about over under up down out
    off also just very too some any each every all both other such only own same s t not no nor
    don't doesn't isn't aren't can't
"""
_LIGHT_WORDS = """
    after again before between cannot couldn't didn't either else get gets give given go goes good
    here instead keep kind let like made make makes many more most much need needs now once one
    ones part rather say see shouldn't somebody someone something still take tell thing things
    through time two use used uses using want wasn't way well weren't within without wouldn't
"""
JOINING = frozenset(_JOINING_WORDS.split())
_EMPTY = JOINING | frozenset(_LIGHT_WORDS.split())
_JOINING_WEIGHT = 0.1

Rarity = Mapping[str, float]
"""How rare a stem is, 0..1; a stem that is not listed is as rare as can be."""


def tokens(text: str) -> list[str]:
    """Words and numbers in lower case and in order."""
    return _WORD.findall(text.lower().replace("’", "'"))


def placed(text: str) -> list[tuple[str, int, int]]:
    """The same words with where each begins and ends in the text."""
    plain = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in text)
    found = _WORD.finditer(plain.replace("’", "'"))
    return [(word.group(), word.start(), word.end()) for word in found]


def fluent(text: str) -> str:
    """The text without sounds of hesitation, which say nothing about the answer."""

    def kept(found: re.Match[str]) -> str:
        return found.group() if _ASKS.search(text[: found.start()]) else ""

    return _HESITATION.sub(kept, text).strip() or text


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The word without its ending, and without a doubled last consonant."""
    word = word.removesuffix("'s")
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word.removesuffix(ending)
            break
    if len(word) > _SHORTEST_STEM and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word


def carries(word: str) -> bool:
    """Whether a word carries meaning of its own."""
    return word not in _EMPTY


def content(words: list[str]) -> list[str]:
    """The stems of the words that carry meaning, in order."""
    return [stem(word) for word in words if carries(word)]


def weight(stemmed: str, rarity: Rarity) -> float:
    """How much a stem counts."""
    return rarity.get(stemmed, 1.0)


def word_weight(word: str, rarity: Rarity) -> float:
    """How much a word counts; joining words hardly do."""
    return _JOINING_WEIGHT if word in JOINING else weight(stem(word), rarity)


def rarities(documents: list[frozenset[str]]) -> dict[str, float]:
    """Scaled inverse document frequency of the stems that these documents hold."""
    counts: dict[str, int] = {}
    for document in documents:
        for stemmed in document:
            counts[stemmed] = counts.get(stemmed, 0) + 1
    total = len(documents) + 1
    highest = math.log(total / 0.5)
    return {word: round(math.log(total / (n + 0.5)) / highest, 4) for word, n in counts.items()}


def share(part: float, whole: float) -> float:
    """`part` of `whole`; 0 where there is no whole."""
    return part / whole if whole else 0.0
