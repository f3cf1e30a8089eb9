"""The store in memory, with the rules of the real one: firewall, one row a key, rollback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.consent import Consent, Modality, Purpose, require_allowed
from app.domain.errors import PurposeForbids
from app.domain.figures import StressReading
from app.domain.interview import (
    ExpressionReading,
    Interview,
    InterviewStatus,
    Recording,
    Turn,
    Word,
)
from app.domain.metrics import KeptMetrics, TurnMetrics
from app.domain.phonation import TurnVoice
from app.domain.scorecard import CardStatus, Scorecard
from app.domain.upload import Upload
from app.ports.errors import StoreUnavailable
from tests.fakes.accounts import AccountRows, FakeAccounts
from tests.fakes.assignments import AssignmentRows, FakeAssignments
from tests.fakes.authoring import AuthoringRows, FakeAuthoringWork
from tests.fakes.library import FakeLibrary
from tests.fakes.receipts import FakeReceipts, ReceiptRows
from tests.fakes.review import FakeReviewWork, FakeSelfReports, all_said
from tests.fakes.review import refused as _refused
from tests.fakes.voice import FakeVoices
from tests.fakes.webhooks import FakeWebhooks, WebhookRows


@dataclass(frozen=True)
class GradeJob:
    """A queued job that grades one question."""

    interview_id: UUID
    question_id: str


@dataclass(frozen=True)
class FinishJob:
    """A queued job that ends an interview."""

    interview_id: UUID


@dataclass(frozen=True)
class AnalyseJob:
    """A queued job that analyses an upload."""

    interview_id: UUID


@dataclass(frozen=True)
class DeliverJob:
    """A queued job that sends a message to its webhook."""

    delivery_id: UUID
    after_s: float = 0.0


Job = GradeJob | FinishJob | AnalyseJob | DeliverJob


@dataclass
class State(AccountRows, AssignmentRows, AuthoringRows, ReceiptRows, WebhookRows):
    """Every row."""

    turns: dict[UUID, Turn] = field(default_factory=dict)
    readings: dict[tuple[UUID, int], ExpressionReading] = field(default_factory=dict)
    voices: dict[tuple[UUID, int], TurnVoice] = field(default_factory=dict)
    stress: dict[UUID, tuple[StressReading, ...]] = field(default_factory=dict)
    recordings: dict[tuple[UUID, str], Recording] = field(default_factory=dict)
    metrics: dict[tuple[UUID, int], KeptMetrics] = field(default_factory=dict)
    uploads: dict[UUID, Upload] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)


class FakeStore:
    """Transactions over a dictionary. `broken` makes `begin` fail; `jobs` lists what was queued.

    `now` is the time that its rows carry; it moves on a microsecond with each transaction.
    """

    def __init__(self) -> None:
        self._state = State()
        self.now = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
        self.broken = False

    @property
    def jobs(self) -> list[Job]:
        return self._state.jobs

    def self_reports(self) -> FakeSelfReports:
        return FakeSelfReports(self._state)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[FakeUnitOfWork]:
        if self.broken:
            raise StoreUnavailable("the store can't be reached")
        before = {name: _copied(value) for name, value in vars(self._state).items()}
        try:
            self.now += timedelta(microseconds=1)
            yield FakeUnitOfWork(self._state, self.now)
        except BaseException:
            vars(self._state).update(before)
            raise

    async def erase(self, interview_id: UUID) -> int:
        state = self._state
        before = _rows(state)
        state.interviews.pop(interview_id, None)
        state.uploads.pop(interview_id, None)
        state.turns = {k: t for k, t in state.turns.items() if t.interview_id != interview_id}
        state.cards = {k: c for k, c in state.cards.items() if k[0] != interview_id}
        state.readings = {k: r for k, r in state.readings.items() if k[0] != interview_id}
        state.recordings = {k: r for k, r in state.recordings.items() if k[0] != interview_id}
        state.metrics = {k: m for k, m in state.metrics.items() if k[0] != interview_id}
        state.erase_review(interview_id)
        return before - _rows(state)

    async def close(self) -> None:
        return


def _rows(state: State) -> int:
    kept = (state.interviews, state.turns, state.cards, state.readings, state.recordings)
    return sum(len(rows) for rows in kept) + len(state.metrics)


def _copied(value: object) -> object:
    if isinstance(value, list):
        return list(value)
    return {k: _copied(v) for k, v in value.items()} if isinstance(value, dict) else value


class FakeUnitOfWork:
    """All repositories over one state."""

    def __init__(self, state: State, now: datetime) -> None:
        self.interviews = FakeInterviews(state)
        self.turns = FakeTurns(state)
        self.scorecards = FakeScorecards(state)
        self.observations = FakeObservations(state)
        self.metrics = FakeMetrics(state, now)
        self.library = FakeLibrary(state)
        self.authoring = FakeAuthoringWork(state)
        self.jobs = FakeJobs(state)
        self.review = FakeReviewWork(state)
        self.receipts = FakeReceipts(state)
        self.accounts = FakeAccounts(state)
        self.uploads = FakeUploads(state)
        self.voices = FakeVoices(state)
        self.assignments = FakeAssignments(state)
        self.webhooks = FakeWebhooks(state)


class FakeInterviews:
    def __init__(self, state: State) -> None:
        self._state = state

    async def add(self, interview: Interview) -> None:
        if interview.id in self._state.interviews:
            raise _refused("a second interview with this id")
        for consent in interview.consents:
            require_allowed(interview.purpose, consent.modality)
        self._state.interviews[interview.id] = deepcopy(interview)
        self._state.pin(interview.id, interview.question_ids)

    async def get(self, interview_id: UUID) -> Interview | None:
        return self._state.interviews.get(interview_id)

    async def held(self, interview_id: UUID) -> Interview | None:
        return await self.get(interview_id)

    async def save(self, interview: Interview) -> None:
        kept = self._kept(interview.id)
        if kept.purpose is not interview.purpose:
            raise PurposeForbids("the purpose of an interview never changes")
        self._state.interviews[interview.id] = replace(interview, consents=kept.consents)

    async def progress(self, interview: Interview) -> None:
        kept = self._kept(interview.id)
        self._state.interviews[kept.id] = replace(
            kept,
            status=interview.status,
            clock_s=interview.clock_s,
            code=interview.code,
            code_language=interview.code_language,
            started_at=interview.started_at,
            finished_at=interview.finished_at,
            failure=interview.failure,
        )

    async def finish(self, interview_id: UUID, status: InterviewStatus, at: datetime) -> bool:
        kept = self._state.interviews.get(interview_id)
        if kept is None or kept.status is not InterviewStatus.GRADING:
            return False
        return self._changed(interview_id, status=status, finished_at=kept.finished_at or at)

    async def set_weights(self, interview_id: UUID, weights: tuple[float, float, float]) -> bool:
        return self._changed(interview_id, weights=weights)

    async def choose_voice(self, interview_id: UUID, *, voice: bool) -> bool:
        return self._changed(interview_id, voice=voice)

    async def set_patience(self, interview_id: UUID, factor: float) -> bool:
        return self._changed(interview_id, patience=factor)

    def _changed(self, interview_id: UUID, **changes: Any) -> bool:
        kept = self._state.interviews.get(interview_id)
        if kept is None:
            return False
        self._state.interviews[kept.id] = replace(kept, **changes)
        return True

    async def recent(
        self, limit: int = 50, *, owner_id: UUID | None = None
    ) -> tuple[Interview, ...]:
        kept = self._state.interviews.values()
        every = [i for i in kept if owner_id in (None, i.owner_id)]
        return tuple(sorted(every, key=lambda i: i.created_at, reverse=True)[:limit])

    async def agree(self, interview_id: UUID, consent: Consent) -> None:
        kept = self._kept(interview_id)
        require_allowed(kept.purpose, consent.modality)
        self._state.interviews[kept.id] = replace(kept, consents=(*kept.consents, consent))

    async def withdraw(self, interview_id: UUID, modality: Modality, at: datetime) -> None:
        kept = self._state.interviews.get(interview_id)
        if kept is None:
            return
        consents = tuple(
            replace(c, withdrawn_at=at) if c.modality is modality and c.active else c
            for c in kept.consents
        )
        self._state.interviews[kept.id] = replace(kept, consents=consents)

    def _kept(self, interview_id: UUID) -> Interview:
        return _interview(self._state, interview_id)


def _interview(state: State, interview_id: UUID) -> Interview:
    try:
        return state.interviews[interview_id]
    except KeyError:
        raise _refused("no such interview") from None


def _turns(state: State, interview_id: UUID) -> list[Turn]:
    return [t for t in state.turns.values() if t.interview_id == interview_id]


class FakeTurns:
    def __init__(self, state: State) -> None:
        self._state = state

    async def add(self, turn: Turn) -> None:
        _interview(self._state, turn.interview_id)
        taken = {(t.interview_id, t.index) for t in self._state.turns.values()}
        if turn.id in self._state.turns or (turn.interview_id, turn.index) in taken:
            raise _refused("a second turn with this index")
        self._state.turns[turn.id] = turn

    async def save(self, turn: Turn) -> None:
        if turn.id not in self._state.turns:
            raise _refused("no such turn")
        self._state.turns[turn.id] = turn
        self._levels_follow(turn)

    async def keep_fillers(self, turn: Turn, fillers: tuple[Word, ...]) -> bool:
        kept = self._state.turns.get(turn.id)
        if kept is None or kept.speech != turn.speech:
            return False
        self._state.turns[turn.id] = replace(kept, filler_words=fillers)
        return True

    async def amend(self, turn: Turn, amendment: str | None) -> bool:
        kept = self._state.turns.get(turn.id)
        if kept is None or kept.revision != turn.revision:
            return False
        amended = replace(kept, amendment=amendment, revision=kept.revision + 1)
        self._state.turns[turn.id] = amended
        self._levels_follow(amended)
        return True

    async def remove(self, turn_id: UUID) -> None:
        gone = self._state.turns.pop(turn_id, None)
        if gone is not None:
            self._levels_follow(gone)

    def _levels_follow(self, turn: Turn) -> None:
        for key, card in self._state.cards.items():
            if key[0] == turn.interview_id and not all_said(card, _turns(self._state, key[0])):
                self._state.cards[key] = replace(
                    card, status=CardStatus.WAITING, criteria=(), gates=(), reason=""
                )

    async def of(self, interview_id: UUID) -> tuple[Turn, ...]:
        theirs = [t for t in self._state.turns.values() if t.interview_id == interview_id]
        return tuple(sorted(theirs, key=lambda t: t.index))


class FakeScorecards:
    def __init__(self, state: State) -> None:
        self._state = state

    async def save(self, card: Scorecard) -> None:
        _interview(self._state, card.interview_id)
        if not all_said(card, _turns(self._state, card.interview_id)):
            raise _refused("a level cites words that were not said")
        graded = card.status in (CardStatus.GRADED, CardStatus.REVIEW)
        if not graded and any(score.level is not None for score in card.criteria):
            raise _refused("a level before there is an outcome")
        self._state.cards[card.interview_id, card.question_id] = card

    async def of(self, interview_id: UUID) -> tuple[Scorecard, ...]:
        theirs = [c for c in self._state.cards.values() if c.interview_id == interview_id]
        return tuple(sorted(theirs, key=lambda c: (c.turns[:1] or (10**9,), c.question_id)))


class FakeObservations:
    def __init__(self, state: State) -> None:
        self._state = state

    async def add_reading(self, interview_id: UUID, reading: ExpressionReading) -> None:
        if _interview(self._state, interview_id).purpose is not Purpose.PRACTICE:
            raise PurposeForbids("expressions are never kept in an assessment")
        self._state.readings[interview_id, reading.second] = reading

    async def readings(self, interview_id: UUID) -> tuple[ExpressionReading, ...]:
        theirs = [r for (owner, _), r in self._state.readings.items() if owner == interview_id]
        return tuple(sorted(theirs, key=lambda r: r.second))

    async def add_recording(self, recording: Recording) -> None:
        _interview(self._state, recording.interview_id)
        self._state.recordings[recording.interview_id, recording.file] = recording

    async def recordings(self, interview_id: UUID) -> tuple[Recording, ...]:
        theirs = [r for (owner, _), r in self._state.recordings.items() if owner == interview_id]
        return tuple(sorted(theirs, key=lambda r: (r.start_s, r.file)))


class FakeMetrics:
    def __init__(self, state: State, now: datetime) -> None:
        self._state = state
        self._now = now

    async def save(self, metrics: TurnMetrics) -> None:
        _interview(self._state, metrics.interview_id)
        if metrics.turn < 0:
            raise _refused("turns count from 0")
        key = (metrics.interview_id, metrics.turn)
        before = self._state.metrics.get(key)
        since = before.recorded_at if before is not None else self._now
        self._state.metrics[key] = KeptMetrics(metrics, since)

    async def of(self, interview_id: UUID) -> tuple[TurnMetrics, ...]:
        theirs = [k.metrics for k in self._state.metrics.values()]
        of_it = [m for m in theirs if m.interview_id == interview_id]
        return tuple(sorted(of_it, key=lambda m: m.turn))

    async def newest(
        self, limit: int = 1000, *, since: datetime | None = None
    ) -> tuple[KeptMetrics, ...]:
        kept = self._state.metrics.values()
        asked = [k for k in kept if since is None or k.recorded_at >= since]
        asked.sort(key=lambda k: (k.metrics.interview_id, k.metrics.turn))
        return tuple(sorted(asked, key=lambda k: k.recorded_at, reverse=True)[:limit])


class FakeJobs:
    def __init__(self, state: State) -> None:
        self._state = state

    async def grade(self, interview_id: UUID, question_id: str, *, after_s: float = 0.0) -> None:
        self._state.jobs.append(GradeJob(interview_id, question_id))

    async def finish(self, interview_id: UUID) -> None:
        self._state.jobs.append(FinishJob(interview_id))

    async def analyse(self, interview_id: UUID) -> None:
        self._state.jobs.append(AnalyseJob(interview_id))

    async def deliver(self, delivery_id: UUID, *, after_s: float = 0.0) -> None:
        self._state.jobs.append(DeliverJob(delivery_id, after_s))


class FakeUploads:
    def __init__(self, state: State) -> None:
        self._state = state

    async def save(self, upload: Upload) -> None:
        _interview(self._state, upload.interview_id)
        self._state.uploads[upload.interview_id] = upload

    async def get(self, interview_id: UUID) -> Upload | None:
        return self._state.uploads.get(interview_id)
