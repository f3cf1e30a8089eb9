"""Who may review and calibrate: until there are accounts, whoever may operate the server."""

from __future__ import annotations

from fastapi import Request, Response
from starlette.requests import HTTPConnection

from app.web.dependencies import Services
from app.web.operators import OperatorDep, may_operate

EducatorDep = OperatorDep
COOKIE = "sounding_reviewer"
LONGEST_NAME = 80
YEAR_SECONDS = 365 * 24 * 3600


def may_review(connection: HTTPConnection, services: Services) -> bool:
    """Whether this visitor may see the educators' pages."""
    return may_operate(connection, services)


def reviewer(request: Request) -> str:
    """The name that this browser signed with last; empty where there is none."""
    return _plain(request.cookies.get(COOKIE, ""))


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
