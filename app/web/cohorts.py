"""The cohort of an assignment: table, charts, questions, groups, release and CSV."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.assessment.group_comparison import LEAST as LEAST_PEOPLE
from app.assessment.item_statistics import LEAST
from app.assessment.need import BELOW
from app.domain.consent import Purpose
from app.domain.errors import BadMark
from app.usecases.cohort_table import cohort_table
from app.usecases.release_cohort import release_cohort
from app.usecases.show_cohort import show_cohort
from app.web.assignments import AssignmentDep
from app.web.cohort_charts import TALL, WIDTH, at, distribution, reach, strips
from app.web.dependencies import Services, ServicesDep
from app.web.educators import EducatorDep, remember, reviewer, signed
from app.web.forms import fields
from app.web.templating import render

router = APIRouter(prefix="/assignments/{assignment_id}")
Below = Annotated[int, Query(ge=10, le=90)]
HALF = round(BELOW * 100)
NO_NAME = "Enter your name: a release is signed."


@router.get("/cohort")
async def page(
    request: Request,
    assignment: AssignmentDep,
    services: ServicesDep,
    _: EducatorDep,
    below: Below = HALF,
    released: Annotated[int | None, Query(ge=0)] = None,
    waiting: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """The whole cohort; `released` and `waiting` tell of a release that was just made."""
    notice = (released, waiting) if released is not None else None
    return await _page(request, services, assignment, below, notice=notice)


@router.get("/cohort.csv")
async def table(
    assignment: AssignmentDep,
    services: ServicesDep,
    _: EducatorDep,
    below: Below = HALF,
) -> Response:
    """The table for a spreadsheet; accommodations are not in it."""
    cohort = await show_cohort(services.store, assignment, below=below / 100)
    name = re.sub(r"[^a-z0-9]+", "-", assignment.title.lower()).strip("-")[:60] or "cohort"
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    text = "\ufeff" + cohort_table(cohort)  # the mark tells spreadsheets that it is UTF-8
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/release")
async def release(
    request: Request, assignment: AssignmentDep, services: ServicesDep, _: EducatorDep
) -> Response:
    """Release every report whose answers are all reviewed."""
    values = signed(request, fields(await request.form()))
    who = str(values.get("who", ""))[:80]
    try:
        done = await release_cohort(services.store, assignment.id, by=who, now=services.clock())
    except BadMark:
        return await _page(request, services, assignment, HALF, error=NO_NAME)
    where = f"/assignments/{assignment.id}/cohort?released={done.now}&waiting={done.waiting}"
    return remember(RedirectResponse(f"{where}#release", 303), who)


async def _page(
    request: Request,
    services: Services,
    assignment: AssignmentDep,
    below: int,
    *,
    notice: tuple[int, int] | None = None,
    error: str = "",
) -> Response:
    cohort = await show_cohort(services.store, assignment, services.self_reports, below=below / 100)
    rows = cohort.rows
    context = {
        "assignment": assignment,
        "assessment": assignment.purpose is Purpose.ASSESSMENT,
        "cohort": cohort,
        "begun": sum(row.taken is not None for row in rows),
        "needy": [row for row in cohort.graded if row.need.verdict == "needs help"],
        "ready": sum(row.state == "reviewed" for row in rows),
        "drafts": sum(row.drafts for row in rows),
        "contests": sum(row.taken.open_contests for row in rows if row.taken is not None),
        "strips": strips(cohort),
        "bars": distribution(cohort),
        "reach": reach,
        "at": at,
        "width": WIDTH,
        "tall": TALL,
        "below": below,
        "least": LEAST,
        "least_people": LEAST_PEOPLE,
        "who": reviewer(request),
        "notice": notice,
        "error": error,
    }
    status = 422 if error else 200
    return render(request, "pages/assignments/cohort.html", context, status=status)
