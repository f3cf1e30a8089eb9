"""The growth page, its goal, the practice that spaced review seeds, and drills."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from app.domain.coaching import Drill, Goal
from app.domain.consent import Modality
from app.domain.errors import BadContent
from app.domain.interview import InterviewStatus
from app.usecases.ask_coach import AskCoach, person_of
from app.usecases.build_growth import build_growth, start_review
from app.usecases.drill_answer import begin_drill, compare, rate_oneself, type_answer
from app.web.access import SignedIn
from app.web.coach import CoachDep
from app.web.dependencies import Services, ServicesDep
from app.web.forms import fields
from app.web.growth_charts import curve_charts, measure_charts
from app.web.templating import render

router = APIRouter()
ROOM_OPEN = frozenset({InterviewStatus.CREATED, InterviewStatus.LIVE})
GOAL_TEXT = "Choose 1 to 14 sessions a week, and a focus of 200 characters at most."


@router.get("/growth")
async def page(
    request: Request, services: ServicesDep, coach: CoachDep, visitor: SignedIn
) -> Response:
    """Curves, delivery, what is due, goal and drills."""
    return await _page(request, services, coach, visitor.person_id, {})


@router.post("/growth/goal")
async def goal(
    request: Request, services: ServicesDep, coach: CoachDep, visitor: SignedIn
) -> Response:
    """Keep the goal."""
    values = fields(await request.form())
    owner = visitor.person_id
    try:
        focus = str(values.get("focus", "")).strip()
        sessions = int(str(values.get("sessions", "")))
        await coach.kept.set_goal(Goal(person_of(owner), sessions, focus, services.clock()))
    except ValueError:
        return await _page(request, services, coach, owner, {"sessions": GOAL_TEXT})
    return RedirectResponse("/growth#goal", 303)


@router.post("/growth/practice")
async def practice(
    request: Request, services: ServicesDep, coach: CoachDep, visitor: SignedIn
) -> Response:
    """Make a practice of what is due, and go to its consent page."""
    try:
        interview = await start_review(
            services.store,
            visitor.person_id,
            mode=services.mode,
            models=services.models,
            now=services.clock(),
        )
    except BadContent:
        text = "Nothing was graded yet, so nothing is due. Hold a practice first."
        return await _page(request, services, coach, visitor.person_id, {"practice": text})
    return RedirectResponse(f"/interviews/{interview.id}/before", 303)


@router.post("/drills")
async def begin(
    request: Request, services: ServicesDep, coach: CoachDep, visitor: SignedIn
) -> Response:
    """Begin a drill of one answered question."""
    values = fields(await request.form())
    try:
        drill = await begin_drill(
            services.store,
            coach.kept,
            visitor.person_id,
            before=UUID(str(values.get("interview", ""))),
            question_id=str(values.get("question", ""))[:80],
            mode=services.mode,
            models=services.models,
            now=services.clock(),
        )
    except (BadContent, ValueError):
        text = "Only an answered question of your own practice can be redone."
        raise HTTPException(422, text) from None
    return RedirectResponse(f"/drills/{drill.id}", 303)


@router.get("/drills/{drill_id}")
async def drill_page(
    drill_id: UUID, request: Request, services: ServicesDep, coach: CoachDep, visitor: SignedIn
) -> Response:
    """Answer, then rate oneself, then both answers side by side."""
    drill = await _drill(coach, visitor.person_id, drill_id)
    return await _drill_page(request, services, drill, {})


@router.post("/drills/{drill_id}/answer")
async def answer(
    drill_id: UUID, request: Request, services: ServicesDep, coach: CoachDep, visitor: SignedIn
) -> Response:
    """Keep the typed answer."""
    drill = await _drill(coach, visitor.person_id, drill_id)
    text = str(fields(await request.form()).get("answer", ""))
    try:
        await type_answer(services.store, drill, text, now=services.clock())
    except BadContent:
        words = "Write your answer, 20,000 characters at most. An answer is given once."
        return await _drill_page(request, services, drill, {"answer": words}, text)
    return RedirectResponse(f"/drills/{drill_id}", 303)


@router.post("/drills/{drill_id}/rating")
async def rating(
    drill_id: UUID, request: Request, services: ServicesDep, coach: CoachDep, visitor: SignedIn
) -> Response:
    """Keep the speaker's own levels; the grade is shown after that."""
    drill = await _drill(coach, visitor.person_id, drill_id)
    values = fields(await request.form())
    try:
        levels = {name: int(str(value)) for name, value in values.items()}
        await rate_oneself(services.store, coach.kept, drill, levels)
    except (BadContent, ValueError):
        words = "Choose a level for each criterion."
        return await _drill_page(request, services, drill, {"rating": words})
    return RedirectResponse(f"/drills/{drill_id}", 303)


async def _drill(coach: AskCoach, owner: UUID | None, drill_id: UUID) -> Drill:
    drill = await coach.kept.drill(drill_id)
    if drill is None or drill.person != person_of(owner):
        raise HTTPException(404, "There is no such drill. Its interview may have been deleted.")
    return drill


async def _drill_page(
    request: Request,
    services: Services,
    drill: Drill,
    errors: dict[str, str],
    entered: str = "",
) -> Response:
    compared = await compare(services.store, drill)
    if compared is None:
        raise HTTPException(404, "There is no such drill. Its question is gone.")
    context: dict[str, Any] = {
        "drill": drill,
        "compared": compared,
        "open": compared.after.interview.status in ROOM_OPEN,
        "sound": compared.before.interview.agreed(Modality.RECORDING),
        "errors": errors,
        "entered": entered,
    }
    return render(request, "pages/growth/drill.html", context, status=422 if errors else 200)


async def _page(
    request: Request,
    services: Services,
    coach: AskCoach,
    owner: UUID | None,
    errors: dict[str, str],
) -> Response:
    grown = await build_growth(services.store, coach.kept, owner, now=services.clock())
    context: dict[str, Any] = {
        "grown": grown,
        "charts": curve_charts(grown),
        "measures": measure_charts(grown),
        "errors": errors,
    }
    return render(request, "pages/growth/growth.html", context, status=422 if errors else 200)
