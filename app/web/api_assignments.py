"""The API of assignments: made, read, closed, and people invited to them."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urljoin
from uuid import UUID

from fastapi import APIRouter, Header, HTTPException, Request, Response

from app.domain.assignment import Invitation
from app.domain.consent import Purpose
from app.domain.errors import BadContent
from app.usecases.assign_interview import (
    accommodate,
    invite,
    make_assignment,
    renew_link,
    uninvite,
)
from app.usecases.take_assignment import try_as_student
from app.web.access import Educator
from app.web.api_assignment_models import (
    Accommodations,
    AssignmentOut,
    Closing,
    Guests,
    InvitationOut,
    InvitedOut,
    Link,
    MadeAssignment,
    NotInvited,
)
from app.web.api_library import signer
from app.web.api_models import ALWAYS, Made, also
from app.web.api_pages import PageDep
from app.web.assignments import NEEDS_CONTACT, AssignmentDep, PrivateDep, place
from app.web.author_pages import sentence
from app.web.dependencies import Services, ServicesDep

router = APIRouter(prefix="/api/assignments", tags=["assignments"], responses=ALWAYS)
NO_GUEST = "There is no such invitation."
Once = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=100,
        pattern=r"^[!-~]*$",
        description="The same key makes the same assignment once, however often it is sent.",
    ),
]


@router.get("")
async def assignments(
    services: ServicesDep, page: PageDep, _: Educator
) -> tuple[AssignmentOut, ...]:
    """Every assignment, the newest first."""
    async with services.store.begin() as work:
        every = await work.assignments.all(page.upto)
    return tuple(AssignmentOut.model_validate(one) for one in page.of(every))


@router.post("", status_code=201)
async def make(
    wanted: MadeAssignment, services: ServicesDep, visitor: Educator, once: Once = ""
) -> AssignmentOut:
    """Make one. Its purpose can never be changed afterwards."""
    if wanted.purpose is Purpose.ASSESSMENT and not wanted.contact:
        raise HTTPException(422, NEEDS_CONTACT)
    try:
        made = await make_assignment(
            services.store,
            wanted.wanted,
            by=signer(visitor),
            owner=visitor.person_id,
            now=services.clock(),
            once=once,
        )
    except BadContent as error:
        raise HTTPException(422, sentence(error)) from error
    return AssignmentOut.model_validate(made)


@router.get("/{assignment_id}", responses=also(404))
async def one(assignment: AssignmentDep, _: Educator) -> AssignmentOut:
    """One assignment."""
    return AssignmentOut.model_validate(assignment)


@router.put("/{assignment_id}/closed", responses=also(404))
async def close(
    assignment: AssignmentDep, wanted: Closing, services: ServicesDep, _: Educator
) -> AssignmentOut:
    """Let nobody begin or go on, or open it again."""
    at = (assignment.closed_at or services.clock()) if wanted.closed else None
    async with services.store.begin() as work:
        await work.assignments.close(assignment.id, at)
        found = await work.assignments.get(assignment.id)
    return AssignmentOut.model_validate(found or assignment)


@router.post("/{assignment_id}/trial", status_code=201, responses=also(404, 409))
async def trial(assignment: AssignmentDep, services: ServicesDep, visitor: Educator) -> Made:
    """Take it oneself, as a practice that counts nowhere."""
    here = place(services, visitor.person_id)
    try:
        made = await try_as_student(services.store, assignment, here, now=services.clock())
    except BadContent as error:
        raise HTTPException(409, "A question of it is no longer in the bank.") from error
    return Made(id=made)


@router.get("/{assignment_id}/invitations", responses=also(404))
async def invitations(
    assignment: AssignmentDep, services: ServicesDep, page: PageDep, _: Educator
) -> tuple[InvitationOut, ...]:
    """Who is invited, by name."""
    async with services.store.begin() as work:
        people = await work.assignments.invitations(assignment.id)
    return tuple(InvitationOut.model_validate(one) for one in page.of(people))


@router.post("/{assignment_id}/invitations", status_code=201, responses=also(404))
async def invite_people(
    request: Request,
    assignment: AssignmentDep,
    wanted: Guests,
    services: ServicesDep,
    _: Educator,
) -> InvitedOut:
    """Invite people. Each link is told this once; nothing is sent by mail."""
    lines = [f"{guest.name}; {guest.group}" for guest in wanted.people]
    done = await invite(services.store, assignment, lines, now=services.clock())
    return InvitedOut(
        made=tuple(_link(request, services, one, token) for one, token in done.made),
        refused=tuple(NotInvited(name=name, why=why) for name, why in done.refused),
    )


@router.post(
    "/{assignment_id}/invitations/{invitation_id}/renew", status_code=201, responses=also(404)
)
async def renew(
    request: Request,
    assignment: AssignmentDep,
    invitation_id: UUID,
    services: ServicesDep,
    _: Educator,
) -> Link:
    """A new link for one person; the old one stops working."""
    made = await renew_link(services.store, assignment, invitation_id, now=services.clock())
    if made is None:
        raise HTTPException(404, NO_GUEST)
    return _link(request, services, *made)


@router.delete("/{assignment_id}/invitations/{invitation_id}", status_code=204, responses=also(404))
async def remove(
    assignment: AssignmentDep, invitation_id: UUID, services: ServicesDep, _: Educator
) -> Response:
    """Remove a person; their interviews stay, and leave the cohort."""
    if not await uninvite(services.store, assignment, invitation_id):
        raise HTTPException(404, NO_GUEST)
    return Response(status_code=204)


@router.get("/{assignment_id}/invitations/{invitation_id}/accommodations", responses=also(404))
async def helps(
    assignment: PrivateDep, invitation_id: UUID, services: ServicesDep, _: Educator
) -> Accommodations:
    """What helps one person; for the maker of the assignment alone."""
    async with services.store.begin() as work:
        found = await work.assignments.invitation(invitation_id)
    if found is None or found.assignment_id != assignment.id:
        raise HTTPException(404, NO_GUEST)
    return Accommodations.model_validate({"accommodations": found.accommodations})


@router.put(
    "/{assignment_id}/invitations/{invitation_id}/accommodations",
    status_code=204,
    responses=also(404),
)
async def set_help(
    assignment: PrivateDep,
    invitation_id: UUID,
    wanted: Accommodations,
    services: ServicesDep,
    _: Educator,
) -> Response:
    """Set it for the attempts that begin from now on; for the maker alone."""
    chosen = wanted.accommodations
    if not await accommodate(services.store, assignment, invitation_id, chosen):
        raise HTTPException(404, NO_GUEST)
    return Response(status_code=204)


def _link(request: Request, services: Services, one: Invitation, token: str) -> Link:
    base = services.base_url or str(request.base_url)
    told = InvitationOut.model_validate(one)
    return Link(invitation=told, link=urljoin(base, f"/join/{token}"))
