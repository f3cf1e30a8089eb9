"""The API of growth: curves, delivery, what is due, the goal, and drills; each person's own."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, HTTPException

from app.domain.coaching import Drill, Goal
from app.domain.errors import BadContent
from app.usecases.ask_coach import AskCoach, person_of
from app.usecases.build_growth import build_growth, start_review
from app.usecases.drill_answer import begin_drill, compare, rate_oneself, type_answer
from app.web.access import SignedIn
from app.web.api_growth_models import (
    DrillAnswer,
    DrillOut,
    GoalOut,
    GrowthOut,
    NewDrill,
    NewGoal,
    Rating,
)
from app.web.api_models import ALWAYS, Made, also
from app.web.coach import CoachDep
from app.web.dependencies import Services, ServicesDep

router = APIRouter(prefix="/api", tags=["growth"], responses={**ALWAYS, **also(404)})
NOTHING_DUE = "Nothing was graded yet, so nothing is due. Hold a practice first."
NO_DRILL = "There is no such drill. Its interview may have been deleted."


@router.get("/growth")
async def growth(services: ServicesDep, coach: CoachDep, visitor: SignedIn) -> GrowthOut:
    """How one grows by criterion and delivery, and what is best practised next."""
    grown = await build_growth(services.store, coach.kept, visitor.person_id, now=services.clock())
    return GrowthOut.of(grown)


@router.put("/growth/goal")
async def set_goal(
    wanted: NewGoal, services: ServicesDep, coach: CoachDep, visitor: SignedIn
) -> GoalOut:
    """Set one's own goal."""
    person = person_of(visitor.person_id)
    goal = Goal(person, wanted.sessions, wanted.focus, services.clock())
    await coach.kept.set_goal(goal)
    return GoalOut.model_validate(goal)


@router.post("/growth/practice", status_code=201, responses=also(409))
async def practice(services: ServicesDep, visitor: SignedIn) -> Made:
    """Make a practice of what spaced review has due."""
    try:
        interview = await start_review(
            services.store,
            visitor.person_id,
            mode=services.mode,
            models=services.models,
            now=services.clock(),
        )
    except BadContent as error:
        raise HTTPException(409, NOTHING_DUE) from error
    return Made(id=interview.id)


@router.post("/drills", status_code=201)
async def begin(
    wanted: NewDrill, services: ServicesDep, coach: CoachDep, visitor: SignedIn
) -> DrillOut:
    """Give one answer of an own practice again."""
    try:
        drill = await begin_drill(
            services.store,
            coach.kept,
            visitor.person_id,
            before=wanted.interview_id,
            question_id=wanted.question_id,
            mode=services.mode,
            models=services.models,
            now=services.clock(),
        )
    except BadContent as error:
        text = "Only an answered question of your own practice can be redone."
        raise HTTPException(422, text) from error
    return await _told(services, drill)


@router.get("/drills/{drill_id}")
async def drill(
    drill_id: UUID, services: ServicesDep, coach: CoachDep, visitor: SignedIn
) -> DrillOut:
    """Both answers; levels of the second one are told after one rated it oneself."""
    return await _told(services, await _drill(coach, visitor.person_id, drill_id))


@router.post("/drills/{drill_id}/answer", responses=also(409))
async def answer(
    drill_id: UUID,
    wanted: DrillAnswer,
    services: ServicesDep,
    coach: CoachDep,
    visitor: SignedIn,
) -> DrillOut:
    """Type the answer, once; by voice it is given in the interview `after`."""
    found = await _drill(coach, visitor.person_id, drill_id)
    try:
        await type_answer(services.store, found, wanted.answer, now=services.clock())
    except BadContent as error:
        raise HTTPException(409, "An answer is given once.") from error
    return await _told(services, found)


@router.put("/drills/{drill_id}/rating")
async def rate(
    drill_id: UUID, wanted: Rating, services: ServicesDep, coach: CoachDep, visitor: SignedIn
) -> DrillOut:
    """Rate the second answer oneself, a level for each criterion."""
    found = await _drill(coach, visitor.person_id, drill_id)
    try:
        rated = await rate_oneself(services.store, coach.kept, found, wanted.levels)
    except BadContent as error:
        raise HTTPException(422, "Choose a level for each criterion, on its scale.") from error
    return await _told(services, rated)


async def _drill(coach: AskCoach, owner: UUID | None, drill_id: UUID) -> Drill:
    found = await coach.kept.drill(drill_id)
    if found is None or found.person != person_of(owner):
        raise HTTPException(404, NO_DRILL)
    return found


async def _told(services: Services, found: Drill) -> DrillOut:
    compared = await compare(services.store, found)
    if compared is None:
        raise HTTPException(404, NO_DRILL)
    return DrillOut.of(compared)
