"""Whether words were really said, and when: a quote is aligned word by word with a turn.

A quote that was not said is refused; nothing is repaired.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal

from app.assessment.sentences import Sentence
from app.domain.interview import Turn, Word
from app.domain.scorecard import Evidence

Kind = Literal["quote", "nearest"]
_KEPT = re.compile(r"[^\w+#%]+")
_LEAST_ALIGNED = 0.5


def quoted(quote: str, turn: Turn, kind: Kind = "quote") -> Evidence | None:
    """The evidence for a quote, in the speaker's own spelling; None when it was not said."""
    tokens = turn.heard.split()
    place = _place(_parts(quote.split()), _parts(tokens))
    if place is None:
        return None
    return _evidence(turn, tokens, place[0], place[1], kind)


def cited(sentence: Sentence, turn: Turn, kind: Kind = "quote") -> Evidence | None:
    """The evidence for a sentence at its own place; None when the turn says something else."""
    tokens = turn.heard.split()
    if sentence.turn != turn.index or not 0 <= sentence.first < sentence.last <= len(tokens):
        return None
    said = tokens[sentence.first : sentence.last]
    if " ".join(said) != sentence.text or not _parts(said):
        return None
    return _evidence(turn, tokens, sentence.first, sentence.last, kind)


def said(evidence: Evidence, turns: Sequence[Turn]) -> bool:
    """Whether the turn that the evidence names holds its quote, word for word."""
    return any(
        turn.index == evidence.turn and quoted(evidence.quote, turn) is not None for turn in turns
    )


def _evidence(turn: Turn, tokens: list[str], first: int, last: int, kind: Kind) -> Evidence:
    start_s, end_s = _times(turn.words, tokens, first, last)
    return Evidence(kind, " ".join(tokens[first:last]), turn.index, start_s, end_s)


def _parts(tokens: Sequence[str]) -> list[tuple[str, int]]:
    """Normalised words, each with the place of the token that it is a part of."""
    parts: list[tuple[str, int]] = []
    for place, token in enumerate(tokens):
        plain = unicodedata.normalize("NFKC", token).casefold().replace("’", "'")
        plain = plain.replace("'", "")
        parts += [(part, place) for part in _KEPT.split(plain) if part]
    return parts


def _place(wanted: list[tuple[str, int]], parts: list[tuple[str, int]]) -> tuple[int, int] | None:
    """First and last (exclusive) token of the first place where all wanted words stand in a row."""
    words, heard = [word for word, _ in wanted], [word for word, _ in parts]
    if not words:
        return None
    for start in range(len(heard) - len(words) + 1):
        if heard[start : start + len(words)] == words:
            return parts[start][1], parts[start + len(words) - 1][1] + 1
    return None


def _times(
    words: Sequence[Word], tokens: list[str], first: int, last: int
) -> tuple[float | None, float | None]:
    """When these tokens were said; an amended stretch takes the times of the words around it."""
    if not words:
        return None, None
    spoken = [token for word in words for token in (word.text.split() or [""])]
    owner = [word for word in words for _ in (word.text.split() or [""])]
    if spoken == tokens:
        return owner[first].start_s, owner[last - 1].end_s
    return _aligned_times(spoken, owner, tokens, first, last)


def _aligned_times(
    spoken: list[str], owner: list[Word], tokens: list[str], first: int, last: int
) -> tuple[float | None, float | None]:
    """Times by alignment; none when fewer than half of the tokens have a counterpart."""
    plain_spoken = [_plain(token) for token in spoken]
    matcher = SequenceMatcher(None, plain_spoken, [_plain(t) for t in tokens], autojunk=False)
    matched = [
        block.a + offset
        for block in matcher.get_matching_blocks()
        for offset in range(block.size)
        if first <= block.b + offset < last
    ]
    if len(matched) < _LEAST_ALIGNED * (last - first):
        return None, None
    return owner[matched[0]].start_s, owner[matched[-1]].end_s


def _plain(token: str) -> str:
    return "".join(part for part, _ in _parts([token]))
