"""Port of what the coach keeps: where things were said, knowledge, exchanges, drills and goals.

Every call is a transaction of its own. What cites an interview goes when that interview is erased.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.domain.coaching import CoachFigures, Drill, Exchange, Goal, Note
from app.ports.embeddings import Vectors


@dataclass(frozen=True)
class Place:
    """A stretch of one answer: words `first` to `last` (exclusive), split at white space."""

    interview_id: UUID
    turn: int
    first: int
    last: int
    likeness: float | None = None


class Places(Protocol):
    """What was said, by meaning. Only vectors and places are kept: the words stay in the turns."""

    async def digests(self, interviews: Sequence[UUID]) -> dict[UUID, str]:
        """What each of these was indexed from; those that never were are left out."""
        ...

    async def index(
        self, interview_id: UUID, digest: str, places: Sequence[Place], vectors: Vectors
    ) -> bool:
        """Replace the places of an interview; False when there is no such interview."""
        ...

    async def nearest(
        self, vector: Vectors, interviews: Sequence[UUID], limit: int = 5
    ) -> tuple[Place, ...]:
        """The places of these interviews nearest in meaning, best first."""
        ...


class Knowledge(Protocol):
    """Notes, in versions; the highest is the one in use."""

    async def publish(self, note: Note, vector: Vectors) -> bool:
        """Keep a version; False, and nothing changes, when this one exists already."""
        ...

    async def notes(self) -> tuple[Note, ...]:
        """Every note in use, by title."""
        ...

    async def history(self, note_id: str) -> tuple[Note, ...]:
        """All versions of a note, the oldest first."""
        ...

    async def nearest_notes(
        self, vector: Vectors, limit: int = 3
    ) -> tuple[tuple[Note, float], ...]:
        """Notes in use with their likeness, best first."""
        ...


class Exchanges(Protocol):
    """Questions to the coach with their answers."""

    async def keep(self, exchange: Exchange) -> bool:
        """Insert or replace; False when an interview that it cites is gone."""
        ...

    async def exchange(self, exchange_id: UUID) -> Exchange | None:
        """One, or None."""
        ...

    async def exchanges(self, person: str, limit: int = 20) -> tuple[Exchange, ...]:
        """Those of a person, the oldest first, the newest `limit` of them."""
        ...

    async def unsettled(self, limit: int = 100) -> tuple[Exchange, ...]:
        """Unanswered, down-voted or handed over, and not resolved yet; the newest first."""
        ...

    async def figures(self) -> CoachFigures:
        """How all of them did."""
        ...

    async def clear(self, person: str) -> int:
        """Erase the exchanges of a person; how many."""
        ...


class Exercises(Protocol):
    """Drills and goals."""

    async def save_drill(self, drill: Drill) -> bool:
        """Insert or replace; False when one of its interviews is gone."""
        ...

    async def drill(self, drill_id: UUID) -> Drill | None:
        """One, or None."""
        ...

    async def drills(self, person: str) -> tuple[Drill, ...]:
        """Those of a person, the newest first."""
        ...

    async def set_goal(self, goal: Goal) -> None:
        """Keep it in place of an earlier one."""
        ...

    async def goal(self, person: str) -> Goal | None:
        """That of a person, or None."""
        ...


class Coaching(Places, Knowledge, Exchanges, Exercises, Protocol):
    """All of it."""
