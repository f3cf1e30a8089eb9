"""The editor: a form, its live preview, a trial with the real grader, and publication."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from app.assessment.version_diff import differences
from app.domain.authoring import Body, Draft, Kind, settled
from app.domain.errors import AuthoringError, EditedMeanwhile
from app.domain.question import Question, Rubric
from app.domain.scorecard import Scorecard
from app.ports.errors import PortError
from app.usecases.author_draft import save_draft
from app.usecases.check_draft import Checked, check_draft
from app.usecases.publish_draft import publish_draft
from app.web.author_forms import body_of_form, criteria_of, moved
from app.web.author_pages import NO_NAME, item_path, sentence, signed
from app.web.author_shapes import shaped
from app.web.dependencies import Services, ServicesDep, utc_now
from app.web.educators import EducatorDep, remember, reviewer
from app.web.templating import render

router = APIRouter(prefix="/author/items/{kind}/{item_id}")
NO_DRAFT = "There is no draft of this. It may have been published or dropped meanwhile."
NOT_WHOLE = "The draft has gaps: the grader needs a whole question. Look at the list beside it."
LONGEST_ANSWER = 8_000


@dataclass(frozen=True)
class Conflict:
    """What somebody else saved meanwhile, against what was typed here."""

    theirs: Draft
    mine: Body

    @property
    def differences(self) -> tuple[Any, ...]:
        """From theirs to the text in the form."""
        kind, item_id = self.theirs.kind, self.theirs.id
        theirs = settled(kind, item_id, self.theirs.body)
        return differences(theirs, settled(kind, item_id, self.mine))


@router.get("/edit")
async def edit_page(
    kind: Kind, item_id: str, request: Request, services: ServicesDep, _: EducatorDep
) -> Response:
    """The editor of a draft."""
    return await _page(request, services, await _draft(services, kind, item_id))


@router.post("/edit")
async def edit(
    kind: Kind, item_id: str, request: Request, services: ServicesDep, _: EducatorDep
) -> Response:
    """Save, or add or drop a row; over another person's save, both texts come back."""
    form = await request.form()
    known = await _draft(services, kind, item_id)
    act, body = str(form.get("act") or "save"), body_of_form(kind, _pairs(form))
    who = signed(request, form.get("who"))
    typed = replace(known, body=body, revision=_revision(form), by=who or known.by)
    if act != "save":
        return await _page(request, services, replace(typed, body=moved(body, act)), unsaved=True)
    if not who:
        return await _page(request, services, typed, problem=NO_NAME, status=422, unsaved=True)
    try:
        await save_draft(services.store, typed, now=utc_now())
    except EditedMeanwhile:
        theirs = await _draft(services, kind, item_id)
        mine = replace(typed, revision=theirs.revision)
        both = Conflict(theirs, body)
        return await _page(request, services, mine, conflict=both, status=409, unsaved=True)
    return remember(RedirectResponse(item_path(kind, item_id, "/edit?saved=yes"), 303), who)


@router.post("/preview")
async def preview(
    kind: Kind, item_id: str, request: Request, services: ServicesDep, _: EducatorDep
) -> Response:
    """How it would look and what is doubtful, while it is being typed; nothing is kept."""
    body = body_of_form(kind, _pairs(await request.form()))
    checked = await check_draft(services.store, services.embedder, kind, item_id, body)
    context = {"kind": kind, "checked": checked, "body": shaped(body), "item_id": item_id}
    return render(request, "partials/author/preview.html", context)


@router.post("/try")
async def try_out(
    kind: Kind, item_id: str, request: Request, services: ServicesDep, _: EducatorDep
) -> Response:
    """Grade an answer to the saved draft as interviews are graded; nothing is kept."""
    form = await request.form()
    answer = str(form.get("answer") or "")[:LONGEST_ANSWER]
    draft = await _draft(services, kind, item_id)
    checked = await check_draft(services.store, services.embedder, kind, item_id, draft.body)
    card, problem = await _tried(services, checked, answer)
    context = {"card": card, "problem": problem, "answer": answer}
    if "hx-request" in request.headers:
        context |= {"kind": kind, "item_id": item_id, "grader": _grader(services)}
        return render(request, "partials/author/try.html", context)
    return await _page(request, services, draft, tried=context)


