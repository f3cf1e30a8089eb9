"""What admins do: invite people, change what they are here for, shut them out, delete them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from app.domain.errors import BadContent, DomainError
from app.domain.person import (
    LONGEST_NAME,
    AccountEvent,
    Act,
    Link,
    Person,
    Role,
    digest_of_secret,
    plain_email,
)
from app.ports.recordings import Recordings
from app.ports.store import Store, UnitOfWork
from app.usecases.erase_interview import EraseRows, erase_interview
from app.usecases.sign_in import new_secret

LINK_LASTS = timedelta(days=7)
MOST_OWN = 100_000


class AlreadyInvited(DomainError):
    """This address has an account; a new link for it is made beside its name."""


class LastAdmin(DomainError):
    """Without this person nobody could let anybody in."""


@dataclass(frozen=True)
class Invited:
    """A person and the secret of a link; it is told once, and kept as a digest alone."""

    person: Person
    secret: str
    expires_at: datetime


async def invite(
    store: Store, name: str, email: str, role: Role, *, by: UUID | None, now: datetime
) -> Invited:
    """Make an account with a link to set its password.

    Raises:
        BadContent: a name or an address that is none.
        AlreadyInvited: the address has an account.
    """
    address, name = plain_email(email), name.strip()
    if address is None:
        raise BadContent("Enter an address such as ada@example.org.")
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadContent(f"Enter a name, {LONGEST_NAME} characters at most.")
    person = Person(uuid4(), name, address, role, now)
    async with store.begin() as work:
        if not await work.accounts.people.add(person):
            raise AlreadyInvited("This address has an account already.")
        await _log(work, "invited", now, by, person.id, role.value)
        return await _linked(work, person, by, now)


async def renew_link(
    store: Store, person_id: UUID, *, by: UUID | None, now: datetime
) -> Invited | None:
    """Another link to set a password; those of before open nothing any more."""
    async with store.begin() as work:
        person = await work.accounts.people.get(person_id)
        if person is None or not person.active:
            return None
        await _log(work, "invited", now, by, person.id, "new link")
        return await _linked(work, person, by, now)


async def change_role(
    store: Store, person_id: UUID, role: Role, *, by: UUID | None, now: datetime
) -> Person | None:
    """Change what a person is here for; None when there is none. Raises LastAdmin."""
    async with store.begin() as work:
        person = await _there(work, person_id)
        if person is None or person.role is role:
            return person
        if role is not Role.ADMIN:
            await _another_admin(work, person)
        await work.accounts.people.change(replace(person, role=role))
        await _log(work, "role_changed", now, by, person.id, f"{person.role} to {role}")
    return replace(person, role=role)


async def set_disabled(
    store: Store, person_id: UUID, *, disabled: bool, by: UUID | None, now: datetime
) -> Person | None:
    """Shut a person out everywhere, or let them in again; None when there is none.

    Raises:
        LastAdmin: nobody could let anybody in any more.
    """
    async with store.begin() as work:
        person = await _there(work, person_id)
        if person is None:
            return None
        if disabled:
            await _another_admin(work, person)
            await work.accounts.sign_ins.end_all(person.id)
            await work.accounts.links.void(person.id, now)
        changed = replace(person, disabled_at=now if disabled else None)
        await work.accounts.people.change(changed)
        await _log(work, "disabled" if disabled else "enabled", now, by, person.id)
    return changed


async def delete_person(
    store: Store,
    recordings: Recordings,
    erase_rows: EraseRows,
    person_id: UUID,
    *,
    by: UUID | None,
    now: datetime,
) -> int | None:
    """Erase a person with their interviews; how many interviews, or None when there is none.

    The account is shut first: a failure half way leaves nobody who could come in.

    Raises:
        LastAdmin: nobody could let anybody in any more.
    """
    async with store.begin() as work:
        person = await _there(work, person_id)
        if person is None:
            return None
        await _another_admin(work, person)
        await work.accounts.people.change(replace(person, disabled_at=now))
        theirs = await work.interviews.recent(MOST_OWN, owner_id=person_id)
    for interview in theirs:
        await erase_interview(store, recordings, erase_rows, interview.id, now=now)
    async with store.begin() as work:
        await work.accounts.people.forget(person_id, now)
        await _log(work, "deleted", now, by, person_id, f"{len(theirs)} interviews")
    return len(theirs)


async def _there(work: UnitOfWork, person_id: UUID) -> Person | None:
    person = await work.accounts.people.get(person_id)
    return person if person is not None and person.deleted_at is None else None


async def _another_admin(work: UnitOfWork, person: Person) -> None:
    if person.role is not Role.ADMIN or not person.active:
        return
    others = [p for p in await work.accounts.people.every() if p.id != person.id]
    if not any(other.role is Role.ADMIN and other.active for other in others):
        raise LastAdmin("This is the only admin. Make somebody else an admin first.")


async def _linked(work: UnitOfWork, person: Person, by: UUID | None, now: datetime) -> Invited:
    secret, ends = new_secret(), now + LINK_LASTS
    await work.accounts.links.void(person.id, now)
    link = Link(uuid4(), person.id, digest_of_secret(secret), now, ends, made_by=by)
    await work.accounts.links.add(link)
    return Invited(person, secret, ends)


async def _log(
    work: UnitOfWork, act: Act, now: datetime, by: UUID | None, whom: UUID, note: str = ""
) -> None:
    await work.accounts.events.add(AccountEvent(act, now, by, whom, note=note))
