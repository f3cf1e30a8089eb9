"""Spoken commands: told apart from answers before anything is graded.

Only an utterance that is nothing but a command counts: "I would skip the cache" is an answer.
"""

from __future__ import annotations

import re
from typing import Final

from app.dialogue.events import CommandName

_POLITE: Final = re.compile(
    r"^(?:(?:um+|uh+|er+|oh|ok(?:ay)?|sorry|please|excuse me|well|hey|so|hmm+|yes|yeah)[,. ]+)+"
)
_TAIL: Final = re.compile(r"[,. ]+(?:please|thanks|thank you|sorry|for me|now|again please)[.! ]*$")
_PATTERNS: Final[tuple[tuple[CommandName, str], ...]] = (
    (
        "repeat",
        r"(?:can|could|would|will) you (?:please )?(?:repeat|say) (?:that|it|the question)(?: "
        r"again| once more)?"
        r"|(?:please )?repeat(?: (?:that|it|the question|the last question))?(?: again)?"
        r"|say (?:that|it|the question) again|what was the question(?: again)?|come again"
        r"|pardon(?: me)?",
    ),
    (
        "rephrase",
        r"(?:(?:can|could|would) you (?:please )?)?(?:rephrase|reword)(?: (?:that|it|the "
        r"question))?"
        r"|(?:(?:can|could|would) you (?:please )?)?(?:say|ask|put) (?:that|it) (?:differently"
        r"|another way|in other words)"
        r"|i (?:don't|do not|didn't|did not) understand the question",
    ),
    (
        "skip",
        r"(?:(?:can|could|may) (?:we|i|you) (?:please )?|i(?:'d| would) like to |let's |let us "
        r"|i want to )?"
        r"(?:skip|pass on)(?: (?:this|that|it|this one|that one|the question|this question|that "
        r"question))?"
        r"|pass|next(?: question)?|(?:let's |let us |can we )(?:move on|go on)(?: to the "
        r"next(?: question| one)?)?",
    ),
    (
        "think",
        r"(?:let me|i need to|i have to|i'd like to|can i|could i|may i) (?:just )?think"
        r"(?: (?:about (?:it|that|this)|for a (?:moment|second|minute|bit)|a (?:moment|second"
        r"|minute|bit)))*"
        r"|(?:give me|i need|just|can i have|could i have) (?:a|one) (?:moment|second"
        r"|minute)(?: to think)?"
        r"|one (?:moment|second)|hold on|wait",
    ),
    (
        "done",
        r"(?:i'm|i am) (?:done|finished)|that's (?:it|all|my answer)|that is (?:it|all|my answer)"
        r"|(?:that's|that is) all (?:i have|from me)",
    ),
    (
        "pause",
        r"(?:can|could|may) (?:we|i|you) (?:please )?(?:pause|take a break)|pause(?: the "
        r"interview)?",
    ),
)
_WHOLE: Final = tuple((name, re.compile(rf"(?:{pattern})")) for name, pattern in _PATTERNS)


def spoken_command(text: str) -> CommandName | None:
    """The command that this utterance is, or None when it is an answer."""
    plain = _plain(text)
    return next((name for name, pattern in _WHOLE if pattern.fullmatch(plain)), None)


def trailing_command(text: str) -> CommandName | None:
    """The command in the last sentence of an answer; only `think` and `done` count there."""
    sentences = [part for part in re.split(r"(?<=[.?!])\s+", text.strip()) if part]
    if len(sentences) < 2:
        return None
    name = spoken_command(sentences[-1])
    return name if name in ("think", "done") else None


def _plain(text: str) -> str:
    plain = re.sub(r"\s+", " ", text.lower().replace("’", "'")).strip(" .,!?")
    plain = _POLITE.sub("", plain)
    return _TAIL.sub("", plain).strip(" .,!?")
