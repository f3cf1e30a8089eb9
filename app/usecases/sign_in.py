"""Let people in: by a password, or by a link that lets them set one."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from app.domain.errors import DomainError
from app.domain.passwords import weakness
from app.domain.person import (
    MOST_PASSWORD,
    AccountEvent,
    Link,
    Person,
    SignIn,
    digest_of_secret,
    plain_email,
)
from app.ports.accounts import PasswordHasher
from app.ports.store import Store, UnitOfWork

SECRET_BYTES = 32


class WeakPassword(DomainError):
    """A password that is too short, too long, or among those that are guessed first."""


@dataclass(frozen=True)
class Opened:
    """A new sign-in; `secret` is for the browser alone."""

    person: Person
    secret: str


async def sign_in(
    store: Store,
    hasher: PasswordHasher,
    email: str,
    password: str,
    *,
    lasts: timedelta,
    now: datetime,
) -> Opened | None:
    """A new sign-in, or None; who is unknown is refused as slowly as a wrong password."""
    address = plain_email(email)
    async with store.begin() as work:
        person = await work.accounts.people.by_email(address) if address else None
        kept = await work.accounts.people.password(person.id) if person else None
    right = await asyncio.to_thread(hasher.verify, kept, password[: MOST_PASSWORD + 1])
    async with store.begin() as work:
        if person is None or not right or not person.active:
            whom = person.id if person is not None else None
            await work.accounts.events.add(AccountEvent("refused", now, whom=whom))
            return None
        return await open_sign_in(work, person, lasts, now)


async def link_of(store: Store, secret: str, *, now: datetime) -> tuple[Link, Person] | None:
    """The link of a secret with its person, while it opens; looking uses nothing up."""
    async with store.begin() as work:
        link = await work.accounts.links.get(digest_of_secret(secret))
        if link is None or not link.opens(now):
            return None
        person = await work.accounts.people.get(link.person_id)
    return (link, person) if person is not None and person.active else None


async def set_password(
    store: Store,
    hasher: PasswordHasher,
    secret: str,
    password: str,
    *,
    lasts: timedelta,
    now: datetime,
) -> Opened | None:
    """Set a password by a link, end every other sign-in, and sign in; None when it opens nothing.

    Raises:
        WeakPassword: it is too short, too long, or among those that are guessed first.
    """
    found = await link_of(store, secret, now=now)
    if found is None:
        return None
    link, person = found
    check_password(password, person.email)
    kept = await asyncio.to_thread(hasher.hash, password)
    async with store.begin() as work:
        accounts = work.accounts
        if not await accounts.links.use(link.id, now):
            return None
        if not await accounts.people.set_password(person.id, kept):
            return None
        await accounts.links.void(person.id, now)
        await accounts.sign_ins.end_all(person.id)
        await accounts.events.add(AccountEvent("password_set", now, person.id, person.id))
        return await open_sign_in(work, person, lasts, now)


async def sign_out(store: Store, secret: str, *, now: datetime) -> None:
    """End this sign-in."""
    digest = digest_of_secret(secret)
    async with store.begin() as work:
        person = await work.accounts.sign_ins.person(digest, now)
        await work.accounts.sign_ins.end(digest)
        if person is not None:
            await work.accounts.events.add(AccountEvent("signed_out", now, person.id))


def check_password(password: str, email: str) -> None:
    """Raise WeakPassword unless it may be one."""
    if why := weakness(password, email):
        raise WeakPassword(why)


def new_secret() -> str:
    """A secret that nobody guesses."""
    return secrets.token_urlsafe(SECRET_BYTES)


async def open_sign_in(
    work: UnitOfWork, person: Person, lasts: timedelta, now: datetime, note: str = ""
) -> Opened:
    """A sign-in of somebody who proved who they are; what is over is swept away."""
    secret = new_secret()
    kept = SignIn(uuid4(), person.id, digest_of_secret(secret), now, now + lasts)
    await work.accounts.sign_ins.sweep(now)
    await work.accounts.sign_ins.add(kept)
    await work.accounts.events.add(AccountEvent("signed_in", now, person.id, note=note))
    return Opened(person, secret)
