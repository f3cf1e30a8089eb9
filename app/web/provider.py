"""Sign in by a provider: the way there, and back."""

from __future__ import annotations

import base64
import hmac
import json
from typing import Annotated
from urllib.parse import urljoin, urlsplit

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.ports.errors import IdentityRefused, ProviderUnavailable
from app.ports.identity import IdentityProvider, Visit
from app.usecases.sign_in_by_provider import sign_in_by_provider
from app.web.access import ANYONE
from app.web.accounts import entered, path_of, sign_in_form
from app.web.dependencies import Services, ServicesDep
from app.web.limits import allow, limits_of
from app.web.operators import address_of
from app.web.sessions import LASTS

router = APIRouter(prefix="/sign-in/provider", dependencies=[Depends(ANYONE)])
COOKIE = "sounding_visit"
VISIT_SECONDS = 600
LATE = "This sign-in took too long, or began in another browser."
REFUSED = "The provider did not let you in."
UNPROVEN = "The provider's answer proves nothing about you."
UNKNOWN = "There is no account with an address that the provider has verified for you."
AWAY = "The provider does not answer just now."
Text = Annotated[str, Query(max_length=4000)]


def _provider(services: Services) -> IdentityProvider:
    if not services.accounts or services.identity is None:
        raise HTTPException(404, "This server knows no other way to sign in.")
    return services.identity


@router.get("")
async def leave_for(request: Request, services: ServicesDep, back: Text = "") -> Response:
    """Go there; what proves that this browser comes back stays in its cookie."""
    provider = _provider(services)
    allow(limits_of(request).links, address_of(request))
    try:
        visit = await provider.begin(_address(request, services))
    except ProviderUnavailable:
        return sign_in_form(request, services, back, "", AWAY, status=503)
    response = RedirectResponse(visit.url, 303)
    response.set_cookie(
        _name(services),
        _packed(visit, path_of(back)),
        max_age=VISIT_SECONDS,
        httponly=True,
        samesite="lax",
        secure=_secure(services),
    )
    return response


@router.get("/back")
async def come_back(
    request: Request, services: ServicesDep, state: Text = "", code: Text = "", error: Text = ""
) -> Response:
    """Come back, and in."""
    provider = _provider(services)
    allow(limits_of(request).links, address_of(request))
    kept = _unpacked(request.cookies.get(_name(services), ""))
    if kept is None or not hmac.compare_digest(kept["state"].encode(), state.encode()):
        return _refused(request, services, "", LATE)
    if error or not code:
        return _refused(request, services, kept["back"], REFUSED)
    try:
        who = await provider.finish(
            code, nonce=kept["nonce"], verifier=kept["verifier"], back=_address(request, services)
        )
    except IdentityRefused:
        return _refused(request, services, kept["back"], UNPROVEN)
    except ProviderUnavailable:
        return _refused(request, services, kept["back"], AWAY, 503)
    opened = await sign_in_by_provider(
        services.store, who, domains=provider.domains, lasts=LASTS, now=services.clock()
    )
    if opened is None:
        return _refused(request, services, kept["back"], UNKNOWN)
    return _forgotten(await entered(request, services, opened.secret, kept["back"]), services)


def _refused(
    request: Request, services: Services, back: str, why: str, status: int = 403
) -> Response:
    return _forgotten(sign_in_form(request, services, back, "", why, status=status), services)


def _forgotten(response: Response, services: Services) -> Response:
    response.delete_cookie(_name(services), httponly=True, samesite="lax", secure=_secure(services))
    return response


def _address(request: Request, services: Services) -> str:
    return urljoin(services.base_url or str(request.base_url), "/sign-in/provider/back")


def _secure(services: Services) -> bool:
    return urlsplit(services.base_url or "").scheme == "https"


def _name(services: Services) -> str:
    return f"__Host-{COOKIE}" if _secure(services) else COOKIE


def _packed(visit: Visit, back: str) -> str:
    held = {"state": visit.state, "nonce": visit.nonce, "verifier": visit.verifier, "back": back}
    return base64.urlsafe_b64encode(json.dumps(held).encode()).decode()


def _unpacked(cookie: str) -> dict[str, str] | None:
    try:
        held = json.loads(base64.urlsafe_b64decode(cookie.encode()))
        kept = {name: str(held[name]) for name in ("state", "nonce", "verifier", "back")}
    except (ValueError, KeyError, TypeError):
        return None
    return kept if all(kept[name] for name in ("state", "nonce", "verifier")) else None
