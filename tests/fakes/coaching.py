"""What the coach keeps, in memory; it knows the interviews of a fake store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from app.domain.coaching import CoachFigures, Drill, Exchange, Goal, Note
from app.ports.coaching import Place
from app.ports.embeddings import Vectors
from tests.fakes.store import FakeStore


class FakeCoaching:
    """Dictionaries; what cites an erased interview is not found any more."""

    def __init__(self, store: FakeStore) -> None:
        self._store = store
        self._indexed: dict[UUID, tuple[str, list[tuple[Place, Vectors]]]] = {}
        self._notes: dict[tuple[str, int], tuple[Note, Vectors]] = {}
        self._exchanges: dict[UUID, Exchange] = {}
        self._drills: dict[UUID, Drill] = {}
        self._goals: dict[str, Goal] = {}

    async def digests(self, interviews: Sequence[UUID]) -> dict[UUID, str]:
        return {
            i: self._indexed[i][0]
            for i in interviews
            if i in self._indexed and await self._known((i,))
        }

    async def index(
        self, interview_id: UUID, digest: str, places: Sequence[Place], vectors: Vectors
    ) -> bool:
        if not await self._known((interview_id,)):
            return False
        self._indexed[interview_id] = (digest, list(zip(places, vectors, strict=True)))
        return True

    async def nearest(
        self, vector: Vectors, interviews: Sequence[UUID], limit: int = 5
    ) -> tuple[Place, ...]:
        found = [
            replace(place, likeness=float(kept @ vector))
            for i in interviews
            if i in self._indexed and await self._known((i,))
            for place, kept in self._indexed[i][1]
        ]
        return tuple(sorted(found, key=lambda place: -(place.likeness or 0.0))[:limit])

    async def publish(self, note: Note, vector: Vectors) -> bool:
        if (note.id, note.version) in self._notes:
            return False
        self._notes[note.id, note.version] = (note, vector)
        return True

    def _in_use(self) -> list[tuple[Note, Vectors]]:
        newest = dict(sorted(self._notes))
        return [self._notes[key] for key in newest.items()]

    async def notes(self) -> tuple[Note, ...]:
        return tuple(sorted((n for n, _ in self._in_use()), key=lambda note: note.title))

    async def history(self, note_id: str) -> tuple[Note, ...]:
        return tuple(self._notes[key][0] for key in sorted(self._notes) if key[0] == note_id)

    async def nearest_notes(
        self, vector: Vectors, limit: int = 3
    ) -> tuple[tuple[Note, float], ...]:
        found = [(note, float(kept @ vector)) for note, kept in self._in_use()]
        return tuple(sorted(found, key=lambda pair: -pair[1])[:limit])

    async def keep(self, exchange: Exchange) -> bool:
        if not await self._known(exchange.interviews):
            return False
        self._exchanges[exchange.id] = exchange
        return True

    async def exchange(self, exchange_id: UUID) -> Exchange | None:
        return next((e for e in await self._all() if e.id == exchange_id), None)

    async def exchanges(self, person: str, limit: int = 20) -> tuple[Exchange, ...]:
        mine = [e for e in await self._all() if e.person == person]
        newest = sorted(mine, key=lambda e: (-e.asked_at.timestamp(), e.id))[:limit]
        return tuple(reversed(newest))

    async def unsettled(self, limit: int = 100) -> tuple[Exchange, ...]:
        wanting = [e for e in await self._all() if e.asks_for_a_person]
        return tuple(sorted(wanting, key=lambda e: (-e.asked_at.timestamp(), e.id))[:limit])

    async def figures(self) -> CoachFigures:
        every = await self._all()
        return CoachFigures(
            dict(Counter(e.answer.outcome for e in every)),
            sum(e.helpful is True for e in every),
            sum(e.helpful is False for e in every),
            sum(e.handed_off for e in every),
        )

    async def clear(self, person: str) -> int:
        mine = [e.id for e in await self._all() if e.person == person]
        for each in mine:
            del self._exchanges[each]
        return len(mine)

    async def save_drill(self, drill: Drill) -> bool:
        if not await self._known((drill.before, drill.after)):
            return False
        self._drills[drill.id] = drill
        return True

    async def drill(self, drill_id: UUID) -> Drill | None:
        drill = self._drills.get(drill_id)
        return drill if drill and await self._known((drill.before, drill.after)) else None

    async def drills(self, person: str) -> tuple[Drill, ...]:
        mine = [d for d in self._drills.values() if d.person == person]
        mine = [d for d in mine if await self._known((d.before, d.after))]
        return tuple(sorted(mine, key=lambda d: (-d.made_at.timestamp(), d.id)))

    async def set_goal(self, goal: Goal) -> None:
        self._goals[goal.person] = goal

    async def goal(self, person: str) -> Goal | None:
        return None if self._forgotten(person) else self._goals.get(person)

    async def _all(self) -> list[Exchange]:
        every = [e for e in self._exchanges.values() if not self._forgotten(e.person)]
        return [e for e in every if await self._known(e.interviews)]

    def _forgotten(self, person: str) -> bool:
        """Whether that account was deleted, and with it all of this."""
        people = self._store._state.people.values()
        return any(str(p.id) == person and p.deleted_at is not None for p in people)

    async def _known(self, interviews: Sequence[UUID]) -> bool:
        async with self._store.begin() as work:
            found = [await work.interviews.get(i) for i in interviews]
        return all(found)
