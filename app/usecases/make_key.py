"""Keys by which programs act for a person over the API."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from app.domain.errors import BadContent
from app.domain.person import LONGEST_NAME, AccountEvent, ApiKey, Person, digest_of_secret
from app.ports.store import Store
from app.usecases.sign_in import new_secret

MARK = "sounding_key_"
MOST_KEYS = 20


async def make_key(store: Store, person: Person, name: str, *, now: datetime) -> tuple[ApiKey, str]:
    """A new key and its text, which is told once.

    Raises:
        BadContent: without a name, or one too many.
    """
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadContent(f"Name the key by what uses it, {LONGEST_NAME} characters at most.")
    text = MARK + new_secret()
    key = ApiKey(uuid4(), person.id, name, digest_of_secret(text), now)
    async with store.begin() as work:
        if len(await work.accounts.api_keys.of(person.id)) >= MOST_KEYS:
            raise BadContent(f"Revoke a key first: a person has at most {MOST_KEYS}.")
        await work.accounts.api_keys.add(key)
        await work.accounts.events.add(AccountEvent("key_made", now, person.id, note=name))
    return key, text


async def revoke_key(store: Store, person: Person, key_id: UUID, *, now: datetime) -> bool:
    """Let a key of this person open nothing any more; False when there is none."""
    async with store.begin() as work:
        gone = await work.accounts.api_keys.revoke(key_id, person.id, now)
        if gone:
            await work.accounts.events.add(AccountEvent("key_revoked", now, person.id))
    return gone
