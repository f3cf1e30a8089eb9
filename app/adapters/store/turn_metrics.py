"""Repository of turn metrics, bound to one transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.adapters.store import rows, schema
from app.adapters.store.repositories import Transaction
from app.domain.metrics import KeptMetrics, TurnMetrics


class PostgresMetrics:
    """How the hand-overs of turns went."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def save(self, metrics: TurnMetrics) -> None:
        """Insert the metrics of this turn, or replace them; the first time of keeping stays."""
        table, values = schema.turn_metrics, rows.metrics_values(metrics)
        key = ("interview_id", "turn")
        new = {name: value for name, value in values.items() if name not in key}
        statement = insert(table).values(values)
        await self._run(statement.on_conflict_do_update(index_elements=key, set_=new))

    async def of(self, interview_id: UUID) -> tuple[TurnMetrics, ...]:
        """Those of an interview, by turn."""
        table = schema.turn_metrics
        query = sa.select(table).where(table.c.interview_id == interview_id)
        found = await self._run(query.order_by(table.c.turn))
        return tuple(rows.kept_metrics(row).metrics for row in found)

    async def newest(
        self, limit: int = 1000, *, since: datetime | None = None
    ) -> tuple[KeptMetrics, ...]:
        """Those of all interviews that were kept at or after `since`, the newest first."""
        table = schema.turn_metrics
        query = sa.select(table)
        if since is not None:
            query = query.where(table.c.recorded_at >= since)
        newest = query.order_by(table.c.recorded_at.desc(), table.c.interview_id, table.c.turn)
        return tuple(rows.kept_metrics(row) for row in await self._run(newest.limit(limit)))
