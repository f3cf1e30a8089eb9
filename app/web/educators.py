"""Who may review and calibrate: educators; without accounts, whoever may operate the server."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response
from starlette.requests import HTTPConnection

from app.domain.person import Role, Visitor
from app.web.access import EDUCATORS
from app.web.dependencies import Services
from app.web.operators import may_operate

EducatorDep = Annotated[Visitor, Depends(EDUCATORS)]
COOKIE = "sounding_reviewer"
LONGEST_NAME = 80
YEAR_SECONDS = 365 * 24 * 3600


def may_review(connection: HTTPConnection, services: Services) -> bool:
    """Whether this visitor may see the educators' pages."""
    visitor: Visitor | None = getattr(connection.state, "visitor", None)
    if visitor is not None:
        return visitor.may(Role.EDUCATOR)
    return not services.accounts and may_operate(connection, services)


def reviewer(request: Request) -> str:
    """The person's name; without accounts the one that this browser signed with last."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    if visitor is not None and visitor.name:
        return visitor.name
    return _plain(request.cookies.get(COOKIE, ""))


def signed(request: Request, values: dict[str, object]) -> dict[str, object]:
    """What a form sent, under the name of whoever is signed in: nobody signs for another."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    return values | {"who": visitor.name} if visitor is not None and visitor.name else values


def remember(response: Response, name: str) -> Response:
    """Sign the next mark with this name unless another is given."""
    kept = name.strip()[:LONGEST_NAME].encode("unicode_escape").hex()
    response.set_cookie(COOKIE, kept, max_age=YEAR_SECONDS, httponly=True, samesite="strict")
    return response


def _plain(cookie: str) -> str:
    try:
        return bytes.fromhex(cookie).decode("unicode_escape")[:LONGEST_NAME]
    except (ValueError, UnicodeDecodeError):
        return ""
