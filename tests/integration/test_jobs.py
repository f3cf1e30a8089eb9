"""Background jobs: queued with their rows, tried again, rescued, never doubled."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from app.adapters.store.jobs import MAX_ATTEMPTS, Handlers, Timing, make_worker
from app.adapters.store.migrate import upgrade
from app.adapters.store.server import EmbeddedServer
from app.adapters.store.store import PostgresStore
from app.ports.errors import FaceUnavailable, ModelUnavailable, PortError
from tests.postgres import connect

pytestmark = pytest.mark.integration

QUICK = Timing(wait=0, heartbeat=1, stalled=30, poll=0.1)


class Log:
    """Handlers that note what they did; `fail` is asked before each grading."""

    def __init__(self, fail: Callable[[int], None] = lambda _: None) -> None:
        self.graded: list[tuple[UUID, str]] = []
        self.finished: list[UUID] = []
        self.given_up: list[tuple[UUID, str | None, bool]] = []
        self.tries = 0
        self.running = 0
        self.most_running = 0
        self._fail = fail

    @property
    def handlers(self) -> Handlers:
        return Handlers(self._grade, self._finish, self._give_up)

    async def _grade(self, interview_id: UUID, question_id: str) -> None:
        self.tries += 1
        self.running += 1
        self.most_running = max(self.running, self.most_running)
        try:
            await asyncio.sleep(0.05)
            self._fail(self.tries)
        finally:
            self.running -= 1
        self.graded.append((interview_id, question_id))

    async def _finish(self, interview_id: UUID) -> None:
        self.finished.append(interview_id)

    async def _give_up(self, interview_id: UUID, question_id: str | None, outside: bool) -> None:
        self.given_up.append((interview_id, question_id, outside))


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    with connect(postgres_url) as connection:
        connection.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
    real = PostgresStore(postgres_url)
    yield real
    await real.close()


@asynccontextmanager
async def working(url: str, log: Log, *, concurrency: int = 2) -> AsyncIterator[None]:
    worker = make_worker(url, log.handlers, concurrency=concurrency, timing=QUICK)
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], object], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def jobs(url: str) -> list[tuple[object, ...]]:
    """All but those that a worker defers when the clock says so."""
    with connect(url) as connection:
        query = (
            "SELECT task_name, status::text, attempts FROM procrastinate_jobs WHERE id NOT IN"
            " (SELECT job_id FROM procrastinate_periodic_defers WHERE job_id IS NOT NULL)"
            " ORDER BY id"
        )
        return connection.execute(query).fetchall()


async def test_a_transaction_that_rolls_back_leaves_no_job(
    store: PostgresStore, postgres_url: str
) -> None:
    async def break_down() -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):  # noqa: PT012
        async with store.begin() as work:
            await work.jobs.grade(uuid4(), "one")
            await break_down()
    assert jobs(postgres_url) == []


async def test_a_committed_job_is_done(store: PostgresStore, postgres_url: str) -> None:
    interview, log = uuid4(), Log()
    async with working(postgres_url, log):
        async with store.begin() as work:
            await work.jobs.grade(interview, "one")
            await work.jobs.finish(interview)
        await until(lambda: log.graded and log.finished)
        await until(lambda: not jobs(postgres_url))
    assert log.graded == [(interview, "one")]
    assert log.finished == [interview]


async def test_a_port_that_fails_for_a_while_is_tried_again(
    store: PostgresStore, postgres_url: str
) -> None:
    def fail(attempt: int) -> None:
        if attempt < 3:
            raise ModelUnavailable("not yet")

    log = Log(fail)
    async with store.begin() as work:
        await work.jobs.grade(uuid4(), "one")
    async with working(postgres_url, log):
        await until(lambda: log.graded)
    assert log.tries == 3
    assert log.given_up == []


@pytest.mark.parametrize(
    ("error", "tries"),
    [(ModelUnavailable("never"), MAX_ATTEMPTS), (FaceUnavailable("no"), 1), (KeyError("bug"), 1)],
)
async def test_what_does_not_pass_is_given_up_and_said(
    store: PostgresStore, postgres_url: str, error: Exception, tries: int
) -> None:
    def fail(_: int) -> None:
        raise error

    interview, log = uuid4(), Log(fail)
    async with store.begin() as work:
        await work.jobs.grade(interview, "one")
    async with working(postgres_url, log):
        await until(lambda: log.given_up)
        await until(lambda: jobs(postgres_url)[0][1] == "failed")
    assert log.tries == tries
    assert log.given_up == [(interview, "one", isinstance(error, PortError))]


@pytest.mark.parametrize("attempts", [0, MAX_ATTEMPTS])
async def test_the_job_of_a_dead_worker_is_done_again_but_not_for_ever(
    store: PostgresStore, postgres_url: str, attempts: int
) -> None:
    interview, log = uuid4(), Log()
    async with store.begin() as work:
        await work.jobs.grade(interview, "one")
    with connect(postgres_url) as connection:
        connection.execute(
            "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - interval '1 hour') RETURNING id)"
            " UPDATE procrastinate_jobs SET status = 'doing', attempts = %s,"
            " worker_id = (SELECT id FROM dead)",
            (attempts,),
        )
    async with working(postgres_url, log):
        await until(lambda: log.graded or log.given_up)
    assert bool(log.graded) is (attempts == 0)
    assert log.given_up == ([] if attempts == 0 else [(interview, "one", False)])


async def test_a_job_of_a_living_worker_is_left_alone(
    store: PostgresStore, postgres_url: str
) -> None:
    log = Log()
    async with store.begin() as work:
        await work.jobs.grade(uuid4(), "one")
    with connect(postgres_url) as connection:
        connection.execute(
            "WITH other AS (INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id)"
            " UPDATE procrastinate_jobs SET status = 'doing',"
            " worker_id = (SELECT id FROM other)"
        )
    async with working(postgres_url, log):
        await asyncio.sleep(0.5)
    assert log.tries == 0


async def test_a_duplicate_is_neither_doubled_nor_run_at_once(
    store: PostgresStore, postgres_url: str
) -> None:
    interview, log = uuid4(), Log()
    for _ in range(4):
        async with store.begin() as work:
            await work.jobs.grade(interview, "one")
    async with working(postgres_url, log):
        await until(lambda: log.graded)
        async with store.begin() as work:
            await work.jobs.grade(interview, "one")
            await work.jobs.grade(interview, "one")
        await until(lambda: not jobs(postgres_url))
    assert 2 <= len(log.graded) <= 3
    assert log.most_running == 1


async def test_a_stopped_worker_gives_its_job_back(store: PostgresStore, postgres_url: str) -> None:
    begun = asyncio.Event()

    async def for_ever(_: UUID, __: str) -> None:
        begun.set()
        await asyncio.sleep(3600)

    log = Log()
    async with store.begin() as work:
        await work.jobs.grade(uuid4(), "one")
    handlers = Handlers(for_ever, log.handlers.finish_interview)
    task = asyncio.create_task(make_worker(postgres_url, handlers, timing=QUICK).run())
    await asyncio.wait_for(begun.wait(), 60)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [job[1] for job in jobs(postgres_url)] == ["todo"]
    async with working(postgres_url, log):
        await until(lambda: log.graded)


async def test_the_worker_outlives_its_server(open_folder: Path) -> None:
    server = EmbeddedServer(open_folder / "postgres")
    url = await asyncio.to_thread(server.start)
    try:
        await asyncio.to_thread(upgrade, url)
        store, log = PostgresStore(url), Log()
        watch = asyncio.create_task(server.keep_alive())
        async with working(url, log):
            async with store.begin() as work:
                await work.jobs.grade(uuid4(), "one")
            await until(lambda: log.tries == 1)  # killed in the middle of the job
            assert server.pid is not None
            old = server.pid
            os.kill(old, signal.SIGKILL)
            await until(lambda: server.pid != old)
            async with store.begin() as work:
                await work.jobs.grade(uuid4(), "two")
            await until(lambda: {name for _, name in log.graded} == {"one", "two"}, 30)
            await until(lambda: not jobs(url), 30)
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
        await store.close()
    finally:
        await asyncio.to_thread(server.stop)
