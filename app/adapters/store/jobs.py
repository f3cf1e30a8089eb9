"""The worker: procrastinate on the store's own Postgres, with handlers handed in at start."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import JobAborted
from procrastinate.jobs import Job
from procrastinate.worker import Worker as ProcrastinateWorker
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url

from app.adapters.store.queue import (
    ANALYSE,
    ANNOUNCE,
    DELIVER,
    FINISH,
    GRADE,
    MESSAGES,
    PURGE,
    QUEUE,
)
from app.ports.errors import PortError

_log = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
_HEARTBEAT_SECONDS = 5
_STALLED_SECONDS = 30
_LONGEST_PAUSE_SECONDS = 5.0
_EVERY_HOUR = "17 * * * *"
_EVERY_FIVE_MINUTES = "*/5 * * * *"
_GRACE_SECONDS = 5.0

_LATER_ONE = """
SELECT 1 AS found FROM procrastinate_jobs
WHERE lock = %(lock)s AND status = 'todo' AND id > %(id)s LIMIT 1
"""
_REQUEUE_STALLED = """
SELECT procrastinate_retry_job_v2(job.id, now(), NULL, NULL, NULL) FROM (
    SELECT job.id FROM procrastinate_jobs job
    LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
    WHERE job.status = 'doing' AND job.queue_name = %(queue)s
    AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %(seconds)s))
    FOR UPDATE OF job SKIP LOCKED
) job
"""


@dataclass(frozen=True)
class Handlers:
    """What the jobs do. Each must be safe to run twice.

    `gave_up` is told the interview, the question for a grading job, and whether it was a port that
    failed, when a job failed for good. `purge` erases what is due, every hour. `deliver`
    sends one message to its webhook, and settles when to try again; `announce` looks for what
    became due.
    """

    grade_question: Callable[[UUID, str], Awaitable[None]]
    finish_interview: Callable[[UUID], Awaitable[None]]
    gave_up: Callable[[UUID, str | None, bool], Awaitable[None]] | None = None
    purge: Callable[[], Awaitable[None]] | None = None
    analyse_upload: Callable[[UUID], Awaitable[None]] | None = None
    upload_failed: Callable[[UUID], Awaitable[None]] | None = None
    deliver: Callable[[UUID], Awaitable[object]] | None = None
    announce: Callable[[], Awaitable[object]] | None = None


@dataclass(frozen=True)
class Timing:
    """Seconds of the worker's clocks; `wait` is doubled at each attempt."""

    wait: int = 2
    heartbeat: float = _HEARTBEAT_SECONDS
    stalled: float = _STALLED_SECONDS
    poll: float = 5.0


