"""What a candidate may see of the review: what was released, or in a practice all of it."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.consent import Purpose
from app.domain.interview import Interview
from app.domain.report import Reviewed
from app.domain.review import (
    ReviewState,
    is_released,
    standings,
    state_of,
    visible,
)
from app.domain.scorecard import Scorecard
from app.ports.store import UnitOfWork
from app.usecases.under_review import rubric_of


async def reviewed_of(
    work: UnitOfWork, interview: Interview, cards: Sequence[Scorecard]
) -> tuple[Reviewed, ...]:
    """One for each card, in the order of the cards."""
    marks = await work.review.marks.of(interview.id)
    contests = await work.review.contests.of(interview.id)
    reviews = {r.question_id: r for r in await work.review.reviews.of(interview.id)}
    library = work.library.of(interview.id)
    found = []
    for card in cards:
        review = reviews.get(card.question_id)
        released = review.released_at if review and is_released(card, review) else None
        if interview.purpose is Purpose.PRACTICE:
            shown, state = marks, state_of(card, review)
        else:
            shown = visible(marks, review)
            state = ReviewState.RELEASED if released else ReviewState.DRAFT
        own = [m for m in shown if m.question_id == card.question_id]
        question = await library.question(card.question_id) if own else None
        rubric = await rubric_of(work, card, question) if own else None
        criteria = tuple(c for c in standings(card, own, rubric) if c.score is not None or c.marks)
        theirs = tuple(c for c in contests if c.question_id == card.question_id)
        found.append(Reviewed(card.question_id, state, released, criteria, theirs))
    return tuple(found)
