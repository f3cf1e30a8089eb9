"""Who may use which route: each one declares its rule as a dependency, and a test reads them all.

On a server without accounts everybody is its one local person, and what educators and operators
see is kept by `app.web.operators`. With accounts, what is another's looks as if it were not there.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, HTTPException, Request, Response
from fastapi.dependencies.models import Dependant
from starlette.exceptions import WebSocketException
from starlette.requests import HTTPConnection

from app.domain.interview import Interview
from app.domain.person import (
    EVERY_ROLE,
    AccountEvent,
    Person,
    Role,
    Visitor,
    digest_of_secret,
    signed_in,
)
from app.ports.store import UnitOfWork
from app.usecases.make_key import MARK
from app.web.dependencies import Services, ServicesDep
from app.web.form_tokens import check_token
from app.web.limits import allow, limits_of
from app.web.operators import OperatorsOnly, address_of, may_operate
from app.web.sessions import PASS_COOKIE, session_of

LOCAL = Visitor(roles=EVERY_ROLE - {Role.EDUCATOR, Role.ADMIN}, local=True)
LOCAL_OPERATOR = Visitor(roles=EVERY_ROLE, local=True)
NOBODY = Visitor()
NOT_THIS_ROLE = "Your account does not open this page. An admin may help."
NO_INTERVIEW = "There is no such interview. It may have been deleted."
PASS_SECONDS = 90 * 24 * 3600
TOLD_AGAIN = timedelta(hours=1)
WRONG = 1008


class SignInNeeded(HTTPException):
    """Nobody is signed in, and the route asks who it is."""

    def __init__(self) -> None:
        challenge = {"WWW-Authenticate": "Bearer"}
        super().__init__(401, "Sign in first, or send a key of yours as a bearer token.", challenge)


@dataclass(frozen=True)
class Rule:
    """Who may use a route. `Depends` on it checks, and gives the `Visitor`.

    `least`: the role to act in; None lets anybody in. `of`: whose the path's `interview_id` must
    be: "own", or "read" for those who may see it as well, and so wherever one is named. `guests`:
    whoever holds the pass of that interview (of any, where none is named) needs no account.
    `token`: so does an operator.
    """

    least: Role | None = Role.CANDIDATE
    of: Literal["nothing", "own", "read"] = "nothing"
    guests: bool = False
    token: bool = False

    async def __call__(self, connection: HTTPConnection, services: ServicesDep) -> Visitor:
        """Let the visitor pass, or raise what an outsider may be told."""
        try:
            return await self._checked(connection, services)
        except HTTPException as error:
            if connection.scope["type"] == "websocket":
                raise WebSocketException(WRONG) from error
            raise

    async def _checked(self, connection: HTTPConnection, services: Services) -> Visitor:
        visitor = await visitor_of(connection, services)
        _not_too_often(connection, services, visitor)
        await self._let_pass(connection, services, visitor)
        if isinstance(connection, Request) and not _key_of(connection):
            await check_token(connection, services, guests=self.guests)
        return visitor

    async def _let_pass(
        self, connection: HTTPConnection, services: Services, visitor: Visitor
    ) -> None:
        if self.least is None:
            return
        if not services.accounts:
            self._local(services, visitor)
            return
        if self.token and _operates(connection, services):
            return
        if self.guests and await holds_pass(connection, services):
            return
        if not visitor.known:
            raise SignInNeeded
        if not visitor.may(self.least):
            raise HTTPException(403, NOT_THIS_ROLE)
        await self._whose(connection, services, visitor)

    def _local(self, services: Services, visitor: Visitor) -> None:
        if self.least is None or visitor.may(self.least):
            return
        raise OperatorsOnly(token_set=services.operator_token is not None)

    async def _whose(
        self, connection: HTTPConnection, services: Services, visitor: Visitor
    ) -> None:
        """Refuse what is another's as if it were not there, and log what is seen of others."""
        interview_id = _interview_id(connection)
        if interview_id is None and self.of == "nothing":
            return
        async with services.store.begin() as work:
            interview = await work.interviews.get(interview_id) if interview_id else None
            given = interview and await _given(work, visitor, interview)
        if interview is None or not (
            visitor.owns(interview.owner_id) or (self.of != "own" and given)
        ):
            raise HTTPException(404, NO_INTERVIEW)
        if visitor.person_id != interview.owner_id:
            await _log_view(services, visitor, interview)


ANYONE = Rule(least=None)
SIGNED_IN = Rule()
VISITORS = Rule(guests=True)
INTERVIEWERS = Rule(Role.INTERVIEWER)
EDUCATORS = Rule(Role.EDUCATOR)
ADMINS = Rule(Role.ADMIN)
OPERATORS = Rule(Role.ADMIN, token=True)
OWN = Rule(of="own", guests=True)
READ = Rule(of="read", guests=True)

RULES = {Role.CANDIDATE: SIGNED_IN, Role.INTERVIEWER: INTERVIEWERS}
RULES |= {Role.EDUCATOR: EDUCATORS, Role.ADMIN: ADMINS}


def require(role: Role) -> Rule:
    """The rule that asks for this role: `Annotated[Visitor, Depends(require(Role.EDUCATOR))]`."""
    return RULES[role]


