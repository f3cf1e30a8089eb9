"""The authored content in memory: versions of everything, and which of them are offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from app.domain.authoring import Item, Kind, Publication
from app.domain.question import Bank, Question, Rubric, Track
from app.ports.embeddings import Vectors
from app.ports.store import Passage, PassageKind, digest_of
from tests.fakes.review import ReviewRows, refused

Key = tuple[Kind, str]


@dataclass
class LibraryRows(ReviewRows):
    """The rows that the library reads and writes."""

    content: dict[Key, dict[int, Item]] = field(default_factory=dict)
    offered: dict[Key, int] = field(default_factory=dict)
    publications: dict[tuple[Kind, str, int], Publication] = field(default_factory=dict)
    pins: dict[tuple[UUID, Kind, str], int] = field(default_factory=dict)
    passages: list[tuple[Passage, Vectors]] = field(default_factory=list)
    digest: str | None = None

    def pin(self, interview_id: UUID, question_ids: Sequence[str]) -> None:
        """Keep the versions that are offered now."""
        for name in question_ids:
            version = self.offered.get((Kind.QUESTION, name))
            if version is None:
                continue
            self.pins[interview_id, Kind.QUESTION, name] = version
            question = self.content[Kind.QUESTION, name][version]
            assert isinstance(question, Question)
            rubric = self.offered.get((Kind.RUBRIC, question.rubric))
            if rubric is not None:
                self.pins[interview_id, Kind.RUBRIC, question.rubric] = rubric

    def replace_passages(
        self, question_id: str, passages: Sequence[Passage], vectors: Vectors | None
    ) -> None:
        """The passages of one question."""
        if passages and (vectors is None or len(vectors) != len(passages)):
            raise refused(f"expected {len(passages)} vectors")
        others = [(p, v) for p, v in self.passages if p.question_id != question_id]
        new = [] if vectors is None else list(zip(passages, vectors, strict=True))
        self.passages = [*others, *new]


class FakeLibrary:
    def __init__(self, state: LibraryRows, interview_id: UUID | None = None) -> None:
        self._state = state
        self._interview_id = interview_id

    def of(self, interview_id: UUID) -> FakeLibrary:
        return FakeLibrary(self._state, interview_id)

    async def load(self, bank: Bank, passages: Sequence[Passage], vectors: Vectors) -> None:
        if len(vectors) != len(passages):
            raise refused(f"expected {len(passages)} vectors, found {len(vectors)}")
        state = self._state
        theirs = {(kind, name) for kind, name, _ in state.publications}
        state.offered = {key: v for key, v in state.offered.items() if key in theirs}
        items: dict[Kind, Sequence[Item]] = {
            Kind.TRACK: bank.tracks,
            Kind.QUESTION: bank.questions,
            Kind.RUBRIC: bank.rubrics,
        }
        for kind, of_kind in items.items():
            for item in of_kind:
                if (kind, item.id) not in theirs:
                    state.content.setdefault((kind, item.id), {})[item.version] = item
                    state.offered[kind, item.id] = item.version
        ids = {name for kind, name in theirs if kind is Kind.QUESTION}
        kept = [(p, v) for p, v in state.passages if p.question_id in ids]
        new = [
            pair for pair in zip(passages, vectors, strict=True) if pair[0].question_id not in ids
        ]
        state.passages = [*kept, *new]
        state.digest = digest_of(bank, passages)

    async def digest(self) -> str | None:
        return self._state.digest

    async def tracks(self) -> tuple[Track, ...]:
        ids = [name for kind, name in self._state.offered if kind is Kind.TRACK]
        found = [track for name in ids if (track := await self.track(name)) is not None]
        return tuple(sorted(found, key=lambda t: t.title))

    async def track(self, track_id: str) -> Track | None:
        found = self._newest(Kind.TRACK, track_id)
        return found if isinstance(found, Track) else None

    async def question(self, question_id: str) -> Question | None:
        found = self._newest(Kind.QUESTION, question_id)
        return found if isinstance(found, Question) else None

    async def questions(self, ids: Sequence[str]) -> tuple[Question, ...]:
        found = [await self.question(name) for name in ids]
        return tuple(question for question in found if question is not None)

    async def rubric(self, rubric_id: str, version: int | None = None) -> Rubric | None:
        if version is None:
            found: Any = self._newest(Kind.RUBRIC, rubric_id)
        else:
            found = self._state.content.get((Kind.RUBRIC, rubric_id), {}).get(version)
        return found if isinstance(found, Rubric) else None

    async def nearest(
        self,
        vector: Vectors,
        *,
        kinds: Sequence[PassageKind],
        question_id: str | None = None,
        limit: int = 5,
    ) -> tuple[Passage, ...]:
        found = [
            replace(passage, likeness=float(kept @ vector))
            for passage, kept in (*self._state.passages, *_learned(self._state))
            if passage.kind in kinds and question_id in (None, passage.question_id)
        ]
        return tuple(sorted(found, key=lambda p: -(p.likeness or 0.0))[:limit])

    def _newest(self, kind: Kind, item_id: str) -> Item | None:
        versions = self._state.content.get((kind, item_id))
        if not versions:
            return None
        pinned = None
        if self._interview_id is not None:
            pinned = self._state.pins.get((self._interview_id, kind, item_id))
        return versions[pinned or self._state.offered.get((kind, item_id)) or max(versions)]


def _learned(state: LibraryRows) -> list[tuple[Passage, Vectors]]:
    return [
        (Passage("exemplar", question_id, f"learned-{interview_id}", exemplar.answer), vector)
        for (interview_id, question_id), (exemplar, vector) in state.learned.items()
    ]
