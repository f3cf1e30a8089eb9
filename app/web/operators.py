"""Who may see the operator's pages: a browser on this machine, or whoever has the token.

With accounts, admins see them too (`app.web.access`). Where a token is set it is always asked for.
Without one the pages are shown only to a loopback address, and never where a proxy may stand in
between: not with a public address, and not to a request that carries a proxy's headers, which are
never believed.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from time import monotonic
from urllib.parse import urlsplit

from fastapi import HTTPException, Request, Response
from starlette.requests import HTTPConnection

from app.web.dependencies import Services

COOKIE = "sounding_operator"
MOST_GUESSES = 10
CLOSED_SECONDS = 900.0
MOST_ADDRESSES = 10_000
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
FORWARDED = frozenset(
    {"forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"}
)


class OperatorsOnly(HTTPException):
    """The page is not for this visitor.

    `token_set` says whether a token would open it, `wrong` that another one was tried, `back` which
    page is asked for.
    """

    def __init__(self, *, token_set: bool, wrong: bool = False, back: str = "") -> None:
        need = (
            "Send the operator token as `Authorization: Bearer TOKEN`."
            if token_set
            else "Set SOUNDING_OPERATOR_TOKEN and start again, or ask from the server itself."
        )
        super().__init__(403, f"The operator's pages are closed here. {need}")
        self.token_set = token_set
        self.wrong = wrong
        self.back = back


class Guesses:
    """Counts wrong tokens by address, and closes the door for a while after too many."""

    def __init__(self, most: int = MOST_GUESSES, seconds: float = CLOSED_SECONDS) -> None:
        self._most = most
        self._seconds = seconds
        self._wrong: dict[str, list[float]] = {}

    def closed(self, address: str, now: float) -> bool:
        """Whether this address must wait."""
        recent = [at for at in self._wrong.get(address, ()) if now - at < self._seconds]
        return len(recent) >= self._most

    def wrong(self, address: str, now: float) -> None:
        """Remember one wrong token; whoever guesses from many addresses is forgotten in turn."""
        recent = [at for at in self._wrong.pop(address, []) if now - at < self._seconds]
        self._wrong[address] = [*recent, now][-self._most :]
        while len(self._wrong) > MOST_ADDRESSES:
            del self._wrong[next(iter(self._wrong))]


def may_operate(connection: HTTPConnection, services: Services) -> bool:
    """Whether this visitor is an operator."""
    token = services.operator_token
    if token is None:
        return services.base_url is None and _local(connection)
    scheme, _, given = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return guessed(connection, given.strip(), token)
    return same(connection.cookies.get(COOKIE, ""), _pass(token))


def guessed(connection: HTTPConnection, given: str, token: str) -> bool:
    """Whether this is the token; nobody finds out by trying often."""
    guesses, address = guesses_of(connection), address_of(connection)
    if guesses.closed(address, monotonic()):
        return False
    right = same(given, token)
    if not right:
        guesses.wrong(address, monotonic())
    return right


def guesses_of(connection: HTTPConnection) -> Guesses:
    """Those of this process."""
    state = connection.app.state
    if not hasattr(state, "guesses"):
        state.guesses = Guesses()
    found: Guesses = state.guesses
    return found


def address_of(connection: HTTPConnection) -> str:
    """Where a request comes from; a proxy's headers are not believed."""
    return connection.client.host if connection.client is not None else ""


def own_path(given: str) -> str:
    """A path of this site with its query; the operator's page in place of anything else."""
    parts = urlsplit(given)
    if parts.scheme or parts.netloc or "\\" in given or not given.startswith("/"):
        return "/operator"
    return given


def let_in(request: Request, response: Response, services: Services, given: str) -> bool:
    """Give a browser a cookie for the right token; the token itself is not in it."""
    token = services.operator_token
    if token is None or not guessed(request, given, token):
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
