"""The database that a process works on."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, suppress

from app.adapters.store.migrate import upgrade
from app.adapters.store.server import EmbeddedServer
from app.settings import Settings

log = logging.getLogger(__name__)


async def open_database(settings: Settings, stack: AsyncExitStack) -> str:
    """The URL of a migrated database: the one that is named, else one of our own, started."""
    if settings.database_url:
        url = settings.database_url
    else:
        log.info("starting the store; the first start makes it, which takes up to a minute")
        server = EmbeddedServer(settings.data_dir / "postgres")
        url = await asyncio.to_thread(server.start)
        stack.callback(server.stop)
        keeper = asyncio.create_task(server.keep_alive())
        stack.push_async_callback(cancelled, keeper)
    log.info("bringing the store up to date")
    await asyncio.to_thread(upgrade, url)
    return url


async def cancelled(task: asyncio.Task[None]) -> None:
    """Stop this task and wait until it has stopped."""
    task.cancel()
    with suppress(asyncio.CancelledError, Exception):
        await task