@router.post("/publish")
async def publish(
    kind: Kind, item_id: str, request: Request, services: ServicesDep, _: EducatorDep
) -> Response:
    """Make a version of the draft that was looked at."""
    form = await request.form()
    who, reason = signed(request, form.get("who")), str(form.get("reason") or "")[:2000]
    draft = await _draft(services, kind, item_id)
    problem = "" if who else NO_NAME
    if services.embedder is None:
        problem = "This server can't embed texts, so nothing can be published."
    if problem or services.embedder is None:
        return await _page(request, services, draft, problem=problem, status=422, reason=reason)
    looked_at = replace(draft, revision=_revision(form))
    try:
        await publish_draft(
            services.store, services.embedder, looked_at, by=who, reason=reason, now=utc_now()
        )
    except AuthoringError as error:
        told = sentence(error)
        return await _page(request, services, draft, problem=told, status=409, reason=reason)
    return remember(RedirectResponse(item_path(kind, item_id, "?published=yes"), 303), who)


@router.post("/discard")
async def discard(
    kind: Kind, item_id: str, request: Request, services: ServicesDep, _: EducatorDep
) -> Response:
    """Drop the draft; versions stay."""
    async with services.store.begin() as work:
        await work.authoring.drafts.remove(kind, item_id)
        known = await work.authoring.published.versions(kind, item_id)
    goes_to = item_path(kind, item_id) if known else f"/author?kind={kind.value}"
    return RedirectResponse(goes_to, 303)


async def _tried(services: Services, checked: Checked, answer: str) -> tuple[Scorecard | None, str]:
    grade = services.authoring.try_answer
    if grade is None:
        return None, "This server has no grader to try it with."
    if not isinstance(checked.item, Question) or checked.rubric is None:
        return None, NOT_WHOLE
    if not answer.strip():
        return None, "Type an answer first."
    try:
        return await grade(checked.item, checked.rubric, answer, utc_now()), ""
    except PortError:
        return None, "The grader does not answer just now. The draft is safe. Try again."


async def _draft(services: Services, kind: Kind, item_id: str) -> Draft:
    async with services.store.begin() as work:
        found = await work.authoring.drafts.get(kind, item_id)
    if found is None:
        raise HTTPException(404, NO_DRAFT)
    return found


async def _page(
    request: Request, services: Services, draft: Draft, *, status: int = 200, **more: object
) -> Response:
    checked = await check_draft(services.store, services.embedder, draft.kind, draft.id, draft.body)
    async with services.store.begin() as work:
        rubrics = await work.authoring.published.all_offered(Kind.RUBRIC)
    known: dict[str, Any] = {
        "problem": "",
        "conflict": None,
        "unsaved": False,
        "reason": "",
        "tried": None,
    }
    context = known | {
        "draft": draft,
        "kind": draft.kind,
        "item_id": draft.id,
        "body": shaped(draft.body),
        "checked": checked,
        "rubrics": [rubric for rubric in rubrics if isinstance(rubric, Rubric)],
        "criteria": criteria_of(checked.rubric),
        "saved": request.query_params.get("saved") == "yes" and status == 200,
        "who": reviewer(request),
        "grader": _grader(services),
    }
    return render(request, "pages/author/edit.html", context | more, status=status)


def _grader(services: Services) -> str:
    return services.models.get("grader", "")


def _pairs(form: FormData) -> list[tuple[str, str]]:
    return [(name, value) for name, value in form.multi_items() if isinstance(value, str)]


def _revision(form: FormData) -> int:
    given = str(form.get("revision") or "")
    return int(given) if given.isdecimal() and len(given) < 9 else 0
