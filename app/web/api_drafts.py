"""The API of drafts: saved over the revision that was read, checked, tried and published."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Response

from app.domain.authoring import Draft, Kind
from app.domain.errors import AuthoringError, BadContent, EditedMeanwhile
from app.domain.question import Question, Rubric
from app.ports.errors import PortError
from app.usecases.author_draft import draft_of_version, save_draft
from app.usecases.check_draft import check_draft
from app.usecases.draft_from_text import draft_from_text
from app.usecases.publish_draft import publish_draft
from app.web.access import Educator
from app.web.api_library import signer
from app.web.api_library_models import (
    DraftOut,
    FindingOut,
    Findings,
    FromVersion,
    ItemId,
    Publishing,
    SavedDraft,
    SourceText,
    TrialAnswer,
    Version,
)
from app.web.api_models import ALWAYS, also
from app.web.api_review_models import GradedCard
from app.web.author_editor import NO_DRAFT, NOT_WHOLE
from app.web.author_pages import NO_ITEM, sentence
from app.web.dependencies import Services, ServicesDep, utc_now

router = APIRouter(prefix="/api", tags=["library"], responses=ALWAYS)
DRAFT = "/library/{kind}/{item_id}/draft"
NO_ANSWER = "The grader or the model does not answer just now. The draft is safe. Try again."
IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        pattern=r'^"[0-9]{1,7}"$',
        description="The ETag of the draft that was read.",
    ),
]


@router.get(DRAFT, responses=also(404))
async def draft(
    kind: Kind, item_id: ItemId, services: ServicesDep, response: Response, _: Educator
) -> DraftOut:
    """The draft; its ETag is its revision."""
    return _told(await _draft(services, kind, item_id), response)


@router.post(DRAFT, responses=also(404, 409))
async def open_draft(
    kind: Kind,
    item_id: ItemId,
    wanted: FromVersion,
    services: ServicesDep,
    response: Response,
    visitor: Educator,
) -> DraftOut:
    """The open draft; made of this version where there is none."""
    try:
        found = await draft_of_version(
            services.store, kind, item_id, wanted.version, by=signer(visitor), now=utc_now()
        )
    except AuthoringError as error:
        raise HTTPException(409, sentence(error)) from error
    if found is None:
        raise HTTPException(404, NO_ITEM)
    return _told(found, response)


@router.put(DRAFT, responses=also(404, 412))
async def save(
    kind: Kind,
    item_id: ItemId,
    wanted: SavedDraft,
    if_match: IfMatch,
    services: ServicesDep,
    response: Response,
    visitor: Educator,
) -> DraftOut:
    """Save a text over the revision that was read; 412 where somebody saved another since."""
    known = await _draft(services, kind, item_id)
    typed = replace(known, body=wanted.body, revision=_revision(if_match), by=signer(visitor))
    try:
        return _told(await save_draft(services.store, typed, now=utc_now()), response)
    except EditedMeanwhile as error:
        raise HTTPException(412, sentence(error)) from error


@router.delete(DRAFT, status_code=204, responses=also(404))
async def discard(kind: Kind, item_id: ItemId, services: ServicesDep, _: Educator) -> None:
    """Drop the draft; versions stay."""
    async with services.store.begin() as work:
        if not await work.authoring.drafts.remove(kind, item_id):
            raise HTTPException(404, NO_DRAFT)


@router.get(f"{DRAFT}/findings", responses=also(404))
async def findings(kind: Kind, item_id: ItemId, services: ServicesDep, _: Educator) -> Findings:
    """What an author should look at before it is published."""
    body = (await _draft(services, kind, item_id)).body
    checked = await check_draft(services.store, services.embedder, kind, item_id, body)
    return Findings(
        publishable=checked.item is not None and not checked.errors,
        findings=tuple(FindingOut.model_validate(one) for one in checked.findings),
    )


@router.post(f"{DRAFT}/try", responses=also(404, 409))
async def try_out(
    kind: Kind, item_id: ItemId, wanted: TrialAnswer, services: ServicesDep, _: Educator
) -> GradedCard:
    """Grade an answer to a drafted question as interviews are graded; nothing is kept."""
    body = (await _draft(services, kind, item_id)).body
    checked = await check_draft(services.store, services.embedder, kind, item_id, body)
    grade = services.authoring.try_answer
    if grade is None:
        raise HTTPException(409, "This server has no grader to try it with.")
    if not isinstance(checked.item, Question) or checked.rubric is None:
        raise HTTPException(409, NOT_WHOLE)
    try:
        card = await grade(checked.item, checked.rubric, wanted.answer, utc_now())
    except PortError as error:
        raise HTTPException(503, NO_ANSWER) from error
    return GradedCard.model_validate(card)


@router.post(f"{DRAFT}/publish", status_code=201, responses=also(404, 409, 412))
async def publish(
    kind: Kind,
    item_id: ItemId,
    wanted: Publishing,
    if_match: IfMatch,
    services: ServicesDep,
    visitor: Educator,
) -> Version:
    """Make a version of the draft that was read. 409 tells what stops it."""
    known = await _draft(services, kind, item_id)
    if services.embedder is None:
        raise HTTPException(409, "This server can't embed texts, so nothing can be published.")
    looked_at = replace(known, revision=_revision(if_match))
    by, reason = signer(visitor), wanted.reason
    try:
        item = await publish_draft(
            services.store, services.embedder, looked_at, by=by, reason=reason, now=utc_now()
        )
    except EditedMeanwhile as error:
        raise HTTPException(412, sentence(error)) from error
    except AuthoringError as error:
        raise HTTPException(409, sentence(error)) from error
    return Version(kind=kind, id=item_id, version=item.version)


@router.post("/drafts/from-text", status_code=201)
async def from_text(
    wanted: SourceText, services: ServicesDep, visitor: Educator
) -> tuple[DraftOut, ...]:
    """Draft questions from a job description or lecture notes; a person completes them."""
    async with services.store.begin() as work:
        rubric = await work.authoring.published.offered(Kind.RUBRIC, wanted.rubric)
    if not isinstance(rubric, Rubric):
        raise HTTPException(422, "There is no such rubric.")
    try:
        made = await draft_from_text(
            services.store,
            wanted.source,
            rubric,
            model=services.authoring.model,
            prompts=services.authoring.prompts,
            count=wanted.count,
            by=signer(visitor),
            now=utc_now(),
        )
    except (BadContent, AuthoringError) as error:
        raise HTTPException(422, sentence(error)) from error
    except PortError as error:
        raise HTTPException(503, NO_ANSWER) from error
    return tuple(DraftOut.model_validate(one) for one in made)


async def _draft(services: Services, kind: Kind, item_id: str) -> Draft:
    async with services.store.begin() as work:
        found = await work.authoring.drafts.get(kind, item_id)
    if found is None:
        raise HTTPException(404, NO_DRAFT)
    return found


def _told(found: Draft, response: Response) -> DraftOut:
    response.headers["ETag"] = f'"{found.revision}"'
    return DraftOut.model_validate(found)


def _revision(if_match: str) -> int:
    return int(if_match.strip('"'))
