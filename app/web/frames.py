"""Camera frames of a live interview; read and dropped, never kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from app.domain.consent import Modality, require_consent
from app.domain.errors import NoConsent, PurposeForbids
from app.domain.expressions import WORDS, strongest
from app.domain.interview import ExpressionReading
from app.ports.errors import EngineBusy, FaceUnavailable
from app.usecases.read_frame import NoFaceReader, read_frame
from app.web.access import OWN
from app.web.dependencies import InterviewDep, ServicesDep
from app.web.form_tokens import FORMS, kind_of

router = APIRouter(dependencies=[Depends(OWN)])
MOST_BYTES = 600_000


@router.post("/interviews/{interview_id}/frames", status_code=204)
async def frame(
    request: Request,
    interview: InterviewDep,
    services: ServicesDep,
    at: Annotated[float | None, Query(ge=0, le=86_400)] = None,
    show: bool = False,
) -> Response:
    """Read one JPEG; refused before its body is read where it is not allowed.

    With `show` the speaker's own lane is told what the frame's second shows.
    """
    try:
        require_consent(interview.purpose, interview.consents, Modality.VIDEO)
    except (PurposeForbids, NoConsent) as error:
        raise HTTPException(403, str(error)) from error
    if request.headers.get("content-type", "").split(";")[0] != "image/jpeg":
        raise HTTPException(415, "Expected an image/jpeg body.")
    jpeg = await limited_body(request, MOST_BYTES)
    try:
        reading = await read_frame(
            services.store, services.engines, services.seconds, interview.id, jpeg, at_s=at
        )
    except (PurposeForbids, NoConsent) as error:
        raise HTTPException(403, str(error)) from error
    except NoFaceReader as error:
        text = "This server has no face reader. The interview goes on without it."
        raise HTTPException(409, text) from error
    except FaceUnavailable as error:
        raise HTTPException(422, "This frame could not be read as a picture.") from error
    except EngineBusy as error:
        raise HTTPException(503, "This frame was left out: the reader is busy.") from error
    return JSONResponse(_shown(reading)) if show and reading else Response(status_code=204)


def _shown(reading: ExpressionReading) -> dict[str, object]:
    """An expression in words, or none where it is unclear; never a feeling."""
    found = strongest(reading)
    name, share = found if found else (None, 0.0)
    return {
        "second": reading.second,
        "faces": reading.faces,
        "words": WORDS[name] if name else None,
        "share": round(share, 3),
        "quality": round(reading.quality, 3),
    }


async def limited_body(request: Request, most: int) -> bytes:
    """The body; 413 as soon as it is longer than `most`. No form: it was read for its token."""
    if kind_of(request) in FORMS:
        raise HTTPException(415, "Expected the bytes themselves, found a form.")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most:
                raise HTTPException(413, f"The body ends at {most} bytes.")
    except ClientDisconnect as error:
        raise HTTPException(400, "The body broke off.") from error
    return bytes(body)
