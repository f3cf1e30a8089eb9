"""Jobs queued in the transaction of the rows that they belong to: a rollback leaves none.

Jobs that share a lock run one after the other. There is no lock on queueing: a job that already
waits may be taken before this transaction commits, and would not see its rows. The worker drops a
job when a later one with its lock waits (see `jobs`).
"""

from __future__ import annotations

import json
from uuid import UUID

import sqlalchemy as sa

from app.adapters.store.repositories import Transaction

QUEUE = "sounding"
MESSAGES = "sounding-messages"  # of its own: a receiver that hangs keeps no grade waiting
GRADE = "grade_question"
FINISH = "finish_interview"
PURGE = "purge"
ANALYSE = "analyse_upload"
DELIVER = "deliver_webhook"
ANNOUNCE = "announce"

_DEFER = sa.text(
    """
    SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(
        CAST(:queue AS varchar), CAST(:task AS varchar), 0, CAST(:lock AS text), NULL,
        CAST(:arguments AS jsonb), now() + make_interval(secs => CAST(:after AS double precision))
    )::procrastinate_job_to_defer_v1])
    """
)


class PostgresJobs:
    """Background work, queued with procrastinate's own SQL function."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def grade(self, interview_id: UUID, question_id: str, *, after_s: float = 0.0) -> None:
        """Grade one question with its follow-ups, not before `after_s` seconds from now."""
        lock = f"{GRADE}:{interview_id}:{question_id}"
        arguments = {"interview_id": str(interview_id), "question_id": question_id}
        await self._defer(GRADE, lock, arguments, after_s)

    async def finish(self, interview_id: UUID) -> None:
        """Bring a closed interview to its end once all is graded."""
        await self._defer(FINISH, f"{FINISH}:{interview_id}", {"interview_id": str(interview_id)})

    async def analyse(self, interview_id: UUID) -> None:
        """Analyse the upload of this interview."""
        lock = f"{ANALYSE}:{interview_id}"
        await self._defer(ANALYSE, lock, {"interview_id": str(interview_id)})

    async def deliver(self, delivery_id: UUID, *, after_s: float = 0.0) -> None:
        """Send this message to its webhook, not before `after_s` seconds from now."""
        arguments = {"delivery_id": str(delivery_id)}
        await self._defer(DELIVER, f"{DELIVER}:{delivery_id}", arguments, after_s, MESSAGES)

    async def _defer(
        self,
        task: str,
        lock: str,
        arguments: dict[str, str],
        after_s: float = 0.0,
        queue: str = QUEUE,
    ) -> None:
        job = {"queue": queue, "task": task, "lock": lock, "arguments": json.dumps(arguments)}
        await self._run(_DEFER.bindparams(**job, after=after_s or None))
