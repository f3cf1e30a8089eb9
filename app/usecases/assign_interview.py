"""Make an assignment, invite people to it, and manage their links.

A link's token is shown once, where it is made: only its digest is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4, uuid5

from app.domain.assignment import (
    ACCOMMODATIONS,
    LONGEST_NAME,
    MOST_QUESTIONS,
    Assignment,
    Invitation,
    ItemOrder,
)
from app.domain.consent import Purpose
from app.domain.errors import BadContent
from app.ports.store import Store

LINK_DAYS = 30
MOST_NAMES = 500
LONGEST_LINES = 60_000
_ONCE = UUID("5b0b6c1e-6d0f-4a55-9a35-6f1f3c1f0a11")


@dataclass(frozen=True)
class NewAssignment:
    """What an educator asked for; questions come from `track_ids` whole and `question_ids`."""

    title: str
    purpose: Purpose
    track_ids: tuple[str, ...] = ()
    question_ids: tuple[str, ...] = ()
    asks: int | None = None
    minutes: float = 20.0
    attempts: int = 1
    order: ItemOrder = "authored"
    language: str = "en"
    contact: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True)
class Invited:
    """The new invitations with their tokens, and the lines that were not taken, with why."""

    made: tuple[tuple[Invitation, str], ...]
    refused: tuple[tuple[str, str], ...]


def digest_of_token(token: str) -> str:
    """What is kept of a link: it has 192 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


async def planned(
    store: Store, wanted: NewAssignment, *, by: str, owner: UUID | None, now: datetime
) -> Assignment:
    """The assignment as it would be made; nothing is kept.

    Raises:
        BadContent: a question or track is unknown, or a value is out of its range.
    """
    if wanted.due_at is not None and wanted.due_at <= now:
        raise BadContent("expected a due date that lies ahead")
    async with store.begin() as work:
        tracks = [await work.library.track(name) for name in wanted.track_ids]
        known = [track for track in tracks if track is not None]
        if len(known) < len(tracks):
            raise BadContent("expected tracks of the bank")
        whole = [name for track in known for name in track.questions]
        ids = tuple(dict.fromkeys((*whole, *wanted.question_ids)))
        if not ids:
            raise BadContent("choose a track or at least one question")
        if len(ids) > MOST_QUESTIONS:
            raise BadContent(f"choose at most {MOST_QUESTIONS} questions, found {len(ids)}")
        if len(await work.library.questions(ids)) < len(ids):
            raise BadContent("expected questions of the bank")
        homes = [t for t in await work.library.tracks() if set(ids) & set(t.questions)]
    if not homes:
        raise BadContent("expected questions that stand in a track")
    home = max(homes, key=lambda track: len(set(ids) & set(track.questions)))
    return Assignment(
        id=uuid4(),
        title=" ".join(wanted.title.split()),
        purpose=wanted.purpose,
        track_id=home.id,
        question_ids=ids,
        asks=len(ids) if wanted.asks is None else wanted.asks,
        minutes=wanted.minutes,
        attempts=wanted.attempts,
        by=by,
        created_at=now,
        order=wanted.order,
        language=wanted.language,
        contact=wanted.contact.strip(),
        due_at=wanted.due_at,
        owner=owner,
    )


async def make_assignment(
    store: Store,
    wanted: NewAssignment,
    *,
    by: str,
    owner: UUID | None,
    now: datetime,
    once: str = "",
) -> Assignment:
    """Keep a new assignment; raises as `planned` does.

    What one owner asks for `once` under the same key is made once: later ones get the first.
    """
    known_as = uuid5(_ONCE, f"{owner} {once}") if once else None
    async with store.begin() as work:
        known = await work.assignments.get(known_as) if known_as is not None else None
    if known is not None:
        return known
    assignment = await planned(store, wanted, by=by, owner=owner, now=now)
    if known_as is not None:
        assignment = replace(assignment, id=known_as)
    async with store.begin() as work:
        await work.assignments.add(assignment)
    return assignment


async def invite(
    store: Store, assignment: Assignment, lines: Sequence[str], *, now: datetime
) -> Invited:
    """One invitation a line: a name, and behind a semicolon the group, if any."""
    made: list[tuple[Invitation, str]] = []
    refused: list[tuple[str, str]] = []
    wanted = [line.strip() for line in lines if line.strip()]
    until = assignment.due_at or now + timedelta(days=LINK_DAYS)
    for number, line in enumerate(wanted):
        name, _, group = (part.strip() for part in line.partition(";"))
        if number >= MOST_NAMES:
            refused.append((line[:LONGEST_NAME], f"at most {MOST_NAMES} at once"))
            continue
        if not name or len(name) > LONGEST_NAME or len(group) > LONGEST_NAME:
            refused.append((line[:LONGEST_NAME], f"a name has 1 to {LONGEST_NAME} characters"))
            continue
        token = secrets.token_urlsafe(24)
        invitation = Invitation(
            uuid4(), assignment.id, name, digest_of_token(token), now, until, group
        )
        async with store.begin() as work:
            fresh = await work.assignments.invite(invitation)
        if fresh:
            made.append((invitation, token))
        else:
            refused.append((name, "is invited already; renew the link in the list instead"))
    return Invited(tuple(made), tuple(refused))


async def renew_link(
    store: Store, assignment: Assignment, invitation_id: UUID, *, now: datetime
) -> tuple[Invitation, str] | None:
    """Another link in place of the old one, which opens nothing any more; None when it is gone."""
    token = secrets.token_urlsafe(24)
    due = assignment.due_at
    until = due if due is not None and due > now else now + timedelta(days=LINK_DAYS)
    async with store.begin() as work:
        invitation = await work.assignments.invitation(invitation_id)
        if invitation is None or invitation.assignment_id != assignment.id:
            return None
        await work.assignments.renew(invitation_id, digest_of_token(token), until)
    return replace(invitation, token_digest=digest_of_token(token), expires_at=until), token


async def accommodate(
    store: Store, assignment: Assignment, invitation_id: UUID, wanted: Sequence[str]
) -> bool:
    """Set what helps this person, for attempts begun from now on; False when it is gone.

    Raises:
        BadContent: an accommodation that is not offered.
    """
    chosen = tuple(name for name in ACCOMMODATIONS if name in wanted)
    if set(wanted) - set(chosen):
        raise BadContent("expected accommodations that are offered")
    async with store.begin() as work:
        invitation = await work.assignments.invitation(invitation_id)
        if invitation is None or invitation.assignment_id != assignment.id:
            return False
        return await work.assignments.accommodate(invitation_id, chosen)


async def uninvite(store: Store, assignment: Assignment, invitation_id: UUID) -> bool:
    """Remove an invitation; False when it is gone."""
    async with store.begin() as work:
        invitation = await work.assignments.invitation(invitation_id)
        if invitation is None or invitation.assignment_id != assignment.id:
            return False
        return await work.assignments.uninvite(invitation_id)
