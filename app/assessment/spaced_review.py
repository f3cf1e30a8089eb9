"""When to practise a question again: FSRS over how well each answer went.

The library's random spread is off and every time is given, so the same answers always give the
same plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from fsrs import Card, Rating, Scheduler

_PASSED = ((0.4, Rating.Again), (0.6, Rating.Hard), (0.85, Rating.Good))


@dataclass(frozen=True)
class Practised:
    """One answer: what it was about, when, and the share of its marks."""

    item: str
    at: datetime
    share: float


@dataclass(frozen=True)
class NextReview:
    """When an item is best practised again.

    `recall` is the plan's own estimate, 0..1, that what was learned is still there: it orders the
    plan and says nothing of how good the answer was. `last` is the share of its last marks.
    """

    item: str
    due_at: datetime
    recall: float
    is_due: bool
    last: float
    answers: int


def rating(share: float) -> Rating:
    """How an answer went, on the four steps of FSRS."""
    return next((step for below, step in _PASSED if share < below), Rating.Easy)


def next_reviews(practised: Iterable[Practised], *, now: datetime) -> tuple[NextReview, ...]:
    """Every practised item, the least likely to be recalled first."""
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    by_item: dict[str, list[Practised]] = {}
    for answer in practised:
        by_item.setdefault(answer.item, []).append(answer)
    now = now.astimezone(UTC)
    found = []
    for item, answers in by_item.items():
        # With an id and a date of its own, a card asks no clock.
        card = Card(card_id=0, due=now)
        answers.sort(key=lambda answer: answer.at)
        for answer in answers:
            at = answer.at.astimezone(UTC)
            card, _ = scheduler.review_card(card, rating(answer.share), at)
        recall = float(scheduler.get_card_retrievability(card, now))
        is_due, last = card.due <= now, answers[-1].share
        found.append(NextReview(item, card.due, recall, is_due, last, len(answers)))
    return tuple(sorted(found, key=lambda review: (review.recall, review.item)))
