"""What a candidate asks of the interviewer in place of, or after, an answer.

Only a sentence that turns to us counts: "I asked him what he would do" is part of an answer.
"""

from __future__ import annotations

import re
from enum import StrEnum

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_OPENING = re.compile(
    r"^(?:(?:um+|uh+|er+|oh|ok|okay|well|so|sorry|hm+|hey|and|but|come on|please|wait|honestly"
    r"|actually|yes|yeah|no|look|excuse me|by the way|just)[,. ]+)+"
)


class Request(StrEnum):
    """What is asked of us."""

    ANSWER = "answer"
    VERDICT = "verdict"
    IDENTITY = "identity"
    TIME = "time"
    UPSET = "upset"


_SOMEBODY = (
    r"(?:real|human|ai|an ai|robot|bot|machine|computer|person|people|someone|somebody|program"
    r"|chatbot"
    r"|language model|artificial)"
)
_PATTERNS: tuple[tuple[Request, re.Pattern[str]], ...] = (
    (
        Request.IDENTITY,
        re.compile(
            rf"are you (?:\w+ ){{0,3}}{_SOMEBODY}\b|(?:am i|who am i) (?:\w+ )?(?:talking|speaking)"
            rf" (?:to|with)\b|who (?:are you|is this)\b|what are you$|is (?:this|that|there) "
            rf"(?:\w+ ){{0,3}}{_SOMEBODY}\b"
        ),
    ),
    (
        Request.TIME,
        re.compile(
            r"how (?:much|many) (?:more )?(?:time|minutes|questions)(?: (?:do|are|is|will|have"
            r"|left|remain)\b|$)|how long (?:will|does|is"
            r"|do) "
            r"(?:this|it|the interview|we)\b|(?:is|was) (?:this|that|it) the last (?:question"
            r"|one)\b"
            r"|are there (?:any |many )?more questions\b"
        ),
    ),
    (
        Request.VERDICT,
        re.compile(
            r"(?:was|is|were|does) (?:that|this|it|my answer) (?:\w+ )?(?:right|correct|ok|okay"
            r"|good"
            r"|enough|wrong|fine|true|make sense)\b|(?:am|was) i (?:\w+ )?(?:right|correct|wrong"
            r"|close)"
            r"\b|how (?:am i doing|did i do|was (?:that|it|my answer)|well am i)\b|did i (?:pass"
            r"|answer"
            r"|get (?:it|that)|do)\b|what(?:'s| is| was) my (?:score|grade|mark)|right$"
        ),
    ),
    (
        Request.ANSWER,
        re.compile(
            r"(?:(?:can|could|would|will) you )?(?:please |just |maybe |possibly )*(?:tell|give"
            r"|show)"
            r" me (?:\w+ ){0,3}(?:answer|solution|hint|clue|tip|what it is|it is)\b"
            r"|(?:can|could|would|will) you (?:please |just )*(?:help me|answer (?:it|that)"
            r"|give (?:\w+ ){0,2}hint|explain the answer)|what(?:'s| is| was"
            r"| would be) the (?:right"
            r"|correct|best|real|expected|actual)? ?(?:answer|solution|one)\b|what would you"
            r" (?:do|say|answer|choose|use|pick)\b|what(?:'s| is) your (?:answer|opinion|view)\b"
            r"|what do you think\b|how would you (?:do|answer|solve)\b|do you know (?:it"
            r"|the answer)$"
        ),
    ),
)
_UPSET = re.compile(
    r"\bf+u+c+k|\b(?:bull)?shit\b|\bstupid (?:question|machine|bot|computer|thing|interview)"
    r"|\b(?:load of|this is|such) crap\b|\bwaste of (?:my |our )?time\b|\bi hate (?:this|you"
    r"|talking)"
    r"|\b(?:you are|you're) not (?:even )?listening\b|\b(?:this is|how) ridiculous\b|\bshut up\b",
    re.IGNORECASE,
)


def request_in(text: str) -> Request | None:
    """The last thing that is asked of us, or that the candidate is upset; None for an answer."""
    found = [asked for asked in map(_asked, _SENTENCE.split(text.strip())) if asked is not None]
    if found:
        return found[-1]
    return Request.UPSET if _UPSET.search(text) else None


def without_requests(text: str) -> str:
    """The text without the sentences that ask something of us."""
    kept = (part for part in _SENTENCE.split(text.strip()) if _asked(part) is None)
    return " ".join(kept).strip()


def _asked(sentence: str) -> Request | None:
    plain = " ".join(sentence.lower().replace("’", "'").split()).rstrip(" .?!")
    plain = _OPENING.sub("", plain)
    return next((name for name, pattern in _PATTERNS if pattern.match(plain)), None)
