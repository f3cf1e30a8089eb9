"""What a person agreed to: shown with its words, taken back, erased, exported; with receipts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from pydantic import ValidationError

from app.domain.consent import ALLOWED, Consent, Modality
from app.domain.interview import Interview
from app.domain.notice import TITLES, Notice, notice_of
from app.usecases.agree import withdraw
from app.usecases.export_interview import export_interview
from app.web.access import ANYONE, OWN
from app.web.dependencies import InterviewDep, Services, ServicesDep, utc_now
from app.web.forms import WithdrawForm, fields
from app.web.templating import render

router = APIRouter()
_PIECE = 65_536


@dataclass(frozen=True)
class Choice:
    """One modality: the words that hold, the consent that stands, and earlier ones.

    `kept` is False where the words that were agreed to are of a time when none were kept.
    """

    modality: Modality
    notice: Notice
    standing: Consent | None
    before: tuple[Consent, ...]
    ends: datetime | None
    kept: bool = True


@router.get("/interviews/{interview_id}/consents", dependencies=[Depends(OWN)])
async def consents_page(
    request: Request, interview: InterviewDep, services: ServicesDep
) -> Response:
    """Every consent of an interview, with the words that were shown, and all receipts."""
    async with services.store.begin() as work:
        versions = [consent.text_version for consent in interview.consents]
        texts = await work.receipts.texts(versions)
        receipts = await work.receipts.of(interview.id)
    context = {
        "interview": interview,
        "choices": _choices(interview, services, texts),
        "receipts": receipts,
        "titles": TITLES,
    }
    return render(request, "pages/consents/consents.html", context)


@router.post("/interviews/{interview_id}/withdraw", dependencies=[Depends(OWN)])
async def withdrawn(request: Request, interview: InterviewDep, services: ServicesDep) -> Response:
    """Take a consent back."""
    try:
        form = WithdrawForm.model_validate(fields(await request.form()))
    except ValidationError as error:
        known = ", ".join(modality.value for modality in Modality)
        raise HTTPException(422, f"Choose one of {known}.") from error
    await withdraw(
        services.store,
        services.recordings,
        interview.id,
        form.modality,
        heed=services.hall.refresh,
        now=utc_now(),
    )
    place = "consents#receipts" if form.back == "consents" else "report#yours"
    return RedirectResponse(f"/interviews/{interview.id}/{place}", 303)


@router.get("/interviews/{interview_id}/export", dependencies=[Depends(OWN)])
async def export(interview: InterviewDep, services: ServicesDep) -> Response:
    """Everything about an interview in one zip file."""
    path = await export_interview(
        services.store,
        services.recordings,
        interview.id,
        groups=services.self_reports,
        fitted=services.fitted_blend,
    )
    if path is None:
        raise HTTPException(404, "There is no such interview. It may have been deleted.")
    size = path.stat().st_size
    pieces = _and_gone(path)
    name = f"sounding-{interview.id}.zip"
    headers = {"Content-Length": str(size), "Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


def _and_gone(path: Path) -> Iterator[bytes]:
    """The bytes of a file that has no name any more: whatever happens, it does not stay."""
    file = path.open("rb")
    path.unlink()

    def pieces() -> Iterator[bytes]:
        with file:
            while piece := file.read(_PIECE):
                yield piece

    return pieces()


@router.get("/receipts/{receipt_id}", dependencies=[Depends(ANYONE)])
async def receipt_page(receipt_id: UUID, request: Request, services: ServicesDep) -> Response:
    """The receipt of one erasure."""
    async with services.store.begin() as work:
        receipt = await work.receipts.get(receipt_id)
    if receipt is None:
        raise HTTPException(404, "There is no such receipt.")
    context = {"receipt": receipt, "titles": TITLES}
    return render(request, "pages/consents/receipt.html", context)


def _choices(
    interview: Interview, services: Services, texts: dict[str, Notice]
) -> tuple[Choice, ...]:
    offered = {notice.modality for notice in services.notices(interview.purpose)}
    given = {consent.modality for consent in interview.consents}
    return tuple(
        _choice(modality, interview, services, texts)
        for modality in Modality
        if modality in ALLOWED[interview.purpose] and modality in offered | given
    )


def _choice(
    modality: Modality, interview: Interview, services: Services, texts: dict[str, Notice]
) -> Choice:
    mine = [consent for consent in interview.consents if consent.modality is modality]
    standing = next((consent for consent in mine if consent.active), None)
    now = notice_of(modality, interview.purpose, services.analysers, services.retention)
    shown = texts.get(standing.text_version, now) if standing else now
    ends = services.retention.ends(interview, modality)
    kept = standing is None or standing.text_version in texts
    return Choice(modality, shown, standing, tuple(c for c in mine if not c.active), ends, kept)
