"""The retention clock: erase what was kept as long as it was said to be kept.

Also swept: rows of a modality whose consent was withdrawn while a server died, or while something
still wrote them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from app.domain.consent import Modality
from app.domain.retention import Erasure, Reason, Retention
from app.ports.recordings import Recordings
from app.ports.store import Store
from app.usecases.erase_interview import EraseRows, erase_interview
from app.usecases.forget import forget

Dismiss = Callable[[UUID], Awaitable[None]]


class Purge:
    """Erases what is due; safe to run at any time, twice, and beside live interviews."""

    def __init__(
        self,
        *,
        store: Store,
        recordings: Recordings,
        erase_rows: EraseRows,
        retention: Retention,
        dismiss: Dismiss | None = None,
    ) -> None:
        self._store = store
        self._recordings = recordings
        self._erase_rows = erase_rows
        self._retention = retention
        self._dismiss = dismiss

    async def __call__(self, now: datetime) -> tuple[Erasure, ...]:
        """Erase all that is due at `now`; the receipts."""
        receipts: list[Erasure] = []
        if (days := self._retention.interview) is not None:
            async with self._store.begin() as work:
                old = await work.receipts.older(now - timedelta(days=days))
            for interview_id in old:
                receipts.append(await self._erase(interview_id, now))
        for modality in Modality:
            receipts += await self._expired(modality, now)
            receipts += await self._withdrawn(modality, now)
        return tuple(receipts)

    async def _erase(self, interview_id: UUID, now: datetime) -> Erasure:
        if self._dismiss is not None:
            await self._dismiss(interview_id)
        return await erase_interview(
            self._store,
            self._recordings,
            self._erase_rows,
            interview_id,
            now=now,
            reason=Reason.EXPIRED,
        )

    async def _expired(self, modality: Modality, now: datetime) -> list[Erasure]:
        days = self._retention.days(modality)
        if days is None:
            return []
        async with self._store.begin() as work:
            due = await work.receipts.holding(modality, before=now - timedelta(days=days))
        return await self._forget(due, modality, Reason.EXPIRED, now)

    async def _withdrawn(self, modality: Modality, now: datetime) -> list[Erasure]:
        async with self._store.begin() as work:
            left = await work.receipts.holding(modality)
        return await self._forget(left, modality, Reason.WITHDRAWN, now)

    async def _forget(
        self, interviews: Iterable[UUID], modality: Modality, reason: Reason, now: datetime
    ) -> list[Erasure]:
        receipts: list[Erasure] = []
        for interview_id in interviews:
            receipts += await forget(
                self._store, self._recordings, interview_id, [modality], reason=reason, now=now
            )
        return receipts
