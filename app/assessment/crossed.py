"""Whether two things that the reference tells apart stand in each other's place.

"A function is called whenever an object is created, whereas a constructor ..." denies nothing and
says the opposite. So two terms of the question, or two opposites, are exchanged in the answer: if
its clauses then come nearer to the reference's, they had stood crosswise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from app.assessment.contradictions import Unit, clauses_of, unit_of
from app.assessment.opposites import opposites_of
from app.assessment.wording import stem, words

_MOST_PAIRS = 28
_LEAST_GAIN, _LEAST_LIKENESS = 0.07, 0.5


def crossed(text: str, reference: str, question: str) -> bool:
    """Whether the answer comes clearly nearer to the reference with two of its terms exchanged."""
    said, wanted = clauses_of(text), clauses_of(reference)
    weight = sum(len(clause.stems) for clause in said)
    if not weight or not wanted:
        return False
    plain = _likeness(said, wanted) / weight
    for one, other in _pairs(text, reference, question):
        turned = _likeness([_exchanged(each, one, other) for each in said], wanted) / weight
        if turned - plain > _LEAST_GAIN and turned > _LEAST_LIKENESS:
            return True
    return False


def _pairs(text: str, reference: str, question: str) -> Iterator[tuple[str, str]]:
    """The stems that may have been exchanged: opposites that both texts hold, and terms."""
    both = sorted(frozenset(words(text)) & frozenset(words(reference)))
    for word in both:
        for other in opposites_of(word):
            if word < other and other in both and stem(word) != stem(other):
                yield stem(word), stem(other)
    held = [unit_of(words(each)).stems for each in (text, reference, question)]
    terms = sorted(held[0] & held[1] & held[2])
    yield from list(combinations(terms, 2))[:_MOST_PAIRS]


def _exchanged(clause: Unit, one: str, other: str) -> Unit:
    turned = {one: other, other: one}
    return replace(clause, stems=frozenset(turned.get(each, each) for each in clause.stems))


def _likeness(said: Sequence[Unit], wanted: Sequence[Unit]) -> float:
    """How near the clauses are to the reference's of the same sign, by weight."""
    return sum(_nearest(clause, wanted) * len(clause.stems) for clause in said)


def _nearest(clause: Unit, wanted: Sequence[Unit]) -> float:
    shares = (
        2 * len(clause.stems & each.stems) / (len(clause.stems) + len(each.stems))
        for each in wanted
        if (clause.denials + each.denials) % 2 == 0
    )
    return max(shares, default=0.0)
