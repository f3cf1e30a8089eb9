"""Assignments for educators: make one, invite people, renew links, set privately what helps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from app.domain.assignment import (
    ACCOMMODATIONS,
    CONSEQUENCES,
    LANGUAGES,
    Assignment,
    Invitation,
    refused_language,
)
from app.domain.consent import Purpose
from app.domain.errors import BadContent
from app.usecases.assign_interview import (
    Invited,
    accommodate,
    invite,
    make_assignment,
    planned,
    renew_link,
    uninvite,
)
from app.usecases.take_assignment import Place, try_as_student
from app.web.access import visitor_of
from app.web.assignment_forms import SPOKEN, AssignmentForm, HelpForm, InviteForm, told
from app.web.dependencies import Services, ServicesDep
from app.web.educators import EducatorDep, remember, reviewer
from app.web.forms import fields
from app.web.templating import render

router = APIRouter(prefix="/assignments")
NEEDS_CONTACT = "Say whom people can write to: in an assessment they may ask for a human instead."
NO_INVITATION = "There is no such invitation."


async def _assignment(assignment_id: UUID, services: ServicesDep, _: EducatorDep) -> Assignment:
    async with services.store.begin() as work:
        found = await work.assignments.get(assignment_id)
    if found is None:
        raise HTTPException(404, "There is no such assignment.")
    return found


AssignmentDep = Annotated[Assignment, Depends(_assignment)]


async def _private(assignment: AssignmentDep, visitor: EducatorDep) -> Assignment:
    if not visitor.owns(assignment.owner):
        raise HTTPException(404, NO_INVITATION)  # the same words as where there is none
    return assignment


PrivateDep = Annotated[Assignment, Depends(_private)]  # what helps people is its maker's alone


def place(services: Services, owner_id: UUID | None = None) -> Place:
    """What this server brings to new interviews."""
    return Place(services.mode, services.models, services.patience, owner_id)


@router.get("")
async def list_page(request: Request, services: ServicesDep, _: EducatorDep) -> Response:
    """Every assignment, the newest first."""
    async with services.store.begin() as work:
        every = await work.assignments.all()
        counts = {a.id: len(await work.assignments.invitations(a.id)) for a in every}
    context = {"assignments": every, "counts": counts, "now": services.clock()}
    return render(request, "pages/assignments/list.html", context)


@router.get("/new")
async def new_page(request: Request, services: ServicesDep, _: EducatorDep) -> Response:
    """The form for a new one."""
    return await _form(request, services, {}, {})


@router.post("")
async def make(request: Request, services: ServicesDep, visitor: EducatorDep) -> Response:
    """First show what it means; make it at the second step."""
    values = fields(await request.form(), lists=("tracks", "questions"))
    try:
        form = AssignmentForm.model_validate(values)
    except ValidationError as error:
        return await _form(request, services, values, told(error))
    if form.language not in LANGUAGES:
        reason = refused_language(SPOKEN.get(form.language, "another language"))
        return await _form(request, services, values, {"language": f"{_sentence(reason)}"})
    if form.purpose is Purpose.ASSESSMENT and not form.contact:
        return await _form(request, services, values, {"contact": NEEDS_CONTACT})
    if form.step == "change":
        return await _form(request, services, values, {})
    who = visitor.name or form.who or reviewer(request)
    try:
        if form.step == "check":
            plan = await planned(
                services.store, form.wanted, by=who, owner=visitor.person_id, now=services.clock()
            )
            return await _check(request, services, plan, values)
        made = await make_assignment(
            services.store, form.wanted, by=who, owner=visitor.person_id, now=services.clock()
        )
    except BadContent as error:
        where = "due" if "due date" in str(error) else "asks" if "asked" in str(error) else ""
        where = where or ("order" if "same questions" in str(error) else "questions")
        return await _form(request, services, values, {where: _sentence(str(error))})
    back = RedirectResponse(f"/assignments/{made.id}", 303)
    return remember(back, who) if who else back


@router.get("/{assignment_id}")
async def page(
    request: Request, assignment: AssignmentDep, services: ServicesDep, _: EducatorDep
) -> Response:
    """One assignment: what it asks, and who is invited."""
    return await _page(request, services, assignment)


@router.post("/{assignment_id}/invitations")
async def invitations(
    request: Request, assignment: AssignmentDep, services: ServicesDep, _: EducatorDep
) -> Response:
    """Invite people; their links are shown this once."""
    values = fields(await request.form())
    try:
        form = InviteForm.model_validate(values)
    except ValidationError as error:
        return await _page(request, services, assignment, errors=told(error), entered=values)
    done = await invite(services.store, assignment, form.names.splitlines(), now=services.clock())
    left = "\n".join(line for line, _why in done.refused)
    return await _page(request, services, assignment, invited=done, entered={"names": left})


@router.post("/{assignment_id}/invitations/{invitation_id}/renew")
async def renew(
    request: Request,
    assignment: AssignmentDep,
    invitation_id: UUID,
    services: ServicesDep,
    _: EducatorDep,
) -> Response:
    """A new link for one person; the old one stops working."""
    made = await renew_link(services.store, assignment, invitation_id, now=services.clock())
    if made is None:
        raise HTTPException(404, NO_INVITATION)
    return await _page(request, services, assignment, invited=Invited((made,), ()))


@router.post("/{assignment_id}/invitations/{invitation_id}/remove")
async def remove(
    assignment: AssignmentDep, invitation_id: UUID, services: ServicesDep, _: EducatorDep
) -> Response:
    """Remove a person from the assignment."""
    if not await uninvite(services.store, assignment, invitation_id):
        raise HTTPException(404, NO_INVITATION)
    return _back(assignment, "people")


@router.get("/{assignment_id}/invitations/{invitation_id}/help")
async def help_page(
    request: Request,
    assignment: PrivateDep,
    invitation_id: UUID,
    services: ServicesDep,
    _: EducatorDep,
) -> Response:
    """What helps one person; private."""
    invitation = await _invitation(services, assignment, invitation_id)
    context = {"assignment": assignment, "invitation": invitation, "offered": ACCOMMODATIONS}
    return render(request, "pages/assignments/help.html", context)


@router.post("/{assignment_id}/invitations/{invitation_id}/help")
async def set_help(
    request: Request,
    assignment: PrivateDep,
    invitation_id: UUID,
    services: ServicesDep,
    _: EducatorDep,
) -> Response:
    """Keep it for the attempts that begin from now on."""
    values = fields(await request.form(), lists=("accommodations",))
    try:
        form = HelpForm.model_validate(values)
        kept = await accommodate(services.store, assignment, invitation_id, form.accommodations)
    except (ValidationError, BadContent) as error:
        raise HTTPException(422, "Choose from what is offered.") from error
    if not kept:
        raise HTTPException(404, NO_INVITATION)
    return _back(assignment, "people")


@router.post("/{assignment_id}/try")
async def trial(assignment: AssignmentDep, services: ServicesDep, visitor: EducatorDep) -> Response:
    """Take it oneself, as a practice that counts nowhere."""
    here = place(services, visitor.person_id)
    try:
        made = await try_as_student(services.store, assignment, here, now=services.clock())
    except BadContent as error:
        raise HTTPException(409, "A question of it is no longer in the bank.") from error
    return RedirectResponse(f"/interviews/{made}/before", 303)


@router.post("/{assignment_id}/close")
async def close(assignment: AssignmentDep, services: ServicesDep, _: EducatorDep) -> Response:
    """Let nobody begin or go on, or open it again."""
    at = None if assignment.closed_at is not None else services.clock()
    async with services.store.begin() as work:
        await work.assignments.close(assignment.id, at)
    return _back(assignment, "state")


async def _invitation(
    services: Services, assignment: Assignment, invitation_id: UUID
) -> Invitation:
    async with services.store.begin() as work:
        found = await work.assignments.invitation(invitation_id)
    if found is None or found.assignment_id != assignment.id:
        raise HTTPException(404, NO_INVITATION)
    return found


async def _form(
    request: Request, services: Services, values: Mapping[str, object], errors: Mapping[str, str]
) -> Response:
    async with services.store.begin() as work:
        tracks = await work.library.tracks()
        questions = {t.id: await work.library.questions(t.questions) for t in tracks}
    context = {
        "tracks": tracks,
        "questions": questions,
        "values": values,
        "errors": errors,
        "consequences": CONSEQUENCES,
        "who": reviewer(request),
    }
    return render(request, "pages/assignments/new.html", context, status=422 if errors else 200)


async def _check(
    request: Request, services: Services, plan: Assignment, values: Mapping[str, object]
) -> Response:
    async with services.store.begin() as work:
        questions = await work.library.questions(plan.question_ids)
    context = {
        "plan": plan,
        "questions": questions,
        "values": values,
        "consequences": CONSEQUENCES[plan.purpose],
    }
    return render(request, "pages/assignments/check.html", context)


async def _page(
    request: Request,
    services: Services,
    assignment: Assignment,
    *,
    invited: Invited | None = None,
    errors: Mapping[str, str] | None = None,
    entered: Mapping[str, object] | None = None,
) -> Response:
    async with services.store.begin() as work:
        people = await work.assignments.invitations(assignment.id)
        questions = await work.library.questions(assignment.question_ids)
    base = services.base_url or str(request.base_url)
    context: dict[str, Any] = {
        "assignment": assignment,
        "people": people,
        "questions": questions,
        "invited": invited,
        "errors": errors or {},
        "entered": entered or {},
        "base": base.rstrip("/"),
        "now": services.clock(),
        "private": (await visitor_of(request, services)).owns(assignment.owner),
        "consequences": CONSEQUENCES[assignment.purpose],
    }
    status = 422 if errors else 201 if invited is not None and invited.made else 200
    return render(request, "pages/assignments/assignment.html", context, status=status)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}."


def _back(assignment: Assignment, part: str) -> Response:
    return RedirectResponse(f"/assignments/{assignment.id}#{part}", 303)
