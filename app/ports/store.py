"""Port of the store: repositories bound to one transaction, opened by `Store.begin`.

`async with store.begin() as work:` commits at the end of the block and rolls back on an exception.
A live interview never holds one open.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from app.domain.consent import Consent, Modality
from app.domain.interview import (
    ExpressionReading,
    Interview,
    InterviewStatus,
    Recording,
    Turn,
    Word,
)
from app.domain.metrics import KeptMetrics, TurnMetrics
from app.domain.question import Bank, Question, Rubric, Track
from app.domain.scorecard import Scorecard
from app.ports.accounts import Accounts
from app.ports.assignments import Assignments
from app.ports.authoring import AuthoringWork
from app.ports.embeddings import Vectors
from app.ports.receipts import Receipts
from app.ports.review import ReviewWork
from app.ports.uploads import Uploads
from app.ports.voices import Voices
from app.ports.webhooks import Webhooks

PassageKind = Literal["question", "point", "anchor", "exemplar", "probe", "reference"]


@dataclass(frozen=True)
class Passage:
    """A piece of authored content that can be found by meaning.

    `key` names the piece inside its question (a point's id, say); `likeness` is the cosine to what
    was searched, None when it was not searched for.
    """

    kind: PassageKind
    question_id: str
    key: str
    text: str
    criterion_id: str | None = None
    level: int | None = None
    likeness: float | None = None


def digest_of(bank: Bank, passages: Sequence[Passage]) -> str:
    """What `Library.digest` says after this bank was loaded: the same content, the same digest."""
    whole = hashlib.sha256(bank.model_dump_json().encode())
    for passage in passages:
        whole.update(repr(passage).encode())
    return whole.hexdigest()


class Interviews(Protocol):
    """Interviews and their consents."""

    async def add(self, interview: Interview) -> None:
        """Keep a new interview with its consents."""
        ...

    async def get(self, interview_id: UUID) -> Interview | None:
        """The interview with its consents, or None."""
        ...

    async def held(self, interview_id: UUID) -> Interview | None:
        """The same; until this transaction ends, no consent of it is given or withdrawn."""
        ...

    async def save(self, interview: Interview) -> None:
        """Update everything but purpose (which never changes) and consents.

        It also writes what others may have changed since the interview was read: where one thing
        changes, take one of the narrow updates below.
        """
        ...

    async def progress(self, interview: Interview) -> None:
        """Update only what holding it changes: status, clock, code, start, end and failure."""
        ...

    async def finish(self, interview_id: UUID, status: InterviewStatus, at: datetime) -> bool:
        """End an interview that is being graded, at `at` unless it has an end already.

        False, and nothing changes, when it is not being graded.
        """
        ...

    async def set_weights(self, interview_id: UUID, weights: tuple[float, float, float]) -> bool:
        """Weigh the report's parts by these; False when there is no such interview."""
        ...

    async def choose_voice(self, interview_id: UUID, *, voice: bool) -> bool:
        """Answers come by voice, or typed; False when there is no such interview."""
        ...

    async def set_patience(self, interview_id: UUID, factor: float) -> bool:
        """Wait by this factor; False when there is no such interview."""
        ...

    async def recent(
        self, limit: int = 50, *, owner_id: UUID | None = None
    ) -> tuple[Interview, ...]:
        """The newest first; of one person where an owner is named."""
        ...

    async def agree(self, interview_id: UUID, consent: Consent) -> None:
        """Keep one more consent."""
        ...

    async def withdraw(self, interview_id: UUID, modality: Modality, at: datetime) -> None:
        """Mark the standing consent as withdrawn, once nobody holds the interview."""
        ...


class Turns(Protocol):
    """Turns of interviews."""

    async def add(self, turn: Turn) -> None:
        """Keep a new turn; a second one with the same interview and index is refused."""
        ...

    async def save(self, turn: Turn) -> None:
        """Update a kept turn, all of it."""
        ...

    async def keep_fillers(self, turn: Turn, fillers: tuple[Word, ...]) -> bool:
        """Keep the fillers that were heard in the speech of `turn`, and change nothing else.

        False, and nothing changes, when it is gone or its speech is another by now.
        """
        ...

    async def amend(self, turn: Turn, amendment: str | None) -> bool:
        """Keep the speaker's own words beside the answer, and raise the revision by one.

        False, and nothing changes, when it is gone or has another revision by now.
        """
        ...

    async def remove(self, turn_id: UUID) -> None:
        """Drop a turn that was taken back before it was heard; nothing happens when it is gone."""
        ...

    async def of(self, interview_id: UUID) -> tuple[Turn, ...]:
        """All turns of an interview, by index."""
        ...


class Scorecards(Protocol):
    """Scorecards, one for each question of an interview."""

    async def save(self, card: Scorecard) -> None:
        """Insert or replace the card of this interview and question."""
        ...

    async def of(self, interview_id: UUID) -> tuple[Scorecard, ...]:
        """All cards of an interview, in the order of their first turn."""
        ...


class Observations(Protocol):
    """Expression readings and recordings. Readings of an assessment are refused by the store."""

    async def add_reading(self, interview_id: UUID, reading: ExpressionReading) -> None:
        """Keep one second's reading; a later one of the same second replaces it."""
        ...

    async def readings(self, interview_id: UUID) -> tuple[ExpressionReading, ...]:
        """All readings, by second."""
        ...

    async def add_recording(self, recording: Recording) -> None:
        """Keep a stretch of audio's place."""
        ...

    async def recordings(self, interview_id: UUID) -> tuple[Recording, ...]:
        """All stretches, by start."""
        ...


class Metrics(Protocol):
    """How the hand-overs of turns went, one row a turn; erased with their interview."""

    async def save(self, metrics: TurnMetrics) -> None:
        """Insert or replace the metrics of this interview and turn."""
        ...

    async def of(self, interview_id: UUID) -> tuple[TurnMetrics, ...]:
        """Those of an interview, by turn."""
        ...

    async def newest(
        self, limit: int = 1000, *, since: datetime | None = None
    ) -> tuple[KeptMetrics, ...]:
        """Those of all interviews that were first kept at or after `since`, the newest first."""
        ...


class Library(Protocol):
    """The authored content as the store holds it."""

    def of(self, interview_id: UUID) -> Library:
        """The same, with each question and rubric in the version that this interview has."""
        ...

    async def load(self, bank: Bank, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Replace the stored bank; one vector of the embedder's length per passage, in order.

        Older versions and learned exemplars stay readable. An id that people published here is
        theirs: the bank's item of this id is left out.
        """
        ...

    async def digest(self) -> str | None:
        """`Bank.digest` of the bank that was loaded last, or None."""
        ...

    async def tracks(self) -> tuple[Track, ...]:
        """All tracks, by title."""
        ...

    async def track(self, track_id: str) -> Track | None:
        """One track or None."""
        ...

    async def question(self, question_id: str) -> Question | None:
        """One question, newest version, or None."""
        ...

    async def questions(self, ids: Sequence[str]) -> tuple[Question, ...]:
        """Questions in the order of `ids`; unknown ids are left out."""
        ...

    async def rubric(self, rubric_id: str, version: int | None = None) -> Rubric | None:
        """A rubric, the newest version unless one is named, or None."""
        ...

    async def nearest(
        self,
        vector: Vectors,
        *,
        kinds: Sequence[PassageKind],
        question_id: str | None = None,
        limit: int = 5,
    ) -> tuple[Passage, ...]:
        """The passages nearest in meaning to `vector` (shape (d,)), best first."""
        ...


class JobQueue(Protocol):
    """Background work, queued in the transaction of the rows that it belongs to."""

    async def grade(self, interview_id: UUID, question_id: str, *, after_s: float = 0.0) -> None:
        """Grade one question with its follow-ups, not before `after_s` seconds from now."""
        ...

    async def finish(self, interview_id: UUID) -> None:
        """Bring a closed interview to its end once all is graded."""
        ...

    async def analyse(self, interview_id: UUID) -> None:
        """Analyse the upload of this interview."""
        ...

    async def deliver(self, delivery_id: UUID, *, after_s: float = 0.0) -> None:
        """Send this message to its webhook, not before `after_s` seconds from now."""
        ...


class UnitOfWork(Protocol):
    """All repositories, in one transaction."""

    @property
    def interviews(self) -> Interviews:
        """Interviews and consents."""
        ...

    @property
    def turns(self) -> Turns:
        """Turns."""
        ...

    @property
    def scorecards(self) -> Scorecards:
        """Scorecards."""
        ...

    @property
    def observations(self) -> Observations:
        """Expression readings and recordings."""
        ...

    @property
    def metrics(self) -> Metrics:
        """Metrics of turns."""
        ...

    @property
    def library(self) -> Library:
        """Authored content."""
        ...

    @property
    def authoring(self) -> AuthoringWork:
        """Drafts, published versions, files that were brought."""
        ...

    @property
    def jobs(self) -> JobQueue:
        """Background work."""
        ...

    @property
    def review(self) -> ReviewWork:
        """Reviews, marks, contests, the trail, and what is learned from them."""
        ...

    @property
    def uploads(self) -> Uploads:
        """Recordings that people brought."""
        ...

    @property
    def accounts(self) -> Accounts:
        """People, and what lets them in."""
        ...

    @property
    def receipts(self) -> Receipts:
        """What people were told, what was erased, and the rows of each modality."""
        ...

    @property
    def voices(self) -> Voices:
        """How voices sounded, and readings of stress."""
        ...

    @property
    def assignments(self) -> Assignments:
        """What educators prepare for others."""
        ...

    @property
    def webhooks(self) -> Webhooks:
        """Addresses that are told of what happens."""
        ...


class Store(Protocol):
    """Where everything is kept."""

    def begin(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open one transaction; raises StoreUnavailable."""
        ...
