"""A background worker of its own: grades and finishes interviews, on this or another machine."""

from __future__ import annotations

import asyncio

from app.settings import Settings
from app.wiring import configure_logging, open_wiring


def run(settings: Settings) -> None:
    """Work until interrupted."""
    configure_logging(settings.log_level)
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    alone = settings.model_copy(update={"worker": "none"})
    async with open_wiring(alone) as wiring:
        await wiring.work()
