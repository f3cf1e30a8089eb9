"""Ports of review: marks beside grades, contests, the trail, and what is learned from them.

All are bound to the transaction of their unit of work; see `app.ports.store`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from app.domain.agreement import Recalibration
from app.domain.consent import Purpose
from app.domain.question import Exemplar
from app.domain.review import AuditEntry, Contest, Mark, Review
from app.domain.scorecard import Scorecard
from app.ports.embeddings import Vectors


@dataclass(frozen=True)
class Queued:
    """A scorecard that has an outcome, as the queue lists it."""

    card: Scorecard
    title: str
    purpose: Purpose
    created_at: datetime
    review: Review | None
    open_contests: int


class Reviews(Protocol):
    """Where the reviews of scorecards stand."""

    async def hold(self, interview_id: UUID) -> None:
        """Let no other review of this interview go on until this transaction ends."""
        ...

    async def of(self, interview_id: UUID) -> tuple[Review, ...]:
        """Those of an interview."""
        ...

    async def save(self, review: Review) -> None:
        """Insert or replace the review of this interview and question."""
        ...

    async def for_others(self, interview_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those that others than their own person may read, where there are accounts.

        An assessment, what was begun by an assignment, and what its person contested a level of.
        """
        ...

    async def waiting(self, limit: int = 500, *, for_others: bool = False) -> tuple[Queued, ...]:
        """Cards with an outcome, or failed, that are not reviewed as they stand, or are contested.

        The oldest first; none of an interview that still runs. `for_others`: those alone.
        """
        ...

    async def graded(
        self, purpose: Purpose, limit: int = 5000, *, for_others: bool = False
    ) -> tuple[Scorecard, ...]:
        """The cards with an outcome of the newest interviews of this purpose; none of trials."""
        ...


class Marks(Protocol):
    """What people marked. Marks are only ever added, and go only with their interview."""

    async def add(self, mark: Mark) -> Mark:
        """Keep one more; it comes back with its id."""
        ...

    async def of(self, interview_id: UUID) -> tuple[Mark, ...]:
        """Those of an interview, in the order they were made."""
        ...

    async def newest(self, limit: int = 20_000) -> tuple[Mark, ...]:
        """Those of all interviews, in the order they were made; the oldest fall off."""
        ...


class Contests(Protocol):
    """What candidates contest."""

    async def add(self, contest: Contest) -> None:
        """Keep a new contest; a second open one of the same criterion is refused."""
        ...

    async def of(self, interview_id: UUID) -> tuple[Contest, ...]:
        """Those of an interview, in the order they came."""
        ...

    async def answer(self, contest: Contest) -> bool:
        """Keep its answer; False, and nothing changes, when it is gone or has one already."""
        ...


class AuditTrail(Protocol):
    """Who did what. Entries are only ever added, and go only with their interview."""

    async def add(self, entry: AuditEntry) -> None:
        """Keep one more."""
        ...

    async def of(self, interview_id: UUID) -> tuple[AuditEntry, ...]:
        """Those of an interview, in the order they were made."""
        ...


class Exemplars(Protocol):
    """Answers with the levels that people gave them; found by meaning among the bank's own."""

    async def learn(
        self,
        interview_id: UUID,
        question_id: str,
        answer: str,
        levels: Mapping[str, int],
        vector: Vectors,
    ) -> None:
        """Keep the answer of this interview to this question, or replace it."""
        ...

    async def of(self, question_id: str, *, but: UUID) -> tuple[Exemplar, ...]:
        """Those of a question, save the one from interview `but`; the newest first."""
        ...


class Recalibrations(Protocol):
    """The newest recalibration of each grader."""

    async def save(self, recalibration: Recalibration) -> None:
        """Insert or replace that of this rubric version and model."""
        ...

    async def get(self, rubric_id: str, rubric_version: int, model: str) -> Recalibration | None:
        """That of this rubric version and model, or None."""
        ...

    async def all(self) -> tuple[Recalibration, ...]:
        """Every grader's, by rubric, version and model."""
        ...


class ReviewWork(Protocol):
    """The repositories of review, in one transaction."""

    @property
    def reviews(self) -> Reviews:
        """Reviews."""
        ...

    @property
    def marks(self) -> Marks:
        """Marks."""
        ...

    @property
    def contests(self) -> Contests:
        """Contests."""
        ...

    @property
    def trail(self) -> AuditTrail:
        """The audit trail."""
        ...

    @property
    def exemplars(self) -> Exemplars:
        """Learned exemplars."""
        ...

    @property
    def recalibrations(self) -> Recalibrations:
        """Recalibrations."""
        ...
