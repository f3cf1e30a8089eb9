"""What kind of reply was heard, quickly and from its words alone: enough to choose a tone.

What is an order to the machine, no language, or another one is judged as when grading; the rest
is quicker than the grading gates, because here a wrong call costs one polite sentence.
"""

from __future__ import annotations

import re
from enum import StrEnum

from app.assessment.injection import speaks_to_grader
from app.assessment.plausibility import (
    is_nonsense,
    is_other_language,
    joining_share,
    repeats_itself,
)
from app.assessment.requests import without_requests
from app.assessment.wording import stems, words

FEW_WORDS = 3
LEAST_WORDS = 5
JOINED, FITTING = 0.12, 0.34
SENTENCE = re.compile(r"(?<=[.!?])\s+")

_FILLER_WORDS = "um uh er erm ah hm hmm mm mhm well so okay ok yeah yes no right"
_FILLERS = frozenset(_FILLER_WORDS.split())
_UNKNOWN = re.compile(
    r"\b(i (really |honestly |just )?(do not|don't|dont) (really |actually )?(know|remember|recall)"
    r"|(i have|i've) (absolutely )?no (idea|clue)|no idea|no clue|never heard of"
    r"|i('m| am) not (really |quite )?(sure|familiar)|i can(not|'t) (answer|say|tell)"
    r"|(haven't|have not|never) (used|learned|learnt|worked with|done))\b",
    re.IGNORECASE,
)


class Attempt(StrEnum):
    """What was heard in reply."""

    ANSWER = "answer"
    EMPTY = "empty"
    SHORT = "short"
    UNKNOWN = "unknown"
    UNCLEAR = "unclear"
    REPEATED = "repeated"
    INJECTED = "injected"
    ASKING = "asking"


def without_instructions(text: str) -> str:
    """The text without the sentences that speak to the machine rather than answer."""
    kept = (part for part in SENTENCE.split(text.strip()) if not speaks_to_grader(part))
    return " ".join(kept).strip()


def attempt(text: str, vocabulary: frozenset[str] = frozenset()) -> Attempt:
    """The kind of this reply; `vocabulary` holds stems that an answer may well consist of."""
    kept = without_instructions(text)
    if kept != " ".join(SENTENCE.split(text.strip())) and _substance(kept) <= FEW_WORDS:
        return Attempt.INJECTED
    own = without_requests(kept)
    if own != kept and _substance(own) <= FEW_WORDS and not _UNKNOWN.search(own):
        return Attempt.ASKING
    said = words(kept)
    if not _substance(kept):
        return Attempt.EMPTY if not is_other_language(kept) else Attempt.UNCLEAR
    if _UNKNOWN.search(kept) and len(said) <= 16:
        return Attempt.UNKNOWN
    if is_other_language(kept):
        return Attempt.UNCLEAR
    if len(said) >= LEAST_WORDS and repeats_itself(kept):
        return Attempt.REPEATED
    if _senseless(kept, vocabulary):
        return Attempt.UNCLEAR
    return Attempt.SHORT if _substance(kept) <= FEW_WORDS else Attempt.ANSWER


def _substance(text: str) -> int:
    return sum(word not in _FILLERS for word in words(text))


def _senseless(text: str, vocabulary: frozenset[str]) -> bool:
    """No language at all, or hardly a word that joins others and hardly one that fits here."""
    said = words(text)
    if len(said) < LEAST_WORDS:
        return False
    if is_nonsense(text):
        return True
    held = stems([text])
    known = len(held & vocabulary) / len(held) if held else 0.0
    return joining_share(text) < JOINED and known < FITTING
