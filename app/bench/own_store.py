"""A store for one measurement: migrated, and gone at the end."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.adapters.store.migrate import upgrade
from app.adapters.store.server import EmbeddedServer
from app.adapters.store.store import PostgresStore


@asynccontextmanager
async def own_store(url: str | None = None) -> AsyncIterator[PostgresStore]:
    """In a server of its own, unless the address of a database is given, which is then filled."""
    folder = Path(tempfile.mkdtemp(prefix="sounding-bench-"))
    folder.chmod(0o711)
    server = EmbeddedServer(folder / "postgres")
    try:
        address: str = url if url is not None else await asyncio.to_thread(server.start)
        await asyncio.to_thread(upgrade, address)
        store = PostgresStore(address)
        try:
            yield store
        finally:
            await store.close()
    finally:
        if url is None:
            await asyncio.to_thread(server.stop)
        shutil.rmtree(folder, ignore_errors=True)
