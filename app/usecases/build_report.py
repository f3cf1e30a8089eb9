"""Build the report of an interview from what is stored; nothing in it is asked of a model."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from app.delivery.fusion import FittedBlend, blend_over
from app.delivery.presence import presence_of
from app.delivery.speech import delivery_of
from app.delivery.stress_line import stress_line
from app.delivery.voice_figures import voice_figures
from app.domain.consent import Modality, Purpose
from app.domain.figures import StressReading
from app.domain.interview import ExpressionReading, Interview, InterviewStatus, Turn
from app.domain.phonation import PASSAGE
from app.domain.question import Question
from app.domain.report import Blend, Delivery, Presence, Report, Reviewed
from app.domain.scorecard import FINAL, Scorecard, Ungraded
from app.domain.upload import UNNAMED
from app.ports.store import Store
from app.usecases.next_practice import next_practice
from app.usecases.show_review import reviewed_of

_WHY = {
    Ungraded.NO_ATTEMPT: "nothing was said",
    Ungraded.SKIPPED: "the questions were skipped",
    Ungraded.NEAR_EMPTY: "too little was said",
    Ungraded.GIBBERISH: "the words formed no answer",
    Ungraded.LANGUAGE: "the answers were in another language",
    Ungraded.INJECTION: "the words were instructions to the grader",
    Ungraded.UNRELIABLE: "the words could not be heard well enough",
    Ungraded.NO_EVIDENCE: "no words were found that carry a level",
    Ungraded.GRADER_UNAVAILABLE: "the grader was not available",
}


async def build_report(
    store: Store,
    interview_id: UUID,
    *,
    fitted: FittedBlend | None = None,
    expression: bool = True,
) -> Report | None:
    """The report as it stands now; None when there is no such interview.

    `fitted` is what face and voice are blended by; without it both weigh by their coverage.
    Without `expression` nothing of it is read: it is for the speaker alone.
    """
    async with store.begin() as work:
        interview = await work.interviews.get(interview_id)
        if interview is None:
            return None
        turns = await work.turns.of(interview_id)
        cards = await work.scorecards.of(interview_id)
        readings: tuple[ExpressionReading, ...] = ()
        if expression and _may_show(interview, Modality.VIDEO):
            readings = await work.observations.readings(interview_id)
        voices = await work.voices.of(interview_id)
        strained: tuple[StressReading, ...] = ()
        if expression and _may_show(interview, Modality.VOICE):
            strained = await work.voices.stress(interview_id)
        asked = tuple(dict.fromkeys(turn.question_id for turn in turns))
        questions = await work.library.of(interview_id).questions(asked)
        reviewed = await reviewed_of(work, interview, cards)
    report = _report(interview, turns, cards, readings, questions, reviewed)
    heard = report.delivery is not None
    by_turn = {voice.turn: voice for voice in voices}
    passage = by_turn.pop(PASSAGE, None)
    figures = voice_figures(turns, by_turn, passage) if heard else None
    return replace(
        report,
        voice=figures,
        stress=stress_line(strained) if strained else None,
        together=blend_over(readings, strained, fitted) if readings and strained else (),
        together_fitted=fitted is not None,
    )


def _report(
    interview: Interview,
    turns: tuple[Turn, ...],
    cards: tuple[Scorecard, ...],
    readings: tuple[ExpressionReading, ...],
    questions: tuple[Question, ...],
    reviewed: tuple[Reviewed, ...],
) -> Report:
    delivery = delivery_of(turns) if interview.agreed(Modality.DELIVERY) else None
    presence = presence_of(readings, math.ceil(interview.clock_s)) if readings else None
    practice = interview.purpose is Purpose.PRACTICE
    levels = standing_levels(reviewed)
    return Report(
        interview=interview,
        turns=turns,
        scorecards=cards,
        outcome=outcome_of(interview, turns, cards, reviewed),
        delivery=delivery,
        presence=presence,
        blend=_blend(interview, turns, reviewed, delivery, presence),
        next_steps=next_practice(cards, questions, delivery, levels, named=practice),
        reviewed=reviewed,
    )


def _may_show(interview: Interview, modality: Modality) -> bool:
    """Whether an expression may be shown: in a practice, with consent to it."""
    return interview.purpose is Purpose.PRACTICE and interview.agreed(modality)


def standing_levels(reviewed: Sequence[Reviewed]) -> dict[tuple[str, str], int | None]:
    """The level of each criterion by question and criterion, people's where they gave one."""
    return {(r.question_id, c.criterion_id): c.level for r in reviewed for c in r.criteria}


