"""Open an assignment's link: what stands behind it, and the interview that it begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.domain.assignment import (
    Assignment,
    Attempt,
    Bar,
    Invitation,
    barred,
    minutes_for,
)
from app.domain.consent import Purpose
from app.domain.errors import DomainError
from app.domain.interview import Interview, InterviewStatus, Mode
from app.ports.store import Store, UnitOfWork
from app.usecases.assign_interview import digest_of_token
from app.usecases.prepare_interview import Wishes, prepare_interview

MORE_PATIENCE, MOST_PATIENCE = 1.6, 2.0
UNFINISHED = frozenset({InterviewStatus.CREATED, InterviewStatus.LIVE})


@dataclass(frozen=True)
class Door:
    """What stands behind a link: earlier attempts, one to go on with, and what bars a new one."""

    assignment: Assignment
    invitation: Invitation
    attempts: tuple[tuple[Attempt, InterviewStatus], ...]
    bar: Bar | None

    @property
    def unfinished(self) -> UUID | None:
        """The interview to go on with; none of a closed assignment."""
        if self.assignment.closed_at is not None:
            return None
        found = [a.interview_id for a, status in self.attempts if status in UNFINISHED]
        return found[-1] if found else None

    @property
    def finished(self) -> tuple[Attempt, ...]:
        """Attempts that ended: each has a report."""
        return tuple(a for a, status in self.attempts if status not in UNFINISHED)

    @property
    def left(self) -> int:
        """How many attempts are left."""
        return max(0, self.assignment.attempts - self.invitation.used)


class NotOpen(DomainError):
    """The link begins no new attempt; `door` says why, and what is open instead."""

    def __init__(self, door: Door) -> None:
        super().__init__("this link begins no new attempt")
        self.door = door


@dataclass(frozen=True)
class Place:
    """What the server brings to every new interview, and whose it will be."""

    mode: Mode
    models: Mapping[str, str]
    patience: float = 1.0
    owner_id: UUID | None = None


async def knock(store: Store, token: str, *, now: datetime) -> Door | None:
    """What stands behind a link; None when it leads nowhere."""
    async with store.begin() as work:
        return await _door(work, token, now)


async def begin_attempt(store: Store, token: str, place: Place, *, now: datetime) -> UUID | None:
    """The interview of this link: the unfinished one, else a new one; None for no such link.

    Two tabs at once begin one interview.

    Raises:
        NotOpen: nothing can be begun.
        BadContent: a question is gone from the bank.
    """
    door = await knock(store, token, now=now)
    if door is None or door.unfinished is not None:
        return door.unfinished if door is not None else None
    if door.bar is not None:
        raise NotOpen(door)

    async def count(work: UnitOfWork, interview: Interview) -> None:
        held = await _door(work, token, now)  # locked: nobody else begins meanwhile
        if held is None or held.bar is not None or held.unfinished is not None:
            raise NotOpen(held or door)
        number = held.invitation.used + 1
        await work.assignments.begin(
            Attempt(interview.id, held.assignment.id, number, now, held.invitation.id)
        )

    wishes = _wishes(
        door.assignment, door.invitation.accommodations, place, door.assignment.purpose
    )
    try:
        made = await prepare_interview(
            store, wishes, mode=place.mode, models=place.models, now=now, along=count
        )
    except NotOpen as error:
        if error.door.unfinished is not None:
            return error.door.unfinished
        raise
    return made.id


async def try_as_student(
    store: Store, assignment: Assignment, place: Place, *, now: datetime
) -> UUID:
    """A trial of an assignment: a practice whatever its purpose, left out of every statistic.

    Raises:
        BadContent: a question is gone from the bank.
    """

    async def mark(work: UnitOfWork, interview: Interview) -> None:
        attempt = Attempt(interview.id, assignment.id, 1, now, trial=True)
        await work.assignments.begin(attempt)

    wishes = _wishes(assignment, (), place, Purpose.PRACTICE)
    made = await prepare_interview(
        store, wishes, mode=place.mode, models=place.models, now=now, along=mark
    )
    return made.id


async def _door(work: UnitOfWork, token: str, now: datetime) -> Door | None:
    invitation = await work.assignments.held(digest_of_token(token))
    if invitation is None:
        return None
    assignment = await work.assignments.get(invitation.assignment_id)
    if assignment is None:
        return None
    attempts = await work.assignments.attempts_of(invitation.id)
    return Door(assignment, invitation, attempts, barred(assignment, invitation, now))


def _wishes(
    assignment: Assignment, helped_by: tuple[str, ...], place: Place, purpose: Purpose
) -> Wishes:
    longer = "more_time" in helped_by
    return Wishes(
        track_id=assignment.track_id,
        title=assignment.title,
        purpose=purpose,
        asks=assignment.asks,
        minutes=minutes_for(assignment, helped_by),
        question_ids=assignment.question_ids,
        patience=min(MOST_PATIENCE, place.patience * MORE_PATIENCE) if longer else place.patience,
        accommodations=helped_by,
        order=assignment.order,
        owner_id=place.owner_id,
    )
