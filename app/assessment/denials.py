"""Whether a statement is turned into its opposite: by rejecting it, negating it, or an antonym."""

from __future__ import annotations

import re

from app.assessment.lexical import recall
from app.assessment.scorer.polarity import NEGATIONS, opposed
from app.assessment.wording import stems, words

_ALMOST_ALL = 0.75
_MOST = 0.5
_LONGER, _SPARE = 1.5, 4
_REJECTION = re.compile(
    r"""\b(?:
    (?:false|untrue|wrong|incorrect|mistaken|nonsense|absurd|a\ (?:myth|lie|mistake|misconception))
        \b.{0,25}\b(?:that|to\ (?:say|claim|think|state|believe|assert|assume))
    | (?:not|never|isn't|hardly)\ (?:at\ all\ )?(?:true|correct|right|the\ case|so)\b
    | (?:disagree|dispute|deny|doubt|reject|refute|contest|disbelieve)s?\b
    | (?:don't|do\ not|would\ not|wouldn't|can't|cannot)\ (?:think|believe|agree|accept|say)
    | (?:never|hardly\ ever|by\ no\ means|in\ no\ (?:way|case))\b.{0,20}\bthat
    | (?:exact|very|quite|just)?\ ?(?:the\ )?(?:opposite|contrary|reverse)
        \ (?:holds|is|applies|of\ (?:that|this|it))
    | on\ the\ contrary | the\ other\ way\ (?:a)?round
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def turned_round(
    sentence: str, point: str, wanted: frozenset[str], around: str | None = None
) -> bool:
    """Whether the sentence says the point's words and means its opposite.

    Args:
        sentence: A sentence of the answer.
        point: The point.
        wanted: The point's stems beyond the question.
        around: Where a rejection of it may stand; the sentence itself where nothing is named.
    """
    said = recall(wanted, sentence)
    if said < _MOST:
        return False
    if _rejected(around or sentence) and not _rejected(point):
        return True
    if said < _ALMOST_ALL or len(words(sentence)) > _LONGER * len(words(point)) + _SPARE:
        return False
    return _negations(sentence) != _negations(point) or _swapped(sentence, point)


def _rejected(text: str) -> bool:
    return _REJECTION.search(text.replace("’", "'")) is not None


def _negations(text: str) -> int:
    return sum(word in NEGATIONS for word in words(text))


def _swapped(sentence: str, point: str) -> bool:
    """An antonym stands where the point has its own word, and little else differs."""
    rest = stems([sentence]) ^ stems([point])
    return len(rest) <= len(stems([point])) and bool(opposed(words(sentence), words(point)))
