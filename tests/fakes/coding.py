"""The history of code in memory; it knows the interviews of a fake store."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol, TypeVar
from uuid import UUID

from app.domain.coding import MOST_SNAPSHOTS, CodeRun, Noticed, Snapshot
from tests.fakes.store import FakeStore


class _OfInterview(Protocol):
    @property
    def interview_id(self) -> UUID: ...


Row = TypeVar("Row", bound=_OfInterview)


class FakeCodeHistory:
    """Keeps lists; what belongs to an erased interview is gone with it."""

    def __init__(self, store: FakeStore, *, most: int = MOST_SNAPSHOTS) -> None:
        self._store = store
        self._most = most
        self._snapshots: list[Snapshot] = []
        self._runs: list[CodeRun] = []
        self._noticed: list[Noticed] = []

    async def save(self, snapshot: Snapshot) -> Snapshot | None:
        if not await self._known(snapshot.interview_id):
            return None
        every = await self.snapshots(snapshot.interview_id)
        newest = await self.newest(snapshot.interview_id, snapshot.question_id)
        code = snapshot.code.replace("\0", "")
        kept = replace(snapshot, number=len(every) + 1, code=code)
        if newest is not None and (newest.code, newest.language) == (kept.code, kept.language):
            return newest
        if newest is not None and len(every) >= self._most:
            self._snapshots.remove(newest)
            kept = replace(kept, number=newest.number)
        self._snapshots.append(kept)
        return kept

    async def newest(self, interview_id: UUID, question_id: str) -> Snapshot | None:
        every = await self.snapshots(interview_id)
        return next((s for s in reversed(every) if s.question_id == question_id), None)

    async def snapshots(self, interview_id: UUID) -> tuple[Snapshot, ...]:
        return await self._of(self._snapshots, interview_id)

    async def keep_run(self, run: CodeRun) -> bool:
        return await self._add(self._runs, run)

    async def runs(self, interview_id: UUID) -> tuple[CodeRun, ...]:
        return await self._of(self._runs, interview_id)

    async def notice(self, noticed: Noticed) -> bool:
        return await self._add(self._noticed, noticed)

    async def noticed(self, interview_id: UUID) -> tuple[Noticed, ...]:
        return await self._of(self._noticed, interview_id)

    async def _add(self, rows: list[Row], row: Row) -> bool:
        if not await self._known(row.interview_id):
            return False
        rows.append(row)
        return True

    async def _of(self, rows: list[Row], interview_id: UUID) -> tuple[Row, ...]:
        if not await self._known(interview_id):
            return ()
        return tuple(row for row in rows if row.interview_id == interview_id)

    async def _known(self, interview_id: UUID) -> bool:
        async with self._store.begin() as work:
            return await work.interviews.get(interview_id) is not None
