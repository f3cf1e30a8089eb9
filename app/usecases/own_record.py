"""One person's interviews as the coach and the growth page may see them.

A practice counts once it is over. An assessment counts once it is released; until then its
questions are sealed, and nothing of it is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.agent.coach.record import Held, Record
from app.assessment.spaced_review import NextReview, Practised, next_reviews
from app.domain.coaching import Note
from app.domain.consent import Purpose
from app.domain.interview import Interview, InterviewStatus
from app.domain.question import Question
from app.domain.report import Report
from app.ports.store import Store
from app.usecases.build_report import build_report

MOST_INTERVIEWS = 40
OVER = frozenset({InterviewStatus.COMPLETED, InterviewStatus.ENDED_EARLY})


async def own_record(
    store: Store,
    owner_id: UUID | None,
    *,
    now: datetime,
    notes: Sequence[Note] = (),
) -> Record:
    """Everything about this person's interviews; of the one local person where none is named."""
    async with store.begin() as work:
        recent = await work.interviews.recent(MOST_INTERVIEWS, owner_id=owner_id)
    held: list[Held] = []
    sealed: set[str] = set()
    for interview in recent:
        assessed = interview.purpose is Purpose.ASSESSMENT
        if not assessed and interview.status not in OVER:
            continue
        report = await build_report(store, interview.id)
        if report is None:
            continue
        if assessed and not (interview.status in OVER and report.released):
            sealed |= _asked(interview, report)
        else:
            held.append(_held(report))
    questions = await _questions(store, held, sealed)
    plan = tuple(d for d in _due(held, now) if d.item in questions)
    known = {note.id: note for note in notes}
    return Record(tuple(held), questions, frozenset(sealed), plan, known)


def with_questions(record: Record, more: Sequence[Question]) -> Record:
    """The record with further questions of the bank that may be cited."""
    return replace(record, questions={**{q.id: q for q in more}, **record.questions})


def _asked(interview: Interview, report: Report) -> set[str]:
    return {*interview.question_ids, *(turn.question_id for turn in report.turns)}


def _held(report: Report) -> Held:
    versions = {
        card.question_id: (card.provenance.rubric_id, card.provenance.rubric_version)
        for card in report.scorecards
        if card.provenance is not None
    }
    return Held(report.interview, report.turns, report.reviewed, report.delivery, versions)


async def _questions(store: Store, held: Sequence[Held], sealed: set[str]) -> dict[str, Question]:
    asked = dict.fromkeys(turn.question_id for each in held for turn in each.turns)
    async with store.begin() as work:
        found = await work.library.questions((*asked, *sorted(sealed - set(asked))))
    return {question.id: question for question in found}


def _due(held: Sequence[Held], now: datetime) -> tuple[NextReview, ...]:
    """The plan of spaced review over every graded answer."""
    practised = [
        Practised(review.question_id, each.interview.created_at, review.share)
        for each in held
        for review in each.reviewed
        if review.share is not None
    ]
    return next_reviews(practised, now=now)
