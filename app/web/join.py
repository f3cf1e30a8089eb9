"""A person's way in by an invitation link; the link alone opens it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse

from app.domain.assignment import Bar
from app.domain.consent import Purpose
from app.domain.errors import BadContent
from app.usecases.take_assignment import Door, NotOpen, begin_attempt, knock
from app.web.assignments import place
from app.web.dependencies import Services, ServicesDep
from app.web.templating import render

router = APIRouter(prefix="/join")
Token = Annotated[str, Path(max_length=100)]
GONE = frozenset({Bar.CLOSED, Bar.EXPIRED, Bar.DUE})
NOWHERE = (
    "This link leads nowhere. It may have been replaced by a newer one, or be cut off: "
    "copy all of it, or ask whoever invited you."
)


@router.get("/{token}")
async def door_page(token: Token, request: Request, services: ServicesDep) -> Response:
    """What stands behind the link; looking begins nothing."""
    return _shown(request, await _door(services, token), token)


@router.post("/{token}")
async def begin(token: Token, request: Request, services: ServicesDep) -> Response:
    """Begin, or go on."""
    try:
        interview_id = await begin_attempt(
            services.store, token, place(services), now=services.clock()
        )
    except NotOpen as error:
        return _shown(request, error.door, token)
    except BadContent as error:
        raise HTTPException(409, "A question of it is gone. Tell whoever invited you.") from error
    if interview_id is None:
        raise HTTPException(404, NOWHERE)
    return RedirectResponse(f"/interviews/{interview_id}/before", 303)


async def _door(services: Services, token: str) -> Door:
    door = await knock(services.store, token, now=services.clock())
    if door is None:
        raise HTTPException(404, NOWHERE)
    return door


def _shown(request: Request, door: Door, token: str) -> Response:
    barred = door.bar if door.unfinished is None else None
    context = {
        "door": door,
        "assignment": door.assignment,
        "token": token,
        "bar": barred.value if barred is not None else "",
        "assessment": door.assignment.purpose is Purpose.ASSESSMENT,
    }
    status = 410 if barred in GONE else 200
    return render(request, "pages/assignments/join.html", context, status=status)
