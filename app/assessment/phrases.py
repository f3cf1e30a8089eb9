"""The candidate's own words that a follow-up can take up, verbatim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.assessment.fairness import unfair
from app.assessment.wording import stems

PHRASE_WORDS = 4
_EDGE = ".,;:!?\"'()[]{}…-"
_DENIAL = frozenset(
    "no not never without don't doesn't didn't isn't wasn't won't wouldn't can't cannot".split()  # noqa: SIM905 - reads better
)
_DETERMINERS = frozenset(
    ["a", "an", "the", "my", "our", "their", "its", "two", "three", "four", "five", "six", "ten"]
)
_DENIED_WITHIN = 3
_COARSE = re.compile(r"(fuck|shit|bitch|asshole|cunt|bastard|damn)", re.IGNORECASE)


@dataclass(frozen=True)
class Phrase:
    """Words of an answer, and the entry of the bank that they match."""

    text: str
    matches: str


def phrases(text: str, entries: Iterable[str]) -> tuple[Phrase, ...]:
    """All entries that were said, in the answer's own spelling; longest first, then earliest.

    Words that were denied ("I wouldn't use a cache") are left out, and so is what is not fit to
    be repeated aloud.
    """
    tokens = text.replace("’", "'").split()
    found = [hit for entry in dict.fromkeys(entries) for hit in _hits(tokens, entry)]
    found.sort(key=lambda hit: (-len(hit[1].text.split()), hit[0]))
    return tuple(dict.fromkeys(phrase for _, phrase in found))


def _hits(tokens: list[str], entry: str) -> Iterator[tuple[int, Phrase]]:
    wanted = [word.lower() for word in entry.split()]
    if not 1 <= len(wanted) <= PHRASE_WORDS:
        return
    plain = [_plain(token) for token in tokens]
    for start in range(len(tokens) - len(wanted) + 1):
        window = plain[start : start + len(wanted)]
        if not all(_alike(a, b) for a, b in zip(window, wanted, strict=True)):
            continue
        if any(_ends_clause(token) for token in tokens[start : start + len(wanted) - 1]):
            continue
        if _DENIAL & set(plain[max(0, start - _DENIED_WITHIN) : start]):
            continue
        first = _meaningful_from(tokens, start, len(wanted))
        last = start + len(wanted)
        follows = plain[last] if last < len(plain) and last - first < PHRASE_WORDS else ""
        if follows in {"one", "ones"} and not _ends_clause(tokens[last - 1]):
            last += 1  # "the important one", not "the important"
        phrase = _spelled(tokens, first, last - first)
        if fit(phrase):
            yield start, Phrase(phrase, entry)
            return


def _meaningful_from(tokens: list[str], start: int, length: int) -> int:
    """Where the phrase begins: earlier in its clause when its own words say little ("again")."""
    first, last = start, start + length
    while not stems(tokens[first:last]):
        if first == 0 or last - first == PHRASE_WORDS or _ends_clause(tokens[first - 1]):
            break
        first -= 1
    if last - first == 1 and first and _belongs(tokens[first - 1]):
        first -= 1
    return first


def _belongs(before: str) -> bool:
    """Whether a word makes a better phrase of the single one after it: "two weeks"."""
    word = _plain(before)
    return not _ends_clause(before) and (word in _DETERMINERS or bool(stems([word])))


def fit(phrase: str) -> bool:
    """Whether these words may be repeated aloud."""
    letters = sum(c.isascii() and (c.isalnum() or c in " '-+#./") for c in phrase)
    return letters == len(phrase) >= 3 and not _COARSE.search(phrase) and unfair(phrase) is None


def _plain(token: str) -> str:
    return token.strip(_EDGE).lower()


def _alike(said: str, wanted: str) -> bool:
    if said == wanted:
        return True
    return len(wanted) > 3 and said[:3] == wanted[:3] and _stem(said) == _stem(wanted)


def _stem(word: str) -> frozenset[str]:
    return stems([word]) or frozenset({word})


def _ends_clause(token: str) -> bool:
    return token[-1:] in ".,;:!?"


def _spelled(tokens: list[str], start: int, length: int) -> str:
    """The words without punctuation at the ends; a sentence's capital is lowered."""
    text = " ".join(tokens[start : start + length]).strip(_EDGE)
    begins = start == 0 or tokens[start - 1][-1:] in ".!?"
    first = text.split()[0] if text else ""
    return text[:1].lower() + text[1:] if begins and first[1:].islower() else text
