"""The next things to practise: open aspects of the weakest criteria, and delivery out of its band.

A drill names the aspect and never the reference answer: that comes after one's own reflection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.assessment.spaced_review import NextReview
from app.delivery.speech import Band, bands, long_pause_share
from app.domain.question import Question
from app.domain.report import Delivery, Practice
from app.domain.scorecard import CriterionScore, Scorecard

MOST = 3
MOST_SEEDED = 5
Levels = Mapping[tuple[str, str], int | None]


def next_practice(
    cards: Sequence[Scorecard],
    questions: Sequence[Question],
    delivery: Delivery | None,
    levels: Levels,
    *,
    named: bool = True,
) -> tuple[Practice, ...]:
    """At most three, the weakest criterion first; one place is kept for delivery when it is off.

    `levels` are those that stand, by question and criterion. Aspects are only counted, not `named`,
    where the same question will be asked of others.
    """
    spoken = _delivery_step(delivery)
    by_id = {question.id: question for question in questions}
    content = _content_steps(cards, by_id, levels, named=named)
    if spoken is None:
        return content[:MOST]
    return (*content[: MOST - 1], spoken)


def seeded_by_review(plan: Sequence[NextReview], most: int = MOST_SEEDED) -> tuple[str, ...]:
    """The questions of the next practice: those that are due, else the next in the plan."""
    due = [review.item for review in plan if review.is_due]
    return tuple(due or [review.item for review in plan])[:most]


def _content_steps(
    cards: Sequence[Scorecard], questions: dict[str, Question], levels: Levels, *, named: bool
) -> tuple[Practice, ...]:
    weak = [
        (level / score.max_level, -score.weight, card, score, level)
        for card in cards
        for score in card.criteria
        if (level := levels.get((card.question_id, score.criterion_id), score.level)) is not None
        if level < score.max_level
    ]
    weak.sort(key=lambda entry: entry[:2])
    steps: list[Practice] = []
    titles: set[tuple[str, str]] = set()
    for _, _, card, score, level in weak:
        question = questions.get(card.question_id)
        if question is None or (card.question_id, score.criterion_id) in titles:
            continue
        titles.add((card.question_id, score.criterion_id))
        steps.append(_step(card, score, level, question, named=named))
    return _spread(steps) or _untried(cards, questions)


def _step(
    card: Scorecard, score: CriterionScore, level: int, question: Question, *, named: bool
) -> Practice:
    left = len(score.points_open)
    missing = ""
    if left:
        which = f": {', '.join(score.not_found)}" if named and score.not_found else ""
        missing = (
            f" {left} expected {'aspect is' if left == 1 else 'aspects are'} still open{which}."
        )
    aim = f" {score.advice}" if score.advice and level == score.level else ""
    return Practice(
        title=f"{question.topic}: {score.title}",
        why=f"You reached level {level} of {score.max_level}.{missing}{aim}",
        question_id=question.id,
        turn=card.turns[0] if card.turns else None,
    )


def _spread(steps: Sequence[Practice]) -> tuple[Practice, ...]:
    """One step per question first, so that three steps are not all about one answer."""
    first: dict[str | None, Practice] = {}
    for step in steps:
        first.setdefault(step.question_id, step)
    return (*first.values(), *(step for step in steps if first[step.question_id] is not step))


def _untried(cards: Sequence[Scorecard], questions: dict[str, Question]) -> tuple[Practice, ...]:
    """Questions without any level are worth another attempt."""
    return tuple(
        Practice(
            title=f"{questions[card.question_id].topic}: answer it once more",
            why=card.reason or "This answer has no grade yet.",
            question_id=card.question_id,
            turn=card.turns[0] if card.turns else None,
        )
        for card in cards
        if card.question_id in questions and card.share is None
    )


def _delivery_step(delivery: Delivery | None) -> Practice | None:
    if delivery is None:
        return None
    measured = bands(delivery.rate_wpm, delivery.fillers_per_minute, long_pause_share(delivery))
    off = next((band for band in measured if band.met is False), None)
    return None if off is None else _advice(off)


def _advice(band: Band) -> Practice:
    value = band.value or 0.0
    if band.name == "pace":
        direction = "slower" if value > 140 else "a little faster"
        why = (
            f"You spoke {value:.0f} words per minute; 110 to 170 are easy to follow, "
            "and interview coaches advise 128 to 160."
        )
        return Practice(title=f"Pace: speak {direction}", why=why)
    if band.name == "fillers":
        why = f"{value:.1f} um and uh a minute; up to 5 is usual. A silent pause does the same job."
        return Practice(title="Fillers: pause instead", why=why)
    why = f"Pauses above 2 s fill {value:.0%} of your answers. Say what you are thinking about."
    return Practice(title="Pauses: think aloud", why=why)
