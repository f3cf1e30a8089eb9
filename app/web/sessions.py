"""The cookie of a sign-in, and the token that our own forms carry.

The cookie holds a random secret; the store knows its digest alone. Over https its name begins with
`__Host-`, so that no other name of the domain can plant one.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from urllib.parse import urlsplit

from fastapi import HTTPException, Request, Response
from starlette.datastructures import FormData
from starlette.requests import HTTPConnection

from app.domain.person import digest_of_secret
from app.web.dependencies import Services
from app.web.forms import TOKEN

COOKIE = "sounding_session"
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


def form_token(connection: HTTPConnection, services: Services) -> str:
    """What the forms of this sign-in carry; it tells nothing of the secret."""
    secret = session_of(connection, services)
    return digest_of_secret(f"form {secret}") if secret else ""


def check_form(request: Request, form: FormData, services: Services) -> None:
    """Refuse a form that is not from a page of this sign-in."""
    if not services.accounts:
        return
    given, wanted = form.get(TOKEN), form_token(request, services)
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), wanted.encode()):
        raise HTTPException(403, "This form is out of date. Load the page again.")


def _secure(services: Services) -> bool:
    return urlsplit(services.base_url or "").scheme == "https"


def _name(services: Services) -> str:
    return f"__Host-{COOKIE}" if _secure(services) else COOKIE
