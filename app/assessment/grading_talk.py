"""Sentences that speak of the grading itself: marks and what is to be done with them.

Wider than `injection.py`, which names orders: here a thing of grading and a demand meet in a
sentence, and neither belongs to the question or its reference.
"""

from __future__ import annotations

import re

from app.assessment.wording import words

_THINGS = re.compile(
    r"\b(?:marks?|marking|markers?|scores?|scoring|grad(?:e|es|ing|ers?)|credits?|ratings?|rated"
    r"|examiners?|assessors?|evaluators?|submissions?|entry|candidates?|rubrics?|mark schemes?"
    r"|max_score|instructions?|answer|task|points|told)\b",
    re.IGNORECASE,
)
_DEMANDS = re.compile(
    r"\b(?:full|top|maximum|max|max_score|highest|best|perfect|approve|approved|praise|authori[sz]e"
    r"|award|overlook|treat|hand out|correct|right|five of five|\d+ ?(?:of|/|out of) ?\d+|100|enter"
    r"|pass|no longer|applies|everything|entirely|covered|accept|ignore|generous|lenient)\b",
    re.IGNORECASE,
)


def speaks_of_grading(sentence: str, known: str) -> bool:
    """Whether a thing of grading and a demand meet, beyond the words of the known texts."""
    spoken = frozenset(words(known))
    things = [found for found in _found(_THINGS, sentence) if found not in spoken]
    demands = [found for found in _found(_DEMANDS, sentence) if found not in spoken]
    return bool(things and demands and set(things) != set(demands))


def _found(pattern: re.Pattern[str], sentence: str) -> list[str]:
    return [hit.group(0).lower() for hit in pattern.finditer(sentence)]
