"""Redo one answer: a practice interview with that question alone, graded by the same grader.

By voice it is held in the room like any other; typed, the answer is kept at once. The grade comes
after the speaker's own rating, beside the answer before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from app.domain.coaching import Drill
from app.domain.consent import Modality, Purpose
from app.domain.errors import BadContent
from app.domain.interview import Interview, InterviewStatus, Mode, Turn
from app.domain.question import Question, Rubric
from app.domain.report import Report
from app.domain.review import Standing
from app.domain.scorecard import FINAL, CardStatus, Scorecard
from app.ports.coaching import Exercises
from app.ports.store import Store
from app.usecases.ask_coach import person_of
from app.usecases.build_report import build_report
from app.usecases.prepare_interview import Wishes, prepare_interview

MOST_ANSWER = 20_000
NOT_OVER = frozenset({InterviewStatus.CREATED, InterviewStatus.LIVE})


@dataclass(frozen=True)
class Side:
    """One of the two answers: what was said, and the levels as they stand."""

    interview: Interview
    answers: tuple[Turn, ...]
    status: CardStatus | None
    criteria: tuple[Standing, ...]

    @property
    def sound(self) -> bool:
        """Whether its moments can be played."""
        return self.interview.agreed(Modality.RECORDING)

    @property
    def graded(self) -> bool:
        """Whether grading came to an end."""
        return self.status in FINAL or self.status is CardStatus.FAILED


@dataclass(frozen=True)
class Compared:
    """A drill with both sides; `answered` once the second answer was given."""

    drill: Drill
    question: Question
    rubric: Rubric
    before: Side
    after: Side

    @property
    def answered(self) -> bool:
        """Whether the answer was given again."""
        return any(turn.answer is not None for turn in self.after.answers)


async def begin_drill(
    store: Store,
    exercises: Exercises,
    owner_id: UUID | None,
    *,
    before: UUID,
    question_id: str,
    mode: Mode,
    models: Mapping[str, str],
    now: datetime,
) -> Drill:
    """A drill with an interview for the second answer.

    Raises:
        BadContent: it is no answered question of an interview of this person that may be redone.
    """
    async with store.begin() as work:
        first = await work.interviews.get(before)
        turns = await work.turns.of(before)
    mine = first is not None and first.owner_id == owner_id
    if first is None or not mine or first.purpose is not Purpose.PRACTICE:
        raise BadContent("expected a practice interview of your own")
    if not any(turn.question_id == question_id and turn.answer for turn in turns):
        raise BadContent(f"expected a question that you answered, found {question_id!r}")
    wishes = Wishes(track_id=first.track_id, question_id=question_id)
    after = await prepare_interview(store, wishes, mode=mode, models=models, now=now)
    async with store.begin() as work:
        held = replace(after, title="Drill", owner_id=owner_id)
        await work.interviews.save(held)
    drill = Drill(uuid4(), person_of(owner_id), question_id, before, after.id, now)
    await exercises.save_drill(drill)
    return drill


async def type_answer(store: Store, drill: Drill, text: str, *, now: datetime) -> None:
    """Keep the typed answer and queue its grading; raises BadContent when there can be none."""
    said = " ".join(text.split())
    if not said or len(said) > MOST_ANSWER:
        raise BadContent(f"expected 1 to {MOST_ANSWER} characters, found {len(said)}")
    async with store.begin() as work:
        interview = await work.interviews.get(drill.after)
        question = await work.library.question(drill.question_id)
        if interview is None or question is None or interview.status is not InterviewStatus.CREATED:
            raise BadContent("expected a drill without an answer")
        turn = Turn(
            uuid4(),
            interview.id,
            0,
            "question",
            question.id,
            question.text,
            answer=said,
            typed=True,
        )
        await work.turns.add(turn)
        grading = replace(
            interview, status=InterviewStatus.GRADING, started_at=now, finished_at=now, voice=False
        )
        await work.interviews.save(grading)
        waiting = Scorecard(interview.id, question.id, (0,), CardStatus.WAITING)
        await work.scorecards.save(waiting)
        await work.jobs.grade(interview.id, question.id)


async def rate_oneself(
    store: Store, exercises: Exercises, drill: Drill, levels: Mapping[str, int]
) -> Drill:
    """Keep the speaker's own levels; raises BadContent when one is missing or off its scale."""
    async with store.begin() as work:
        question = await work.library.question(drill.question_id)
        rubric = await work.library.rubric(question.rubric) if question else None
    if rubric is None:
        raise BadContent("expected a question of the bank")
    wanted = {criterion.id: criterion.max_level for criterion in rubric.criteria}
    if set(levels) != set(wanted) or any(not 0 <= levels[i] <= wanted[i] for i in wanted):
        raise BadContent("expected a level for each criterion, within its scale")
    rated = replace(drill, rated=dict(levels))
    await exercises.save_drill(rated)
    return rated


async def compare(store: Store, drill: Drill) -> Compared | None:
    """Both sides as they stand; None when one of them is gone."""
    before, after = await build_report(store, drill.before), await build_report(store, drill.after)
    async with store.begin() as work:
        question = await work.library.question(drill.question_id)
        rubric = await work.library.rubric(question.rubric) if question else None
    if before is None or after is None or question is None or rubric is None:
        return None
    name = drill.question_id
    return Compared(drill, question, rubric, _side(before, name), _side(after, name))


def _side(report: Report, question_id: str) -> Side:
    cards: Sequence[Scorecard] = report.scorecards
    card = next((c for c in cards if c.question_id == question_id), None)
    review = report.review_of(question_id)
    return Side(
        report.interview,
        tuple(turn for turn in report.turns if turn.question_id == question_id),
        card.status if card else None,
        review.criteria if review else (),
    )
