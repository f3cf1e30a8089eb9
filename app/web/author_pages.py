"""The library for educators: what there is, one item with its versions, what differs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.assessment.version_diff import differences
from app.domain.authoring import Kind, State, body_of
from app.domain.errors import AuthoringError, BadContent
from app.ports.authoring import Wanted
from app.ports.errors import EmbeddingUnavailable
from app.usecases.author_draft import copy_item, draft_of_version, new_draft, text_of
from app.usecases.publish_draft import archive_item, offer_again
from app.usecases.search_library import Found, search_library
from app.web.author_shapes import shaped
from app.web.dependencies import Services, ServicesDep, utc_now
from app.web.educators import LONGEST_NAME, EducatorDep, remember, reviewer
from app.web.templating import render

router = APIRouter(prefix="/author")
PAGE = 25
NO_ITEM = "There is no such item in the library."
NO_NAME = "Enter your name: drafts and versions are signed."
Words = Annotated[str, Query(max_length=200)]


def signed(request: Request, given: object) -> str:
    """Who acts: the person who signed in; without accounts the name in the form."""
    visitor = getattr(request.state, "visitor", None)
    if visitor is not None and visitor.name:
        return str(visitor.name)
    name = str(given or "").strip()[:LONGEST_NAME]
    return name or reviewer(request)


def item_path(kind: Kind, item_id: str, part: str = "") -> str:
    """The address of an item's page."""
    return f"/author/items/{kind.value}/{item_id}{part}"


@router.get("")
async def library(
    request: Request,
    services: ServicesDep,
    _: EducatorDep,
    kind: Kind = Kind.QUESTION,
    q: Words = "",
    how: Literal["words", "meaning"] = "words",
    state: Literal["", "draft", "published", "shipped", "archived"] = "",
    tag: Words = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """Everything that there is of one kind, searched by words or by meaning."""
    wanted = Wanted(
        tag=tag.strip(),
        state=State(state) if state else None,
        limit=PAGE,
        offset=(page - 1) * PAGE,
    )
    failed = ""
    try:
        found = await search_library(
            services.store, services.embedder, kind, q, wanted, meaning=how == "meaning"
        )
    except EmbeddingUnavailable:
        failed = "Search by meaning does not work just now; these fit by their words."
        found = await search_library(services.store, None, kind, q, wanted, meaning=False)
    asked = {"kind": kind.value, "q": q, "how": how, "state": state, "tag": tag}
    context = {"found": found, "kind": kind, "asked": asked, "page": page, "failed": failed}
    context |= {"pages": _pages(found), "who": reviewer(request)}
    name = (
        "partials/author/list.html"
        if "hx-request" in request.headers
        else "pages/author/library.html"
    )
    return render(request, name, context)


@router.post("/new")
async def new(request: Request, services: ServicesDep, _: EducatorDep) -> Response:
    """Start a draft from a title."""
    form = await request.form()
    kind = _kind(form.get("kind"))
    who = signed(request, form.get("who"))
    if not who:
        raise HTTPException(422, NO_NAME)
    try:
        draft = await new_draft(
            services.store, kind, str(form.get("title") or "")[:300], by=who, now=utc_now()
        )
    except (BadContent, AuthoringError) as error:
        raise HTTPException(422, sentence(error)) from error
    return remember(RedirectResponse(item_path(kind, draft.id, "/edit"), 303), who)


@router.get("/items/{kind}/{item_id}")
async def item_page(
    kind: Kind, item_id: str, request: Request, services: ServicesDep, _: EducatorDep
) -> Response:
    """One item: what is offered, its versions, who published them, and its draft."""
    return await _item(request, services, kind, item_id)


@router.get("/items/{kind}/{item_id}/diff")
async def diff_page(
    kind: Kind,
    item_id: str,
    request: Request,
    services: ServicesDep,
    _: EducatorDep,
    before: Annotated[str, Query(max_length=9)] = "v1",
    after: Annotated[str, Query(max_length=9)] = "draft",
) -> Response:
    """What differs between two versions, or a version and the draft."""
    texts = [await text_of(services.store, kind, item_id, named) for named in (before, after)]
    if texts[0] is None or texts[1] is None:
        raise HTTPException(404, "One of these texts is not there.")
    context = await _about(services, kind, item_id)
    context |= {
        "kind": kind,
        "item_id": item_id,
        "before": before,
        "after": after,
        "differences": differences(texts[0], texts[1]),
    }
    return render(request, "pages/author/diff.html", context)


@router.post("/items/{kind}/{item_id}/{act}")
async def act_on(
    kind: Kind,
    item_id: str,
    act: Literal["draft", "copy", "archive", "offer"],
    request: Request,
    services: ServicesDep,
    _: EducatorDep,
) -> Response:
    """Open a draft of a version, copy, archive, or offer again."""
    form = await request.form()
    who = signed(request, form.get("who"))
    if not who:
        return await _item(request, services, kind, item_id, NO_NAME, 422)
    version = str(form.get("version") or "0")
    store, now = services.store, utc_now()
    try:
        goes_to = item_path(kind, item_id)
        if act == "archive":
            await archive_item(store, kind, item_id, by=who, now=now)
        elif act == "offer" and services.embedder is not None:
            await offer_again(store, services.embedder, kind, item_id)
        else:
            draft = (
                await copy_item(store, kind, item_id, by=who, now=now)
                if act == "copy"
                else await draft_of_version(
                    store,
                    kind,
                    item_id,
                    int(version) if version.isdecimal() and len(version) < 9 else 0,
                    by=who,
                    now=now,
                )
            )
            if draft is None:
                raise HTTPException(404, NO_ITEM)
            goes_to = item_path(kind, draft.id, "/edit")
    except AuthoringError as error:
        return await _item(request, services, kind, item_id, sentence(error), 409)
    return remember(RedirectResponse(goes_to, 303), who)


def sentence(error: Exception) -> str:
    """An error's words as a sentence."""
    text = str(error).rstrip(".")
    return f"{text[0].upper()}{text[1:]}."


async def _item(
    request: Request,
    services: Services,
    kind: Kind,
    item_id: str,
    problem: str = "",
    status: int = 200,
) -> Response:
    context = await _about(services, kind, item_id)
    if not context["versions"] and context["draft"] is None:
        raise HTTPException(404, NO_ITEM)
    newest = context["versions"][0] if context["versions"] else None
    body = shaped(body_of(newest) if newest is not None else context["draft"].body)
    context |= {"kind": kind, "item_id": item_id, "problem": problem, "who": reviewer(request)}
    context |= {"newest": newest, "body": body}
    return render(request, "pages/author/item.html", context, status=status)


async def _about(services: Services, kind: Kind, item_id: str) -> dict[str, Any]:
    async with services.store.begin() as work:
        rows = work.authoring.published
        told = {entry.version: entry for entry in await rows.of(kind, item_id)}
        return {
            "draft": await work.authoring.drafts.get(kind, item_id),
            "edits": await work.authoring.drafts.edits(kind, item_id),
            "versions": await rows.versions(kind, item_id),
            "told": told,
            "offered": await rows.offered(kind, item_id),
            "users": await rows.using(kind, item_id),
        }


def _pages(found: Found) -> int:
    return max(1, -(-found.shelf.total // PAGE))


def _kind(value: object) -> Kind:
    try:
        return Kind(str(value))
    except ValueError:
        raise HTTPException(422, "Choose a question, a rubric or a track.") from None
