"""Release at once every reviewed report of an assignment; what is not ready stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.errors import AlreadyReleased, ContestsOpen, NotReady
from app.ports.store import Store
from app.usecases.release_report import release_report


@dataclass(frozen=True)
class Released:
    """How many reports were released now, were before, or are not ready."""

    now: int
    before: int
    waiting: int


async def release_cohort(store: Store, assignment_id: UUID, *, by: str, now: datetime) -> Released:
    """Each report in its own transaction; open contests keep a report back.

    Raises:
        BadMark: no name.
    """
    async with store.begin() as work:
        taken = await work.assignments.taken(assignment_id)
    done = before = waiting = 0
    for one in taken:
        interview_id = one.attempt.interview_id
        try:
            await release_report(store, interview_id, by=by, despite_contests=False, now=now)
            done += 1
        except AlreadyReleased:
            before += 1
        except (NotReady, ContestsOpen):
            waiting += 1
    return Released(done, before, waiting)
