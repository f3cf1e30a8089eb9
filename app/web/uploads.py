"""Recordings that people bring: the form, the file, and how far the analysis is."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile

from app.domain.consent import OF_THE_MICROPHONE, Modality, Purpose
from app.domain.errors import BadContent
from app.domain.person import Visitor
from app.domain.upload import Upload
from app.ports.errors import MediaUnreadable
from app.usecases.take_upload import Brought, take_upload
from app.web.access import OWN, SIGNED_IN, SignedIn
from app.web.dependencies import Services, ServicesDep, utc_now
from app.web.forms import NO_SOUND, UploadForm, fields, problems
from app.web.templating import render

router = APIRouter(prefix="/uploads")
NO_FILE = "Choose a film or a sound file."
NOTHING = "Switch on what may be analysed: the microphone, the camera, or both."


@router.get("", dependencies=[Depends(SIGNED_IN)])
async def upload_page(request: Request, services: ServicesDep) -> Response:
    """The form."""
    return await _page(request, services, {}, {})


@router.post("")
async def upload(request: Request, services: ServicesDep, visitor: SignedIn) -> Response:
    """Take the file and go to where its analysis is told."""
    if services.media is None:
        raise HTTPException(409, "This server analyses no recordings.")
    async with request.form(max_files=1, max_fields=20) as form:
        values = fields(form, lists=("modality",))
        try:
            asked = UploadForm.model_validate(_without(values))
            interview = await _taken(services, form, asked, visitor)
        except ValidationError as error:
            return await _page(request, services, values, problems(error))
        except (BadContent, MediaUnreadable) as error:
            text = str(error).rstrip(".")
            return await _page(request, services, values, {"file": f"{text}."})
    return RedirectResponse(f"/uploads/{interview}", 303)


@router.get("/{interview_id}", dependencies=[Depends(OWN)])
async def progress_page(interview_id: UUID, request: Request, services: ServicesDep) -> Response:
    """How far the analysis is; the report once it is done."""
    found = await _upload(services, interview_id)
    if found.state == "done":
        return RedirectResponse(f"/interviews/{interview_id}/report", 303)
    return render(request, "pages/uploads/progress.html", {"upload": found})


@router.get("/{interview_id}/progress", dependencies=[Depends(OWN)])
async def progress(interview_id: UUID, request: Request, services: ServicesDep) -> Response:
    """The part that changes."""
    found = await _upload(services, interview_id)
    response = render(request, "partials/uploads/progress.html", {"upload": found})
    if found.state == "done":
        response.headers["HX-Redirect"] = f"/interviews/{interview_id}/report"
    return response


async def _taken(services: Services, form: FormData, asked: UploadForm, visitor: Visitor) -> UUID:
    file, media = form.get("file"), services.media
    if not isinstance(file, UploadFile) or not file.filename or media is None:
        raise BadContent(NO_FILE)
    chosen = frozenset(asked.modality)
    if Modality.AUDIO not in chosen:
        chosen -= OF_THE_MICROPHONE
    if not chosen:
        raise BadContent(NOTHING)
    if Modality.VOICE in chosen and Modality.RECORDING not in chosen:
        raise BadContent(NO_SOUND)
    brought = Brought(
        file=file.file,
        name=PurePath(file.filename.replace("\\", "/")).name or "recording",
        modalities=chosen,
        question_id=asked.question,
        shown=services.notices(Purpose.PRACTICE, film=True),
        owner_id=visitor.person_id,
    )
    interview = await take_upload(
        services.store,
        services.recordings,
        media,
        brought,
        limits=services.uploads,
        mode=services.mode,
        models=services.models,
        now=utc_now(),
    )
    return interview.id


def _without(values: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in values.items() if name != "file"}


async def _upload(services: Services, interview_id: UUID) -> Upload:
    async with services.store.begin() as work:
        found = await work.uploads.get(interview_id)
    if found is None:
        raise HTTPException(404, "There is no such recording. It may have been deleted.")
    return found


async def _page(
    request: Request, services: Services, values: dict[str, Any], errors: dict[str, str]
) -> Response:
    async with services.store.begin() as work:
        tracks = await work.library.tracks()
        ids = tuple(dict.fromkeys(name for track in tracks for name in track.questions))
        questions = await work.library.questions(ids)
    context = {
        "notices": services.notices(Purpose.PRACTICE, film=True),
        "questions": questions,
        "limits": services.uploads,
        "values": values,
        "errors": errors,
    }
    return render(request, "pages/uploads/new.html", context, status=422 if errors else 200)
