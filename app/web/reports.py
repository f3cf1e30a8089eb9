"""The report: page, polled fragment, JSON and sound; weights and corrections."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import ValidationError

from app.domain.consent import Modality
from app.domain.expressions import WORDS
from app.domain.groups import ATTRIBUTES
from app.domain.interview import InterviewStatus
from app.domain.report import Report
from app.domain.scorecard import FINAL
from app.ports.errors import StoreUnavailable
from app.ports.speech import SAMPLE_RATE
from app.usecases.amend_answer import amend_answer, grade_again
from app.usecases.build_report import build_report
from app.usecases.replay_audio import replay_audio
from app.usecases.report_document import report_document
from app.usecases.set_weights import set_weights
from app.web.access import OWN, READ
from app.web.charts import timeline
from app.web.code import code_document, code_of
from app.web.curves import curves, strained
from app.web.dependencies import InterviewDep, Services, ServicesDep
from app.web.educators import may_review
from app.web.forms import AmendForm, WeightsForm, fields
from app.web.templating import render
from app.web.wav import wav
from app.web.whose import OwnDep

router = APIRouter(prefix="/interviews/{interview_id}")
OVER = frozenset({InterviewStatus.COMPLETED, InterviewStatus.ENDED_EARLY, InterviewStatus.FAILED})


async def _report(services: Services, interview_id: UUID, *, own: bool) -> Report:
    report = await build_report(
        services.store, interview_id, fitted=services.fitted_blend, expression=own
    )
    if report is None:
        raise HTTPException(404, "There is no such interview. It may have been deleted.")
    return report


def _context(report: Report, services: Services, *, own: bool) -> dict[str, Any]:
    graded = all(card.status in FINAL or card.status == "failed" for card in report.scorecards)
    return {
        "report": report,
        "own": own,
        "interview": report.interview,
        "accounts": services.accounts,
        "final": graded and report.interview.status in OVER,
        "spoken": any(turn.speech and not turn.typed for turn in report.turns),
        "asked": len({turn.question_id for turn in report.turns}),
        "done": sum(card.status in FINAL for card in report.scorecards),
        "questions": {t.question_id: t.question for t in reversed(report.turns)},
        "sound": report.interview.agreed(Modality.RECORDING),
        "agreed": [m.value for m in Modality if report.interview.agreed(m)],
        "expression_words": WORDS,
        "errors": {},
        "entered": {},
    }


@router.get("/report", dependencies=[Depends(READ)])
async def report_page(
    interview_id: UUID, request: Request, services: ServicesDep, own: OwnDep
) -> Response:
    """The whole report; what is for its speaker alone is in it for the speaker."""
    return await _whole(request, services, interview_id, {}, {}, 200, own=own)


@router.get("/report/grading", dependencies=[Depends(READ)])
async def grading(
    interview_id: UUID, request: Request, services: ServicesDep, own: OwnDep
) -> Response:
    """The part of the report that changes while answers are graded."""
    context = _context(await _report(services, interview_id, own=own), services, own=own)
    response = render(request, "partials/report/grading.html", context)
    if context["final"]:
        response.headers["HX-Refresh"] = "true"
    return response


@router.get("/report.json", dependencies=[Depends(READ)])
async def report_json(interview_id: UUID, services: ServicesDep, own: OwnDep) -> JSONResponse:
    """The report as JSON."""
    report = await _report(services, interview_id, own=own)
    return JSONResponse(report_document(report) | {"code": await code_document(services, report)})


@router.get("/audio", dependencies=[Depends(READ)])
async def audio(
    interview: InterviewDep,
    services: ServicesDep,
    start: Annotated[float, Query(alias="from", ge=0)] = 0.0,
    end: Annotated[float, Query(alias="to", ge=0)] = 86_400.0,
) -> Response:
    """The kept sound between two times as WAV."""
    end = min(end, max(interview.clock_s, start) + 60.0)
    try:
        pcm = await replay_audio(services.store, services.recordings, interview.id, start, end)
    except (StoreUnavailable, FileNotFoundError):
        pcm = None
    if pcm is None:
        raise HTTPException(404, "No sound is kept for this moment.")
    return Response(wav(pcm.tobytes(), SAMPLE_RATE), media_type="audio/wav")


@router.post("/weights", dependencies=[Depends(OWN)])
async def weights(request: Request, interview: InterviewDep, services: ServicesDep) -> Response:
    """Weigh the three parts anew."""
    try:
        form = WeightsForm.model_validate(fields(await request.form()))
        await set_weights(services.store, interview.id, form.content, form.delivery, form.presence)
    except (ValidationError, ValueError) as error:
        text = "Weights are numbers from 0 to 100, at least one above 0."
        return await _with_errors(request, services, interview.id, {"weights": text}, error)
    return _back(interview.id, "parts")


@router.post("/turns/{index}/amendment", dependencies=[Depends(OWN)])
async def amendment(
    index: int, request: Request, interview: InterviewDep, services: ServicesDep
) -> Response:
    """Keep the speaker's own words beside what was heard."""
    try:
        form = AmendForm.model_validate(fields(await request.form()))
    except ValidationError as error:
        text = "Write what you said, 20,000 characters at most."
        key = f"turn-{index}"
        return await _with_errors(request, services, interview.id, {key: text}, error)
    if await amend_answer(services.store, interview.id, index, form.text) is None:
        raise HTTPException(404, "There is no such answer.")
    return _back(interview.id, f"turn-{index}")


@router.post("/scorecards/{question_id}/retry", dependencies=[Depends(OWN)])
async def retry(question_id: str, interview: InterviewDep, services: ServicesDep) -> Response:
    """Grade a question again."""
    if not await grade_again(services.store, interview.id, question_id):
        raise HTTPException(404, "There is no such scorecard.")
    return _back(interview.id, "grading")


async def _with_errors(
    request: Request,
    services: Services,
    interview_id: UUID,
    errors: dict[str, str],
    error: Exception,
) -> Response:
    return await refused(request, services, interview_id, errors, {})


async def refused(
    request: Request,
    services: Services,
    interview_id: UUID,
    errors: dict[str, str],
    entered: dict[str, object],
    *,
    status: int = 422,
) -> Response:
    """The report with what was not kept, and what the person had entered."""
    return await _whole(request, services, interview_id, errors, entered, status)


async def _whole(
    request: Request,
    services: Services,
    interview_id: UUID,
    errors: dict[str, str],
    entered: dict[str, object],
    status: int,
    *,
    own: bool = True,
) -> Response:
    report = await _report(services, interview_id, own=own)
    told = services.self_reports if own else None
    lanes = timeline(report)
    context = _context(report, services, own=own) | {
        "lanes": lanes,
        "curves": curves(report, lanes.seconds) if lanes else (),
        "strained": strained(report),
        "errors": errors,
        "entered": entered,
        "attributes": ATTRIBUTES if told is not None else {},
        **(await code_of(services, report)),
        "told": await told.of(interview_id) if told is not None else None,
        "educator": may_review(request, services),
    }
    return render(request, "pages/report/report.html", context, status=status)


def _back(interview_id: UUID, part: str) -> RedirectResponse:
    return RedirectResponse(f"/interviews/{interview_id}/report#{part}", 303)
