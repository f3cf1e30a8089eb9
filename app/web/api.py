"""The small API that `sounding rehearse` stands on: make an interview, read its report."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.domain.consent import Modality, Purpose, require_allowed, with_recording
from app.domain.errors import BadContent, PurposeForbids
from app.domain.question import Slug
from app.usecases.agree import agree
from app.usecases.build_report import build_report
from app.usecases.prepare_interview import Wishes, prepare_interview
from app.usecases.report_document import report_document
from app.web.code import code_document
from app.web.dependencies import ServicesDep, utc_now

router = APIRouter(prefix="/api")
OVER = frozenset({"completed", "ended_early", "failed"})


class NewInterview(BaseModel):
    """What to make."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    track: Slug
    purpose: Purpose = Purpose.PRACTICE
    consents: tuple[Modality, ...] = ()
    recording: bool = True  # a consent to audio is one to its recording, unless this says no
    code: Annotated[str, StringConstraints(max_length=100_000)] = ""
    language: Annotated[str, StringConstraints(max_length=40)] = "python"
    order: Literal["authored", "adaptive"] = "authored"
    seed: int = Field(0, ge=0, le=2**31 - 1)
    asks: int | None = Field(None, ge=1, le=30)
    minutes: float | None = Field(None, ge=1, le=120)
    questions: tuple[Slug, ...] = ()


@router.get("/tracks")
async def tracks(services: ServicesDep) -> JSONResponse:
    """The tracks that can be interviewed over."""
    async with services.store.begin() as work:
        known = await work.library.tracks()
    return JSONResponse([{"id": t.id, "title": t.title, "asks": t.asks} for t in known])


@router.post("/interviews", status_code=201)
async def make(wanted: NewInterview, services: ServicesDep) -> JSONResponse:
    """Make an interview with its consents."""
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
    return JSONResponse({"id": str(interview.id)}, 201)


@router.get("/interviews/{interview_id}/report")
async def report(interview_id: UUID, services: ServicesDep) -> JSONResponse:
    """The report's document; 202 while the interview or its grading goes on."""
    built = await build_report(services.store, interview_id, fitted=services.fitted_blend)
    if built is None:
        raise HTTPException(404, "There is no such interview.")
    document = report_document(built) | {"code": await code_document(services, built)}
    return JSONResponse(document, 200 if document["status"] in OVER else 202)
