"""Repositories of people and of what lets them in, bound to one transaction."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.adapters.store import rows
from app.adapters.store.account_schema import (
    account_events,
    account_links,
    api_keys,
    interviewers,
    people,
    sign_ins,
)
from app.adapters.store.assignment_schema import assignments
from app.adapters.store.coach_schema import coach_drills, coach_exchanges, growth_goals
from app.adapters.store.repositories import Transaction
from app.domain.person import AccountEvent, ApiKey, Link, Person, Role, SignIn

_SHOWN = [column for column in people.c if column.name != "password"]
_ACTIVE = (people.c.disabled_at.is_(None), people.c.deleted_at.is_(None))


class PostgresPeople:
    """Everybody with an account."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def add(self, person: Person) -> bool:
        """Keep a new person; False when the address has an account."""
        values = rows.cleaned(asdict(person) | {"role": person.role.value})
        kept = (
            insert(people)
            .values(values)
            .on_conflict_do_nothing(
                index_elements=[people.c.email], index_where=people.c.deleted_at.is_(None)
            )
        )
        return (await self._run(kept.returning(people.c.id))).first() is not None

    async def get(self, person_id: UUID) -> Person | None:
        """One person, or None."""
        return await self._one(people.c.id == person_id)

    async def by_email(self, email: str) -> Person | None:
        """The person with this address, or None."""
        return await self._one(people.c.email == email, people.c.deleted_at.is_(None))

    async def every(self) -> tuple[Person, ...]:
        """All who are not deleted, by name."""
        query = sa.select(*_SHOWN).where(people.c.deleted_at.is_(None))
        found = await self._run(query.order_by(people.c.name, people.c.email))
        return tuple(_person(row) for row in found)

    async def change(self, person: Person) -> bool:
        """Update name, role and whether disabled; False when gone or deleted."""
        values = {
            "name": person.name,
            "role": person.role.value,
            "disabled_at": person.disabled_at,
        }
        return await self._update(person.id, rows.cleaned(values))

    async def forget(self, person_id: UUID, at: datetime) -> bool:
        """Erase what names a person, with sign-ins, links, keys, and what the coach kept.

        What helps the invited of their assignments is the admins' from now on.
        """
        values = {"name": "", "email": "", "password": None, "deleted_at": at}
        if not await self._update(person_id, values):
            return False
        for table in (sign_ins, account_links, api_keys, interviewers):
            await self._run(sa.delete(table).where(table.c.person_id == person_id))
        for table in (coach_exchanges, coach_drills, growth_goals):
            await self._run(sa.delete(table).where(table.c.person == str(person_id)))
        made = assignments.c.owner == person_id
        await self._run(sa.update(assignments).where(made).values(owner=None))
        return True

    async def password(self, person_id: UUID) -> str | None:
        """The hash of the password, or None."""
        query = sa.select(people.c.password).where(people.c.id == person_id)
        kept: str | None = (await self._run(query)).scalar()
        return kept

    async def set_password(self, person_id: UUID, kept: str) -> bool:
        """Keep a hash in place of any other."""
        return await self._update(person_id, {"password": kept})

    async def _update(self, person_id: UUID, values: rows.Values) -> bool:
        there = (people.c.id == person_id, people.c.deleted_at.is_(None))
        return (await self._run(sa.update(people).where(*there).values(values))).rowcount > 0

    async def _one(self, *where: sa.ColumnElement[bool]) -> Person | None:
        row = (await self._run(sa.select(*_SHOWN).where(*where))).first()
        return _person(row) if row is not None else None


class PostgresSignIns:
    """Browsers that are signed in."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def add(self, sign_in: SignIn) -> None:
        """Keep a new one."""
        await self._run(sa.insert(sign_ins).values(asdict(sign_in)))

    async def person(self, digest: str, now: datetime) -> Person | None:
        """Who is signed in by it, or None."""
        mine = (sign_ins.c.digest == digest, sign_ins.c.expires_at > now, *_ACTIVE)
        query = sa.select(*_SHOWN).join(sign_ins, sign_ins.c.person_id == people.c.id)
        row = (await self._run(query.where(*mine))).first()
        return _person(row) if row is not None else None

    async def end(self, digest: str) -> None:
        """Sign this browser out."""
        await self._run(sa.delete(sign_ins).where(sign_ins.c.digest == digest))

    async def end_all(self, person_id: UUID) -> int:
        """Sign a person out everywhere."""
        gone = sa.delete(sign_ins).where(sign_ins.c.person_id == person_id)
        return (await self._run(gone)).rowcount

    async def sweep(self, now: datetime) -> int:
        """Remove those that have ended."""
        gone = sa.delete(sign_ins).where(sign_ins.c.expires_at <= now)
        return (await self._run(gone)).rowcount


class PostgresLinks:
    """Links that let people set a password."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def add(self, link: Link) -> None:
        """Keep a new link."""
        await self._run(sa.insert(account_links).values(asdict(link)))

    async def get(self, digest: str) -> Link | None:
        """The link of a secret, or None."""
        query = sa.select(account_links).where(account_links.c.digest == digest)
        row = (await self._run(query)).first()
        return Link(**row._mapping) if row is not None else None

    async def use(self, link_id: UUID, at: datetime) -> bool:
        """Use it up; False when it was used before or is late."""
        table = account_links
        opens = (table.c.id == link_id, table.c.used_at.is_(None), table.c.expires_at > at)
        return (await self._run(sa.update(table).where(*opens).values(used_at=at))).rowcount > 0

    async def void(self, person_id: UUID, at: datetime) -> int:
        """Let no link of this person open any more; how many did."""
        table = account_links
        opens = (table.c.person_id == person_id, table.c.used_at.is_(None), table.c.expires_at > at)
        return (await self._run(sa.update(table).where(*opens).values(used_at=at))).rowcount


