"""What kind of reply was heard, quickly and from its words alone: enough to choose a tone.

The grading gates judge more carefully; here a wrong call costs one polite sentence.
"""

from __future__ import annotations

import re
from enum import StrEnum

from app.assessment.requests import without_requests
from app.assessment.wording import stems, words

FEW_WORDS = 3
SENTENCE = re.compile(r"(?<=[.!?])\s+")

_FILLER_WORDS = "um uh er erm ah hm hmm mm mhm well so okay ok yeah yes no right"
_FILLERS = frozenset(_FILLER_WORDS.split())
_ENGLISH_WORDS = """
    the and of to that it is with for you this would because if when which then they are from
    have my can could there we i it's i'd that's not but at by or be how what don't you'd was
    were what's there's i'm so as in on do does will has had your one than each more first
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_UNKNOWN = re.compile(
    r"\b(i (really |honestly |just )?(do not|don't|dont) (really |actually )?(know|remember|recall)"
    r"|(i have|i've) (absolutely )?no (idea|clue)|no idea|no clue|never heard of"
    r"|i('m| am) not (really |quite )?(sure|familiar)|i can(not|'t) (answer|say|tell)"
    r"|(haven't|have not|never) (used|learned|learnt|worked with|done))\b",
    re.IGNORECASE,
)
_INJECTION = re.compile(
    r"\b((ignore|disregard|forget|override) (\w+ ){0,3}(instructions?|prompts?|rules?|rubric)"
    r"|system prompt|you are now|you're now|new instructions?|developer mode|jailbreak"
    r"|(give|award|grant|assign) (me|this answer|this|it) (\w+ ){0,3}(marks?|scores?|points?|grade)"
    r"|(grade|score|rate|mark) (this|it|me|my answer) (as|with|at) "
    r"|(reveal|tell me|read out|show me|print) (\w+ ){0,2}(reference|rubric|answer key|prompt)"
    r"|as (an ai|a language model)|end of (the )?transcript|(the )?correct answer is above)",
    re.IGNORECASE,
)


class Attempt(StrEnum):
    """What was heard in reply."""

    ANSWER = "answer"
    EMPTY = "empty"
    SHORT = "short"
    UNKNOWN = "unknown"
    UNCLEAR = "unclear"
    INJECTED = "injected"
    ASKING = "asking"


def without_instructions(text: str) -> str:
    """The text without the sentences that speak to the machine rather than answer."""
    kept = (part for part in SENTENCE.split(text.strip()) if not _INJECTION.search(part))
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
        return Attempt.EMPTY if not _foreign(kept) else Attempt.UNCLEAR
    if _UNKNOWN.search(kept) and len(said) <= 16:
        return Attempt.UNKNOWN
    if _foreign(kept) or _senseless(kept, vocabulary):
        return Attempt.UNCLEAR
    return Attempt.SHORT if _substance(kept) <= FEW_WORDS else Attempt.ANSWER


def _substance(text: str) -> int:
    return sum(word not in _FILLERS for word in words(text))


def _foreign(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return len(letters) >= 4 and sum(c.isascii() for c in letters) < 0.75 * len(letters)


def _senseless(text: str, vocabulary: frozenset[str]) -> bool:
    said = words(text)
    if len(said) < 5:
        return False
    if len(said) >= 8 and len(set(said)) <= 0.3 * len(said):
        return True
    english = sum(word in _ENGLISH for word in said) / len(said)
    held = stems([text])
    known = len(held & vocabulary) / len(held) if held else 0.0
    return english < 0.12 and known < 0.34
