"""People and what lets them in: the same rules in memory and in Postgres."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.domain.person import (
    AccountEvent,
    ApiKey,
    Link,
    Person,
    Role,
    SignIn,
    digest_of_secret,
)
from app.ports.errors import StoreUnavailable
from tests.contracts.stored import NOW, AnyStore, an_interview
from tests.postgres import connect

pytestmark = pytest.mark.contract

HOUR = timedelta(hours=1)


async def _someone(store: AnyStore, role: Role = Role.CANDIDATE) -> Person:
    person_id = uuid4()
    person = Person(person_id, "Ada ☕", f"{person_id.hex}@example.org", role, NOW)
    async with store.begin() as work:
        assert await work.accounts.people.add(person)
        assert await work.accounts.people.set_password(person_id, "$argon2id$kept")
    return person


def _sign_in(person: Person, secret: str) -> SignIn:
    return SignIn(uuid4(), person.id, digest_of_secret(secret), NOW, NOW + HOUR)


def _link(person: Person, secret: str) -> Link:
    return Link(uuid4(), person.id, digest_of_secret(secret), NOW, NOW + HOUR)


async def test_a_person_is_found_by_id_and_by_address(store: AnyStore) -> None:
    person = await _someone(store)
    async with store.begin() as work:
        assert await work.accounts.people.get(person.id) == person
        assert await work.accounts.people.by_email(person.email) == person
        assert await work.accounts.people.by_email("nobody@example.org") is None
        assert person in await work.accounts.people.every()
        assert await work.accounts.people.password(person.id) == "$argon2id$kept"


async def test_an_address_has_one_account(store: AnyStore) -> None:
    person = await _someone(store)
    async with store.begin() as work:
        assert not await work.accounts.people.add(replace(person, id=uuid4(), name="Bo"))
        assert await work.accounts.people.by_email(person.email) == person


async def test_name_role_and_the_door_can_change_and_nothing_else(store: AnyStore) -> None:
    person = await _someone(store)
    changed = replace(person, name="Bo", role=Role.EDUCATOR, disabled_at=NOW)
    async with store.begin() as work:
        assert await work.accounts.people.change(replace(changed, email="other@example.org"))
        assert not await work.accounts.people.change(replace(changed, id=uuid4()))
    async with store.begin() as work:
        assert await work.accounts.people.get(person.id) == changed


async def test_a_deleted_person_is_nameless_and_shut_out_and_the_address_is_free(
    store: AnyStore,
) -> None:
    person, secret = await _someone(store), uuid4().hex
    interview = an_interview(owner_id=person.id)
    async with store.begin() as work:
        accounts = work.accounts
        await work.interviews.add(interview)
        await accounts.interviewers.assign(interview.id, person.id, NOW)
        await accounts.sign_ins.add(_sign_in(person, secret))
        await accounts.links.add(_link(person, secret))
        await accounts.api_keys.add(
            ApiKey(uuid4(), person.id, "laptop", digest_of_secret(secret), NOW)
        )
    async with store.begin() as work:
        assert await work.accounts.people.forget(person.id, NOW)
        assert not await work.accounts.people.forget(person.id, NOW)
    async with store.begin() as work:
        accounts, digest = work.accounts, digest_of_secret(secret)
        gone = await accounts.people.get(person.id)
        assert gone == replace(person, name="", email="", deleted_at=NOW)
        assert gone not in await accounts.people.every()
        assert await accounts.people.password(person.id) is None
        assert not await accounts.people.set_password(person.id, "$argon2id$new")
        assert await accounts.sign_ins.person(digest, NOW) is None
        assert await accounts.links.get(digest) is None
        assert await accounts.api_keys.person(digest) is None
        assert await accounts.interviewers.people(interview.id) == ()
        assert await accounts.people.add(replace(person, id=uuid4()))


async def test_a_sign_in_ends_by_time_by_hand_and_with_the_person(store: AnyStore) -> None:
    person, digests = await _someone(store), []
    async with store.begin() as work:
        for _ in range(3):
            kept = _sign_in(person, uuid4().hex)
            digests.append(kept.digest)
            await work.accounts.sign_ins.add(kept)
    async with store.begin() as work:
        sign_ins = work.accounts.sign_ins
        assert await sign_ins.person(digests[0], NOW) == person
        assert await sign_ins.person(digests[0], NOW + HOUR) is None
        assert await sign_ins.person("unknown", NOW) is None
        await sign_ins.end(digests[0])
        await sign_ins.end(digests[0])
        assert await sign_ins.person(digests[0], NOW) is None
        await work.accounts.people.change(replace(person, disabled_at=NOW))
        assert await sign_ins.person(digests[1], NOW) is None
        assert await sign_ins.end_all(person.id) == 2
        await sign_ins.add(_sign_in(person, uuid4().hex))
        assert await sign_ins.sweep(NOW) == 0
        assert await sign_ins.sweep(NOW + HOUR) == 1


async def test_a_link_opens_once_and_in_time(store: AnyStore) -> None:
    person = await _someone(store)
    first, late, void = (_link(person, uuid4().hex) for _ in range(3))
    async with store.begin() as work:
        for link in (first, late, void):
            await work.accounts.links.add(link)
    async with store.begin() as work:
        links = work.accounts.links
        assert await links.get(first.digest) == first
        assert await links.use(first.id, NOW)
        assert not await links.use(first.id, NOW)
        assert not await links.use(late.id, NOW + HOUR)
        assert not await links.use(uuid4(), NOW)
        assert await links.void(person.id, NOW) == 2
        assert not await links.use(void.id, NOW)


async def test_a_key_acts_until_it_is_revoked_by_its_own_person(store: AnyStore) -> None:
    person, other = await _someone(store), await _someone(store)
    key = ApiKey(uuid4(), person.id, "laptop", digest_of_secret(uuid4().hex), NOW)
    async with store.begin() as work:
        keys = work.accounts.api_keys
        await keys.add(key)
        assert await keys.of(person.id) == (key,)
        assert await keys.of(other.id) == ()
        assert await keys.person(key.digest) == person
        assert not await keys.revoke(key.id, other.id, NOW)
        assert await keys.revoke(key.id, person.id, NOW)
        assert not await keys.revoke(key.id, person.id, NOW)
        assert await keys.person(key.digest) is None
        assert await keys.of(person.id) == ()


async def test_an_interview_has_its_owner_and_its_interviewers(store: AnyStore) -> None:
    owner, reader = await _someone(store), await _someone(store, Role.INTERVIEWER)
    mine, other = an_interview(owner_id=owner.id), an_interview(owner_id=reader.id)
    async with store.begin() as work:
        await work.interviews.add(mine)
        await work.interviews.add(other)
        await work.accounts.interviewers.assign(mine.id, reader.id, NOW)
        await work.accounts.interviewers.assign(mine.id, reader.id, NOW)
    async with store.begin() as work:
        kept = await work.interviews.get(mine.id)
        assert kept is not None
        assert kept.owner_id == owner.id
        recent = await work.interviews.recent(10, owner_id=owner.id)
        assert [i.id for i in recent] == [mine.id]
        assert {mine.id, other.id} <= {i.id for i in await work.interviews.recent(50)}
        assert await work.accounts.interviewers.people(mine.id) == (reader.id,)
        assert await work.accounts.interviewers.interviews(reader.id) == (mine.id,)
        assert await work.accounts.interviewers.remove(mine.id, reader.id)
        assert not await work.accounts.interviewers.remove(mine.id, reader.id)


@pytest.mark.parametrize("gone", ["interview", "person"])
async def test_nothing_is_assigned_to_nobody(store: AnyStore, gone: str) -> None:
    person, interview = await _someone(store), an_interview()
    async with store.begin() as work:
        await work.interviews.add(interview)
    ids = (uuid4(), person.id) if gone == "interview" else (interview.id, uuid4())
    with pytest.raises(StoreUnavailable):
        async with store.begin() as work:
            await work.accounts.interviewers.assign(*ids, NOW)


async def test_the_log_tells_the_newest_first_and_outlives_its_interview(store: AnyStore) -> None:
    interview, who = an_interview(), uuid4()
    event = AccountEvent("viewed", NOW, who, UUID(int=7), interview.id)
    async with store.begin() as work:
        await work.interviews.add(interview)
        await work.accounts.events.add(AccountEvent("signed_in", NOW, who))
        await work.accounts.events.add(event)
    await store.erase(interview.id)
    async with store.begin() as work:
        newest, before = await work.accounts.events.newest(2)
        assert replace(newest, id=None) == event
        assert before.act == "signed_in"
        assert await work.accounts.events.of_interview(interview.id) == (newest,)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE account_events SET note = 'x'",
        "DELETE FROM account_events",
        "TRUNCATE account_events",
    ],
)
def test_the_log_is_only_ever_added_to(postgres_url: str, change: str) -> None:
    with connect(postgres_url) as connection, pytest.raises(Exception, match="only ever added"):
        connection.execute(change)


def test_a_plain_password_is_refused_by_the_table(postgres_url: str) -> None:
    plain = (
        "INSERT INTO people VALUES (gen_random_uuid(), 'Ada', 'a@b.c', 'admin', 'secret', now())"
    )
    with connect(postgres_url) as connection, pytest.raises(Exception, match="password_hashed"):
        connection.execute(plain)
