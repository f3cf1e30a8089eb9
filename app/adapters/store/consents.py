"""Repositories of what people were told and of what was erased; and the rows of each modality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.adapters.store import rows, schema
from app.adapters.store.consent_schema import erasures, notices
from app.adapters.store.repositories import Transaction
from app.adapters.store.voices import stress_readings, turn_voices
from app.domain.consent import Modality
from app.domain.notice import Notice
from app.domain.retention import UNFINISHED, Erasure, Reason

# The tables that hold rows of one modality and nothing else, by the interview.
TABLES: dict[Modality, tuple[sa.Table, ...]] = {
    Modality.AUDIO: (),
    Modality.RECORDING: (schema.recordings,),
    Modality.DELIVERY: (turn_voices,),
    Modality.VOICE: (stress_readings,),
    Modality.VIDEO: (schema.expression_readings,),
}
NOT_EXPORTED = frozenset({"recording_keys", "self_reports"})
# Columns of the turns that hold what one modality adds to an answer.
COLUMNS: dict[Modality, tuple[sa.Column[Any], ...]] = {
    Modality.DELIVERY: (schema.turns.c.filler_words,),
}


class PostgresReceipts:
    """What was shown, what was erased, and erasing it."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def shown(self, notice: Notice) -> None:
        """Keep the words of a notice, once for each version."""
        values = {
            "version": notice.version,
            "modality": notice.modality.value,
            "title": notice.title,
            "text": notice.text,
        }
        await self._run(insert(notices).values(values).on_conflict_do_nothing())

    async def texts(self, versions: Sequence[str]) -> dict[str, Notice]:
        """The notices of these versions, as far as they were kept."""
        query = sa.select(notices).where(notices.c.version.in_(versions))
        found = await self._run(query)
        return {r.version: Notice(Modality(r.modality), r.title, r.text) for r in found}

    async def add(self, erasure: Erasure) -> None:
        """Keep a receipt."""
        await self._run(sa.insert(erasures).values(asdict(erasure)))

    async def get(self, erasure_id: UUID) -> Erasure | None:
        """One receipt, or None."""
        row = (await self._run(sa.select(erasures).where(erasures.c.id == erasure_id))).first()
        return _erasure(row) if row is not None else None

    async def of(self, interview_id: UUID) -> tuple[Erasure, ...]:
        """The receipts of an interview, also of one that is gone, the oldest first."""
        query = sa.select(erasures).where(erasures.c.interview_id == interview_id)
        found = await self._run(query.order_by(erasures.c.at, erasures.c.id))
        return tuple(_erasure(row) for row in found)

    async def forget(self, interview_id: UUID, modality: Modality) -> int:
        """Erase the rows of a modality; how many. Waits for whoever adds to them just now."""
        table = schema.interviews
        held = sa.select(table.c.id).where(table.c.id == interview_id).with_for_update()
        await self._run(held)
        gone = 0
        for kept in TABLES[modality]:
            erased = sa.delete(kept).where(kept.c.interview_id == interview_id)
            gone += (await self._run(erased)).rowcount
        for column in COLUMNS.get(modality, ()):
            turns = schema.turns
            mine = (turns.c.interview_id == interview_id, column.is_not(None))
            emptied = sa.update(turns).where(*mine).values({column.name: None})
            gone += (await self._run(emptied)).rowcount
        return gone

    async def rows(self, interview_id: UUID) -> dict[str, tuple[Mapping[str, object], ...]]:
        """Every row that belongs to an interview, by table, for its export."""
        found: dict[str, tuple[Mapping[str, object], ...]] = {}
        for table in schema.metadata.sorted_tables:
            if table.name in NOT_EXPORTED or "interview_id" not in table.c:
                continue
            query = sa.select(table).where(table.c.interview_id == interview_id)
            kept = (await self._run(query.order_by(*table.primary_key.columns))).mappings()
            found[table.name] = tuple(dict(row) for row in kept)
        return found

    async def holding(
        self, modality: Modality, *, before: datetime | None = None
    ) -> tuple[UUID, ...]:
        """Interviews with rows of a modality: those older than `before`, or those that withdrew."""
        table = schema.interviews
        has = [sa.exists().where(t.c.interview_id == table.c.id) for t in TABLES[modality]]
        turns = schema.turns
        has += [
            sa.exists().where(turns.c.interview_id == table.c.id, column.is_not(None))
            for column in COLUMNS.get(modality, ())
        ]
        if not has:
            return ()
        over = _without(modality) if before is None else _clock() < before
        query = sa.select(table.c.id).where(sa.or_(*has), over).order_by(table.c.id)
        return tuple((await self._run(query)).scalars())

    async def older(self, before: datetime) -> tuple[UUID, ...]:
        """Interviews whose clock began before then."""
        table = schema.interviews
        query = sa.select(table.c.id).where(_clock() < before).order_by(table.c.id)
        return tuple((await self._run(query)).scalars())


def _clock() -> sa.ColumnElement[Any]:
    """`retention.clock_begins` in SQL."""
    table = schema.interviews
    begun = sa.func.coalesce(table.c.started_at, table.c.created_at)
    return sa.func.coalesce(table.c.finished_at, begun + UNFINISHED)


def _without(modality: Modality) -> sa.ColumnElement[bool]:
    table, given = schema.interviews, schema.consents
    standing = (
        given.c.interview_id == table.c.id,
        given.c.modality == modality.value,
        given.c.withdrawn_at.is_(None),
    )
    return ~sa.exists().where(*standing)


def _erasure(row: rows.Result) -> Erasure:
    values = dict(row._mapping)
    modality = values["modality"]
    values["modality"] = Modality(modality) if modality is not None else None
    values["reason"] = Reason(values["reason"])
    return Erasure(**values)
