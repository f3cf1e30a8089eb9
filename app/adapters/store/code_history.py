"""The history of code in Postgres, over transactions of its own."""

from __future__ import annotations

from dataclasses import asdict, replace
from uuid import UUID

import sqlalchemy as sa

from app.adapters.store import code_schema, rows, schema
from app.adapters.store.repositories import Transaction, upsert
from app.adapters.store.store import PostgresStore
from app.domain.coding import (
    MOST_SNAPSHOTS,
    CaseResult,
    CodeRun,
    Growth,
    Noticed,
    Snapshot,
)

_ROW = ("interview_id", "snapshot", "question_id", "language", "kind", "outcome", "at_s")


class PostgresCodeHistory:
    """Versions, runs and what was noticed, by interview."""

    def __init__(self, store: PostgresStore, *, most: int = MOST_SNAPSHOTS) -> None:
        self._transaction = store.transaction
        self._most = most

    async def save(self, snapshot: Snapshot) -> Snapshot | None:
        """Keep a version, unless the newest of its question is the same."""
        table = code_schema.code_snapshots
        async with self._transaction() as work:
            if not await _locked(work, snapshot.interview_id):
                return None
            newest = await _newest(work, snapshot.interview_id, snapshot.question_id)
            last = sa.select(sa.func.coalesce(sa.func.max(table.c.number), 0)).where(
                table.c.interview_id == snapshot.interview_id
            )
            number = int((await work.run(last)).scalar_one())
            kept = rows.cleaned(asdict(replace(snapshot, number=number + 1)))
            if newest is not None and (newest.code, newest.language) == _text_of(kept):
                return newest
            if newest is not None and number >= self._most:
                kept["number"] = newest.number
                await upsert(work.run, table, kept)
            else:
                await work.run(sa.insert(table).values(kept))
        return Snapshot(**kept)

    async def newest(self, interview_id: UUID, question_id: str) -> Snapshot | None:
        """The newest version for this question, or None."""
        async with self._transaction() as work:
            return await _newest(work, interview_id, question_id)

    async def snapshots(self, interview_id: UUID) -> tuple[Snapshot, ...]:
        """All versions, by number."""
        table = code_schema.code_snapshots
        query = sa.select(table).where(table.c.interview_id == interview_id)
        async with self._transaction() as work:
            found = await work.run(query.order_by(table.c.number))
        return tuple(_snapshot(row) for row in found)

    async def keep_run(self, run: CodeRun) -> bool:
        """Keep what a run showed; False when there is no such interview."""
        values = asdict(run)
        kept = {name: values.pop(name) for name in _ROW}
        return await self._added(code_schema.code_runs, {**kept, "result": values})

    async def runs(self, interview_id: UUID) -> tuple[CodeRun, ...]:
        """All runs, in the order in which they came."""
        return tuple(_run(row) for row in await self._all(code_schema.code_runs, interview_id))

    async def notice(self, noticed: Noticed) -> bool:
        """Keep what was noticed; False when there is no such interview."""
        return await self._added(code_schema.code_events, asdict(noticed))

    async def noticed(self, interview_id: UUID) -> tuple[Noticed, ...]:
        """All that was noticed, in the order in which it came."""
        found = await self._all(code_schema.code_events, interview_id)
        return tuple(
            Noticed(row.interview_id, row.kind, row.at_s, row.characters, row.name) for row in found
        )

    async def _added(self, table: sa.Table, values: rows.Values) -> bool:
        async with self._transaction() as work:
            if not await _locked(work, values["interview_id"]):
                return False
            await work.run(sa.insert(table).values(rows.cleaned(values)))
        return True

    async def _all(self, table: sa.Table, interview_id: UUID) -> list[rows.Result]:
        query = sa.select(table).where(table.c.interview_id == interview_id)
        async with self._transaction() as work:
            return list(await work.run(query.order_by(table.c.id)))


async def _locked(work: Transaction, interview_id: UUID) -> bool:
    """Whether there is such an interview; numbers are given one after the other.

    A lock on its row would hold up the live interview, which updates it.
    """
    key = sa.func.hashtextextended(f"code {interview_id}", 0)
    await work.run(sa.select(sa.func.pg_advisory_xact_lock(key)))
    known = sa.select(sa.exists().where(schema.interviews.c.id == interview_id))
    return bool((await work.run(known)).scalar_one())


async def _newest(work: Transaction, interview_id: UUID, question_id: str) -> Snapshot | None:
    table = code_schema.code_snapshots
    query = (
        sa.select(table)
        .where(table.c.interview_id == interview_id, table.c.question_id == question_id)
        .order_by(table.c.number.desc())
        .limit(1)
    )
    row = (await work.run(query)).first()
    return _snapshot(row) if row is not None else None


def _text_of(values: rows.Values) -> tuple[str, str]:
    return values["code"], values["language"]


def _snapshot(row: rows.Result) -> Snapshot:
    return Snapshot(**row._mapping)


def _run(row: rows.Result) -> CodeRun:
    result = dict(row.result)
    cases = tuple(CaseResult(**case) for case in result.pop("cases"))
    growth = result.pop("growth")
    if growth is not None:
        growth = Growth(tuple(growth["sizes"]), tuple(growth["steps"]), growth["exponent"])
    kept = {name: row._mapping[name] for name in _ROW}
    return CodeRun(**kept, **result, cases=cases, growth=growth)
