"""Let somebody in whom a provider knows: an invited person, or a new candidate of an own domain."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from app.domain.person import LONGEST_NAME, AccountEvent, Person, Role, plain_email
from app.ports.identity import Identity
from app.ports.store import Store
from app.usecases.sign_in import Opened, open_sign_in

BY = "by the provider"


async def sign_in_by_provider(
    store: Store,
    who: Identity,
    *,
    domains: frozenset[str],
    lasts: timedelta,
    now: datetime,
) -> Opened | None:
    """A new sign-in, or None: an address that is not proven, unknown here, or shut out.

    `domains` are those whose people become candidates by coming; a provider changes no role.
    """
    address = plain_email(who.email) if who.verified else None
    async with store.begin() as work:
        person = await work.accounts.people.by_email(address) if address else None
        if address and person is None and address.rpartition("@")[2] in domains:
            person = Person(uuid4(), _name(who, address), address, Role.CANDIDATE, now)
            if not await work.accounts.people.add(person):
                return None
            event = AccountEvent("invited", now, None, person.id, note=BY)
            await work.accounts.events.add(event)
        if person is None or not person.active:
            whom = person.id if person is not None else None
            await work.accounts.events.add(AccountEvent("refused", now, whom=whom, note=BY))
            return None
        return await open_sign_in(work, person, lasts, now, note=BY)


def _name(who: Identity, address: str) -> str:
    given = "".join(sign for sign in who.name if sign.isprintable()).strip()
    return given[:LONGEST_NAME] or address.partition("@")[0][:LONGEST_NAME]
