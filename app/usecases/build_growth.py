"""How one person grows: curves, delivery beside the own baseline, what is due, and the goal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median
from uuid import UUID

from app.agent.coach.record import Held, Record
from app.assessment.growth import Curve, Trend, curves, trend
from app.assessment.spaced_review import NextReview
from app.delivery.speech import long_pause_share
from app.domain.coaching import Drill, Goal
from app.domain.errors import BadContent
from app.domain.interview import Interview, Mode
from app.domain.question import Question
from app.ports.coaching import Exercises
from app.ports.store import Store
from app.usecases.ask_coach import person_of
from app.usecases.next_practice import seeded_by_review
from app.usecases.own_record import own_record
from app.usecases.prepare_interview import Wishes, prepare_interview

BASELINE = 3
WEEKS = 8
MOST_DUE = 5


@dataclass(frozen=True)
class Measure:
    """One measure of delivery over the interviews; the baseline is of the first three."""

    title: str
    unit: str
    times: tuple[datetime, ...]
    values: tuple[float, ...]
    baseline: float | None
    trend: Trend


@dataclass(frozen=True)
class Due:
    """A question in the plan of spaced review."""

    question: Question
    review: NextReview


@dataclass(frozen=True)
class Week:
    """A week from Monday, and how many sessions were finished in it."""

    monday: date
    sessions: int


@dataclass(frozen=True)
class Growth:
    """All that the page shows; `titles` are of criteria by rubric and criterion."""

    curves: tuple[Curve, ...]
    titles: dict[tuple[str, str], str]
    rubrics: dict[str, str]
    measures: tuple[Measure, ...]
    due: tuple[Due, ...]
    weeks: tuple[Week, ...]
    goal: Goal | None
    streak: int
    sessions: int
    drills: tuple[Drill, ...]


async def build_growth(
    store: Store, exercises: Exercises, owner_id: UUID | None, *, now: datetime
) -> Growth:
    """Everything as it stands now."""
    record = await own_record(store, owner_id, now=now)
    person = person_of(owner_id)
    goal = await exercises.goal(person)
    drawn = curves(record.observations())
    weeks = weeks_of([held.interview.created_at for held in record.held], now)
    return Growth(
        drawn,
        _titles(record),
        await _rubrics(store, drawn),
        measures_of(record),
        due_of(record),
        weeks,
        goal,
        streak_of(weeks, goal.sessions if goal else 1),
        len(record.held),
        await exercises.drills(person),
    )


async def start_review(
    store: Store, owner_id: UUID | None, *, mode: Mode, models: Mapping[str, str], now: datetime
) -> Interview:
    """A practice over what spaced review has due; raises BadContent when nothing was graded yet."""
    record = await own_record(store, owner_id, now=now)
    plan = [review for review in record.due if review.item not in record.sealed]
    chosen = seeded_by_review(plan)
    async with store.begin() as work:
        tracks = await work.library.tracks()
    if not chosen or not tracks:
        raise BadContent("expected a graded answer to review, found none")
    track = max(tracks, key=lambda each: len(set(each.questions) & set(chosen)))
    wishes = Wishes(track_id=track.id, question_ids=chosen)
    interview = await prepare_interview(store, wishes, mode=mode, models=models, now=now)
    named = replace(interview, title="Spaced review", owner_id=owner_id)
    async with store.begin() as work:
        await work.interviews.save(named)
    return named


def due_of(record: Record) -> tuple[Due, ...]:
    """The questions that are best practised next, the least likely to be recalled first."""
    return tuple(
        Due(record.questions[review.item], review)
        for review in record.due
        if review.item not in record.sealed
    )[:MOST_DUE]


def measures_of(record: Record) -> tuple[Measure, ...]:
    """Pace, fillers and long pauses, the oldest interview first; those never measured are out."""
    held = sorted(record.held, key=lambda each: each.interview.created_at)
    kinds = (
        ("Pace", "words per minute", [_pace(each) for each in held]),
        ("Fillers", "per minute", [_fillers(each) for each in held]),
        ("Long pauses", "% of the answering time", [_pauses(each) for each in held]),
    )
    times = [each.interview.created_at for each in held]
    found = (_measure(title, unit, times, values) for title, unit, values in kinds)
    return tuple(measure for measure in found if measure.values)


def weeks_of(times: Sequence[datetime], now: datetime) -> tuple[Week, ...]:
    """The last eight weeks, the oldest first."""
    this = _monday(now)
    mondays = [this - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    counted = [_monday(at) for at in times]
    return tuple(Week(monday, counted.count(monday)) for monday in mondays)


def streak_of(weeks: Sequence[Week], wanted: int) -> int:
    """Weeks in a row that met the goal; the week that is not over yet never breaks it."""
    done = [week.sessions >= wanted for week in weeks]
    if done and not done[-1]:
        done = done[:-1]
    streak = 0
    for met in reversed(done):
        if not met:
            break
        streak += 1
    return streak


def _measure(
    title: str, unit: str, times: Sequence[datetime], values: Sequence[float | None]
) -> Measure:
    known = [(at, value) for at, value in zip(times, values, strict=True) if value is not None]
    told = tuple(value for _, value in known)
    base = float(median(told[:BASELINE])) if len(told) >= BASELINE else None
    when = tuple(at for at, _ in known)
    return Measure(title, unit, when, told, base, trend(when, told))


def _pace(held: Held) -> float | None:
    return held.delivery.rate_wpm if held.delivery else None


def _fillers(held: Held) -> float | None:
    return held.delivery.fillers_per_minute if held.delivery else None


def _pauses(held: Held) -> float | None:
    share = long_pause_share(held.delivery) if held.delivery else None
    return None if share is None else 100 * share


def _monday(at: datetime) -> date:
    return at.date() - timedelta(days=at.weekday())


async def _rubrics(store: Store, drawn: Sequence[Curve]) -> dict[str, str]:
    async with store.begin() as work:
        found = [await work.library.rubric(name) for name in {curve.rubric for curve in drawn}]
    return {rubric.id: rubric.title for rubric in found if rubric is not None}


def _titles(record: Record) -> dict[tuple[str, str], str]:
    return {
        (rubric, criterion.criterion_id): criterion.title
        for held in record.held
        for review in held.reviewed
        for rubric, _ in [held.versions.get(review.question_id, ("", 0))]
        for criterion in review.criteria
    }
