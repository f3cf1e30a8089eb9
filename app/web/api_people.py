"""The API for admins: people and their links."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request, Response

from app.domain.errors import BadContent
from app.domain.person import Person
from app.usecases.manage_people import (
    AlreadyInvited,
    LastAdmin,
    change_role,
    delete_person,
    invite,
    set_disabled,
)
from app.web.access import Admin
from app.web.api_models import ALWAYS, Detail, Invitation, NewPerson, PersonChange, PersonSummary
from app.web.api_pages import PageDep
from app.web.dependencies import ServicesDep

router = APIRouter(prefix="/api/people", tags=["people"], responses=ALWAYS)
TOLD: dict[int | str, dict[str, Any]] = {code: {"model": Detail} for code in (404, 409)}
NO_PERSON = "There is no such person. The account may have been deleted."


@router.get("")
async def people(services: ServicesDep, page: PageDep, _: Admin) -> tuple[PersonSummary, ...]:
    """Everybody with an account, by name."""
    async with services.store.begin() as work:
        found = await work.accounts.people.every()
    return tuple(PersonSummary.of(person) for person in page.of(found))


@router.post("", status_code=201, responses=TOLD)
async def add(
    wanted: NewPerson, request: Request, services: ServicesDep, visitor: Admin
) -> Invitation:
    """Invite somebody: the link sets a password, once, and is told once."""
    try:
        made = await invite(
            services.store,
            wanted.name,
            wanted.email,
            wanted.role,
            by=visitor.person_id,
            now=services.clock(),
        )
    except AlreadyInvited as error:
        raise HTTPException(409, str(error)) from error
    except BadContent as error:
        raise HTTPException(422, str(error)) from error
    address = services.base_url or str(request.base_url)
    link = urljoin(address, f"/welcome/{made.secret}")
    return Invitation(id=made.person.id, link=link, expires_at=made.expires_at)


@router.patch("/{person_id}", responses=TOLD)
async def change(
    person_id: UUID, wanted: PersonChange, services: ServicesDep, visitor: Admin
) -> PersonSummary:
    """Change somebody's role, shut them out, or let them in again."""
    by, now = visitor.person_id, services.clock()
    async with services.store.begin() as work:
        found: Person | None = await work.accounts.people.get(person_id)
    if found is None or found.deleted_at is not None:
        raise HTTPException(404, NO_PERSON)
    try:
        if wanted.role is not None:
            found = await change_role(services.store, person_id, wanted.role, by=by, now=now)
        if wanted.disabled is not None:
            found = await set_disabled(
                services.store, person_id, disabled=wanted.disabled, by=by, now=now
            )
    except LastAdmin as error:
        raise HTTPException(409, str(error)) from error
    if found is None:
        raise HTTPException(404, NO_PERSON)
    return PersonSummary.of(found)


@router.delete("/{person_id}", status_code=204, responses=TOLD)
async def delete(person_id: UUID, services: ServicesDep, visitor: Admin) -> Response:
    """Erase somebody with all their interviews."""
    by, now = visitor.person_id, services.clock()
    parts = (services.store, services.recordings, services.erase_rows)
    try:
        erased = await delete_person(*parts, person_id, by=by, now=now)
    except LastAdmin as error:
        raise HTTPException(409, str(error)) from error
    if erased is None:
        raise HTTPException(404, NO_PERSON)
    return Response(status_code=204)
