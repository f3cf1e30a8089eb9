"""Whether an answer is a row of the right terms with nothing said: bare, chained, or in no order.

Seventeen signs of how the words are joined, seven of them beside the reference, since an answer to
"Name both functions." may well be a row of terms. The weights were fitted on real answers to the
questions of Beetle, SciEntsBank and SAF, and on rows of terms made from the same questions.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from app.assessment.word_order import SMALL, gains
from app.assessment.wording import words

_LEAST_WORDS = 3
_LEAST_LINKS = 3
_TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z]+)?|[,;.:/|+&()-]")
_SEGMENT = re.compile(r"[,;.:/|\n-]+\s+|\s[/|+&>-]+\s")
_LISTING = frozenset({"and", "or"})
_CODE = frozenset("=()[]{}<>*_")
_UNKNOWN_SHARE = 0.3
_FLUENT = 0.3
_SAME_LINK = 0.4
_SHORT_SEGMENT = 3.0
_THRESHOLD, _THRESHOLD_ALONE = 0.5, -3.0
_CONSTANT = -10.3
_WEIGHTS = {
    "order": -2.56,
    "disorder": -3.77,
    "unusual": -1.18,
    "order_beside_reference": -1.57,
    "bare": 1.43,
    "bare_length": 0.749,
    "segment": 1.76,
    "short_segments": 5.21,
    "code": -20.8,
    "listing": 3.1,
    "same_link": 4.93,
    "borrowed": 1.21,
    "recall": 4.3,
    "pairs_kept": -3.63,
    "odd_pairs": 3.69,
    "recall_without_pairs": 0.466,
    "recall_without_order": 2.9,
}


def is_soup(text: str, reference: str = "", question: str = "") -> bool:
    """Whether these words are a row of terms; less is told where there is no reference."""
    threshold = _THRESHOLD if words(reference) else _THRESHOLD_ALONE
    return len(words(text)) >= _LEAST_WORDS and odds(text, reference, question) > threshold


def odds(text: str, reference: str, question: str) -> float:
    """The log odds, up to a constant."""
    found = signs(text, reference, question)
    return _CONSTANT + sum(weight * found[name] for name, weight in _WEIGHTS.items())


def signs(text: str, reference: str, question: str) -> dict[str, float]:
    """How the words are joined, and how they stand beside the reference."""
    spoken = words(text)
    count = len(spoken) or 1
    steps = gains(text) or [0.0]
    order = sum(steps) / len(steps)
    small = sum(word in SMALL for word in spoken)
    expected = gains(reference)
    usual = sum(expected) / len(expected) if expected else order
    segments = sum(bool(words(part)) for part in _SEGMENT.split(text))
    length = count / max(1, segments)
    bare = 0.0 if small else 1.0
    return {
        "order": order,
        "disorder": sum(min(step, 0.0) for step in steps) / len(steps),
        "unusual": max(0.0, _FLUENT - order),
        "order_beside_reference": order - usual,
        "bare": bare,
        "bare_length": bare * math.log(count),
        "segment": math.log1p(length),
        "short_segments": max(0.0, math.log(_SHORT_SEGMENT / length)) if segments > 2 else 0.0,
        "code": min(1.0, sum(sign in _CODE for sign in text) / count),
        **_link_signs(text),
        **_borrowed_signs(spoken, words(reference), words(question)),
    }


def _link_signs(text: str) -> dict[str, float]:
    """What stands between one term and the next: the same thing each time, or "and" alone."""
    links = _links(text)
    worded = [link for link in links if any(part[0].isalnum() for part in link)]
    listing = sum(all(p in _LISTING or not p[0].isalnum() for p in link) for link in worded)
    most = Counter(links).most_common(1)[0][1] / len(links) if len(links) >= _LEAST_LINKS else 0.0
    return {
        "listing": listing / len(worded) if worded else 0.0,
        "same_link": max(0.0, most - _SAME_LINK),
    }


def _links(text: str) -> list[tuple[str, ...]]:
    """The small words and signs between each two neighbouring terms."""
    found: list[tuple[str, ...]] = []
    between: list[str] | None = None
    for token in _TOKEN.findall(text.lower().replace("’", "'")):
        if token[0].isalnum() and token not in SMALL:
            if between is not None:
                found.append(tuple(between))
            between = []
        elif between is not None:
            between.append(token)
    return found


@dataclass(frozen=True)
class _Pairs:
    """Neighbours among an answer's words, and which of them stand so in the known text."""

    all: list[tuple[str, str]]
    known: frozenset[tuple[str, str]]

    @property
    def share(self) -> float:
        """How many stand so; a middling share where there is nothing to compare."""
        if not self.all:
            return _UNKNOWN_SHARE
        return sum(pair in self.known for pair in self.all) / len(self.all)


def _borrowed_signs(
    spoken: list[str], reference: list[str], question: list[str]
) -> dict[str, float]:
    """The reference's words come back, but not as neighbours of one another."""
    terms, wanted, asked = (
        [word for word in each if word not in SMALL] for each in (spoken, reference, question)
    )
    told = frozenset(wanted)
    borrowed = sum(term in told for term in terms) / len(terms) if terms else 0.0
    recall = len(told & frozenset(terms)) / max(1, len(told))
    known = frozenset(reference) | frozenset(question)
    stand = frozenset(pairwise(reference)) | frozenset(pairwise(question))
    words_kept = _Pairs([(a, b) for a, b in pairwise(spoken) if a in known and b in known], stand)
    terms_kept = _Pairs(
        [(a, b) for a, b in pairwise(terms) if a in told and b in told],
        frozenset(pairwise(wanted)) | frozenset(pairwise(asked)),
    )
    odd = sum(
        pair not in stand and pair[0] not in SMALL and pair[1] not in SMALL
        for pair in words_kept.all
    )
    return {
        "borrowed": borrowed,
        "recall": recall,
        "pairs_kept": words_kept.share,
        "odd_pairs": borrowed * odd / (len(spoken) or 1),
        "recall_without_pairs": recall * (1.0 - words_kept.share),
        "recall_without_order": recall * borrowed * (1.0 - terms_kept.share),
    }
