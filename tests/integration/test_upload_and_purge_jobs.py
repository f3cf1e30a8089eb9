"""Background work of recordings that are brought, and of the retention clock, on the real queue."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest

from app.adapters.store.jobs import Handlers, Timing, make_worker
from app.adapters.store.store import PostgresStore
from tests.postgres import connect

pytestmark = pytest.mark.integration

QUICK = Timing(wait=0, heartbeat=1, stalled=30, poll=0.1)
PURGE = """
SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('sounding', 'purge', 0, NULL, NULL,
    '{"timestamp": 0}'::jsonb, now())::procrastinate_job_to_defer_v1])
"""


class _Log:
    def __init__(self) -> None:
        self.analysed: list[UUID] = []
        self.failed: list[UUID] = []
        self.purged = 0
        self.broken = False

    @property
    def handlers(self) -> Handlers:
        return Handlers(
            self._grade, self._finish, self._gave_up, self._purge, self._analyse, self._fail
        )

    async def _grade(self, interview_id: UUID, question_id: str) -> None:
        raise AssertionError("nothing is graded here")

    async def _finish(self, interview_id: UUID) -> None:
        raise AssertionError("nothing is finished here")

    async def _gave_up(self, interview_id: UUID, question_id: str | None, outside: bool) -> None:
        raise AssertionError("an upload is given up in its own way")

    async def _purge(self) -> None:
        self.purged += 1

    async def _analyse(self, interview_id: UUID) -> None:
        if self.broken:
            raise ValueError
        self.analysed.append(interview_id)

    async def _fail(self, interview_id: UUID) -> None:
        self.failed.append(interview_id)


@pytest.fixture
async def log(postgres_url: str) -> AsyncIterator[_Log]:
    log = _Log()
    task = asyncio.create_task(make_worker(postgres_url, log.handlers, timing=QUICK).run())
    yield log
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _until(done: object) -> None:
    for _ in range(1200):
        if done():  # type: ignore[operator]
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it was not done in a minute")


async def test_an_upload_is_analysed_and_a_fault_of_ours_is_told(
    log: _Log, postgres_url: str
) -> None:
    store = PostgresStore(postgres_url)
    good, bad = uuid4(), uuid4()
    async with store.begin() as work:
        await work.jobs.analyse(good)
    await _until(lambda: log.analysed == [good])
    log.broken = True
    async with store.begin() as work:
        await work.jobs.analyse(bad)
    await _until(lambda: log.failed == [bad])
    await store.close()


async def test_what_is_due_is_erased_by_a_job(log: _Log, postgres_url: str) -> None:
    with connect(postgres_url) as connection:
        connection.execute(PURGE)
    await _until(lambda: log.purged == 1)
