"""The same rules of what the coach keeps for the one in memory and the one in Postgres."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest

from app.adapters.store.coaching import PostgresCoaching
from app.adapters.store.store import PostgresStore
from app.domain.coaching import (
    Claim,
    CoachAnswer,
    CoachSentence,
    Drill,
    Exchange,
    Goal,
    Moment,
    Note,
    NoteRef,
    Outcome,
)
from app.domain.person import Person, Role
from app.ports.coaching import Coaching, Place
from app.ports.embeddings import Vectors
from tests.contracts.stored import NOW, an_interview
from tests.fakes.coaching import FakeCoaching
from tests.fakes.store import FakeStore

pytestmark = pytest.mark.contract


@dataclass(frozen=True)
class Kept:
    store: FakeStore | PostgresStore
    coaching: Coaching
    interview: UUID
    other: UUID
    person: str


@pytest.fixture(params=["fake", "postgres"])
async def kept(request: pytest.FixtureRequest) -> AsyncIterator[Kept]:
    store: FakeStore | PostgresStore
    coaching: Coaching
    if request.param == "fake":
        store = FakeStore()
        coaching = FakeCoaching(store)
    else:
        store = PostgresStore(request.getfixturevalue("postgres_url"))
        coaching = PostgresCoaching(store)
    first, second = an_interview(), an_interview()
    async with store.begin() as work:
        await work.interviews.add(first)
        await work.interviews.add(second)
    yield Kept(store, coaching, first.id, second.id, uuid4().hex)
    await store.close()


def along(*axes: int) -> Vectors:
    vector = np.zeros(384, np.float32)
    vector[list(axes)] = 1.0
    unit: Vectors = vector / np.linalg.norm(vector)
    return unit


def an_exchange(kept: Kept, *, minutes: float = 0.0, **changes: object) -> Exchange:
    moment = Moment(kept.interview, 0, "it's 100% so", 0.1, 0.25)
    spoken = CoachSentence(
        "You said “it's 100% so”.", Claim("said", numbers=(100.0,)), (moment,), (), None, 0.75
    )
    noted = CoachSentence("Breathe.", Claim("note", "nerves"), notes=(NoteRef("nerves", 2),))
    answer = CoachAnswer(Outcome.ANSWERED, "said", (spoken, noted), "", 1, "local")
    at = NOW + timedelta(minutes=minutes)
    whole = Exchange(uuid4(), kept.person, at, "Was it? ☕", answer)
    return replace(whole, **changes)  # type: ignore[arg-type]  # names of fields


def a_note(name: str, version: int = 1, title: str = "Nerves") -> Note:
    text = "Nerves are usual. Say the first sentence aloud before."
    return Note(name, version, title, text, ("A. Author 2014",), ("I am nervous",), "file", NOW)


async def test_an_exchange_comes_back_as_it_was_kept(kept: Kept) -> None:
    later, first = an_exchange(kept, minutes=2), an_exchange(kept)
    assert await kept.coaching.keep(later)
    assert await kept.coaching.keep(first)
    assert await kept.coaching.exchange(first.id) == first
    assert await kept.coaching.exchanges(kept.person) == (first, later)
    assert await kept.coaching.exchanges(kept.person, 1) == (later,)
    voted = replace(first, helpful=False)
    assert await kept.coaching.keep(voted)
    assert await kept.coaching.exchange(first.id) == voted
    assert await kept.coaching.clear(kept.person) == 2
    assert await kept.coaching.exchanges(kept.person) == ()


async def test_nothing_stays_of_a_deleted_person(kept: Kept) -> None:
    person = Person(uuid4(), "Ada", f"{uuid4().hex}@example.org", Role.CANDIDATE, NOW)
    key, silent = str(person.id), CoachAnswer(Outcome.UNKNOWN, "none")
    async with kept.store.begin() as work:
        await work.accounts.people.add(person)
    asked = an_exchange(kept, person=key, answer=silent)
    await kept.coaching.keep(asked)
    await kept.coaching.set_goal(Goal(key, 3, "pace", NOW))
    async with kept.store.begin() as work:
        await work.accounts.people.forget(person.id, NOW)
    assert await kept.coaching.exchange(asked.id) is None
    assert asked not in await kept.coaching.unsettled()
    assert await kept.coaching.goal(key) is None


async def test_an_answer_goes_with_an_interview_that_it_cites(kept: Kept) -> None:
    cites = an_exchange(kept)
    silent = an_exchange(kept, answer=CoachAnswer(Outcome.UNKNOWN, "none"))
    await kept.coaching.keep(cites)
    await kept.coaching.keep(silent)
    await kept.store.erase(kept.interview)
    assert await kept.coaching.exchange(cites.id) is None
    assert await kept.coaching.exchange(silent.id) == silent
    assert not await kept.coaching.keep(cites)


async def test_what_wants_an_answer_is_listed_until_it_is_resolved(kept: Kept) -> None:
    good = an_exchange(kept, helpful=True)
    bad = an_exchange(kept, minutes=1, helpful=False)
    open_ = an_exchange(kept, minutes=2, answer=CoachAnswer(Outcome.UNKNOWN, "none"))
    handed = an_exchange(kept, minutes=3, handed_off=True)
    for each in (good, bad, open_, handed):
        await kept.coaching.keep(each)
    mine = [e for e in await kept.coaching.unsettled() if e.person == kept.person]
    assert mine == [handed, open_, bad]
    await kept.coaching.keep(replace(bad, resolved_by="nerves"))
    mine = [e for e in await kept.coaching.unsettled() if e.person == kept.person]
    assert mine == [handed, open_]


async def test_figures_count_outcomes_votes_and_hand_overs(kept: Kept) -> None:
    before = await kept.coaching.figures()
    await kept.coaching.keep(an_exchange(kept, helpful=True))
    await kept.coaching.keep(an_exchange(kept, helpful=False, handed_off=True))
    after = await kept.coaching.figures()
    assert after.asked - before.asked == 2
    assert after.helpful - before.helpful == 1
    assert after.unhelpful - before.unhelpful == 1
    assert after.handed_off - before.handed_off == 1


async def test_places_are_found_by_meaning_within_the_interviews_asked_for(kept: Kept) -> None:
    mine, other = kept.interview, kept.other
    places = (Place(mine, 0, 0, 3), Place(mine, 1, 2, 7))
    vectors = np.stack([along(0), along(1)])
    assert await kept.coaching.index(mine, "digest", places, vectors)
    assert await kept.coaching.index(other, "two", (Place(other, 0, 0, 1),), vectors[1:])
    found = await kept.coaching.nearest(along(1, 2), (mine,), 1)
    assert [(p.interview_id, p.turn, p.first, p.last) for p in found] == [(mine, 1, 2, 7)]
    assert found[0].likeness == pytest.approx(2**-0.5, abs=1e-3)
    assert await kept.coaching.digests((mine, other)) == {mine: "digest", other: "two"}
    await kept.coaching.index(mine, "again", (), np.zeros((0, 384), np.float32))
    assert await kept.coaching.nearest(along(0), (mine,)) == ()
    await kept.store.erase(other)
    assert await kept.coaching.digests((mine, other)) == {mine: "again"}
    assert not await kept.coaching.index(other, "x", (), np.zeros((0, 384), np.float32))


async def test_the_newest_version_of_a_note_is_in_use_and_no_version_changes(kept: Kept) -> None:
    name = f"n-{kept.person}"
    assert await kept.coaching.publish(a_note(name), along(3))
    assert not await kept.coaching.publish(a_note(name, title="Other"), along(4))
    assert await kept.coaching.publish(a_note(name, 2, "Other"), along(5))
    assert [n.version for n in await kept.coaching.history(name)] == [1, 2]
    assert [n.title for n in await kept.coaching.notes() if n.id == name] == ["Other"]
    note, likeness = (await kept.coaching.nearest_notes(along(5), 1))[0]
    assert (note.id, note.version) == (name, 2) or likeness > 0.99
    found = {n.id: v for n, v in await kept.coaching.nearest_notes(along(3), 50)}
    assert found[name] == pytest.approx(0.0, abs=1e-3)


async def test_drills_and_goals_are_kept_by_person(kept: Kept) -> None:
    drill = Drill(uuid4(), kept.person, "one", kept.interview, kept.other, NOW)
    assert await kept.coaching.save_drill(drill)
    rated = replace(drill, rated={"depth": 2})
    assert await kept.coaching.save_drill(rated)
    assert await kept.coaching.drill(drill.id) == rated
    assert await kept.coaching.drills(kept.person) == (rated,)
    assert await kept.coaching.goal(kept.person) is None
    await kept.coaching.set_goal(Goal(kept.person, 2, "", NOW))
    goal = Goal(kept.person, 3, "examples", NOW)
    await kept.coaching.set_goal(goal)
    assert await kept.coaching.goal(kept.person) == goal
    await kept.store.erase(kept.other)
    assert await kept.coaching.drill(drill.id) is None
    assert not await kept.coaching.save_drill(drill)
