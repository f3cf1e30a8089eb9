"""The store in Postgres: `PostgresStore.begin` opens one transaction with all repositories."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from app.adapters.store import schema
from app.adapters.store.accounts import PostgresAccounts
from app.adapters.store.assignments import PostgresAssignments
from app.adapters.store.authoring import PostgresAuthoringWork
from app.adapters.store.consents import PostgresReceipts
from app.adapters.store.errors import translated
from app.adapters.store.library import PostgresLibrary
from app.adapters.store.queue import PostgresJobs
from app.adapters.store.repositories import (
    PostgresInterviews,
    PostgresObservations,
    PostgresScorecards,
    PostgresTurns,
    Transaction,
)
from app.adapters.store.reviews import PostgresReviewWork
from app.adapters.store.turn_metrics import PostgresMetrics
from app.adapters.store.uploads import PostgresUploads
from app.adapters.store.voices import PostgresVoices
from app.adapters.store.webhooks import PostgresWebhooks

# A filtered search loses rows without the first of these.
_ON_CONNECT = """
SET hnsw.iterative_scan = 'strict_order';
SET hnsw.ef_search = 200;
SET TIME ZONE 'UTC';
"""


class PostgresUnitOfWork:
    """All repositories, in one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self.interviews = PostgresInterviews(transaction)
        self.turns = PostgresTurns(transaction)
        self.scorecards = PostgresScorecards(transaction)
        self.observations = PostgresObservations(transaction)
        self.metrics = PostgresMetrics(transaction)
        self.library = PostgresLibrary(transaction)
        self.authoring = PostgresAuthoringWork(transaction)
        self.jobs = PostgresJobs(transaction)
        self.review = PostgresReviewWork(transaction)
        self.receipts = PostgresReceipts(transaction)
        self.accounts = PostgresAccounts(transaction)
        self.uploads = PostgresUploads(transaction)
        self.voices = PostgresVoices(transaction)
        self.assignments = PostgresAssignments(transaction)
        self.webhooks = PostgresWebhooks(transaction)


class PostgresStore:
    """Where everything is kept. A connection that died with the server is replaced unseen."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[PostgresUnitOfWork]:
        """Open one transaction: committed at the end, rolled back on an exception.

        Raises:
            StoreUnavailable: the server can't be reached.
        """
        async with self.transaction() as transaction:
            yield PostgresUnitOfWork(transaction)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Open one transaction for a repository that no unit of work leads to."""
        with translated():
            async with self._engine.begin() as connection:
                yield Transaction(connection)

    async def erase(self, interview_id: UUID) -> int:
        """Remove an interview with all rows that belong to it; how many; none is no error."""
        table = schema.interviews
        with translated():
            async with self._engine.begin() as connection:
                gone = 0
                for child in (t for t in schema.metadata.sorted_tables if _is_of(t)):
                    mine = sa.select(sa.func.count()).where(child.c.interview_id == interview_id)
                    gone += (await connection.execute(mine)).scalar_one()
                erase = sa.delete(table).where(table.c.id == interview_id)
                return gone + (await connection.execute(erase)).rowcount

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


def _is_of(table: sa.Table) -> bool:
    """Whether its rows belong to an interview, and go with it."""
    return "interview_id" in table.c and any(
        key.column.table is schema.interviews for key in table.foreign_keys
    )


def _engine(url: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=8,
        max_overflow=8,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 5},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _set_up(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(_ON_CONNECT)
        cursor.close()
        connection.commit()

    return engine
