"""Review one scorecard: mark its criteria, and mark the whole as reviewed.

A mark is added beside the machine's score. Whoever marks says which edition of the card, and
which marks, they looked at: if either changed meanwhile, nothing is kept and both are shown.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.domain.errors import BadMark, NotReady, Regraded
from app.domain.question import Exemplar
from app.domain.review import Act, AuditEntry, Mark, Review, ReviewState, Standing
from app.ports.embeddings import Embedder, Vectors
from app.ports.errors import EmbeddingUnavailable
from app.ports.store import Store, UnitOfWork
from app.usecases.recalibrate import grader_of, recalibrate
from app.usecases.under_review import CardUnderReview, origin_of, said, under_review

log = logging.getLogger(__name__)

LONGEST_EXEMPLAR = 2000
SHORTEST_EXEMPLAR = 3


@dataclass(frozen=True)
class MarkWish:
    """What a person wants marked, and what they looked at when they did."""

    question_id: str
    criterion_id: str
    level: int | None
    reason: str
    by: str
    edition: str
    seen: int
    blind: bool = False


async def mark_criterion(
    store: Store, interview_id: UUID, wish: MarkWish, *, now: datetime
) -> Mark | None:
    """Add a mark beside the machine's level; None when interview, card or criterion is unknown.

    Raises:
        Regraded: the card was graded, or the criterion marked, after the person looked.
        BadMark: no name, no reason for a change, or a level outside the scale.
        NotReady: the card is waiting or being graded.
    """
    async with store.begin() as work:
        await work.review.reviews.hold(interview_id)
        opened = await under_review(work, interview_id)
        held = opened.card(wish.question_id) if opened is not None else None
        criterion = held.criterion(wish.criterion_id) if held is not None else None
        if held is None or criterion is None:
            return None
        _check(held, wish.edition, (wish.criterion_id, wish.seen))
        if wish.level is None and criterion.level is None:
            raise BadMark("expected a level, found none: there is nothing to confirm")
        if wish.blind and not wish.reason.strip():
            raise BadMark("expected a reason for the correction, found none")
        mark = _mark(held, criterion, wish.level, wish.reason, wish.by, now)
        mark = replace(mark, blind=wish.blind)
        kept = await work.review.marks.add(mark)
        await _record(work, mark, criterion.level)
        if mark.kind == "correction" and held.state is not ReviewState.DRAFT:
            await work.review.reviews.save(_review(held, ReviewState.DRAFT, mark.by, now))
    return kept


async def finish_card(
    store: Store,
    embedder: Embedder | None,
    interview_id: UUID,
    question_id: str,
    *,
    by: str,
    edition: str,
    seen: Sequence[tuple[str, int]],
    now: datetime,
    blind: bool = False,
) -> Review | None:
    """Mark a card as reviewed: what was not marked is confirmed, and the grader learns from it.

    Whoever is `blind` to the machine's levels can't confirm them, and marks every criterion first.

    Raises:
        Regraded, BadMark, NotReady: as for a mark.
    """
    async with store.begin() as work:
        opened = await under_review(work, interview_id)
    held = opened.card(question_id) if opened is not None else None
    if held is None:
        return None
    vector = await _embedded(embedder, said(held.turns))
    async with store.begin() as work:
        await work.review.reviews.hold(interview_id)
        opened = await under_review(work, interview_id)
        held = opened.card(question_id) if opened is not None else None
        if held is None:
            return None
        _check(held, edition, *seen)
        mine = [any(m.by == by.strip() for m in criterion.marks) for criterion in held.criteria]
        if blind and not all(mine):
            raise NotReady("mark every criterion first: what is hidden can't be confirmed")
        review = await _finish(work, held, by.strip(), now)
        exemplar = _exemplar(held)
        if exemplar is not None and vector is not None:
            learned = (exemplar.answer, exemplar.levels)
            await work.review.exemplars.learn(interview_id, question_id, *learned, vector)
        for origin in {grader_of(origin_of(held, c)) for c in held.criteria}:
            await recalibrate(work, origin, now)
    return review


async def _finish(work: UnitOfWork, held: CardUnderReview, by: str, now: datetime) -> Review:
    """A released card whose levels nobody changed stays released."""
    if not by:
        raise BadMark("expected a name, found none")
    for criterion in held.criteria:
        if not _marked_by(criterion, by) and criterion.level is not None:
            mark = _mark(held, criterion, criterion.level, "", by, now)
            await work.review.marks.add(mark)
            await _record(work, mark, criterion.level)
    released = held.state is ReviewState.RELEASED
    state = ReviewState.RELEASED if released else ReviewState.REVIEWED
    review = _review(held, state, by, now)
    await work.review.reviews.save(review)
    entry = AuditEntry(review.interview_id, Act.REVIEWED, by, now, review.question_id)
    await work.review.trail.add(entry)
    return review


def _check(held: CardUnderReview, edition: str, *seen: tuple[str, int]) -> None:
    if not held.ready:
        raise NotReady("this answer is being graded just now; wait for it")
    if edition != held.card.edition:
        raise Regraded("the answer was graded anew while you looked at it")
    if any(held.seen(criterion_id) != newest for criterion_id, newest in seen):
        raise Regraded("somebody else marked it while you looked at it")


def _review(held: CardUnderReview, state: ReviewState, by: str, now: datetime) -> Review:
    same = held.review is not None and held.review.edition == held.card.edition
    released_at = held.review.released_at if held.review is not None and same else None
    card = held.card
    return Review(card.interview_id, card.question_id, card.edition, state, by, now, released_at)


def _marked_by(criterion: Standing, name: str) -> bool:
    """Whether the level that stands is this person's own."""
    return bool(criterion.marks) and criterion.marks[-1].by == name


def _mark(
    held: CardUnderReview,
    criterion: Standing,
    level: int | None,
    reason: str,
    by: str,
    now: datetime,
) -> Mark:
    return Mark(
        held.card.interview_id,
        held.card.question_id,
        criterion.criterion_id,
        held.card.edition,
        "confirmation" if level == criterion.level else "correction",
        criterion.proposed,
        level,
        criterion.max_level,
        reason.strip(),
        by.strip(),
        now,
        origin_of(held, criterion),
    )


async def _record(work: UnitOfWork, mark: Mark, before: int | None) -> None:
    where = (mark.question_id, mark.criterion_id)
    entry = AuditEntry(mark.interview_id, Act.MARKED, mark.by, mark.at, *where, before, mark.level)
    await work.review.trail.add(entry)


def _exemplar(held: CardUnderReview) -> Exemplar | None:
    answer = said(held.turns)[:LONGEST_EXEMPLAR].strip()
    levels = {c.criterion_id: c.level for c in held.criteria if c.level is not None}
    if not levels or len(answer) < SHORTEST_EXEMPLAR:
        return None
    return Exemplar(answer=answer, levels=levels)


async def _embedded(embedder: Embedder | None, answer: str) -> Vectors | None:
    if embedder is None or len(answer) < SHORTEST_EXEMPLAR:
        return None
    try:
        vectors = await asyncio.to_thread(embedder.embed, [answer[:LONGEST_EXEMPLAR]])
        found: Vectors = vectors[0]
        return found
    except EmbeddingUnavailable as error:
        log.warning("a reviewed answer could not be embedded: %s", type(error).__name__)
        return None
