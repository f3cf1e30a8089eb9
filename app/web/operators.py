"""Who may see the operator's pages: a browser on this machine, or whoever has the token.

There are no accounts yet. Where a token is set it is always asked for. Without one the pages are
shown only to a loopback address, and never where a proxy may stand in between: not with a public
address, and not to a request that carries a proxy's headers, which are never believed.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request, Response
from starlette.requests import HTTPConnection

from app.web.dependencies import Services, ServicesDep

COOKIE = "sounding_operator"
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
FORWARDED = frozenset(
    {"forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"}
)


class OperatorsOnly(HTTPException):
    """The page is not for this visitor.

    `token_set` says whether a token would open it, `wrong` that another one was tried.
    """

    def __init__(self, *, token_set: bool, wrong: bool = False) -> None:
        need = (
            "Send the operator token as `Authorization: Bearer TOKEN`."
            if token_set
            else "Set SOUNDING_OPERATOR_TOKEN and start again, or ask from the server itself."
        )
        super().__init__(403, f"The operator's pages are closed here. {need}")
        self.token_set = token_set
        self.wrong = wrong


def may_operate(connection: HTTPConnection, services: Services) -> bool:
    """Whether this visitor is an operator."""
    token = services.operator_token
    if token is None:
        return services.base_url is None and _local(connection)
    scheme, _, given = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and same(given.strip(), token):
        return True
    return same(connection.cookies.get(COOKIE, ""), _pass(token))


def let_in(response: Response, services: Services, given: str) -> bool:
    """Give a browser a cookie for the right token; the token itself is not in it."""
    token = services.operator_token
    if token is None or not same(given, token):
        return False
    secure = urlsplit(services.base_url or "").scheme == "https"
    response.set_cookie(COOKIE, _pass(token), httponly=True, samesite="strict", secure=secure)
    return True


def same(given: str, wanted: str) -> bool:
    """Whether two secrets are equal, in a time that tells nothing of how far they are."""
    return hmac.compare_digest(sha256(given.encode()).digest(), sha256(wanted.encode()).digest())


def _pass(token: str) -> str:
    return hmac.new(token.encode(), b"the operator's pages", sha256).hexdigest()


def _local(connection: HTTPConnection) -> bool:
    if any(name in FORWARDED or name.startswith("x-forwarded") for name in connection.headers):
        return False
    if connection.url.hostname not in LOCAL_NAMES or connection.client is None:
        return False
    try:
        address = ip_address(connection.client.host)
    except ValueError:
        return False
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (inner or address).is_loopback


async def _require_operator(request: Request, services: ServicesDep) -> None:
    if not may_operate(request, services):
        raise OperatorsOnly(token_set=services.operator_token is not None)


OperatorDep = Annotated[None, Depends(_require_operator)]
