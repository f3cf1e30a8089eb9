"""Whether an answer talks around the right terms instead of joining them into statements.

"There is a queue. There is a node." and "I have heard of queues" are sentences, and yet nothing is
said. Seventeen signs tell: the same words around each term, segments that hold one term each, talk
that fits any subject, the reference's words in another order. The weights were fitted on real
answers to the questions of Beetle, SciEntsBank and SAF and on the bank's own, as written and
without punctuation, and on terms put together in 27 families of ways.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import groupby

from app.assessment import soup
from app.assessment.talk_words import HESITATIONS, TALK
from app.assessment.word_order import SMALL
from app.assessment.wording import stem, words

_LEAST_WORDS = 3
_TERM = "\0"
_AROUND = 3
_FULL_CONTEXTS, _FULL_SEGMENTS = 5, 4
_LEAST_SEGMENTS, _LEAST_ORDERED = 3, 3
_SEGMENT = re.compile(r"[.!?;:,\n]+|\b(?:and|or|then|but|so|which|while|because)\b")
_SENTENCE = re.compile(r"[.!?]+")
_PLACING = frozenset("to of in by for with from on at as than that".split())  # noqa: SIM905 - reads better
_SHARED = (
    "disorder",
    "unusual",
    "order_beside_reference",
    "code",
    "recall",
    "pairs_kept",
    "odd_pairs",
)
_CONSTANT = -3.26
_WEIGHTS = {
    "disorder": -1.73,
    "unusual": 2.69,
    "order_beside_reference": -1.14,
    "code": -24.7,
    "recall": 2.05,
    "pairs_kept": -3.96,
    "odd_pairs": 8.16,
    "same_around": 4.2,
    "one_term": 1.35,
    "even_segments": 3.38,
    "talk_of_rest": 1.61,
    "talk": 8.07,
    "nothing_own": 0.921,
    "asking": 2.47,
    "other_order": 1.04,
    "longest_row": -1.79,
    "placing": 6.07,
}


def talks_around(text: str, reference: str, question: str) -> bool:
    """Whether terms are named and nothing is said of them; not told without a reference."""
    enough = bool(words(reference)) and len(words(text)) >= _LEAST_WORDS
    return enough and odds(text, reference, question) > 0.0


def odds(text: str, reference: str, question: str) -> float:
    """The log odds that nothing is said; above 0 it is likely."""
    found = signs(text, reference, question)
    return _CONSTANT + sum(weight * found[name] for name, weight in _WEIGHTS.items())


def signs(text: str, reference: str, question: str) -> dict[str, float]:
    """How the terms stand among the other words."""
    fluent = " ".join(word for word in text.split(" ") if not _hesitates(word))
    spoken = words(fluent)
    known = frozenset(stem(word) for word in words(f"{reference} {question}") if word not in SMALL)
    told = [word not in SMALL and stem(word) in known for word in spoken]
    shared = soup.signs(fluent, reference, question)
    return {
        **{name: shared[name] for name in _SHARED},
        **_segment_signs(fluent),
        **_talk_signs(spoken, told),
        "same_around": _same_around(spoken, told),
        "asking": fluent.count("?") / max(1, len(_SENTENCE.findall(fluent))),
        "other_order": _other_order(spoken, told, reference),
        "longest_row": _longest_row(told),
        "placing": sum(word in _PLACING for word in spoken) / max(1, len(spoken)),
    }


def _longest_row(told: Sequence[bool]) -> float:
    rows = (sum(1 for _ in row) for on, row in groupby(told) if on)
    return math.log1p(max(rows, default=0))


def _hesitates(word: str) -> bool:
    return word.lower().strip(",.!?") in HESITATIONS


def _segment_signs(text: str) -> dict[str, float]:
    """How many segments hold one term at most, and how alike in length they are."""
    split = (words(part) for part in _SEGMENT.split(text.lower()))
    segments = [segment for segment in split if segment]
    count = max(1, len(segments))
    few = sum(
        sum(word not in SMALL and word not in TALK for word in segment) <= 1 for segment in segments
    )
    mean = sum(map(len, segments)) / count
    uneven = sum((len(segment) - mean) ** 2 for segment in segments) / count
    return {
        "one_term": few / count * min(1.0, len(segments) / _FULL_SEGMENTS),
        "even_segments": 1.0 / (1.0 + uneven) if len(segments) >= _LEAST_SEGMENTS else 0.0,
    }


def _talk_signs(spoken: Sequence[str], told: Sequence[bool]) -> dict[str, float]:
    """How much is talk that fits any subject: of all words, and of those not borrowed."""
    pairs = zip(spoken, told, strict=True)
    rest = [word for word, term in pairs if word not in SMALL and not term]
    talk = sum(word in TALK for word in rest)
    return {
        "talk_of_rest": talk / len(rest) if rest else 0.0,
        "talk": sum(word in TALK for word in spoken) / max(1, len(spoken)),
        "nothing_own": float(talk == len(rest)),
    }


def _same_around(spoken: Sequence[str], told: Sequence[bool]) -> float:
    """How often a term is followed by the same words as another term is."""
    plain = [_TERM if term else word for word, term in zip(spoken, told, strict=True)]
    after = [tuple(plain[at : at + _AROUND]) for at, word in enumerate(plain) if word == _TERM]
    if not after:
        return 0.0
    return (1.0 - len(set(after)) / len(after)) * min(1.0, len(after) / _FULL_CONTEXTS)


def _other_order(spoken: Sequence[str], told: Sequence[bool], reference: str) -> float:
    """How much is borrowed, by how far its order is from the reference's."""
    wanted = [stem(word) for word in words(reference) if word not in SMALL]
    mine = [stem(word) for word in spoken if word not in SMALL and stem(word) in set(wanted)]
    if len(mine) < _LEAST_ORDERED:
        return 0.0
    heavy = sum(word not in SMALL for word in spoken)
    kept = _common(mine, wanted) / min(len(mine), len(wanted))
    return sum(told) / max(1, heavy) * (1.0 - kept)


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of a longest row that both have in this order."""
    row = [0] * (len(other) + 1)
    for left in one:
        before = 0
        for place, right in enumerate(other, 1):
            held = row[place]
            row[place] = before + 1 if left == right else max(held, row[place - 1])
            before = held
    return row[-1]