SignedIn = Annotated[Visitor, Depends(SIGNED_IN)]
Interviewer = Annotated[Visitor, Depends(INTERVIEWERS)]
Educator = Annotated[Visitor, Depends(EDUCATORS)]
Admin = Annotated[Visitor, Depends(ADMINS)]
Operator = Annotated[Visitor, Depends(OPERATORS)]


async def visitor_of(connection: HTTPConnection, services: ServicesDep) -> Visitor:
    """Who asks, looked up once a request."""
    known: Visitor | None = getattr(connection.state, "visitor", None)
    if known is None:
        known = connection.state.visitor = await _visitor(connection, services)
    return known


VisitorDep = Annotated[Visitor, Depends(visitor_of)]


def admit(response: Response, interview: Interview, services: Services) -> Response:
    """Let a browser without an account into this one interview from now on."""
    secure = urlsplit(services.base_url or "").scheme == "https"
    response.set_cookie(
        PASS_COOKIE + interview.id.hex,
        digest_of_secret(interview.token),
        max_age=PASS_SECONDS,
        httponly=True,
        samesite="lax",
        secure=secure,
    )
    return response


async def holds_pass(connection: HTTPConnection, services: Services) -> bool:
    """Whether the browser was let into the path's interview; into any, where none is named."""
    named = _interview_id(connection)
    if named is None and "interview_id" in connection.path_params:
        return False
    wanted = (
        [PASS_COOKIE + named.hex]
        if named
        else [n for n in connection.cookies if n.startswith(PASS_COOKIE)]
    )
    for name in wanted[:5]:
        given = connection.cookies.get(name, "")
        interview_id = _uuid(name.removeprefix(PASS_COOKIE))
        if not given or interview_id is None:
            continue
        async with services.store.begin() as work:
            interview = await work.interviews.get(interview_id)
        if interview is None or not interview.token:
            continue
        if hmac.compare_digest(given.encode(), digest_of_secret(interview.token).encode()):
            return True
    return False


async def undeclared(connection: HTTPConnection, services: ServicesDep) -> None:
    """A route that declares no rule is the admins' alone, where there are accounts."""
    if services.accounts and rule_of(connection.scope.get("route")) is None:
        await ADMINS(connection, services)


def rule_of(route: object) -> Rule | None:
    """The rule that a route declares; where there are several, all hold, and the first is told."""
    return next(iter(rules_of(route)), None)


def rules_of(route: object) -> tuple[Rule, ...]:
    """Every rule that a route depends on."""
    dependant = getattr(route, "dependant", None)
    return tuple(_rules(dependant)) if isinstance(dependant, Dependant) else ()


def _rules(dependant: Dependant) -> list[Rule]:
    found = [dependant.call] if isinstance(dependant.call, Rule) else []
    for inner in dependant.dependencies:
        found += _rules(inner)
    return found


async def _visitor(connection: HTTPConnection, services: Services) -> Visitor:
    if not services.accounts:
        return LOCAL_OPERATOR if may_operate(connection, services) else LOCAL
    person = await _person(connection, services)
    return signed_in(person) if person is not None else NOBODY


async def _person(connection: HTTPConnection, services: Services) -> Person | None:
    if key := _key_of(connection):
        async with services.store.begin() as work:
            return await work.accounts.api_keys.person(digest_of_secret(key))
    secret = session_of(connection, services)
    if not secret:
        return None
    async with services.store.begin() as work:
        return await work.accounts.sign_ins.person(digest_of_secret(secret), services.clock())


async def _given(work: UnitOfWork, visitor: Visitor, interview: Interview) -> bool:
    """Whether it is for others to read, and the visitor is one of them."""
    if not await work.review.reviews.for_others([interview.id]):
        return False
    readers = await work.accounts.interviewers.people(interview.id)
    assigned = visitor.may(Role.INTERVIEWER) and visitor.person_id in readers
    return visitor.may(Role.EDUCATOR) or assigned


async def _log_view(services: Services, visitor: Visitor, interview: Interview) -> None:
    now = services.clock()
    async with services.store.begin() as work:
        seen = await work.accounts.events.of_interview(interview.id)
        mine = (e.at for e in seen if e.act == "viewed" and e.who == visitor.person_id)
        if any(now - at < TOLD_AGAIN for at in mine):
            return
        event = AccountEvent("viewed", now, visitor.person_id, interview.owner_id, interview.id)
        await work.accounts.events.add(event)


def _not_too_often(connection: HTTPConnection, services: Services, visitor: Visitor) -> None:
    """Bound how often one person's programs ask the API; there is no bound without accounts."""
    if not services.accounts or not connection.url.path.startswith("/api/"):
        return
    asks = str(visitor.person_id) if visitor.known else address_of(connection)
    allow(limits_of(connection).api, asks)


def _operates(connection: HTTPConnection, services: Services) -> bool:
    """Whether it has the operator's token; a person's key is no guess at it."""
    if services.operator_token is None or _key_of(connection):
        return False
    return may_operate(connection, services)


def _key_of(connection: HTTPConnection) -> str:
    scheme, _, key = connection.headers.get("authorization", "").partition(" ")
    key = key.strip()
    return key if scheme.lower() == "bearer" and key.startswith(MARK) else ""


def _interview_id(connection: HTTPConnection) -> UUID | None:
    return _uuid(str(connection.path_params.get("interview_id", "")))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
