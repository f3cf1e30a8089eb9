"""The store in memory and the one in Postgres, by turns."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.adapters.store.store import PostgresStore
from tests.contracts.stored import AnyStore
from tests.fakes.store import FakeStore


@pytest.fixture(params=["fake", "postgres"])
async def store(request: pytest.FixtureRequest) -> AsyncIterator[AnyStore]:
    """An open store; what other tests left in the database may be there too."""
    if request.param == "fake":
        yield FakeStore()
        return
    real = PostgresStore(request.getfixturevalue("postgres_url"))
    yield real
    await real.close()
