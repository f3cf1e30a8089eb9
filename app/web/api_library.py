"""The API of the library: questions, rubrics and tracks, found and read, and what is offered."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query

from app.assessment.version_diff import differences
from app.domain.authoring import Kind, State, body_of
from app.domain.errors import AuthoringError, BadContent
from app.domain.person import Visitor
from app.ports.authoring import Wanted
from app.ports.errors import EmbeddingUnavailable
from app.usecases.author_draft import copy_item, new_draft, text_of
from app.usecases.publish_draft import archive_item, offer_again
from app.usecases.search_library import search_library
from app.web.access import Educator
from app.web.api_library_models import DifferenceOut, DraftOut, Item, ItemId, Line, NewDraft
from app.web.api_models import ALWAYS, also
from app.web.api_pages import PageDep
from app.web.author_pages import NO_ITEM, sentence
from app.web.dependencies import ServicesDep, utc_now

router = APIRouter(prefix="/api/library", tags=["library"], responses=ALWAYS)
NOBODY = "the operator"
NO_MEANING = "Search by meaning does not work just now. Search by words."
Asked = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")]
Named = Annotated[
    str,
    Query(
        pattern=r"^(draft|[ev][0-9]{1,7})$",
        description="`draft`, a version such as `v2`, or a saved text of the draft such as `e3`.",
    ),
]


def signer(visitor: Visitor) -> str:
    """Whose name a step carries; a server without accounts has an operator alone."""
    return visitor.name or NOBODY


@router.get("/{kind}")
async def lines(
    kind: Kind,
    services: ServicesDep,
    page: PageDep,
    _: Educator,
    q: Asked = "",
    how: Literal["words", "meaning"] = "words",
    state: State | None = None,
    tag: Asked = "",
) -> tuple[Line, ...]:
    """What there is of one kind, those worked on last first; by meaning only offered questions."""
    wanted = Wanted(tag=tag.strip(), state=state, limit=page.limit, offset=page.start)
    try:
        found = await search_library(
            services.store, services.embedder, kind, q, wanted, meaning=how == "meaning"
        )
    except EmbeddingUnavailable as error:
        raise HTTPException(503, NO_MEANING) from error
    page.follow(more=found.shelf.total > page.start + page.limit)
    return tuple(Line.of(line, found.likeness.get(line.id)) for line in found.shelf.entries)


@router.post("/{kind}", status_code=201, responses=also(409))
async def start(kind: Kind, wanted: NewDraft, services: ServicesDep, visitor: Educator) -> DraftOut:
    """Start a draft; its id is made of the title."""
    try:
        draft = await new_draft(
            services.store, kind, wanted.title, by=signer(visitor), now=utc_now(), body=wanted.body
        )
    except BadContent as error:
        raise HTTPException(422, sentence(error)) from error
    except AuthoringError as error:
        raise HTTPException(409, sentence(error)) from error
    return DraftOut.model_validate(draft)


@router.get("/{kind}/{item_id}", responses=also(404))
async def item(kind: Kind, item_id: ItemId, services: ServicesDep, _: Educator) -> Item:
    """One item: its newest text, its versions, who published them, what uses it."""
    async with services.store.begin() as work:
        rows = work.authoring.published
        draft = await work.authoring.drafts.get(kind, item_id)
        versions = await rows.versions(kind, item_id)
        told = await rows.of(kind, item_id)
        offered = await rows.offered(kind, item_id)
        users = await rows.using(kind, item_id)
    if draft is None and not versions:
        raise HTTPException(404, NO_ITEM)
    return Item.of(
        kind,
        item_id,
        told,
        draft,
        offered=offered.version if offered is not None else None,
        versions=tuple(version.version for version in versions),
        body=body_of(versions[0]) if versions else dict(draft.body if draft else {}),
        used_by=tuple(user.id for user in users),
    )


@router.get("/{kind}/{item_id}/differences", responses=also(404))
async def diff(
    kind: Kind,
    item_id: ItemId,
    services: ServicesDep,
    _: Educator,
    before: Named = "v1",
    after: Named = "draft",
) -> tuple[DifferenceOut, ...]:
    """What differs between two texts of an item."""
    old = await text_of(services.store, kind, item_id, before)
    new = await text_of(services.store, kind, item_id, after)
    if old is None or new is None:
        raise HTTPException(404, "One of these texts is not there.")
    return tuple(DifferenceOut.model_validate(one) for one in differences(old, new))


@router.post("/{kind}/{item_id}/copy", status_code=201, responses=also(404, 409))
async def copied(kind: Kind, item_id: ItemId, services: ServicesDep, visitor: Educator) -> DraftOut:
    """A draft of the same text under another id."""
    try:
        draft = await copy_item(services.store, kind, item_id, by=signer(visitor), now=utc_now())
    except AuthoringError as error:
        raise HTTPException(409, sentence(error)) from error
    if draft is None:
        raise HTTPException(404, NO_ITEM)
    return DraftOut.model_validate(draft)


@router.post("/{kind}/{item_id}/archive", status_code=204, responses=also(409))
async def archive(kind: Kind, item_id: ItemId, services: ServicesDep, visitor: Educator) -> None:
    """Offer it no more; interviews that have it keep it."""
    try:
        await archive_item(services.store, kind, item_id, by=signer(visitor), now=utc_now())
    except AuthoringError as error:
        raise HTTPException(409, sentence(error)) from error


@router.post("/{kind}/{item_id}/offer", status_code=204, responses=also(409))
async def offer(kind: Kind, item_id: ItemId, services: ServicesDep, _: Educator) -> None:
    """Offer the newest published version again."""
    if services.embedder is None:
        raise HTTPException(409, "This server can't embed texts, so nothing can be offered.")
    try:
        await offer_again(services.store, services.embedder, kind, item_id)
    except AuthoringError as error:
        raise HTTPException(409, sentence(error)) from error
