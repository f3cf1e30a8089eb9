"""Ports of accounts: people and what lets them in, bound to the transaction of their unit of work.

`PasswordHasher` alone stands outside of the store.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.domain.person import AccountEvent, ApiKey, Link, Person, SignIn


class PasswordHasher(Protocol):
    """Slow hashes of passwords. Both calls take long on purpose: run them in a thread."""

    def hash(self, password: str) -> str:
        """A new salted hash."""
        ...

    def verify(self, kept: str | None, password: str) -> bool:
        """Whether it is the password; without a hash it takes as long, and is False."""
        ...


class People(Protocol):
    """Everybody with an account."""

    async def add(self, person: Person) -> bool:
        """Keep a new person; False, and nothing changes, when the address has an account."""
        ...

    async def get(self, person_id: UUID) -> Person | None:
        """One person, also a disabled or deleted one, or None."""
        ...

    async def by_email(self, email: str) -> Person | None:
        """The person with this address, also a disabled one, or None."""
        ...

    async def every(self) -> tuple[Person, ...]:
        """All who are not deleted, by name."""
        ...

    async def change(self, person: Person) -> bool:
        """Update name, role and whether disabled; False when gone or deleted."""
        ...

    async def forget(self, person_id: UUID, at: datetime) -> bool:
        """Erase what names a person, with sign-ins, links, keys, and what the coach kept of them.

        Their assignments have no maker any more. False when gone already.
        """
        ...

    async def password(self, person_id: UUID) -> str | None:
        """The hash of the password, or None where none is set."""
        ...

    async def set_password(self, person_id: UUID, kept: str) -> bool:
        """Keep a hash in place of any other; False when gone or deleted."""
        ...


class SignIns(Protocol):
    """Browsers that are signed in."""

    async def add(self, sign_in: SignIn) -> None:
        """Keep a new one."""
        ...

    async def person(self, digest: str, now: datetime) -> Person | None:
        """Who is signed in by it; None when it has ended, or the person may not come in."""
        ...

    async def end(self, digest: str) -> None:
        """Sign this browser out; nothing happens when it is out already."""
        ...

    async def end_all(self, person_id: UUID) -> int:
        """Sign a person out everywhere; how many browsers."""
        ...

    async def sweep(self, now: datetime) -> int:
        """Remove those that have ended; how many."""
        ...


class Links(Protocol):
    """Links that let people set a password."""

    async def add(self, link: Link) -> None:
        """Keep a new link."""
        ...

    async def get(self, digest: str) -> Link | None:
        """The link of a secret, also a used or late one, or None."""
        ...

    async def use(self, link_id: UUID, at: datetime) -> bool:
        """Use it up; False when it was used before or is late. Of two at once, one is told True."""
        ...

    async def void(self, person_id: UUID, at: datetime) -> int:
        """Let no link of this person open any more; how many did."""
        ...


class ApiKeys(Protocol):
    """Keys by which programs act for people."""

    async def add(self, key: ApiKey) -> None:
        """Keep a new key."""
        ...

    async def of(self, person_id: UUID) -> tuple[ApiKey, ...]:
        """Those of a person that are not revoked, the oldest first."""
        ...

    async def person(self, digest: str) -> Person | None:
        """For whom a key acts; None when it is revoked, or the person may not come in."""
        ...

    async def revoke(self, key_id: UUID, person_id: UUID, at: datetime) -> bool:
        """Let this person's key open nothing any more; False when there is no such key."""
        ...


class AccountEvents(Protocol):
    """The log of accounts; lines are only ever added."""

    async def add(self, event: AccountEvent) -> None:
        """Keep one more."""
        ...

    async def newest(self, limit: int = 200) -> tuple[AccountEvent, ...]:
        """The newest first."""
        ...

    async def of_interview(self, interview_id: UUID) -> tuple[AccountEvent, ...]:
        """Those about an interview, the oldest first."""
        ...


class Interviewers(Protocol):
    """Which interviewers may read which interviews."""

    async def assign(self, interview_id: UUID, person_id: UUID, at: datetime) -> None:
        """Let this person read it; a second time changes nothing. Refused where either is gone."""
        ...

    async def remove(self, interview_id: UUID, person_id: UUID) -> bool:
        """Take it back; False when it was not assigned."""
        ...

    async def people(self, interview_id: UUID) -> tuple[UUID, ...]:
        """Those whom an interview is assigned to."""
        ...

    async def interviews(self, person_id: UUID) -> tuple[UUID, ...]:
        """Those that are assigned to a person."""
        ...


class Accounts(Protocol):
    """The repositories of accounts, in one transaction."""

    @property
    def people(self) -> People:
        """People."""
        ...

    @property
    def sign_ins(self) -> SignIns:
        """Browsers that are signed in."""
        ...

    @property
    def links(self) -> Links:
        """Links to set a password."""
        ...

    @property
    def api_keys(self) -> ApiKeys:
        """Keys of programs."""
        ...

    @property
    def events(self) -> AccountEvents:
        """The log."""
        ...

    @property
    def interviewers(self) -> Interviewers:
        """Interviewers' interviews."""
        ...
