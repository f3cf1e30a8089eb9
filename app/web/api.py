"""The API: interviews and their reports. `sounding rehearse` stands on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import JSONResponse

from app.domain.consent import require_allowed, with_recording
from app.domain.errors import BadContent, PurposeForbids
from app.usecases.agree import agree
from app.usecases.assign_readers import assign as let_read
from app.usecases.assign_readers import unassign as take_back
from app.usecases.build_report import build_report
from app.usecases.erase_interview import erase_interview
from app.usecases.prepare_interview import Wishes, prepare_interview
from app.usecases.report_document import report_document
from app.web.access import ANYONE, EDUCATORS, OWN, READ, Educator, SignedIn
from app.web.api_models import (
    ALWAYS,
    Detail,
    InterviewSummary,
    Made,
    Myself,
    NewInterview,
    Readers,
    Report,
    TrackSummary,
)
from app.web.api_pages import PageDep
from app.web.code import code_document
from app.web.dependencies import InterviewDep, ServicesDep, utc_now
from app.web.whose import OwnDep

router = APIRouter(prefix="/api", tags=["interviews"], responses=ALWAYS)
OVER = frozenset({"completed", "ended_early", "failed"})
NOT_THERE: dict[int | str, dict[str, Any]] = {404: {"model": Detail}}


@router.get("/openapi.json", dependencies=[Depends(ANYONE)], include_in_schema=False)
async def document(request: Request) -> JSONResponse:
    """The documentation of this API, as OpenAPI."""
    return JSONResponse(request.app.openapi())


@router.get("/me")
async def me(visitor: SignedIn) -> Myself:
    """Who asks, and in which roles."""
    return Myself(id=visitor.person_id, name=visitor.name, roles=tuple(sorted(visitor.roles)))


@router.get("/tracks")
async def tracks(services: ServicesDep, _: SignedIn) -> tuple[TrackSummary, ...]:
    """The tracks that can be interviewed over."""
    async with services.store.begin() as work:
        known = await work.library.tracks()
    return tuple(TrackSummary(id=t.id, title=t.title, asks=t.asks) for t in known)


@router.get("/interviews")
async def interviews(
    services: ServicesDep, page: PageDep, visitor: SignedIn
) -> tuple[InterviewSummary, ...]:
    """One's own interviews, the newest first; without accounts all of them."""
    async with services.store.begin() as work:
        found = await work.interviews.recent(page.upto, owner_id=visitor.person_id)
    return tuple(InterviewSummary.of(interview) for interview in page.of(found))


@router.post("/interviews", status_code=201)
async def make(wanted: NewInterview, services: ServicesDep, visitor: SignedIn) -> Made:
    """Make an interview with its consents; it is the maker's own."""
    wishes = Wishes(
        track_id=wanted.track,
        purpose=wanted.purpose,
        asks=wanted.asks,
        minutes=wanted.minutes,
        code=wanted.code,
        code_language=wanted.language,
        patience=services.patience,
        order=wanted.order,
        seed=wanted.seed,
        question_ids=wanted.questions,
        owner_id=visitor.person_id,
    )
    try:
        for modality in wanted.consents:
            require_allowed(wanted.purpose, modality)
        interview = await prepare_interview(
            services.store, wishes, mode=services.mode, models=services.models, now=utc_now()
        )
        await agree(
            services.store,
            services.recordings,
            interview.id,
            with_recording(wanted.consents) if wanted.recording else wanted.consents,
            heed=services.hall.refresh,
            now=utc_now(),
            shown=services.notices(wanted.purpose),
        )
    except (BadContent, PurposeForbids) as error:
        raise HTTPException(422, str(error)) from error
    return Made(id=interview.id)


@router.get("/interviews/{interview_id}", dependencies=[Depends(READ)], responses=NOT_THERE)
async def one(interview: InterviewDep) -> InterviewSummary:
    """Where an interview stands."""
    return InterviewSummary.of(interview)


@router.delete(
    "/interviews/{interview_id}",
    status_code=204,
    dependencies=[Depends(OWN)],
    responses=NOT_THERE,
)
async def erase(interview: InterviewDep, services: ServicesDep) -> Response:
    """Erase an interview with all that belongs to it."""
    await services.hall.dismiss(interview.id)
    await erase_interview(
        services.store, services.recordings, services.erase_rows, interview.id, now=utc_now()
    )
    await services.hall.dismiss(interview.id)
    return Response(status_code=204)


@router.get(
    "/interviews/{interview_id}/report",
    dependencies=[Depends(READ)],
    responses={202: {"model": Report}, **NOT_THERE},
)
async def report(
    interview_id: UUID, services: ServicesDep, own: OwnDep, response: Response
) -> Report:
    """The report's document; 202 while the interview or its grading goes on.

    What face and voice show is in it for the speaker alone.
    """
    built = await build_report(services.store, interview_id, expression=own)
    if built is None:
        raise HTTPException(404, "There is no such interview. It may have been deleted.")
    told = report_document(built) | {"code": await code_document(services, built)}
    response.status_code = 200 if told["status"] in OVER else 202
    return told


@router.get(
    "/interviews/{interview_id}/readers", dependencies=[Depends(EDUCATORS)], responses=NOT_THERE
)
async def readers(interview: InterviewDep, services: ServicesDep) -> Readers:
    """The interviewers who may read an interview."""
    async with services.store.begin() as work:
        return Readers(people=await work.accounts.interviewers.people(interview.id))


@router.put("/interviews/{interview_id}/readers/{person_id}", status_code=204, responses=NOT_THERE)
async def assign(
    visitor: Educator, interview: InterviewDep, person_id: UUID, services: ServicesDep
) -> Response:
    """Let an interviewer read an interview."""
    by, now = visitor.person_id, services.clock()
    if not await let_read(services.store, [interview.id], person_id, by=by, now=now):
        raise HTTPException(404, "There is no such interviewer.")
    return Response(status_code=204)


@router.delete(
    "/interviews/{interview_id}/readers/{person_id}", status_code=204, responses=NOT_THERE
)
async def unassign(
    visitor: Educator, interview: InterviewDep, person_id: UUID, services: ServicesDep
) -> Response:
    """Take it back."""
    by, now = visitor.person_id, services.clock()
    if not await take_back(services.store, [interview.id], person_id, by=by, now=now):
        raise HTTPException(404, "It is not assigned to this person.")
    return Response(status_code=204)
