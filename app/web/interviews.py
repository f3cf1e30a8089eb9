"""The way into an interview: prepare, agree, room; and out of it: erase."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from app.domain.consent import ALLOWED, OF_THE_MICROPHONE, Modality, Purpose
from app.domain.errors import BadContent, PurposeForbids
from app.domain.interview import Interview, InterviewStatus
from app.domain.notice import Analyser
from app.ports.speech import SAMPLE_RATE
from app.usecases.agree import agree
from app.usecases.erase_interview import erase_interview
from app.usecases.prepare_interview import Wishes, prepare_interview
from app.web.access import OWN, SIGNED_IN, SignedIn
from app.web.dependencies import InterviewDep, Services, ServicesDep, utc_now
from app.web.forms import NO_SOUND, AgreeForm, PrepareForm, fields, problems
from app.web.templating import render

router = APIRouter()
OPEN = frozenset({InterviewStatus.CREATED, InterviewStatus.LIVE})
MORE_TIME = 1.6
MOST_PASSAGE_BYTES = 15 * SAMPLE_RATE * 2
NO_CAMERA = "An assessment never reads a camera. Choose again without it."
NO_MICROPHONE = "To speak, switch the microphone on; or choose to type your answers."
ABOUT = {NO_MICROPHONE: "Microphone", NO_SOUND: "Voice", NO_CAMERA: "Camera"}


@router.get("/prepare", dependencies=[Depends(SIGNED_IN)])
async def prepare_page(
    request: Request, services: ServicesDep, track: str = Query("", max_length=80)
) -> Response:
    """The form that makes an interview."""
    return await _prepare(request, services, {"track": track}, {})


@router.post("/interviews")
async def prepare(request: Request, services: ServicesDep, visitor: SignedIn) -> Response:
    """Make an interview and go to its consent page."""
    form = await request.form()
    values = fields(form, lists=("accommodations",))
    try:
        asked = PrepareForm.model_validate(values)
        interview = await prepare_interview(
            services.store,
            replace(_wishes(asked, services.patience), owner_id=visitor.person_id),
            mode=services.mode,
            models=services.models,
            now=utc_now(),
            embedder=services.embedder,
        )
    except ValidationError as error:
        return await _prepare(request, services, values, problems(error))
    except BadContent as error:
        return await _prepare(request, services, values, {"track": f"{error}."})
    return RedirectResponse(f"/interviews/{interview.id}/before", 303)


def _wishes(asked: PrepareForm, patience: float) -> Wishes:
    more = "more_time" in asked.accommodations
    return Wishes(
        track_id=asked.track,
        purpose=asked.purpose,
        asks=asked.asks,
        minutes=120.0 if "no_time_limit" in asked.accommodations else asked.minutes,
        question_id=asked.question,
        job=asked.job,
        resume=asked.resume,
        code=asked.code,
        code_language=asked.language,
        patience=min(2.0, patience * MORE_TIME) if more else patience,
        accommodations=asked.accommodations,
    )


async def _prepare(
    request: Request, services: Services, values: dict[str, object], errors: dict[str, str]
) -> Response:
    async with services.store.begin() as work:
        tracks = await work.library.tracks()
    context = {"tracks": tracks, "values": values, "errors": errors, "mode": services.mode}
    return render(request, "pages/start/prepare.html", context, status=422 if errors else 200)


@router.get("/interviews/{interview_id}/before", dependencies=[Depends(OWN)])
async def before(request: Request, interview: InterviewDep, services: ServicesDep) -> Response:
    """Consent, device check and the ways out."""
    if interview.status not in OPEN:
        return RedirectResponse(f"/interviews/{interview.id}/report", 303)
    return await _before(request, interview, services, {})


async def _before(
    request: Request,
    interview: InterviewDep,
    services: Services,
    errors: dict[str, str],
    chosen: tuple[Modality, ...] = (),
) -> Response:
    async with services.store.begin() as work:
        attempt = await work.assignments.attempt(interview.id)
    context = {
        "interview": interview,
        "assessment": interview.purpose is Purpose.ASSESSMENT,
        "assigned": attempt is not None,
        "accounts": services.accounts,
        "notices": services.notices(interview.purpose),
        "allowed": [m.value for m in Modality if m in ALLOWED[interview.purpose]],
        "agreed": [m.value for m in Modality if m in chosen or interview.agreed(m)],
        "errors": errors,
        "labels": {
            "modality": ABOUT.get(errors.get("modality", ""), "What you agree to"),
            "way": "How you take it",
        },
    }
    return render(request, "pages/before/before.html", context, status=422 if errors else 200)


@router.get("/interviews/{interview_id}/agree", dependencies=[Depends(OWN)])
async def agree_page(interview: InterviewDep) -> Response:
    """An address that was reloaded or written down leads to the page that asks."""
    return RedirectResponse(f"/interviews/{interview.id}/before", 303)


@router.post("/interviews/{interview_id}/agree", dependencies=[Depends(OWN)])
async def agreed(request: Request, interview: InterviewDep, services: ServicesDep) -> Response:
    """Keep the choices and enter the room."""
    if interview.status not in OPEN:
        return RedirectResponse(f"/interviews/{interview.id}/report", 303)
    sent = await request.form()
    values = fields(sent, lists=("modality",))
    try:
        form = AgreeForm.model_validate(values)
        chosen = _chosen(form)
        if form.way == "voice" and Modality.AUDIO not in chosen:
            return await _before(
                request, interview, services, {"modality": NO_MICROPHONE}, form.modality
            )
        if Modality.VOICE in chosen and Modality.RECORDING not in chosen:
            return await _before(
                request, interview, services, {"modality": NO_SOUND}, form.modality
            )
        await agree(
            services.store,
            services.recordings,
            interview.id,
            chosen,
            heed=services.hall.refresh,
            now=utc_now(),
            shown=services.notices(interview.purpose),
        )
    except ValidationError as error:
        return await _before(request, interview, services, problems(error))
    except PurposeForbids:
        return await _before(request, interview, services, {"modality": NO_CAMERA})
    async with services.store.begin() as work:
        await work.interviews.choose_voice(interview.id, voice=form.way != "text")
    passage = sent.get("passage")
    if services.keep_passage is not None and isinstance(passage, UploadFile) and passage.size:
        await services.keep_passage(interview.id, await passage.read(MOST_PASSAGE_BYTES))
    return RedirectResponse(f"/interviews/{interview.id}/room", 303)


def _chosen(form: AgreeForm) -> frozenset[Modality]:
    chosen = frozenset(form.modality)
    return chosen if form.way == "voice" else chosen - OF_THE_MICROPHONE


@router.get("/interviews/{interview_id}/room", dependencies=[Depends(OWN)])
async def room(request: Request, interview: InterviewDep, services: ServicesDep) -> Response:
    """The room; an interview that is over leads to its report."""
    if interview.status not in OPEN:
        return RedirectResponse(f"/interviews/{interview.id}/report", 303)
    async with services.store.begin() as work:
        track = await work.library.track(interview.track_id)
        turns = await work.turns.of(interview.id)
    context = {
        "interview": interview,
        "number": sum(turn.kind == "question" for turn in turns),
        "kept": sum(bool(turn.answer) for turn in turns),
        "has_code": bool(interview.code) or (track is not None and track.code),
        "microphone": interview.agreed(Modality.AUDIO),
        "camera": interview.purpose is Purpose.PRACTICE and interview.agreed(Modality.VIDEO),
        "lanes": _lanes(interview, services),
    }
    return render(request, "pages/room/room.html", context)


def _lanes(interview: Interview, services: Services) -> list[str]:
    """What the speaker may watch while talking: in practice, of what was agreed to."""
    if interview.purpose is not Purpose.PRACTICE:
        return []
    spoken = interview.agreed(Modality.AUDIO) and interview.agreed(Modality.DELIVERY)
    names = ["pace", "pauses", "loudness"] if spoken else []
    seen = interview.agreed(Modality.VIDEO) and Analyser.FACE in services.analysers
    return [*names, "expression"] if seen else names


@router.post("/interviews/{interview_id}/erase", dependencies=[Depends(OWN)])
async def erase(interview: InterviewDep, services: ServicesDep) -> Response:
    """Erase the interview with all that belongs to it."""
    await services.hall.dismiss(interview.id)
    receipt = await erase_interview(
        services.store, services.recordings, services.erase_rows, interview.id, now=utc_now()
    )
    await services.hall.dismiss(interview.id)  # somebody may have come back in between
    return RedirectResponse(f"/receipts/{receipt.id}", 303)
