"""People, and what lets them in, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from app.domain.person import AccountEvent, ApiKey, Link, Person, SignIn
from tests.fakes.review import refused

if TYPE_CHECKING:
    from tests.fakes.store import State


@dataclass
class AccountRows:
    """Every row of accounts; passwords by person, interviewers by interview and person."""

    people: dict[UUID, Person] = field(default_factory=dict)
    passwords: dict[UUID, str] = field(default_factory=dict)
    sign_ins: dict[str, SignIn] = field(default_factory=dict)
    links: dict[UUID, Link] = field(default_factory=dict)
    api_keys: dict[UUID, ApiKey] = field(default_factory=dict)
    events: list[AccountEvent] = field(default_factory=list)
    interviewers: dict[tuple[UUID, UUID], datetime] = field(default_factory=dict)


class FakeHasher:
    """PasswordHasher: a hash that shows the password; quick."""

    def hash(self, password: str) -> str:
        return f"$argon2id$fake${password}"

    def verify(self, kept: str | None, password: str) -> bool:
        return kept is not None and kept == self.hash(password)


class FakePeople:
    def __init__(self, state: State) -> None:
        self._state = state

    async def add(self, person: Person) -> bool:
        if await self.by_email(person.email) is not None:
            return False
        self._state.people[person.id] = person
        return True

    async def get(self, person_id: UUID) -> Person | None:
        return self._state.people.get(person_id)

    async def by_email(self, email: str) -> Person | None:
        return next((p for p in await self.every() if p.email == email), None)

    async def every(self) -> tuple[Person, ...]:
        there = (p for p in self._state.people.values() if p.deleted_at is None)
        return tuple(sorted(there, key=lambda p: (p.name, p.email)))

    async def change(self, person: Person) -> bool:
        kept = self._there(person.id)
        if kept is None:
            return False
        changed = replace(kept, name=person.name, role=person.role, disabled_at=person.disabled_at)
        self._state.people[person.id] = changed
        return True

    async def forget(self, person_id: UUID, at: datetime) -> bool:
        kept = self._there(person_id)
        if kept is None:
            return False
        state = self._state
        state.people[person_id] = replace(kept, name="", email="", deleted_at=at)
        state.passwords.pop(person_id, None)
        state.sign_ins = {k: s for k, s in state.sign_ins.items() if s.person_id != person_id}
        state.links = {k: n for k, n in state.links.items() if n.person_id != person_id}
        state.api_keys = {k: n for k, n in state.api_keys.items() if n.person_id != person_id}
        state.interviewers = {k: at for k, at in state.interviewers.items() if k[1] != person_id}
        theirs = [a for a in state.assignments.values() if a.owner == person_id]
        state.assignments |= {a.id: replace(a, owner=None) for a in theirs}
        return True

    async def password(self, person_id: UUID) -> str | None:
        return self._state.passwords.get(person_id)

    async def set_password(self, person_id: UUID, kept: str) -> bool:
        if self._there(person_id) is None:
            return False
        self._state.passwords[person_id] = kept
        return True

    def _there(self, person_id: UUID) -> Person | None:
        kept = self._state.people.get(person_id)
        return kept if kept is not None and kept.deleted_at is None else None


def _may_enter(state: State, person_id: UUID) -> Person | None:
    person = state.people.get(person_id)
    return person if person is not None and person.active else None


class FakeSignIns:
    def __init__(self, state: State) -> None:
        self._state = state

    async def add(self, sign_in: SignIn) -> None:
        if sign_in.person_id not in self._state.people:
            raise refused("nobody has this id")
        self._state.sign_ins[sign_in.digest] = sign_in

    async def person(self, digest: str, now: datetime) -> Person | None:
        kept = self._state.sign_ins.get(digest)
        if kept is None or kept.expires_at <= now:
            return None
        return _may_enter(self._state, kept.person_id)

    async def end(self, digest: str) -> None:
        self._state.sign_ins.pop(digest, None)

    async def end_all(self, person_id: UUID) -> int:
        theirs = [k for k, s in self._state.sign_ins.items() if s.person_id == person_id]
        for digest in theirs:
            del self._state.sign_ins[digest]
        return len(theirs)

    async def sweep(self, now: datetime) -> int:
        over = [k for k, s in self._state.sign_ins.items() if s.expires_at <= now]
        for digest in over:
            del self._state.sign_ins[digest]
        return len(over)


class FakeLinks:
    def __init__(self, state: State) -> None:
        self._state = state

    async def add(self, link: Link) -> None:
        if link.person_id not in self._state.people:
            raise refused("nobody has this id")
        self._state.links[link.id] = link

    async def get(self, digest: str) -> Link | None:
        return next((n for n in self._state.links.values() if n.digest == digest), None)

    async def use(self, link_id: UUID, at: datetime) -> bool:
        kept = self._state.links.get(link_id)
        if kept is None or not kept.opens(at):
            return False
        self._state.links[link_id] = replace(kept, used_at=at)
        return True

    async def void(self, person_id: UUID, at: datetime) -> int:
        links = self._state.links.values()
        theirs = [n for n in links if n.person_id == person_id and n.opens(at)]
        self._state.links |= {n.id: replace(n, used_at=at) for n in theirs}
        return len(theirs)


class FakeApiKeys:
    def __init__(self, state: State) -> None:
        self._state = state

    async def add(self, key: ApiKey) -> None:
        if key.person_id not in self._state.people:
            raise refused("nobody has this id")
        self._state.api_keys[key.id] = key

    async def of(self, person_id: UUID) -> tuple[ApiKey, ...]:
        keys = self._state.api_keys.values()
        mine = [k for k in keys if k.person_id == person_id and k.revoked_at is None]
        return tuple(sorted(mine, key=lambda k: (k.created_at, k.id)))

    async def person(self, digest: str) -> Person | None:
        for key in self._state.api_keys.values():
            if key.digest == digest and key.revoked_at is None:
                return _may_enter(self._state, key.person_id)
        return None

    async def revoke(self, key_id: UUID, person_id: UUID, at: datetime) -> bool:
        kept = self._state.api_keys.get(key_id)
        if kept is None or kept.person_id != person_id or kept.revoked_at is not None:
            return False
        self._state.api_keys[key_id] = replace(kept, revoked_at=at)
        return True


class FakeAccountEvents:
    def __init__(self, state: State) -> None:
        self._state = state

    async def add(self, event: AccountEvent) -> None:
        self._state.events.append(replace(event, id=len(self._state.events) + 1))

    async def newest(self, limit: int = 200) -> tuple[AccountEvent, ...]:
        return tuple(reversed(self._state.events))[:limit]

    async def of_interview(self, interview_id: UUID) -> tuple[AccountEvent, ...]:
        return tuple(e for e in self._state.events if e.interview_id == interview_id)


class FakeInterviewers:
    def __init__(self, state: State) -> None:
        self._state = state

    async def assign(self, interview_id: UUID, person_id: UUID, at: datetime) -> None:
        state = self._state
        if interview_id not in state.interviews or person_id not in state.people:
            raise refused("no such interview or person")
        state.interviewers.setdefault((interview_id, person_id), at)

    async def remove(self, interview_id: UUID, person_id: UUID) -> bool:
        return self._state.interviewers.pop((interview_id, person_id), None) is not None

    async def people(self, interview_id: UUID) -> tuple[UUID, ...]:
        return tuple(p for i, p in self._state.interviewers if i == interview_id)

    async def interviews(self, person_id: UUID) -> tuple[UUID, ...]:
        return tuple(i for i, p in self._state.interviewers if p == person_id)


class FakeAccounts:
    """The repositories of accounts over one state."""

    def __init__(self, state: State) -> None:
        self.people = FakePeople(state)
        self.sign_ins = FakeSignIns(state)
        self.links = FakeLinks(state)
        self.api_keys = FakeApiKeys(state)
        self.events = FakeAccountEvents(state)
        self.interviewers = FakeInterviewers(state)
