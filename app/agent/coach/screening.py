"""Questions that are answered before any data is read: a crisis, and asking for the answer key.

Both are found by words, so that no likeness in meaning and no model can talk them away.
"""

from __future__ import annotations

import re

from app.assessment.injection import speaks_to_grader

REFERRAL = (
    "It sounds as if this is about more than an interview, and it matters more than any practice. "
    "Please talk to somebody now: call your local emergency number (112 in Europe, 988 in the USA "
    "and Canada, 116 123 for the Samaritans in the UK and Ireland), or find a helpline for your "
    "country at findahelpline.com. If somebody is near you whom you trust, go to them. "
    "I am a program and not the right one to be alone with this."
)
NO_ANSWERS = (
    "I do not hand out answers or points of the rubric: they are still in use, and recalling "
    "helps you more than reading. Ask me what was missing from your answer, and I show what stayed "
    "open and ask you the next question about it."
)
SEALED = (
    "That question is part of an assessment whose results are not released. I can't speak about it "
    "until then. Ask me about your practice in the meantime."
)
UNKNOWN = (
    "I do not know that: nothing in your interviews or in my notes carries an answer. I can speak "
    "about what you said, your levels and what was missing, your pace, pauses and fillers, your "
    "growth, what to practise next, and nerves."
)

_CRISIS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bsuicid",
        r"\b(?:kill|hurt|harm|cut|hang|drown)(?:ing)?\s+my\s?self\b",
        r"\bself[- ]?harm",
        r"\b(?:end|take|ending|taking)\s+(?:my\s+(?:own\s+)?life|it\s+all)\b",
        r"\b(?:want|wish|would like|going|rather)\s+(?:to\s+)?(?:die|be dead|disappear forever)\b",
        r"\bwish i (?:was|were) (?:dead|never born)\b",
        r"\bno (?:reason|point)\s+(?:to|in)\s+(?:live|living|go(?:ing)? on)\b",
        r"\b(?:do not|don'?t)\s+want\s+to\s+(?:live|be alive|wake up|exist)\b",
        r"\bbetter off (?:dead|without me)\b",
        r"\b(?:can ?not|can'?t)\s+(?:go on|live)\s*(?:any ?more|like this|living)?\b",
        r"\boverdos",
        r"\blife is not worth\b|\bnot worth living\b",
    )
)
_KEY = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:model|reference|sample|ideal|perfect|official|textbook|full[- ]marks?)\s+"
        r"(?:answer|solution|response)s?\b",
        r"\b(?:correct|right|expected|real|actual|true)\s+(?:answer|solution)s?\s+(?:to|for|of|is"
        r"|was|would|please)\b",
        r"\bwhat(?:'s| is| was| are)\s+the\s+(?:correct |right )?(?:answer|solution)s?\b",
        r"\banswer key\b|\bmark(?:ing)? scheme\b|\bcheat ?sheet\b",
        r"\b(?:rubric|reference|expected|missing|open|key)\s+points\b",
        r"\b(?:give|tell|show|send|read|reveal|leak|print|list)\s+(?:me\s+)?(?:\w+\s+){0,2}"
        r"(?:the\s+)?(?:answer|solution|rubric|points)s?\b(?!\s+i\b)",
        r"\b(?:exactly|word for word)\b.{0,20}\b(?:to say|i (?:should|must) say)\b",
        r"\b(?:exact|precise)\s+(?:words|wording|sentences?)\b.{0,30}\b(?:full|top|maximum)\b",
        r"\bsystem prompt\b|\byour instructions\b",
    )
)


def in_crisis(question: str) -> bool:
    """Whether somebody may be in danger; rather once too often."""
    plain = question.replace("’", "'")
    return any(pattern.search(plain) for pattern in _CRISIS)


def asks_for_answers(question: str) -> bool:
    """Whether it asks for what is still in use, or tries to steer the machine."""
    plain = question.replace("’", "'")
    return speaks_to_grader(plain) or any(pattern.search(plain) for pattern in _KEY)
