"""Repositories of interviews, turns, scorecards and observations, bound to one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from app.adapters.store import rows, schema
from app.adapters.store.errors import Refused, translated
from app.adapters.store.pins import pin_versions
from app.domain.consent import Consent, Modality
from app.domain.errors import PurposeForbids
from app.domain.interview import (
    ExpressionReading,
    Interview,
    InterviewStatus,
    Recording,
    Turn,
    Word,
)
from app.domain.scorecard import Scorecard

_HELD = (
    "status",
    "clock_s",
    "code",
    "code_language",
    "started_at",
    "finished_at",
    "failure",
)

Run = Callable[[sa.Executable], Awaitable[sa.CursorResult[Any]]]


class Transaction:
    """One open transaction; its failures come out in our words."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def run(
        self, statement: sa.Executable, values: Sequence[rows.Values] | None = None
    ) -> sa.CursorResult[Any]:
        """Execute one statement, for each of `values` where they are given."""
        with translated():
            return await self._connection.execute(statement, values)


class PostgresInterviews:
    """Interviews and their consents."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def add(self, interview: Interview) -> None:
        """Keep a new interview with its consents."""
        await self._run(sa.insert(schema.interviews).values(rows.interview_values(interview)))
        await pin_versions(self._run, interview.id, interview.question_ids)
        for consent in interview.consents:
            await self.agree(interview.id, consent)

    async def get(self, interview_id: UUID) -> Interview | None:
        """The interview with its consents, or None."""
        table = schema.interviews
        found = await self._with_consents(sa.select(table).where(table.c.id == interview_id))
        return found[0] if found else None

    async def held(self, interview_id: UUID) -> Interview | None:
        """The same; until this transaction ends, no consent of it is given or withdrawn."""
        await self._run(self._row(interview_id).with_for_update(read=True, key_share=True))
        return await self.get(interview_id)

    async def save(self, interview: Interview) -> None:
        """Update everything but purpose and consents."""
        values = rows.interview_values(interview)
        same = schema.interviews.c.id == values.pop("id")
        allowed = schema.interviews.c.purpose == values.pop("purpose")
        saved = await self._run(sa.update(schema.interviews).where(same, allowed).values(values))
        if saved.rowcount:
            return
        if (await self._run(sa.select(sa.exists().where(same)))).scalar_one():
            raise PurposeForbids("the purpose of an interview never changes")
        raise Refused("no such interview")

    async def progress(self, interview: Interview) -> None:
        """Update only what holding it changes."""
        values = rows.interview_values(interview)
        if not await self._update(interview.id, {name: values[name] for name in _HELD}):
            raise Refused("no such interview")

    async def finish(self, interview_id: UUID, status: InterviewStatus, at: datetime) -> bool:
        """End an interview that is being graded; False when it is not."""
        table = schema.interviews
        grading = table.c.status == InterviewStatus.GRADING.value
        ended = sa.func.coalesce(table.c.finished_at, at)
        values = {"status": status.value, "finished_at": ended}
        return await self._update(interview_id, values, grading)

    async def set_weights(self, interview_id: UUID, weights: tuple[float, float, float]) -> bool:
        """Weigh the report's parts by these; False when there is no such interview."""
        return await self._update(interview_id, {"weights": list(weights)})

    async def choose_voice(self, interview_id: UUID, *, voice: bool) -> bool:
        """Answers come by voice, or typed; False when there is no such interview."""
        return await self._update(interview_id, {"voice": voice})

    async def set_patience(self, interview_id: UUID, factor: float) -> bool:
        """Wait by this factor; False when there is no such interview."""
        return await self._update(interview_id, {"patience": factor})

    async def recent(
        self, limit: int = 50, *, owner_id: UUID | None = None
    ) -> tuple[Interview, ...]:
        """The newest first; of one person where an owner is named."""
        table = schema.interviews
        newest = sa.select(table).order_by(table.c.created_at.desc(), table.c.id)
        if owner_id is not None:
            newest = newest.where(table.c.owner_id == owner_id)
        return await self._with_consents(newest.limit(limit))

    async def agree(self, interview_id: UUID, consent: Consent) -> None:
        """Keep one more consent."""
        await self._run(self._row(interview_id).with_for_update())
        values = rows.consent_values(consent)
        await insert_of_interview(self._run, schema.consents, interview_id, values)

    async def withdraw(self, interview_id: UUID, modality: Modality, at: datetime) -> None:
        """Mark the standing consent as withdrawn, once nobody holds the interview."""
        await self._run(self._row(interview_id).with_for_update())
        table = schema.consents
        standing = (
            table.c.interview_id == interview_id,
            table.c.modality == modality.value,
            table.c.withdrawn_at.is_(None),
        )
        await self._run(sa.update(table).where(*standing).values(withdrawn_at=at))

    def _row(self, interview_id: UUID) -> sa.Select[Any]:
        table = schema.interviews
        return sa.select(table.c.id).where(table.c.id == interview_id)

    async def _update(
        self, interview_id: UUID, values: rows.Values, *where: sa.ColumnElement[bool]
    ) -> bool:
        table = schema.interviews
        update = sa.update(table).where(table.c.id == interview_id, *where).values(values)
        return (await self._run(update)).rowcount > 0

    async def _with_consents(self, query: sa.Select[Any]) -> tuple[Interview, ...]:
        found = (await self._run(query)).all()
        table = schema.consents
        of_them = table.c.interview_id.in_([row.id for row in found])
        kept = (await self._run(sa.select(table).where(of_them).order_by(table.c.id))).all()
        return tuple(
            rows.interview(row, tuple(rows.consent(k) for k in kept if k.interview_id == row.id))
            for row in found
        )


