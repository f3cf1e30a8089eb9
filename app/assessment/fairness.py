"""What an interviewer may not ask about: patterns of personal topics, by category.

Each pattern names the personal use of a word, so that its technical use passes: the age of a cache
entry, a child process, a parent class, a race condition, a health check, a native extension.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TOPICS: dict[str, tuple[str, ...]] = {
    "age": (
        r"(your|his|her) (own )?age",
        r"how old (are|were) you",
        r"your (date of birth|birthday|birth ?date)",
        r"what year (were you born|did you (graduate|finish school))",
        r"when (were you born|did you graduate|(do|will) you (plan to )?retire)",
        r"(too|still|rather|very) (young|old) (for|to)",
        r"you are (young|old|elderly)",
        r"elderly",
    ),
    "family": (
        r"(have|want|having|raising|any|your|own|expecting) (\w+ )?(children|kids)",
        r"(your|the|having|have|expecting) (\w+ )?(baby|babies)",
        r"your (own )?(child|son|daughter|mother|father|parents?)(?! (class|process|node|thread|row"
        r"|table|element|component|directory|folder|commit|span|task|object|type))",
        r"pregnan\w+",
        r"(maternity|paternity|parental) leave",
        r"child ?care",
        r"your (husband|wife|spouse|girlfriend|boyfriend|fianc\w+|family|marriage|partner)",
        r"(are|were|get|getting) you (\w+ )?(married|divorced|single|engaged)",
        r"(married|marital|divorced|divorce)",
        r"(start|plan|have|raise|support) (\w+ )?a family",
    ),
    "health": (
        r"your (\w+ )?(health|illness|disabilit\w+|diagnos\w+|medication|medical \w+|therap\w+)",
        r"(are|were|have) you (\w+ )?(disabled|ill|sick|pregnant|depressed)",
        r"(a|any) (disability|disabilities|chronic illness|mental illness|medical condition)",
        r"sick (days|leave)",
        r"mental health",
        r"(do|did) you (smoke|drink|take drugs)",
    ),
    "religion": (
        r"religio(n|ns|us|usly)",
        r"your (faith|church|god|prayers?|beliefs about god)",
        r"(church|mosque|synagogue|temple)(es|s)? (do|did|do you|attend\w*)",
        r"(attend|go to|goes to) (\w+ )?(church|mosque|synagogue|temple)",
        r"do you pray",
        r"(muslim|christian|jewish|hindu|buddhist|atheist)s?",
    ),
    "origin": (
        r"your (\w+ )?(nationality|ethnicity|ethnic \w+|race|ancestry|heritage|skin colou?r|skin)",
        r"where (are|were|do|did) you (really |originally )?(from|born|come from|grow up)",
        r"(what|which) country (are|were|do) you",
        r"(native|first) (language|tongue|speaker)(?! (extension|feature|model|module|support))",
        r"mother tongue",
        r"your (citizenship|visa|immigration|native country|country of birth|home country)",
        r"(are|were) you (a |an )?(\w+ )?(citizen|immigrant|foreigner)s?",
        r"immigra\w+",
        r"ethnic\w*",
    ),
    "accent": (
        r"(your|an|the|that|strong|heavy|foreign|thick) (\w+ )?accent(?! (colou?r|theme|mark|stripp"
        r"|character|letter|insensitiv|sensitiv))",
        r"(your|his|her) (pronunciation|way of speaking)",
        r"how you (sound|talk)",
    ),
    "salary": (
        r"(your|current|previous|last|past|former|expected|what) (\w+ )?(salary|salaries|wages?"
        r"|pay|compensation|bonus)(?! (table|column|field|field's|record|row))",
        r"how much (do|did|are|were) you (\w+ )?(earn|make|paid|get paid|earning|making)",
        r"salary history",
        r"what (do|did) you earn",
    ),
    "gender": (
        r"your (\w+ )?(gender|sex|sexual \w+|sexuality|pronouns)",
        r"sexual \w+",
        r"are you (\w+ )?(gay|lesbian|straight|transgender|bisexual)",
        r"as a (woman|man|girl|mother|father|lady)",
    ),
    "politics": (
        r"your (political|politics)( \w+)?",
        r"political (view|party|parties|opinion|affiliation)s?",
        r"(did|do|would|will) you vote (for|in)",
        r"trade union",
        r"union member\w*",
    ),
    "record": (
        r"your (criminal|arrest|military) (record|history|service)",
        r"(have|were) you (ever )?(been )?(arrested|convicted)",
        r"your (weight|height|looks|appearance|credit score|debts?)",
    ),
}

_PATTERNS = {
    topic: re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE)
    for topic, patterns in TOPICS.items()
}


@dataclass(frozen=True)
class Unfair:
    """A personal topic that a text touches, and the words that do."""

    topic: str
    words: str


def unfair(text: str) -> Unfair | None:
    """The first personal topic that `text` asks about, or None."""
    flat = " ".join(text.replace("’", "'").split())
    for topic, pattern in _PATTERNS.items():
        match = pattern.search(flat)
        if match is not None:
            return Unfair(topic, match.group())
    return None
