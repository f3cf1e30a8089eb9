"""Erase an interview: its kept sound first, then every row that belongs to it. A receipt stays."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID, uuid4

from app.domain.retention import Erasure, Reason
from app.ports.recordings import Recordings
from app.ports.store import Store

EraseRows = Callable[[UUID], Awaitable[int]]
"""Removes an interview's rows, with all that refer to it, in one transaction; how many."""


async def erase_interview(
    store: Store,
    recordings: Recordings,
    erase_rows: EraseRows,
    interview_id: UUID,
    *,
    now: datetime,
    reason: Reason = Reason.ERASED,
) -> Erasure:
    """Remove sound and rows; a failure between the two leaves rows, so that it can be repeated.

    What still works on the interview finds no row to write to: nothing comes back.
    """
    shredded = await asyncio.to_thread(recordings.erase, interview_id)
    rows = await erase_rows(interview_id)
    late = await asyncio.to_thread(recordings.erase, interview_id)  # opened in between
    files, keys = shredded.files + late.files, shredded.keys + late.keys
    receipt = Erasure(uuid4(), interview_id, None, reason, rows, files, keys, now)
    async with store.begin() as work:
        await work.receipts.add(receipt)
    return receipt