class PostgresTurns:
    """Turns of interviews."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def add(self, turn: Turn) -> None:
        """Keep a new turn; a second one with the same interview and index is refused."""
        await self._run(sa.insert(schema.turns).values(rows.turn_values(turn)))

    async def save(self, turn: Turn) -> None:
        """Update a kept turn."""
        values = rows.turn_values(turn)
        same = schema.turns.c.id == values.pop("id")
        saved = await self._run(sa.update(schema.turns).where(same).values(values))
        if not saved.rowcount:
            raise Refused("no such turn")

    async def keep_fillers(self, turn: Turn, fillers: tuple[Word, ...]) -> bool:
        """Keep the fillers heard in its speech, unless that is another by now."""
        table, values = schema.turns, rows.turn_values(replace(turn, filler_words=fillers))
        same = table.c.speech == sa.literal(values["speech"], JSONB)
        update = sa.update(table).where(table.c.id == turn.id, same)
        return (await self._run(update.values(filler_words=values["filler_words"]))).rowcount > 0

    async def amend(self, turn: Turn, amendment: str | None) -> bool:
        """Keep the speaker's own words, unless the turn has another revision by now."""
        table = schema.turns
        same = (table.c.id == turn.id, table.c.revision == turn.revision)
        values = {"amendment": rows.cleaned(amendment), "revision": turn.revision + 1}
        return (await self._run(sa.update(table).where(*same).values(values))).rowcount > 0

    async def remove(self, turn_id: UUID) -> None:
        """Drop a turn that was taken back before it was heard; nothing happens when it is gone."""
        await self._run(sa.delete(schema.turns).where(schema.turns.c.id == turn_id))

    async def of(self, interview_id: UUID) -> tuple[Turn, ...]:
        """All turns of an interview, by index."""
        table = schema.turns
        query = sa.select(table).where(table.c.interview_id == interview_id)
        found = await self._run(query.order_by(table.c["index"]))
        return tuple(rows.turn(row) for row in found)


class PostgresScorecards:
    """Scorecards, one for each question of an interview."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def save(self, card: Scorecard) -> None:
        """Insert or replace the card of this interview and question."""
        await upsert(self._run, schema.scorecards, rows.scorecard_values(card))

    async def of(self, interview_id: UUID) -> tuple[Scorecard, ...]:
        """All cards of an interview, in the order of their first turn."""
        table = schema.scorecards
        query = sa.select(table).where(table.c.interview_id == interview_id)
        first = table.c.turns[1].asc().nulls_last()
        found = await self._run(query.order_by(first, table.c.question_id))
        return tuple(rows.scorecard(row) for row in found)


class PostgresObservations:
    """Expression readings and recordings."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def add_reading(self, interview_id: UUID, reading: ExpressionReading) -> None:
        """Keep one second's reading; a later one of the same second replaces it."""
        values = rows.reading_values(reading)
        await insert_of_interview(self._run, schema.expression_readings, interview_id, values)

    async def readings(self, interview_id: UUID) -> tuple[ExpressionReading, ...]:
        """All readings, by second."""
        table = schema.expression_readings
        query = sa.select(table).where(table.c.interview_id == interview_id)
        found = await self._run(query.order_by(table.c.second))
        return tuple(rows.reading(row) for row in found)

    async def add_recording(self, recording: Recording) -> None:
        """Keep a stretch of audio's place; a later word on the same file replaces it."""
        values: rows.Values = {
            "interview_id": recording.interview_id,
            "file": recording.file,
            "start_s": recording.start_s,
            "seconds": recording.seconds,
        }
        await upsert(self._run, schema.recordings, values)

    async def recordings(self, interview_id: UUID) -> tuple[Recording, ...]:
        """All stretches, by start."""
        table = schema.recordings
        query = sa.select(table).where(table.c.interview_id == interview_id)
        found = await self._run(query.order_by(table.c.start_s, table.c.file))
        return tuple(rows.recording(row) for row in found)


async def upsert(run: Run, table: sa.Table, values: rows.Values) -> None:
    """Insert a row, or replace the one with its primary key."""
    await run(_replacing(insert(table).values(values), table))


async def insert_of_interview(
    run: Run, table: sa.Table, interview_id: UUID, values: rows.Values
) -> None:
    """Insert a row that carries its interview's purpose, which the database then checks."""
    parent = schema.interviews
    given = [sa.literal(value, table.c[name].type) for name, value in values.items()]
    source = sa.select(parent.c.id, parent.c.purpose, *given).where(parent.c.id == interview_id)
    statement = insert(table).from_select(["interview_id", "purpose", *values], source)
    if "interview_id" in table.primary_key.columns:
        statement = _replacing(statement, table)
    # An insert from a query does not tell how many rows it made.
    if (await run(statement.returning(table.c.interview_id))).first() is None:
        raise Refused("no such interview")


def _replacing(statement: Insert, table: sa.Table) -> Insert:
    rest = [column.name for column in table.columns if not column.primary_key]
    new = {name: statement.excluded[name] for name in rest}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=new)
