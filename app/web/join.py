"""A person's way in by an invitation link; the link alone opens it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse

from app.domain.assignment import Bar
from app.domain.consent import Purpose
from app.domain.errors import BadContent
from app.domain.person import Role, Visitor
from app.usecases.take_assignment import Door, NotOpen, begin_attempt, knock
from app.web.access import ANYONE, admit
from app.web.assignments import place
from app.web.dependencies import Services, ServicesDep
from app.web.templating import render

router = APIRouter(prefix="/join")
AnyoneDep = Annotated[Visitor, Depends(ANYONE)]
Token = Annotated[str, Path(max_length=100)]
GONE = frozenset({Bar.CLOSED, Bar.EXPIRED, Bar.DUE})
NOWHERE = (
    "This link leads nowhere. It may have been replaced by a newer one, or be cut off: "
    "copy all of it, or ask whoever invited you."
)


@router.get("/{token}")
async def door_page(
    token: Token, request: Request, services: ServicesDep, _: AnyoneDep
) -> Response:
    """What stands behind the link; looking begins nothing."""
    return await _shown(request, services, await _door(services, token), token)


@router.post("/{token}")
async def begin(
    token: Token, request: Request, services: ServicesDep, visitor: AnyoneDep
) -> Response:
    """Begin, or go on. Whoever has an account as a candidate finds it among the own interviews."""
    theirs = visitor.person_id if not visitor.may(Role.EDUCATOR) else None
    try:
        interview_id = await begin_attempt(
            services.store, token, place(services, theirs), now=services.clock()
        )
    except NotOpen as error:
        return await _shown(request, services, error.door, token)
    except BadContent as error:
        raise HTTPException(409, "A question of it is gone. Tell whoever invited you.") from error
    if interview_id is None:
        raise HTTPException(404, NOWHERE)
    back = RedirectResponse(f"/interviews/{interview_id}/before", 303)
    return await _let_in(back, services, [interview_id])


async def _door(services: Services, token: str) -> Door:
    door = await knock(services.store, token, now=services.clock())
    if door is None:
        raise HTTPException(404, NOWHERE)
    return door


async def _let_in(response: Response, services: Services, ids: Iterable[UUID]) -> Response:
    """A browser that has the link needs no account for the interviews behind it."""
    for interview_id in ids if services.accounts else ():
        async with services.store.begin() as work:
            interview = await work.interviews.get(interview_id)
        if interview is not None:
            admit(response, interview, services)
    return response


async def _shown(request: Request, services: Services, door: Door, token: str) -> Response:
    barred = door.bar if door.unfinished is None else None
    context = {
        "door": door,
        "assignment": door.assignment,
        "token": token,
        "bar": barred.value if barred is not None else "",
        "assessment": door.assignment.purpose is Purpose.ASSESSMENT,
    }
    status = 410 if barred in GONE else 200
    page = render(request, "pages/assignments/join.html", context, status=status)
    return await _let_in(page, services, [a.interview_id for a, _ in door.attempts])
