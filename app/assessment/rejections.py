"""Whether an answer takes back what it says: calls it false, doubts it, laughs at it.

What is rejected may be told in any words, so nothing is compared with the reference but the words
that reject: those that it or the question says itself are part of the matter. A rejection frames a
statement, so in a long answer it counts at the edges only, or when there are two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.assessment.rejecting_words import (
    BARE_DENIALS,
    CLAIMS,
    DENIALS,
    FALSE,
    FALSE_THINGS,
    FRAMES,
    NEGATED_FRAMES,
    TRUE,
    TURNED,
    VERDICT_FOLLOWERS,
)
from app.assessment.wording import words

_TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z]+)?|[.!?;:,]")
_SENTENCE_ENDS = frozenset(".!?")
_MARKS = frozenset(".!?;:,")
_TRUTH_ASKED = re.compile(
    r"(?:^|[.!?,:]\s*)(?:and\s+|or\s+|so\s+)?"
    r"(?:does|do|did|is|are|was|were|can|could|will|would|should|has|have|must)\s"
    r"|\b(?:true|correct|right|agree|hold|holds)\b",
    re.IGNORECASE,
)
_DENIED_WITHIN, _CLAIMED_WITHIN = 4, 2
_SHORT, _FIRST, _LAST = 60, 15, 22
_ENOUGH = 2


def rejects(text: str, reference: str, question: str) -> bool:
    """Whether something that is said in the text is rejected in it."""
    spoken = _TOKEN.findall(text.lower().replace("’", "'"))
    known = frozenset(words(reference)) | frozenset(words(question))
    asked = _TRUTH_ASKED.search(question) is not None
    places = sorted(set(_places(spoken, known, asked)))
    if len(spoken) <= _SHORT:
        return bool(places)
    edge = (place for place in places if place < _FIRST or place >= len(spoken) - _LAST)
    return any(edge) or len(places) >= _ENOUGH


def _places(spoken: Sequence[str], known: frozenset[str], asked: bool) -> Iterator[int]:
    """Where something is rejected; `asked`: whether something is so was the question itself."""
    for place, word in enumerate(spoken):
        if word not in known and _rejecting(spoken, place, asked):
            yield place
    if not asked:
        yield from _bare_denials(spoken)
    for frames, negated in ((FRAMES, False), (NEGATED_FRAMES, True)):
        for place in _framed(spoken, frames, negated):
            yield place


def _rejecting(spoken: Sequence[str], place: int, asked: bool) -> bool:
    """Whether the word at this place passes a verdict against what is said."""
    word, after = spoken[place], spoken[place + 1] if place + 1 < len(spoken) else "."
    final = after in _MARKS or after in VERDICT_FOLLOWERS
    if word in FALSE_THINGS or (word in FALSE and final):
        return not _denied(spoken, place, _DENIED_WITHIN - 1)
    if word in TURNED:
        return final and spoken[max(0, place - 1)] in {"the", "exact", "very", "quite"}
    if asked:
        return False
    if word in TRUE:
        return final and _denied(spoken, place, _DENIED_WITHIN)
    return word in CLAIMS and _denied(spoken, place, _CLAIMED_WITHIN)


def _denied(spoken: Sequence[str], place: int, within: int) -> bool:
    """A denying word stands shortly before, in the same clause."""
    for word in reversed(spoken[max(0, place - within) : place]):
        if word in _MARKS:
            return False
        if word in DENIALS or word.endswith("n't"):
            return True
    return False


def _bare_denials(spoken: Sequence[str]) -> Iterator[int]:
    """Where a sentence that only denies ("No, not at all.") follows another one."""
    start = 0
    for place, word in enumerate([*spoken, "."]):
        if word not in _SENTENCE_ENDS:
            continue
        said = [each for each in spoken[start:place] if each not in _MARKS]
        denied = any(each in DENIALS or each.endswith("n't") for each in said)
        last = place >= len(spoken) - 1
        if (
            start
            and denied
            and (last or len(spoken) <= _SHORT)
            and all(each in BARE_DENIALS or each.endswith("n't") for each in said)
        ):
            yield start
        start = place + 1


def _framed(
    spoken: Sequence[str], frames: frozenset[tuple[str, ...]], negated: bool
) -> Iterator[int]:
    """Where one of these rows of words stands; after a denying word, or at all."""
    for place in range(len(spoken)):
        for length in (2, 3, 4):
            row = tuple(spoken[place : place + length])
            if row in frames and (not negated or _denied(spoken, place, _DENIED_WITHIN - 1)):
                yield place