class Patience(BaseRetryStrategy):
    """Try again after what may pass: a failing port, or the end of this process."""

    def __init__(self, wait: int) -> None:
        self._wait = wait

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again, or None."""
        if isinstance(exception, asyncio.CancelledError | JobAborted):
            return RetryDecision(retry_in={"seconds": 0})
        if not isinstance(exception, PortError) or not exception.retryable:
            return None
        if job.attempts + 1 >= MAX_ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": self._wait * 2**job.attempts})


class Worker:
    """Runs jobs until it is cancelled; outlives a restart of the server."""

    def __init__(
        self,
        url: str,
        handlers: Handlers,
        concurrency: int,
        timing: Timing,
        queue: str = QUEUE,
    ) -> None:
        self._connector = PsycopgConnector(conninfo=conninfo(url), min_size=1, max_size=4)
        self._app = App(connector=self._connector)
        self._concurrency = concurrency
        self._timing = timing
        self._handlers = handlers
        self._queue = queue
        self._left: int | None = None
        if queue == MESSAGES:
            self._register_messages()
        else:
            self._register()

    async def run(self) -> None:
        """Work, and begin again after every failure, until cancelled."""
        pause = 0.5
        while True:
            try:
                async with self._app.open_async():
                    await self._work()
                pause = 0.5
            except Exception as error:  # the edge of the worker: it must go on
                _log.warning("the job worker stopped (%s); starting again", type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def requeue_stalled(self) -> None:
        """Give jobs whose worker died back to the queue."""
        await self._connector.execute_query_all_async(
            _REQUEUE_STALLED, queue=self._queue, seconds=self._timing.stalled
        )

    async def _work(self) -> None:
        worker = ProcrastinateWorker(
            self._app,
            queues=[self._queue],
            concurrency=self._concurrency,
            install_signal_handlers=False,
            update_heartbeat_interval=self._timing.heartbeat,
            stalled_worker_timeout=self._timing.stalled,
            fetch_job_polling_interval=self._timing.poll,
            shutdown_graceful_timeout=_GRACE_SECONDS,
            delete_jobs="successful",
        )
        await self._take_leave()
        rescue = asyncio.create_task(self._rescue())
        try:
            await worker.run()  # type: ignore[no-untyped-call]  # procrastinate leaves it so
        finally:
            self._left = worker.worker_id
            rescue.cancel()
            with suppress(asyncio.CancelledError):
                await rescue

    async def _take_leave(self) -> None:
        """Strike off the worker that lost its server, so that its jobs count as stalled at once."""
        if self._left is not None:
            await self._app.job_manager.unregister_worker(self._left)
            self._left = None

    async def _rescue(self) -> None:
        # Beside the jobs, not one of them: long jobs must not keep it waiting.
        while True:
            try:
                await self.requeue_stalled()
            except Exception as error:  # the server may be away; the next round sees
                _log.warning("stalled jobs could not be looked for: %s", type(error).__name__)
            await asyncio.sleep(self._timing.stalled / 3)

    def _register(self) -> None:
        retry = Patience(self._timing.wait)

        @self._app.task(name=GRADE, queue=QUEUE, pass_context=True, retry=retry)
        async def grade(context: JobContext, interview_id: str, question_id: str) -> None:
            interview = UUID(interview_id)
            work = self._handlers.grade_question
            await self._perform(
                context, interview, question_id, lambda: work(interview, question_id)
            )

        @self._app.task(name=FINISH, queue=QUEUE, pass_context=True, retry=retry)
        async def finish(context: JobContext, interview_id: str) -> None:
            interview = UUID(interview_id)
            work = self._handlers.finish_interview
            await self._perform(context, interview, None, lambda: work(interview))

        @self._app.task(name=ANALYSE, queue=QUEUE, pass_context=True, retry=retry)
        async def analyse(context: JobContext, interview_id: str) -> None:
            if self._handlers.analyse_upload is None:
                return
            interview, work = UUID(interview_id), self._handlers.analyse_upload
            failed = self._handlers.upload_failed
            await self._perform(context, interview, None, lambda: work(interview), failed)

        @self._app.periodic(cron=_EVERY_HOUR)
        @self._app.task(name=PURGE, queue=QUEUE, queueing_lock=PURGE, retry=retry)
        async def purge(timestamp: int) -> None:
            if self._handlers.purge is not None:
                await self._handlers.purge()

    def _register_messages(self) -> None:
        retry = Patience(self._timing.wait)

        @self._app.task(name=DELIVER, queue=MESSAGES, pass_context=True, retry=retry)
        async def deliver(context: JobContext, delivery_id: str) -> None:
            work = self._handlers.deliver
            if work is not None and not await self._covered(context.job):
                await work(UUID(delivery_id))

        @self._app.periodic(cron=_EVERY_FIVE_MINUTES)
        @self._app.task(name=ANNOUNCE, queue=MESSAGES, queueing_lock=ANNOUNCE, retry=retry)
        async def announce(timestamp: int) -> None:
            if self._handlers.announce is not None:
                await self._handlers.announce()

    async def _perform(
        self,
        context: JobContext,
        interview_id: UUID,
        question_id: str | None,
        work: Callable[[], Awaitable[None]],
        failed: Callable[[UUID], Awaitable[None]] | None = None,
    ) -> None:
        job = context.job
        if await self._covered(job):
            return
        try:
            if job.attempts >= MAX_ATTEMPTS:  # it took its worker down again and again
                raise RuntimeError(f"job {job.id} was begun {job.attempts} times without an end")
            await work()
        except Exception as error:
            retry = Patience(self._timing.wait).get_retry_decision(exception=error, job=job)
            if retry is None and failed is not None:
                await failed(interview_id)
            elif retry is None and self._handlers.gave_up is not None:
                outside = isinstance(error, PortError)
                await self._handlers.gave_up(interview_id, question_id, outside)
            raise

    async def _covered(self, job: Job) -> bool:
        """Whether a later job with the same lock waits, and will do the same with newer rows."""
        found = await self._connector.execute_query_all_async(_LATER_ONE, lock=job.lock, id=job.id)
        return bool(found)


def make_worker(
    url: str,
    handlers: Handlers,
    *,
    concurrency: int = 1,
    timing: Timing | None = None,
    queue: str = QUEUE,
) -> Worker:
    """A worker on the database at `url`; `await worker.run()` works until cancelled."""
    return Worker(url, handlers, concurrency, timing or Timing(), queue)


def conninfo(url: str) -> str:
    """The address as psycopg itself takes it."""
    parts = make_url(url)
    named = {
        "host": parts.host,
        "port": parts.port,
        "user": parts.username,
        "password": parts.password,
        "dbname": parts.database,
    }
    options = {name: str(value) for name, value in parts.query.items()}
    return make_conninfo("", **{k: v for k, v in named.items() if v is not None}, **options)
