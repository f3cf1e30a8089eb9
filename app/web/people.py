"""People for admins: invite, change roles, shut out, delete; and the log of it all."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urljoin
from uuid import UUID

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from app.domain.errors import BadContent
from app.domain.person import Role
from app.usecases.manage_people import (
    AlreadyInvited,
    Invited,
    LastAdmin,
    change_role,
    delete_person,
    invite,
    renew_link,
    set_disabled,
)
from app.web.access import Admin
from app.web.dependencies import Services, ServicesDep
from app.web.templating import render

router = APIRouter(prefix="/people")
Line = Annotated[str, Form(max_length=300)]
NO_PERSON = "There is no such person. The account may have been deleted."
WORDS = {
    "signed_in": "signed in",
    "refused": "a sign-in was refused",
    "signed_out": "signed out",
    "invited": "invited",
    "password_set": "set a password",
    "role_changed": "changed the role of",
    "disabled": "shut out",
    "enabled": "let in again",
    "deleted": "deleted",
    "key_made": "made a key",
    "key_revoked": "revoked a key",
    "webhook_made": "made a webhook",
    "webhook_removed": "removed a webhook",
    "assigned": "assigned an interview to",
    "unassigned": "took back an interview from",
    "viewed": "saw results of",
}


@router.get("")
async def people_page(request: Request, services: ServicesDep, visitor: Admin) -> Response:
    """Everybody with an account."""
    return await _page(request, services)


@router.post("")
async def invite_person(
    request: Request,
    services: ServicesDep,
    visitor: Admin,
    role: Annotated[Role, Form()],
    name: Line = "",
    email: Line = "",
) -> Response:
    """Invite somebody; the link is on the page that comes back, and never again."""
    _checked(services)
    values = {"name": name, "email": email, "role": role.value}
    try:
        made = await invite(
            services.store, name, email, role, by=visitor.person_id, now=services.clock()
        )
    except (BadContent, AlreadyInvited) as error:
        field = "name" if "name" in str(error) else "email"
        return await _page(request, services, errors={field: str(error)}, values=values)
    return await _page(request, services, made=made)


@router.get("/log")
async def log_page(request: Request, services: ServicesDep, visitor: Admin) -> Response:
    """Who signed in, changed what, and saw whose results; the newest first."""
    async with services.store.begin() as work:
        events = await work.accounts.events.newest(300)
        names = {p.id: p.name for p in await work.accounts.people.every()}
    context = {"events": events, "names": names, "words": WORDS}
    return render(request, "pages/accounts/log.html", context)


@router.post("/{person_id}/link")
async def link(
    person_id: UUID, request: Request, services: ServicesDep, visitor: Admin
) -> Response:
    """Make a new link for somebody."""
    _checked(services)
    made = await renew_link(services.store, person_id, by=visitor.person_id, now=services.clock())
    if made is None:
        raise HTTPException(404, NO_PERSON)
    return await _page(request, services, made=made)


@router.post("/{person_id}/role")
async def role_of(
    person_id: UUID,
    request: Request,
    services: ServicesDep,
    visitor: Admin,
    role: Annotated[Role, Form()],
) -> Response:
    """Change what somebody is here for."""
    _checked(services)
    try:
        found = await change_role(
            services.store, person_id, role, by=visitor.person_id, now=services.clock()
        )
    except LastAdmin as error:
        return await _page(request, services, errors={"people": str(error)}, status=409)
    return _back(found is not None)


@router.post("/{person_id}/door")
async def door(
    person_id: UUID,
    request: Request,
    services: ServicesDep,
    visitor: Admin,
    to: Annotated[Literal["shut", "open"], Form()],
) -> Response:
    """Shut somebody out, or let them in again."""
    _checked(services)
    try:
        found = await set_disabled(
            services.store,
            person_id,
            disabled=to == "shut",
            by=visitor.person_id,
            now=services.clock(),
        )
    except LastAdmin as error:
        return await _page(request, services, errors={"people": str(error)}, status=409)
    return _back(found is not None)


@router.post("/{person_id}/delete")
async def delete(
    person_id: UUID,
    request: Request,
    services: ServicesDep,
    visitor: Admin,
    sure: Annotated[Literal["yes"], Form()],
) -> Response:
    """Erase somebody with all their interviews."""
    _checked(services)
    async with services.store.begin() as work:
        theirs = await work.interviews.recent(10_000, owner_id=person_id)
    try:
        for interview in theirs:
            await services.hall.dismiss(interview.id)
        erased = await delete_person(
            services.store,
            services.recordings,
            services.erase_rows,
            person_id,
            by=visitor.person_id,
            now=services.clock(),
        )
    except LastAdmin as error:
        return await _page(request, services, errors={"people": str(error)}, status=409)
    return _back(erased is not None)


def _checked(services: Services) -> None:
    if not services.accounts:
        raise HTTPException(409, "This server has no accounts. Set SOUNDING_ACCOUNTS to on first.")


async def _page(
    request: Request,
    services: Services,
    *,
    made: Invited | None = None,
    errors: dict[str, str] | None = None,
    values: dict[str, str] | None = None,
    status: int = 422,
) -> Response:
    async with services.store.begin() as work:
        people = await work.accounts.people.every()
    address = services.base_url or str(request.base_url)
    context = {
        "people": people,
        "roles": list(Role),
        "accounts": services.accounts,
        "made": made,
        "link": urljoin(address, f"/welcome/{made.secret}") if made else "",
        "errors": errors or {},
        "values": values or {},
    }
    code = status if errors else 200
    return render(request, "pages/accounts/people.html", context, status=code)


def _back(found: bool) -> Response:
    if not found:
        raise HTTPException(404, NO_PERSON)
    return RedirectResponse("/people", 303)
