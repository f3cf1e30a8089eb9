"""One answer decided by the text alone: a score, a person's look, or no grade, with its reason.

This is what stands where no judge does: the gates, then the fitted scorer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.assessment import gates
from app.assessment.contradictions import contradicts
from app.assessment.crossed import crossed
from app.assessment.denials import turned_round
from app.assessment.grading_talk import speaks_of_grading
from app.assessment.lexical import asked_stems, beyond, recall
from app.assessment.scorer.features import Embed, Item
from app.assessment.scorer.scorer import Marked, Scored, Scorer
from app.assessment.sentences import Sentence, sentences_of
from app.domain.question import ReferencePoint
from app.domain.scorecard import Ungraded

Status = Literal["graded", "review", "ungraded"]
AUTOMATIC: Status = "graded"
_SHORTEST_POINT = 3


@dataclass(frozen=True)
class Library:
    """Texts of other questions, to tell whether an answer belongs to one of them."""

    texts: tuple[str, ...] = ()
    vectors: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Decision:
    """What came out; `score` is 0..1, proposed where the status is review."""

    status: Status
    score: float | None
    confidence: float
    gates: tuple[str, ...]
    reason: str
    evidence: tuple[Sentence, ...] = ()


def decide(
    item: Item,
    scorer: Scorer,
    library: Library | None = None,
    embed: Embed | None = None,
    marked: Sequence[Marked] = (),
) -> Decision:
    """Gates first, then the score; any gate sends it to a person with the score as a proposal.

    A few words are such a proposal too: what they are worth is a person's to say.
    """
    sentences = sentences_of([(0, item.answer)])
    points = points_of(item)
    examination = gates.examine(sentences, [item.question], points)
    if examination.ungraded is Ungraded.NEAR_EMPTY:
        examination = replace(examination, kept=sentences)
    elif examination.ungraded is not None:
        return Decision("ungraded", None, 0.0, examination.gates, examination.reason)
    said = " ".join(sentence.text for sentence in examination.kept)
    kept = Item(item.question, item.reference, said, item.points)
    found = list(examination.gates)
    if _denied(item, examination.kept, points):
        found.append(gates.NEGATED)
    known = f"{item.question} {item.reference}"
    if any(speaks_of_grading(sentence.text, known) for sentence in sentences):
        found.append(gates.INJECTION)
    scored = scorer.score(kept, marked)
    others = _Others(library, embed) if library is not None and embed is not None else None
    if _elsewhere(kept, examination.kept, scored, scorer, others):
        found.append(gates.OFF_TOPIC)
    gate_names = tuple(dict.fromkeys(found))
    reason = f"For a person to look at: {', '.join(gate_names)}." if gate_names else ""
    nearest = _nearest(examination.kept, item)
    return Decision(
        "review" if gate_names else "graded",
        scored.score,
        scored.confidence,
        gate_names,
        reason or "Scored by the likeness of the text to the reference.",
        nearest,
    )


def points_of(item: Item) -> tuple[ReferencePoint, ...]:
    """The statements that a complete answer makes, as reference points."""
    return tuple(
        ReferencePoint(id=f"p{number}", text=text[:2000], criterion="content")
        for number, text in enumerate(item.wanted, 1)
        if len(text.strip()) >= _SHORTEST_POINT
    )


def _denied(item: Item, kept: Sequence[Sentence], points: Sequence[ReferencePoint]) -> bool:
    """Whether what the points or the reference say is said and denied, or crosswise."""
    said = [sentence.text for sentence in kept]
    wanted = [point.text for point in points]
    if turned_round(said, (*wanted, item.reference), item.question):
        return True
    asked = (" ".join(said), " ".join(wanted), item.question)
    return contradicts(*asked) or crossed(*asked)


@dataclass(frozen=True)
class _Others:
    """Other questions' texts, and how an answer is compared with them."""

    library: Library
    embed: Embed

    def nearest(self, item: Item, said: str) -> float | None:
        """The highest cosine of what was said to a text of another question."""
        if self.library.vectors is None or not self.library.texts:
            return None
        near = self.library.vectors @ self.embed([said])[0]
        mine = {item.question, item.reference}
        pairs = zip(near, self.library.texts, strict=True)
        return max((float(n) for n, text in pairs if text not in mine), default=None)


def _elsewhere(
    item: Item,
    sentences: Sequence[Sentence],
    scored: Scored,
    scorer: Scorer,
    others: _Others | None,
) -> bool:
    """Off topic, looking only at sentences that say something of their own."""
    own = [s.text for s in sentences if gates.says_something(s.text, item.question)]
    said, contact = item.answer, scored.contact
    if own and len(own) < len(sentences):
        said = " ".join(own)
        contact = scorer.score(Item(item.question, item.reference, said, item.points)).contact
    asked = asked_stems([item.question])
    found = max((recall(beyond(p.text, asked), said) for p in points_of(item)), default=0.0)
    other = others.nearest(item, said) if others is not None else None
    spoken = len(said.split())
    return gates.belongs_elsewhere(
        gates.Contact(contact.own, other, found, contact.said, contact.near, spoken)
    )


def _nearest(sentences: Sequence[Sentence], item: Item) -> tuple[Sentence, ...]:
    """The sentence that says most of the reference's words."""
    wanted = beyond(item.reference, asked_stems([item.question]))
    if not sentences:
        return ()
    return (max(sentences, key=lambda sentence: recall(wanted, sentence.text)),)
