"""What candidates may do about their grades: contest a level; tell of themselves, or not."""

from __future__ import annotations

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from app.domain.errors import BadContent, NotReady
from app.domain.groups import SelfReport
from app.domain.interview import InterviewStatus
from app.ports.groups import SelfReports
from app.usecases.contest_score import contest_score
from app.web.access import OWN
from app.web.dependencies import InterviewDep, Services, ServicesDep, utc_now
from app.web.forms import fields
from app.web.reports import refused
from app.web.review_forms import ContestForm, GroupsForm, told

router = APIRouter(prefix="/interviews/{interview_id}", dependencies=[Depends(OWN)])
RUNNING = frozenset({InterviewStatus.CREATED, InterviewStatus.LIVE})


@router.post("/contests")
async def contest(request: Request, interview: InterviewDep, services: ServicesDep) -> Response:
    """Keep the candidate's word against a level; a person answers it."""
    values = fields(await request.form())
    key = f"contest-{values.get('question', '')}-{values.get('criterion', '')}"
    try:
        form = ContestForm.model_validate(values)
        made = await contest_score(
            services.store,
            interview.id,
            form.question,
            form.criterion,
            form.reason,
            now=utc_now(),
        )
    except ValidationError as error:
        text = next(iter(told(error).values()))
        return await refused(request, services, interview.id, {key: text}, values)
    except NotReady as error:
        text = f"{str(error).capitalize()}."
        return await refused(request, services, interview.id, {key: text}, values, status=409)
    if made is None:
        raise HTTPException(404, "There is no such answer or criterion.")
    return _back(interview, key)


@router.post("/groups")
async def tell(request: Request, interview: InterviewDep, services: ServicesDep) -> Response:
    """Keep the groups that a person tells of themselves, apart from everything that grades."""
    reports = _reports(services)
    if interview.status in RUNNING:
        raise HTTPException(409, "This can be told once the interview is over.")
    values = fields(await request.form())
    try:
        form = GroupsForm.model_validate(values)
        groups = {k: v for k, v in form.model_dump(exclude={"agree"}).items() if v}
        report = SelfReport(interview.id, groups, utc_now())
    except ValidationError as error:
        text = next(iter(told(error).values()))
        return await refused(request, services, interview.id, {"groups": text}, values)
    except BadContent:
        text = "Choose one or more of the groups, or leave the form as it is."
        return await refused(request, services, interview.id, {"groups": text}, values)
    if not await reports.give(report):
        raise HTTPException(404, "There is no such interview. It may have been deleted.")
    return _back(interview, "groups")


@router.post("/groups/withdraw")
async def untell(interview: InterviewDep, services: ServicesDep) -> Response:
    """Erase what was told."""
    await _reports(services).withdraw(interview.id)
    return _back(interview, "groups")


def _reports(services: Services) -> SelfReports:
    if services.self_reports is None:
        raise HTTPException(404, "Nothing is asked about groups here.")
    return services.self_reports


def _back(interview: InterviewDep, part: str) -> RedirectResponse:
    return RedirectResponse(f"/interviews/{interview.id}/report#{part}", 303)
