"""The cookies that let a browser in: that of a sign-in, and the passes of interviews.

The cookie holds a random secret; the store knows its digest alone. Over https its name begins with
`__Host-`, so that no other name of the domain can plant one.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from fastapi import Response
from starlette.requests import HTTPConnection

from app.web.dependencies import Services

COOKIE = "sounding_session"
PASS_COOKIE = "sounding_pass_"  # noqa: S105 - a name, not a secret
LASTS = timedelta(days=14)


def session_of(connection: HTTPConnection, services: Services) -> str:
    """The secret that the browser sent; empty without one."""
    return connection.cookies.get(_name(services), "")


def begin_session(response: Response, secret: str, services: Services) -> None:
    """Let this browser be known by the secret."""
    response.set_cookie(
        _name(services),
        secret,
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=_secure(services),
    )


def end_session(response: Response, services: Services) -> None:
    """Forget this browser."""
    response.delete_cookie(_name(services), httponly=True, samesite="lax", secure=_secure(services))


def passes_of(connection: HTTPConnection) -> list[str]:
    """The passes that the browser sent, that of the path's own interview first."""
    named = str(connection.path_params.get("interview_id", "")).replace("-", "")
    held = {n: v for n, v in connection.cookies.items() if n.startswith(PASS_COOKIE) and v}
    return [v for _, v in sorted(held.items(), key=lambda kept: kept[0] != PASS_COOKIE + named)]


def _secure(services: Services) -> bool:
    return urlsplit(services.base_url or "").scheme == "https"


def _name(services: Services) -> str:
    return f"__Host-{COOKIE}" if _secure(services) else COOKIE
