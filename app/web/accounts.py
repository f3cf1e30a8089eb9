"""The way in and out: sign in, set a password by a link, sign out; one's own account and keys."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.domain.errors import BadContent
from app.domain.person import LEAST_PASSWORD, MOST_PASSWORD, Person, plain_email
from app.ports.accounts import PasswordHasher
from app.usecases.make_key import make_key, revoke_key
from app.usecases.sign_in import WeakPassword, link_of, set_password, sign_in, sign_out
from app.web.access import ANYONE, SignedIn, VisitorDep
from app.web.dependencies import Services, ServicesDep
from app.web.limits import allow, limits_of
from app.web.operators import address_of, own_path
from app.web.sessions import LASTS, begin_session, end_session, session_of
from app.web.templating import render

router = APIRouter()
Line = Annotated[str, Form(max_length=300)]
Secret = Annotated[str, Form(max_length=1000)]
WRONG = "This address and password do not fit together. Check both and try again."
CLOSED = (
    "This link does not open anything. It was used before, is too old, or is cut off. "
    "Ask whoever invited you for a new one."
)
LINK = "pages/accounts/welcome.html"


@router.get("/sign-in", dependencies=[Depends(ANYONE)])
async def sign_in_page(
    request: Request,
    services: ServicesDep,
    visitor: VisitorDep,
    back: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    """The form; whoever is in already goes on."""
    _hasher(services)
    if visitor.known:
        return RedirectResponse(path_of(back), 303)
    return sign_in_form(request, services, back, "")


@router.post("/sign-in", dependencies=[Depends(ANYONE)])
async def enter(
    request: Request,
    services: ServicesDep,
    email: Line = "",
    password: Secret = "",
    back: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    """Let a person in by address and password."""
    hasher, limits = _hasher(services), limits_of(request)
    account = plain_email(email) or ""
    allow(limits.sign_in_address, address_of(request))
    allow(limits.sign_in_account, account)
    opened = await sign_in(
        services.store, hasher, email, password, lasts=LASTS, now=services.clock()
    )
    if opened is None:
        return sign_in_form(request, services, back, email, WRONG)
    limits.sign_in_account.give_back(account)
    return await entered(request, services, opened.secret, path_of(back))


@router.post("/sign-out", dependencies=[Depends(ANYONE)])
async def leave(request: Request, services: ServicesDep) -> Response:
    """End this browser's sign-in."""
    response = RedirectResponse("/sign-in" if services.accounts else "/", 303)
    if secret := session_of(request, services):
        await sign_out(services.store, secret, now=services.clock())
        end_session(response, services)
    return response


@router.get("/welcome/{secret}", dependencies=[Depends(ANYONE)])
async def welcome(secret: str, request: Request, services: ServicesDep) -> Response:
    """What a link opens; looking uses nothing up."""
    _hasher(services)
    allow(limits_of(request).links, address_of(request))
    found = await link_of(services.store, secret[:200], now=services.clock())
    if found is None:
        raise HTTPException(410, CLOSED)
    return _welcome(request, secret, found[1], "")


@router.post("/welcome/{secret}", dependencies=[Depends(ANYONE)])
async def settle(
    secret: str, request: Request, services: ServicesDep, password: Secret = ""
) -> Response:
    """Set the password and come in."""
    hasher = _hasher(services)
    allow(limits_of(request).links, address_of(request))
    now = services.clock()
    try:
        opened = await set_password(
            services.store, hasher, secret[:200], password, lasts=LASTS, now=now
        )
    except WeakPassword as error:
        found = await link_of(services.store, secret[:200], now=now)
        if found is None:
            raise HTTPException(410, CLOSED) from error
        return _welcome(request, secret, found[1], str(error))
    if opened is None:
        raise HTTPException(410, CLOSED)
    return await entered(request, services, opened.secret, "/")


@router.get("/account")
async def account(request: Request, services: ServicesDep, visitor: SignedIn) -> Response:
    """One's own account: who one is here, and one's keys."""
    return await _account(request, services, _person(visitor.person))


@router.post("/account/keys")
async def new_key(
    request: Request, services: ServicesDep, visitor: SignedIn, name: Line = ""
) -> Response:
    """Make a key; its text is on the page that comes back, and never again."""
    person = _person(visitor.person)
    try:
        _, text = await make_key(services.store, person, name, now=services.clock())
    except BadContent as error:
        return await _account(request, services, person, error=str(error))
    return await _account(request, services, person, made=text)


@router.post("/account/keys/{key_id}/revoke")
async def drop_key(
    key_id: UUID, request: Request, services: ServicesDep, visitor: SignedIn
) -> Response:
    """Let a key open nothing any more."""
    person = _person(visitor.person)
    if not await revoke_key(services.store, person, key_id, now=services.clock()):
        raise HTTPException(404, "There is no such key.")
    return RedirectResponse("/account#keys", 303)


def _hasher(services: Services) -> PasswordHasher:
    if not services.accounts or services.hasher is None:
        raise HTTPException(404, "This server has no accounts. Nobody needs to sign in.")
    return services.hasher


def _person(person: Person | None) -> Person:
    if person is None:
        raise HTTPException(404, "This server has no accounts. Nobody needs to sign in.")
    return person


def path_of(back: str) -> str:
    """A path of this site, and the start where none is named."""
    return own_path(back) if back else "/"


async def entered(request: Request, services: Services, secret: str, path: str) -> Response:
    """Known by the new secret from now on; what the browser was known by before is ended."""
    if before := session_of(request, services):
        await sign_out(services.store, before, now=services.clock())
    response = RedirectResponse(path, 303)
    begin_session(response, secret, services)
    return response


def sign_in_form(
    request: Request,
    services: Services,
    back: str,
    email: str,
    error: str = "",
    *,
    status: int = 422,
) -> Response:
    """The page of all ways in."""
    in_room = back.startswith("/interviews/") and back.endswith(("/room", "/before"))
    context: dict[str, object] = {"back": back, "email": email, "error": error, "in_room": in_room}
    context["wrong"] = error == WRONG
    context["provider"] = services.identity.name if services.identity is not None else ""
    status = status if error else 200
    return render(request, "pages/accounts/sign_in.html", context, status=status)


def _welcome(request: Request, secret: str, person: Person, error: str) -> Response:
    context = {"secret": secret, "person": person, "error": error, "least": LEAST_PASSWORD}
    context["most"] = MOST_PASSWORD
    return render(request, LINK, context, status=422 if error else 200)


async def _account(
    request: Request, services: Services, person: Person, *, made: str = "", error: str = ""
) -> Response:
    async with services.store.begin() as work:
        keys = await work.accounts.api_keys.of(person.id)
    context = {"person": person, "keys": keys, "made": made, "error": error}
    status = 422 if error else 200
    return render(request, "pages/accounts/account.html", context, status=status)
