"""A store in memory that is just enough to hold interviews, and a recorder that keeps nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import cast
from uuid import UUID

from app.domain.interview import Interview, Recording, Turn
from app.domain.question import Bank, Question, Track
from app.ports.recordings import RecordingWriter, Shredded
from app.ports.store import Store, UnitOfWork


class MemoryStore:
    """Interviews, turns and the bank; jobs are dropped, and nothing is rolled back."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._questions = {question.id: question for question in bank.questions}
        self.kept: dict[UUID, Interview] = {}
        self.said: dict[UUID, Turn] = {}

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[UnitOfWork]:
        """This store is its own unit of work and all of its repositories."""
        yield cast(UnitOfWork, _Work(self))

    def as_store(self) -> Store:
        """The store as its users take it."""
        return cast(Store, self)

    def turns_of(self, interview_id: UUID) -> tuple[Turn, ...]:
        """The turns of an interview, by index."""
        own = (turn for turn in self.said.values() if turn.interview_id == interview_id)
        return tuple(sorted(own, key=lambda turn: turn.index))

    def question(self, question_id: str) -> Question | None:
        """A question of the bank."""
        return self._questions.get(question_id)

    def track(self, track_id: str) -> Track | None:
        """A track of the bank."""
        return self._bank.track(track_id)


class _Work:
    def __init__(self, store: MemoryStore) -> None:
        self.interviews = _Interviews(store)
        self.turns = _Turns(store)
        self.library = _Library(store)
        self.observations = _Nothing()
        self.metrics = _Nothing()
        self.jobs = _Nothing()


class _Interviews:
    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def save(self, interview: Interview) -> None:
        self._store.kept[interview.id] = interview

    progress = save

    async def set_patience(self, interview_id: UUID, factor: float) -> bool:
        """The live interview remembers it."""
        return interview_id in self._store.kept

    async def get(self, interview_id: UUID) -> Interview | None:
        return self._store.kept.get(interview_id)


class _Turns:
    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def add(self, turn: Turn) -> None:
        self._store.said[turn.id] = turn

    async def save(self, turn: Turn) -> None:
        self._store.said[turn.id] = turn

    async def remove(self, turn_id: UUID) -> None:
        self._store.said.pop(turn_id, None)

    async def of(self, interview_id: UUID) -> tuple[Turn, ...]:
        return self._store.turns_of(interview_id)


class _Library:
    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def of(self, interview_id: UUID) -> _Library:
        """There is one version of everything."""
        return self

    async def question(self, question_id: str) -> Question | None:
        return self._store.question(question_id)

    async def questions(self, ids: Sequence[str]) -> tuple[Question, ...]:
        found = (self._store.question(name) for name in ids)
        return tuple(question for question in found if question is not None)

    async def track(self, track_id: str) -> Track | None:
        return self._store.track(track_id)


class _Nothing:
    """Takes what is kept elsewhere in a real store, and keeps none of it."""

    async def grade(self, *what: object, **when: object) -> None:
        """No grading here."""

    async def finish(self, *what: object) -> None:
        """No report here."""

    async def save(self, *values: object) -> None:
        """No metrics here."""

    async def add_recording(self, recording: Recording) -> None:
        """No recordings here."""

    async def recordings(self, interview_id: UUID) -> tuple[Recording, ...]:
        return ()


class _Deaf:
    file = "none.pcm"

    def append(self, pcm: bytes) -> None:
        """Dropped."""

    def close(self) -> float:
        return 0.0


class NoRecordings:
    """Keeps no sound."""

    def open(self, interview_id: UUID) -> RecordingWriter:
        """A stretch that keeps nothing."""
        return _Deaf()

    def read(
        self, interview_id: UUID, file: str, from_s: float = 0.0, to_s: float | None = None
    ) -> bytes:
        """Nothing was kept."""
        return b""

    def seconds(self, interview_id: UUID, file: str) -> float:
        """Nothing was kept."""
        return 0.0

    def remove(self, interview_id: UUID, file: str) -> None:
        """Nothing was kept."""

    def erase(self, interview_id: UUID) -> Shredded:
        """Nothing was kept."""
        return Shredded(0, 0)
