"""The API of cohorts: levels, needs, item statistics and groups, a table, and release."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.usecases.cohort_table import cohort_table
from app.usecases.release_cohort import release_cohort
from app.usecases.show_cohort import show_cohort
from app.web.access import Educator
from app.web.api_assignment_models import CohortOut, ReleasedOut
from app.web.api_library import signer
from app.web.api_models import ALWAYS, also
from app.web.assignments import AssignmentDep
from app.web.cohorts import HALF
from app.web.dependencies import ServicesDep

router = APIRouter(
    prefix="/api/assignments/{assignment_id}", tags=["assignments"], responses=ALWAYS
)
Below = Annotated[
    int, Query(ge=10, le=90, description="Percent of the marks that help is judged by.")
]


@router.get("/cohort", responses=also(404))
async def cohort(
    assignment: AssignmentDep, services: ServicesDep, _: Educator, below: Below = HALF
) -> CohortOut:
    """The whole cohort; what helps people stands nowhere in it."""
    reports = services.self_reports
    return CohortOut.of(await show_cohort(services.store, assignment, reports, below=below / 100))


@router.get(
    "/cohort.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}, **also(404)},
)
async def table(
    assignment: AssignmentDep, services: ServicesDep, _: Educator, below: Below = HALF
) -> Response:
    """The table for a spreadsheet; no cell acts as a formula."""
    found = await show_cohort(services.store, assignment, below=below / 100)
    return Response("\ufeff" + cohort_table(found), media_type="text/csv; charset=utf-8")


@router.post("/release", responses=also(404))
async def release(
    assignment: AssignmentDep, services: ServicesDep, visitor: Educator
) -> ReleasedOut:
    """Release every report whose answers are all reviewed."""
    by, now = signer(visitor), services.clock()
    return ReleasedOut.model_validate(
        await release_cohort(services.store, assignment.id, by=by, now=now)
    )
