"""Which question comes next: the authored order, or the one that tells most about ability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.assessment.adaptive import Graded, ability, cold_start, next_item
from app.domain.interview import Interview
from app.domain.question import Question


def next_question(
    interview: Interview,
    ahead: Sequence[Question],
    results: Mapping[str, tuple[Question, float]],
    *,
    turn: int,
) -> Question | None:
    """One of the questions that are still to come; the same for the same seed and turn.

    `results` hold the answered questions with the share of their marks, by id.
    """
    if not ahead or interview.order != "adaptive":
        return ahead[0] if ahead else None
    graded = [Graded(cold_start(q.difficulty), share) for q, share in results.values()]
    pool = {question.id: cold_start(question.difficulty) for question in ahead}
    chosen = next_item(ability(graded).mean, pool, seed=interview.seed, turn=turn)
    return next(question for question in ahead if question.id == chosen)