def outcome_of(
    interview: Interview,
    turns: Sequence[Turn],
    cards: Sequence[Scorecard],
    reviewed: Sequence[Reviewed],
) -> str:
    """In plain words: how much could be graded, and what came out strongest and weakest."""
    asked = list(dict.fromkeys(turn.question_id for turn in turns))
    if not asked:
        return "No question was asked, so there is nothing to grade."
    if asked == [UNNAMED]:
        return "No question was named, so nothing is graded: only how it was said is told."
    early = "The interview ended early. " if _ended_early(interview) else ""
    return early + _graded_of(_planned(interview, asked), len(asked), cards, reviewed)


def _graded_of(
    planned: int, asked: int, cards: Sequence[Scorecard], reviewed: Sequence[Reviewed]
) -> str:
    means = criterion_means(reviewed)
    open_cards = asked - sum(card.status in FINAL for card in cards)
    waiting = f"; grading is not finished for {open_cards} of them" if open_cards else ""
    if not means and not open_cards:
        none = "The answer could not be" if planned == 1 else f"None of {planned} answers could be"
        return f"{none} graded: {_reasons(cards)}."
    graded = sum(review.share is not None for review in reviewed)
    count = f"{graded} of {_answers(planned)} could be graded"
    return f"{count}{waiting}{f'; {_extremes(means)}' if means else ''}."


def _ended_early(interview: Interview) -> bool:
    return interview.status is InterviewStatus.ENDED_EARLY


def _planned(interview: Interview, asked: Sequence[str]) -> int:
    """The questions that count: those asked, or all that were planned if it ended early."""
    return max(interview.asks, len(asked)) if _ended_early(interview) else len(asked)


def criterion_means(reviewed: Sequence[Reviewed]) -> dict[str, float]:
    """Mean share of the reachable levels by criterion title, over the levels that exist."""
    shares: dict[str, list[float]] = defaultdict(list)
    for review in reviewed:
        for criterion in review.criteria:
            if criterion.level is not None:
                shares[criterion.title].append(criterion.level / criterion.max_level)
    return {title: sum(found) / len(found) for title, found in shares.items()}


def _extremes(means: dict[str, float]) -> str:
    best = max(means, key=lambda title: means[title])
    worst = min(means, key=lambda title: means[title])
    if means[best] == means[worst]:
        every = "every graded criterion" if len(means) > 1 else best
        return f"{every} stands at {means[best]:.0%} of its levels"
    return (
        f"strongest is {best} ({means[best]:.0%} of its levels), "
        f"weakest is {worst} ({means[worst]:.0%})"
    )


def _answers(count: int) -> str:
    return "1 answer" if count == 1 else f"{count} answers"


def _reasons(cards: Sequence[Scorecard]) -> str:
    found = dict.fromkeys(
        _WHY[score.ungraded]
        for card in cards
        for score in card.criteria
        if score.ungraded is not None
    )
    return ", or ".join(found) or "grading failed"


def _blend(
    interview: Interview,
    turns: Sequence[Turn],
    reviewed: Sequence[Reviewed],
    delivery: Delivery | None,
    presence: Presence | None,
) -> Blend:
    shares = [share for review in reviewed if (share := review.share) is not None]
    asked = list(dict.fromkeys(turn.question_id for turn in turns))
    return Blend(
        content=sum(shares) / len(shares) if shares else None,
        delivery=delivery.index if delivery else None,
        presence=presence.index if presence else None,
        weights=interview.weights,
        coverage=(
            len(shares) / _planned(interview, asked) if asked else 0.0,
            delivery.coverage if delivery else 0.0,
            presence.coverage if presence else 0.0,
        ),
    )
