"""Erase what one modality left behind, and nothing else; every erasure has its receipt."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from app.domain.consent import Modality
from app.domain.retention import Erasure, Reason
from app.ports.recordings import Recordings, Shredded
from app.ports.store import Store

_NOTHING = Shredded(0, 0)


async def forget(
    store: Store,
    recordings: Recordings,
    interview_id: UUID,
    modalities: Iterable[Modality],
    *,
    reason: Reason,
    now: datetime,
) -> tuple[Erasure, ...]:
    """Erase the files, keys and rows of these modalities; safe to repeat after a failure.

    A withdrawal has its receipt even where nothing was kept; else one is for what went.

    Raises:
        StoreUnavailable: the store, or the folder of the recordings, can't be reached.
    """
    receipts: list[Erasure] = []
    for modality in modalities:
        shredded = _NOTHING
        if modality is Modality.RECORDING:
            shredded = await asyncio.to_thread(recordings.erase, interview_id)
        async with store.begin() as work:
            rows = await work.receipts.forget(interview_id, modality)
            erasure = Erasure(
                uuid4(), interview_id, modality, reason, rows, shredded.files, shredded.keys, now
            )
            if reason is Reason.WITHDRAWN or rows or shredded != _NOTHING:
                await work.receipts.add(erasure)
                receipts.append(erasure)
    return tuple(receipts)
