"""Backchannels: the small sounds by which a listener says "go on", which are no interruption."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from app.domain.interview import Word

FEWEST_WORDS = 2
ECHO_SHARE = 0.6
SHORT_SECONDS = 0.9
LEAST_PROBABILITY = 0.6
_SOUND: Final = (
    r"(?:m+-?h?m+|mm+|hm+|uh-?huh|uh|um+|er+m?|ah+|oh+|huh|yeah|yep|yes|okay|ok|alright|all right"
    r"|right|sure|i see|got it|cool|nice|great|good|thanks|thank you|of course|makes sense|exactly"
    r"|true|wow|interesting|go on|fair enough)"
)
_THINKING: Final = (
    r"(?:m+-?h?m+|mm+|hm+|uh-?huh|uh|um+|er+m?|ah+|oh+|huh|okay|ok|alright|all right|i see|got it"
    r"|well|so|good question|(?:that's|that is|it's) a (?:really |very )?good question"
    r"|interesting(?: question)?|let's see|let me see)"
)
_BACKCHANNELS: Final = re.compile(rf"\b{_SOUND}\b")
_ONLY_THINKING: Final = re.compile(rf"(?:{_THINKING} ?)+")


def interrupts(text: str) -> bool:
    """Whether these words, said over us, want the floor: two or more, not all backchannels."""
    plain = _plain(text)
    return len(plain.split()) >= FEWEST_WORDS and says_something(text)


def says_something(text: str) -> bool:
    """Whether there is any word that is no backchannel."""
    return bool(re.search(r"\w", _BACKCHANNELS.sub(" ", _plain(text))))


def only_thinking(text: str) -> bool:
    """Whether these are only sounds of someone who is about to answer ("hmm, okay")."""
    plain = _plain(text)
    return bool(plain) and _ONLY_THINKING.fullmatch(plain) is not None


def is_guessed(words: Sequence[Word], seconds: float) -> bool:
    """Whether these words are the recogniser's guess at a sound as short as a backchannel.

    Of 48 hums by a synthetic voice 20 were read as two words or more, all with a mean probability
    below .6; of 112 short interruptions 27 were, nine of them as short as this.
    """
    if seconds >= SHORT_SECONDS or not words:
        return False
    return sum(word.probability for word in words) / len(words) < LEAST_PROBABILITY


def is_echo(text: str, ours: str) -> bool:
    """Whether these words are mostly our own, in our order, as a loudspeaker gives them back."""
    heard, said = _plain(text).split(), _plain(ours).split()
    if len(heard) < FEWEST_WORDS:
        return False
    pairs = list(pairwise(heard))
    known = set(pairwise(said))
    return sum(pair in known for pair in pairs) >= ECHO_SHARE * len(pairs)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[^\w'\- ]", " ", text.lower().replace("’", "'"))).strip()