class PostgresApiKeys:
    """Keys by which programs act for people."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def add(self, key: ApiKey) -> None:
        """Keep a new key."""
        await self._run(sa.insert(api_keys).values(rows.cleaned(asdict(key))))

    async def of(self, person_id: UUID) -> tuple[ApiKey, ...]:
        """Those of a person that are not revoked."""
        mine = (api_keys.c.person_id == person_id, api_keys.c.revoked_at.is_(None))
        query = sa.select(api_keys).where(*mine).order_by(api_keys.c.created_at, api_keys.c.id)
        return tuple(ApiKey(**row._mapping) for row in await self._run(query))

    async def person(self, digest: str) -> Person | None:
        """For whom a key acts, or None."""
        mine = (api_keys.c.digest == digest, api_keys.c.revoked_at.is_(None), *_ACTIVE)
        query = sa.select(*_SHOWN).join(api_keys, api_keys.c.person_id == people.c.id)
        row = (await self._run(query.where(*mine))).first()
        return _person(row) if row is not None else None

    async def revoke(self, key_id: UUID, person_id: UUID, at: datetime) -> bool:
        """Let this person's key open nothing any more; False when there is no such key."""
        table = api_keys
        mine = (table.c.id == key_id, table.c.person_id == person_id, table.c.revoked_at.is_(None))
        return (await self._run(sa.update(table).where(*mine).values(revoked_at=at))).rowcount > 0


class PostgresAccountEvents:
    """The log of accounts."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def add(self, event: AccountEvent) -> None:
        """Keep one more."""
        values = asdict(event)
        del values["id"]
        await self._run(sa.insert(account_events).values(rows.cleaned(values)))

    async def newest(self, limit: int = 200) -> tuple[AccountEvent, ...]:
        """The newest first."""
        query = sa.select(account_events).order_by(account_events.c.id.desc()).limit(limit)
        return tuple(AccountEvent(**row._mapping) for row in await self._run(query))

    async def of_interview(self, interview_id: UUID) -> tuple[AccountEvent, ...]:
        """Those about an interview, the oldest first."""
        table = account_events
        query = sa.select(table).where(table.c.interview_id == interview_id).order_by(table.c.id)
        return tuple(AccountEvent(**row._mapping) for row in await self._run(query))


class PostgresInterviewers:
    """Which interviewers may read which interviews."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def assign(self, interview_id: UUID, person_id: UUID, at: datetime) -> None:
        """Let this person read it."""
        values = {"interview_id": interview_id, "person_id": person_id, "at": at}
        await self._run(insert(interviewers).values(values).on_conflict_do_nothing())

    async def remove(self, interview_id: UUID, person_id: UUID) -> bool:
        """Take it back; False when it was not assigned."""
        table = interviewers
        same = (table.c.interview_id == interview_id, table.c.person_id == person_id)
        return (await self._run(sa.delete(table).where(*same))).rowcount > 0

    async def people(self, interview_id: UUID) -> tuple[UUID, ...]:
        """Those whom an interview is assigned to."""
        return await self._column(
            interviewers.c.person_id, interviewers.c.interview_id == interview_id
        )

    async def interviews(self, person_id: UUID) -> tuple[UUID, ...]:
        """Those that are assigned to a person."""
        return await self._column(
            interviewers.c.interview_id, interviewers.c.person_id == person_id
        )

    async def _column(
        self, column: sa.Column[Any], where: sa.ColumnElement[bool]
    ) -> tuple[UUID, ...]:
        query = sa.select(column).where(where).order_by(interviewers.c.at, column)
        return tuple((await self._run(query)).scalars())


class PostgresAccounts:
    """The repositories of accounts, in one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.people = PostgresPeople(transaction)
        self.sign_ins = PostgresSignIns(transaction)
        self.links = PostgresLinks(transaction)
        self.api_keys = PostgresApiKeys(transaction)
        self.events = PostgresAccountEvents(transaction)
        self.interviewers = PostgresInterviewers(transaction)


def _person(row: rows.Result) -> Person:
    return Person(**{**row._mapping, "role": Role(row.role)})
