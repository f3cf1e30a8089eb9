"""What the coach keeps in Postgres, over transactions of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import distinct_on, insert

from app.adapters.store import coach_schema, rows, schema
from app.adapters.store.repositories import Transaction, upsert
from app.adapters.store.store import PostgresStore
from app.domain.coaching import (
    CoachAnswer,
    CoachFigures,
    Drill,
    Exchange,
    Goal,
    Note,
    Outcome,
)
from app.ports.coaching import Place
from app.ports.embeddings import Vectors

_ANSWER = TypeAdapter(CoachAnswer)
_NOTE = ("id", "version", "title", "text", "sources", "asks", "author", "at")


class _Places:
    """What was said, by meaning."""

    def __init__(self, store: PostgresStore) -> None:
        self._transaction = store.transaction

    async def digests(self, interviews: Sequence[UUID]) -> dict[UUID, str]:
        """What each of these was indexed from."""
        table = coach_schema.coach_indexed
        query = sa.select(table).where(table.c.interview_id.in_(interviews))
        async with self._transaction() as work:
            return {row.interview_id: row.digest for row in await work.run(query)}

    async def index(
        self, interview_id: UUID, digest: str, places: Sequence[Place], vectors: Vectors
    ) -> bool:
        """Replace the places of an interview; False when there is no such interview."""
        table = coach_schema.coach_places
        values = [
            {
                "interview_id": interview_id,
                "place": number,
                "turn": place.turn,
                "first": place.first,
                "last": place.last,
                "embedding": np.asarray(vector, np.float32),
            }
            for number, (place, vector) in enumerate(zip(places, vectors, strict=True))
        ]
        async with self._transaction() as work:
            if not await _locked(work, (interview_id,)):
                return False
            await work.run(sa.delete(table).where(table.c.interview_id == interview_id))
            if values:
                await work.run(sa.insert(table), values)
            state = {"interview_id": interview_id, "digest": digest}
            await upsert(work.run, coach_schema.coach_indexed, state)
        return True

    async def nearest(
        self, vector: Vectors, interviews: Sequence[UUID], limit: int = 5
    ) -> tuple[Place, ...]:
        """The places of these interviews nearest in meaning, best first."""
        table = coach_schema.coach_places
        distance = table.c.embedding.cosine_distance(np.asarray(vector, np.float32))
        query = sa.select(table, distance.label("distance"))
        query = query.where(table.c.interview_id.in_(interviews)).order_by(distance).limit(limit)
        async with self._transaction() as work:
            found = (await work.run(query)).all()
        return tuple(
            Place(r.interview_id, r.turn, r.first, r.last, 1.0 - float(r.distance)) for r in found
        )


class _Knowledge(_Places):
    """Notes, in versions."""

    async def publish(self, note: Note, vector: Vectors) -> bool:
        """Keep a version; False when this one exists already."""
        table = coach_schema.coach_notes
        values = rows.cleaned(asdict(note)) | {"embedding": np.asarray(vector, np.float32)}
        statement = insert(table).values(values).on_conflict_do_nothing().returning(table.c.id)
        async with self._transaction() as work:
            return (await work.run(statement)).first() is not None

    async def notes(self) -> tuple[Note, ...]:
        """Every note in use, by title."""
        async with self._transaction() as work:
            found = (await work.run(sa.select(_in_use()))).all()
        return tuple(sorted((_note(row) for row in found), key=lambda note: note.title))

    async def history(self, note_id: str) -> tuple[Note, ...]:
        """All versions of a note, the oldest first."""
        table = coach_schema.coach_notes
        query = sa.select(table).where(table.c.id == note_id).order_by(table.c.version)
        async with self._transaction() as work:
            return tuple(_note(row) for row in (await work.run(query)).all())

    async def nearest_notes(
        self, vector: Vectors, limit: int = 3
    ) -> tuple[tuple[Note, float], ...]:
        """Notes in use with their likeness, best first."""
        notes = _in_use()
        distance = notes.c.embedding.cosine_distance(np.asarray(vector, np.float32))
        query = sa.select(notes, distance.label("distance")).order_by(distance).limit(limit)
        async with self._transaction() as work:
            found = (await work.run(query)).all()
        return tuple((_note(row), 1.0 - float(row.distance)) for row in found)


class _Exchanges(_Knowledge):
    """Questions to the coach with their answers."""

    async def keep(self, exchange: Exchange) -> bool:
        """Insert or replace; False when an interview that it cites is gone."""
        values = rows.cleaned(
            {
                "id": exchange.id,
                "person": exchange.person,
                "asked_at": exchange.asked_at,
                "question": exchange.question,
                "outcome": exchange.answer.outcome.value,
                "answer": _ANSWER.dump_python(exchange.answer, mode="json"),
                "interviews": list(exchange.interviews),
                "helpful": exchange.helpful,
                "handed_off": exchange.handed_off,
                "resolved_by": exchange.resolved_by,
            }
        )
        async with self._transaction() as work:
            if not await _locked(work, exchange.interviews):
                return False
            await upsert(work.run, coach_schema.coach_exchanges, values)
        return True

    async def exchange(self, exchange_id: UUID) -> Exchange | None:
        """One, or None."""
        table = coach_schema.coach_exchanges
        async with self._transaction() as work:
            row = (await work.run(sa.select(table).where(table.c.id == exchange_id))).first()
        return _exchange(row) if row is not None else None

    async def exchanges(self, person: str, limit: int = 20) -> tuple[Exchange, ...]:
        """Those of a person, the oldest first, the newest `limit` of them."""
        table = coach_schema.coach_exchanges
        query = sa.select(table).where(table.c.person == person)
        query = query.order_by(table.c.asked_at.desc(), table.c.id).limit(limit)
        async with self._transaction() as work:
            found = (await work.run(query)).all()
        return tuple(_exchange(row) for row in reversed(found))

    async def unsettled(self, limit: int = 100) -> tuple[Exchange, ...]:
        """Unanswered, down-voted or handed over, and not resolved yet; the newest first."""
        table = coach_schema.coach_exchanges
        wanting = sa.or_(
            table.c.outcome == Outcome.UNKNOWN.value,
            table.c.helpful.is_(False),
            table.c.handed_off,
        )
        query = sa.select(table).where(wanting, table.c.resolved_by.is_(None))
        query = query.order_by(table.c.asked_at.desc(), table.c.id).limit(limit)
        async with self._transaction() as work:
            return tuple(_exchange(row) for row in (await work.run(query)).all())

    async def figures(self) -> CoachFigures:
        """How all of them did."""
        table = coach_schema.coach_exchanges
        counts = sa.select(table.c.outcome, sa.func.count().label("n")).group_by(table.c.outcome)
        votes = sa.select(
            sa.func.count().filter(table.c.helpful.is_(True)).label("yes"),
            sa.func.count().filter(table.c.helpful.is_(False)).label("no"),
            sa.func.count().filter(table.c.handed_off).label("handed"),
        )
        async with self._transaction() as work:
            by_outcome = {
                Outcome(row.outcome): int(row.n) for row in (await work.run(counts)).all()
            }
            voted = (await work.run(votes)).one()
        return CoachFigures(by_outcome, int(voted.yes), int(voted.no), int(voted.handed))

    async def clear(self, person: str) -> int:
        """Erase the exchanges of a person; how many."""
        table = coach_schema.coach_exchanges
        async with self._transaction() as work:
            return (await work.run(sa.delete(table).where(table.c.person == person))).rowcount


class PostgresCoaching(_Exchanges):
    """All of it; this part keeps drills and goals."""

    async def save_drill(self, drill: Drill) -> bool:
        """Insert or replace; False when one of its interviews is gone."""
        async with self._transaction() as work:
            if not await _locked(work, (drill.before, drill.after)):
                return False
            await upsert(work.run, coach_schema.coach_drills, rows.cleaned(asdict(drill)))
        return True

    async def drill(self, drill_id: UUID) -> Drill | None:
        """One, or None."""
        table = coach_schema.coach_drills
        async with self._transaction() as work:
            row = (await work.run(sa.select(table).where(table.c.id == drill_id))).first()
        return Drill(**row._mapping) if row is not None else None

    async def drills(self, person: str) -> tuple[Drill, ...]:
        """Those of a person, the newest first."""
        table = coach_schema.coach_drills
        query = sa.select(table).where(table.c.person == person)
        async with self._transaction() as work:
            found = (await work.run(query.order_by(table.c.made_at.desc(), table.c.id))).all()
        return tuple(Drill(**row._mapping) for row in found)

    async def set_goal(self, goal: Goal) -> None:
        """Keep it in place of an earlier one."""
        async with self._transaction() as work:
            await upsert(work.run, coach_schema.growth_goals, rows.cleaned(asdict(goal)))

    async def goal(self, person: str) -> Goal | None:
        """That of a person, or None."""
        table = coach_schema.growth_goals
        async with self._transaction() as work:
            row = (await work.run(sa.select(table).where(table.c.person == person))).first()
        return Goal(**row._mapping) if row is not None else None


async def _locked(work: Transaction, interviews: Sequence[UUID]) -> bool:
    """Whether all of these exist; they stay until this transaction ends."""
    wanted = set(interviews)
    if not wanted:
        return True
    table = schema.interviews
    query = sa.select(table.c.id).where(table.c.id.in_(wanted)).order_by(table.c.id)
    found = (await work.run(query.with_for_update(read=True, key_share=True))).scalars()
    return set(found) == wanted


def _in_use() -> sa.Subquery:
    table = coach_schema.coach_notes
    newest = sa.select(table).ext(distinct_on(table.c.id))
    return newest.order_by(table.c.id, table.c.version.desc()).subquery()


def _note(row: rows.Result) -> Note:
    values = {name: row._mapping[name] for name in _NOTE}
    values |= {"sources": tuple(row.sources), "asks": tuple(row.asks)}
    return Note(**values)


def _exchange(row: rows.Result) -> Exchange:
    return Exchange(
        row.id,
        row.person,
        row.asked_at,
        row.question,
        _ANSWER.validate_python(row.answer),
        row.helpful,
        row.handed_off,
        row.resolved_by,
    )
