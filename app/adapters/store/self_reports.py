"""Self-reported groups, over transactions of their own: no unit of work leads to them."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

import sqlalchemy as sa

from app.adapters.store import review_schema, rows, schema
from app.adapters.store.repositories import Transaction, upsert
from app.adapters.store.store import PostgresStore
from app.domain.groups import SelfReport


class PostgresSelfReports:
    """Self-reports by interview."""

    def __init__(self, store: PostgresStore) -> None:
        self._transaction = store.transaction

    async def give(self, report: SelfReport) -> bool:
        """Keep the report, or replace an earlier one; False when there is no such interview."""
        async with self._transaction() as work:
            if not await _known(work, report.interview_id):
                return False
            await upsert(work.run, review_schema.self_reports, asdict(report))
        return True

    async def withdraw(self, interview_id: UUID) -> None:
        """Erase it; none is no error."""
        table = review_schema.self_reports
        async with self._transaction() as work:
            await work.run(sa.delete(table).where(table.c.interview_id == interview_id))

    async def of(self, interview_id: UUID) -> SelfReport | None:
        """That of an interview, or None."""
        table = review_schema.self_reports
        query = sa.select(table).where(table.c.interview_id == interview_id)
        async with self._transaction() as work:
            row = (await work.run(query)).first()
        return _report(row) if row is not None else None

    async def all(self) -> tuple[SelfReport, ...]:
        """Every one."""
        table = review_schema.self_reports
        async with self._transaction() as work:
            found = (await work.run(sa.select(table).order_by(table.c.interview_id))).all()
        return tuple(_report(row) for row in found)


async def _known(work: Transaction, interview_id: UUID) -> bool:
    table = schema.interviews
    query = sa.select(table.c.id).where(table.c.id == interview_id)
    return (await work.run(query.with_for_update(read=True, key_share=True))).first() is not None


def _report(row: rows.Result) -> SelfReport:
    return SelfReport(**row._mapping)
