"""Making assignments, inviting people, and what a link opens, over the store in memory."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest

from app.domain.assignment import Assignment, Bar, Invitation, minutes_for
from app.domain.consent import Purpose
from app.domain.errors import BadContent
from app.domain.interview import Interview, InterviewStatus
from app.domain.question import Bank, Track
from app.usecases.assign_interview import (
    Invited,
    NewAssignment,
    accommodate,
    invite,
    make_assignment,
    renew_link,
    uninvite,
)
from app.usecases.take_assignment import Door, NotOpen, Place, begin_attempt, knock, try_as_student
from tests.fakes.store import FakeStore
from tests.unit.usecases.authored import question

pytestmark = pytest.mark.unit
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PLACE = Place("basic", {"grader": "x"}, 1.0)
WANTED = NewAssignment("  Lists,   week 3 ", Purpose.ASSESSMENT, ("short",), minutes=30.0)


@pytest.fixture
async def store() -> FakeStore:
    store = FakeStore()
    questions = tuple(question(f"q-{n}") for n in range(6))
    tracks = [
        Track(id=name, title=name, summary="Some.", minutes=10, asks=3, questions=ids)
        for name, ids in (("short", ("q-0", "q-1", "q-2")), ("long", ("q-2", "q-3", "q-4", "q-5")))
    ]
    bank = Bank.model_construct(tracks=tuple(tracks), questions=questions, rubrics=())
    async with store.begin() as work:
        await work.library.load(bank, (), np.zeros((0, 4), dtype=np.float32))
    return store


async def made(store: FakeStore, wanted: NewAssignment = WANTED) -> Assignment:
    return await make_assignment(store, wanted, by="Ada", owner=None, now=NOW)


async def one_link(
    store: FakeStore, wanted: NewAssignment = WANTED
) -> tuple[Assignment, str, UUID]:
    assignment = await made(store, wanted)
    done = await invite(store, assignment, ["Grace; 2b"], now=NOW)
    ((invitation, token),) = done.made
    return assignment, token, invitation.id


async def ended(store: FakeStore, interview_id: UUID) -> None:
    interview = await kept(store, interview_id)
    async with store.begin() as work:
        await work.interviews.save(replace(interview, status=InterviewStatus.COMPLETED))


async def kept(store: FakeStore, interview_id: UUID | None) -> Interview:
    assert interview_id is not None
    async with store.begin() as work:
        found = await work.interviews.get(interview_id)
    assert found is not None
    return found


async def door(store: FakeStore, token: str, now: datetime = NOW) -> Door:
    found = await knock(store, token, now=now)
    assert found is not None
    return found


async def test_questions_come_from_whole_tracks_and_single_ones_without_doubles(
    store: FakeStore,
) -> None:
    wanted = replace(WANTED, question_ids=("q-2", "q-5"), asks=3)
    assignment = await made(store, wanted)
    assert assignment.question_ids == ("q-0", "q-1", "q-2", "q-5")
    assert (assignment.asks, assignment.track_id) == (3, "short")
    assert assignment.title == "Lists, week 3"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"track_ids": ("none",)}, "tracks of the bank"),
        ({"track_ids": (), "question_ids": ("none",)}, "questions of the bank"),
        ({"track_ids": ()}, "at least one question"),
        ({"asks": 4}, "to be asked"),
        ({"attempts": 0}, "attempts"),
        ({"minutes": 500.0}, "minutes"),
        ({"due_at": NOW - timedelta(days=1)}, "lies ahead"),
        ({"language": "German"}, "English only.*German"),
        ({"order": "adaptive"}, "same questions"),
        ({"title": "x"}, "title"),
    ],
)
async def test_what_cannot_be_held_is_refused_with_the_reason(
    store: FakeStore, changes: dict[str, object], why: str
) -> None:
    with pytest.raises(BadContent, match=why):
        await made(store, replace(WANTED, **changes))  # type: ignore[arg-type]  # names of fields


async def test_a_token_is_shown_once_and_never_kept(store: FakeStore) -> None:
    assignment = await made(store)
    done = await invite(store, assignment, ["Grace; 2b", "", " grace ", "x" * 121], now=NOW)
    assert [why.split(";")[0] for _, why in done.refused] == [
        "is invited already",
        "a name has 1 to 120 characters",
    ]
    ((invitation, token),) = done.made
    assert (invitation.name, invitation.group) == ("Grace", "2b")
    async with store.begin() as work:
        rows = await work.assignments.invitations(assignment.id)
    assert token not in repr(rows)
    assert (await door(store, token)).invitation == rows[0]


async def test_a_link_begins_one_interview_with_what_was_chosen(store: FakeStore) -> None:
    wanted = replace(WANTED, purpose=Purpose.PRACTICE, order="adaptive", asks=2)
    assignment, token, invitation_id = await one_link(store, wanted)
    await accommodate(store, assignment, invitation_id, ["more_time", "text_only"])
    interview = await kept(store, await begin_attempt(store, token, PLACE, now=NOW))
    assert interview.title == "Lists, week 3"
    assert (interview.asks, interview.order) == (2, "adaptive")
    assert interview.question_ids == assignment.question_ids
    assert interview.minutes == 45.0
    assert interview.patience == 1.6
    assert interview.accommodations == ("more_time", "text_only")
    again = await begin_attempt(store, token, PLACE, now=NOW)
    assert again == interview.id


async def test_two_tabs_at_once_begin_one_interview(store: FakeStore) -> None:
    assignment, token, _ = await one_link(store)
    both = await asyncio.gather(*(begin_attempt(store, token, PLACE, now=NOW) for _ in range(2)))
    assert both[0] == both[1]
    async with store.begin() as work:
        assert len(await work.assignments.taken(assignment.id)) == 1
        assert len(await work.interviews.recent()) == 1


async def test_attempts_are_counted_and_end(store: FakeStore) -> None:
    _, token, _ = await one_link(store, replace(WANTED, attempts=2))
    first = await begin_attempt(store, token, PLACE, now=NOW)
    assert first is not None
    await ended(store, first)
    assert (await door(store, token)).left == 1
    second = await begin_attempt(store, token, PLACE, now=NOW)
    assert second not in (None, first)
    assert second is not None
    await ended(store, second)
    found = await door(store, token)
    assert found.bar is Bar.USED_UP
    assert [attempt.interview_id for attempt in found.finished] == [first, second]
    with pytest.raises(NotOpen) as refused:
        await begin_attempt(store, token, PLACE, now=NOW)
    assert refused.value.door.bar is Bar.USED_UP


async def test_an_erased_interview_still_counts_as_an_attempt(store: FakeStore) -> None:
    _, token, _ = await one_link(store)
    first = await begin_attempt(store, token, PLACE, now=NOW)
    assert first is not None
    await store.erase(first)
    assert (await door(store, token)).bar is Bar.USED_UP


async def test_late_links_open_nothing_new_but_what_was_begun_goes_on(store: FakeStore) -> None:
    due = NOW + timedelta(days=2)
    _, token, _ = await one_link(store, replace(WANTED, due_at=due, attempts=2))
    late = due + timedelta(seconds=1)
    assert (await door(store, token, late)).bar is Bar.DUE
    with pytest.raises(NotOpen):
        await begin_attempt(store, token, PLACE, now=late)
    begun = await begin_attempt(store, token, PLACE, now=NOW)
    assert await begin_attempt(store, token, PLACE, now=late) == begun


async def test_a_link_without_due_date_expires(store: FakeStore) -> None:
    _, token, _ = await one_link(store)
    found = await door(store, token, NOW + timedelta(days=31))
    assert found.bar is Bar.EXPIRED


async def test_a_closed_assignment_lets_nobody_go_on(store: FakeStore) -> None:
    assignment, token, _ = await one_link(store)
    await begin_attempt(store, token, PLACE, now=NOW)
    async with store.begin() as work:
        await work.assignments.close(assignment.id, NOW)
    found = await door(store, token)
    assert (found.bar, found.unfinished) == (Bar.CLOSED, None)
    with pytest.raises(NotOpen):
        await begin_attempt(store, token, PLACE, now=NOW)


async def test_whoever_wants_a_human_gets_no_ai_interview(store: FakeStore) -> None:
    assignment, token, invitation_id = await one_link(store)
    assert await accommodate(store, assignment, invitation_id, ["human"])
    assert (await door(store, token)).bar is Bar.HUMAN
    with pytest.raises(NotOpen):
        await begin_attempt(store, token, PLACE, now=NOW)
    with pytest.raises(BadContent):
        await accommodate(store, assignment, invitation_id, ["magic"])


async def test_a_new_link_ends_the_old_one(store: FakeStore) -> None:
    assignment, token, invitation_id = await one_link(store)
    renewed = await renew_link(store, assignment, invitation_id, now=NOW)
    assert renewed is not None
    assert await knock(store, token, now=NOW) is None
    assert (await door(store, renewed[1])).invitation.id == invitation_id
    assert await knock(store, "no such link", now=NOW) is None
    assert await begin_attempt(store, token, PLACE, now=NOW) is None


async def test_nobody_reaches_another_assignments_invitations(store: FakeStore) -> None:
    _, _, invitation_id = await one_link(store)
    other = await made(store)
    assert await renew_link(store, other, invitation_id, now=NOW) is None
    assert not await accommodate(store, other, invitation_id, [])
    assert not await uninvite(store, other, invitation_id)
    assert not await uninvite(store, other, uuid4())


async def test_a_trial_is_a_practice_that_is_left_out(store: FakeStore) -> None:
    assignment = await made(store)
    interview = await kept(store, await try_as_student(store, assignment, PLACE, now=NOW))
    assert interview.purpose is Purpose.PRACTICE
    assert interview.question_ids == assignment.question_ids
    async with store.begin() as work:
        assert await work.assignments.taken(assignment.id) == ()
        attempt = await work.assignments.attempt(interview.id)
    assert attempt is not None
    assert attempt.trial


async def test_no_timers_and_extra_time_stay_within_two_hours(store: FakeStore) -> None:
    long = await made(store, replace(WANTED, minutes=100.0))
    assert minutes_for(long, ("more_time",)) == 120.0
    assert minutes_for(long, ("no_time_limit",)) == 120.0
    assert minutes_for(long, ("captions",)) == 100.0


async def test_too_many_names_at_once_are_refused_by_line(store: FakeStore) -> None:
    assignment = await made(store)
    done: Invited = await invite(store, assignment, [f"P {n}" for n in range(501)], now=NOW)
    assert len(done.made) == 500
    assert done.refused == (("P 500", "at most 500 at once"),)
    tokens = {token for _, token in done.made}
    assert len(tokens) == 500
    assert all(isinstance(one, Invitation) for one, _ in done.made)
