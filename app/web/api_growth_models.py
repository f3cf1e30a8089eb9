"""What the API takes and tells of growth and drills."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from app.domain.scorecard import CardStatus
from app.usecases.build_growth import Growth, Measure
from app.usecases.drill_answer import Compared, Side
from app.web.api_assignment_models import FigureOut
from app.web.api_models import Model, Plain, Text20000, Told

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Focus = Annotated[str, StringConstraints(max_length=200), Plain]


class PointOut(Told):
    """One session's mean share of a criterion's levels, 0 to 1, under one rubric version."""

    session: str
    at: datetime
    version: int
    share: FigureOut


class VersionMarkOut(Told):
    """Where the rubric changed: levels before and after are not the same measure."""

    at: datetime
    before: int
    after: int


class TrendOut(Told):
    """The change in 30 days, and what its interval allows to say."""

    monthly: FigureOut
    direction: str


class CurveOut(Told):
    """One criterion over one's sessions."""

    rubric: str
    criterion: str
    title: str = ""
    points: tuple[PointOut, ...]
    marks: tuple[VersionMarkOut, ...]
    trend: TrendOut


class MeasureOut(Model):
    """One measure of delivery beside the own baseline, the median of the first sessions."""

    title: str
    unit: str = Field(examples=["words per minute"])
    times: tuple[datetime, ...]
    values: tuple[float, ...]
    baseline: float | None
    trend: TrendOut

    @classmethod
    def of(cls, measure: Measure) -> MeasureOut:
        """That of a measure."""
        return cls(
            title=measure.title,
            unit=measure.unit,
            times=measure.times,
            values=measure.values,
            baseline=measure.baseline,
            trend=TrendOut.model_validate(measure.trend),
        )


class DueOut(Model):
    """A question in the plan of spaced review."""

    question_id: str
    text: str
    due_at: datetime
    recall: float = Field(
        description="The plan's own estimate, 0 to 1, that what was learned is still there."
    )
    is_due: bool


class WeekOut(Told):
    """A week from Monday, and how many sessions were finished in it."""

    monday: date
    sessions: int


class NewGoal(Model):
    """How often one wants to practise, and on what."""

    sessions: int = Field(ge=1, le=14, description="Sessions a week.")
    focus: Focus = ""


class GoalOut(Told):
    """One's goal."""

    sessions: int
    focus: str
    set_at: datetime


class GrowthOut(Model):
    """How one grows."""

    sessions: int
    curves: tuple[CurveOut, ...]
    measures: tuple[MeasureOut, ...]
    due: tuple[DueOut, ...]
    weeks: tuple[WeekOut, ...]
    goal: GoalOut | None
    streak: int = Field(description="Weeks in a row that met the goal.")
    drills: tuple[UUID, ...]

    @classmethod
    def of(cls, grown: Growth) -> GrowthOut:
        """That of what was built."""
        return cls(
            sessions=grown.sessions,
            curves=tuple(
                CurveOut.model_validate(curve).model_copy(
                    update={"title": grown.titles.get((curve.rubric, curve.criterion), "")}
                )
                for curve in grown.curves
            ),
            measures=tuple(MeasureOut.of(measure) for measure in grown.measures),
            due=tuple(
                DueOut(
                    question_id=due.question.id,
                    text=due.question.text,
                    due_at=due.review.due_at,
                    recall=due.review.recall,
                    is_due=due.review.is_due,
                )
                for due in grown.due
            ),
            weeks=tuple(WeekOut.model_validate(week) for week in grown.weeks),
            goal=GoalOut.model_validate(grown.goal) if grown.goal else None,
            streak=grown.streak,
            drills=tuple(drill.id for drill in grown.drills),
        )


class NewDrill(Model):
    """Which answer is given again."""

    interview_id: UUID
    question_id: Key


class DrillAnswer(Model):
    """The answer, typed."""

    answer: Text20000


class Rating(Model):
    """One's own level for each criterion."""

    levels: dict[Key, Annotated[int, Field(ge=0, le=20)]] = Field(min_length=1, max_length=20)


class LevelOut(Model):
    """The level of one criterion as it stands; null where there is none."""

    criterion_id: str
    title: str
    level: int | None
    max_level: int


class SideOut(Model):
    """One of the two answers; `levels` is null until they may be seen."""

    interview_id: UUID
    answers: tuple[str, ...]
    status: CardStatus | None
    levels: tuple[LevelOut, ...] | None

    @classmethod
    def of(cls, side: Side, *, seen: bool) -> SideOut:
        """That of a side."""
        levels = tuple(
            LevelOut(
                criterion_id=c.criterion_id, title=c.title, level=c.level, max_level=c.max_level
            )
            for c in side.criteria
        )
        return cls(
            interview_id=side.interview.id,
            answers=tuple(turn.heard for turn in side.answers),
            status=side.status,
            levels=levels if seen else None,
        )


class DrillOut(Model):
    """One answer before and after; levels of the second come after one's own rating."""

    id: UUID
    question_id: str
    question: str
    made_at: datetime
    answered: bool
    rated: dict[str, int] | None
    before: SideOut
    after: SideOut

    @classmethod
    def of(cls, compared: Compared) -> DrillOut:
        """That of both sides."""
        drill = compared.drill
        return cls(
            id=drill.id,
            question_id=drill.question_id,
            question=compared.question.text,
            made_at=drill.made_at,
            answered=compared.answered,
            rated=drill.rated,
            before=SideOut.of(compared.before, seen=True),
            after=SideOut.of(compared.after, seen=drill.rated is not None),
        )
