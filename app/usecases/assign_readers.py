"""Let interviewers read interviews of others, and take it back; the log says who did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.interview import Interview
from app.domain.person import AccountEvent, Person, Role
from app.ports.store import Store

MOST = 1000  # interviews of one candidate


@dataclass(frozen=True)
class Readers:
    """Who may read how many of some interviews, and who else may be chosen."""

    interviews: tuple[Interview, ...]
    assigned: tuple[tuple[Person, int], ...]
    others: tuple[Person, ...]


async def readers_of(store: Store, interviews: Sequence[Interview]) -> Readers:
    """The interviewers of these interviews; whoever may read all of them is not offered again."""
    counted: Counter[UUID] = Counter()
    async with store.begin() as work:
        for interview in interviews:
            counted.update(await work.accounts.interviewers.people(interview.id))
        every = await work.accounts.people.every()
    assigned = tuple((p, counted[p.id]) for p in every if counted[p.id])
    able = (p for p in every if p.role is Role.INTERVIEWER and p.active)
    others = tuple(p for p in able if counted[p.id] < len(interviews))
    return Readers(tuple(interviews), assigned, others)


async def interviews_of(store: Store, person_id: UUID) -> tuple[Interview, ...] | None:
    """What others may read of a person, the newest first; None when there is no such person."""
    async with store.begin() as work:
        person = await work.accounts.people.get(person_id)
        if person is None or person.deleted_at is not None:
            return None
        held = await work.interviews.recent(MOST, owner_id=person_id)
        given = await work.review.reviews.for_others([each.id for each in held])
    return tuple(each for each in held if each.id in given)


async def assigned_to(store: Store, person_id: UUID) -> tuple[Interview, ...]:
    """What a person may read of others, the newest first."""
    async with store.begin() as work:
        ids = await work.accounts.interviewers.interviews(person_id)
        given = await work.review.reviews.for_others(ids)
        found = [await work.interviews.get(each) for each in ids if each in given]
    there = [interview for interview in found if interview is not None]
    return tuple(sorted(there, key=lambda interview: interview.created_at, reverse=True))


async def assign(
    store: Store, interviews: Sequence[UUID], person_id: UUID, *, by: UUID | None, now: datetime
) -> bool:
    """Let an interviewer read these; False when there is no such interviewer."""
    async with store.begin() as work:
        person = await work.accounts.people.get(person_id)
        if person is None or not person.active or person.role is not Role.INTERVIEWER:
            return False
        for interview_id in interviews:
            if person_id in await work.accounts.interviewers.people(interview_id):
                continue
            await work.accounts.interviewers.assign(interview_id, person_id, now)
            event = AccountEvent("assigned", now, by, person_id, interview_id)
            await work.accounts.events.add(event)
    return True


async def unassign(
    store: Store, interviews: Sequence[UUID], person_id: UUID, *, by: UUID | None, now: datetime
) -> bool:
    """Take it back; False when none of them was assigned to this person."""
    taken = False
    async with store.begin() as work:
        for interview_id in interviews:
            if await work.accounts.interviewers.remove(interview_id, person_id):
                taken = True
                event = AccountEvent("unassigned", now, by, person_id, interview_id)
                await work.accounts.events.add(event)
    return taken
