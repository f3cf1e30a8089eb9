"""Erase an interview: its kept sound first, then every row that belongs to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

from app.ports.recordings import Recordings

EraseRows = Callable[[UUID], Awaitable[None]]
"""Removes an interview's rows, with all that refer to it, in one transaction."""


async def erase_interview(
    recordings: Recordings, erase_rows: EraseRows, interview_id: UUID
) -> None:
    """Remove sound and rows; a failure between the two leaves rows, so that it can be repeated."""
    await asyncio.to_thread(recordings.erase, interview_id)
    await erase_rows(interview_id)
