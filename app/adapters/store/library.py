"""Authored content in the store, and search by meaning over its passages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.dialects.postgresql import distinct_on, insert

from app.adapters.store import rows, schema
from app.adapters.store.authoring_schema import CONTENT, publications
from app.adapters.store.errors import Refused
from app.adapters.store.pins import is_pinned
from app.adapters.store.repositories import Run, Transaction
from app.domain.authoring import Kind
from app.domain.question import Bank, Question, Rubric, Track
from app.ports.embeddings import Vectors
from app.ports.store import Passage, PassageKind, digest_of

_ONE_LOAD_AT_A_TIME = 7_311_900_402
_BATCH = 500
Item = TypeVar("Item", bound=BaseModel)


class PostgresLibrary:
    """The authored content as Postgres holds it."""

    def __init__(self, transaction: Transaction, interview_id: UUID | None = None) -> None:
        self._run = transaction.run
        self._transaction = transaction
        self._interview_id = interview_id

    def of(self, interview_id: UUID) -> PostgresLibrary:
        """The same, with each question and rubric in the version that this interview has."""
        return PostgresLibrary(self._transaction, interview_id)

    async def load(self, bank: Bank, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Replace the stored bank; older versions stay readable by id and version."""
        if vectors.shape != (len(passages), schema.DIMENSIONS):
            expected = (len(passages), schema.DIMENSIONS)
            raise Refused(f"expected vectors of shape {expected}, found {vectors.shape}")
        await self._run(sa.select(sa.func.pg_advisory_xact_lock(_ONE_LOAD_AT_A_TIME)))
        await self._replace(Kind.TRACK, bank.tracks)
        theirs = await self._replace(Kind.QUESTION, bank.questions)
        await self._replace(Kind.RUBRIC, bank.rubrics)
        table = schema.passages
        ours = (table.c.interview_id.is_(None), table.c.question_id.not_in(theirs))
        await self._run(sa.delete(table).where(*ours))
        values = [
            {**rows.passage_values(passage), "embedding": np.asarray(vector, np.float32)}
            for passage, vector in zip(passages, vectors, strict=True)
            if passage.question_id not in theirs
        ]
        for start in range(0, len(values), _BATCH):
            await self._run(sa.insert(schema.passages), values[start : start + _BATCH])
        new = {"digest": digest_of(bank, passages)}
        state = insert(schema.bank_state).values(id=1, **new)
        await self._run(state.on_conflict_do_update(index_elements=["id"], set_=new))

    async def digest(self) -> str | None:
        """The digest of the bank that was loaded last, or None."""
        found = await self._run(sa.select(schema.bank_state.c.digest))
        return found.scalar_one_or_none()

    async def tracks(self) -> tuple[Track, ...]:
        """All tracks, by title."""
        found = await self._run(sa.select(schema.tracks.c.body).where(schema.tracks.c.current))
        tracks = [Track.model_validate(body) for body in found.scalars()]
        return tuple(sorted(tracks, key=lambda track: track.title))

    async def track(self, track_id: str) -> Track | None:
        """One track or None."""
        found = await self._newest(schema.tracks, Track, [track_id])
        return found.get(track_id)

    async def question(self, question_id: str) -> Question | None:
        """One question, newest version, or None."""
        found = await self._newest(schema.questions, Question, [question_id])
        return found.get(question_id)

    async def questions(self, ids: Sequence[str]) -> tuple[Question, ...]:
        """Questions in the order of `ids`; unknown ids are left out."""
        found = await self._newest(schema.questions, Question, ids)
        return tuple(found[name] for name in ids if name in found)

    async def rubric(self, rubric_id: str, version: int | None = None) -> Rubric | None:
        """A rubric, the newest version unless one is named, or None."""
        if version is None:
            return (await self._newest(schema.rubrics, Rubric, [rubric_id])).get(rubric_id)
        table = schema.rubrics
        query = sa.select(table.c.body).where(table.c.id == rubric_id, table.c.version == version)
        body = (await self._run(query)).scalar_one_or_none()
        return Rubric.model_validate(body) if body is not None else None

    async def nearest(
        self,
        vector: Vectors,
        *,
        kinds: Sequence[PassageKind],
        question_id: str | None = None,
        limit: int = 5,
    ) -> tuple[Passage, ...]:
        """The passages nearest in meaning to `vector`, best first."""
        if vector.shape != (schema.DIMENSIONS,):
            raise Refused(f"expected {schema.DIMENSIONS} dimensions, found {vector.shape}")
        table = schema.passages
        distance = table.c.embedding.cosine_distance(np.asarray(vector, np.float32))
        query = sa.select(table, distance.label("distance")).where(table.c.kind.in_(kinds))
        if question_id is not None:
            query = query.where(table.c.question_id == question_id)
        found = await self._run(query.order_by(distance).limit(limit))
        return tuple(rows.passage(row) for row in found)

    async def _replace(self, kind: Kind, items: Sequence[Any]) -> frozenset[str]:
        """Take the bank's items but for ids that people published here, which are returned."""
        table, told = CONTENT[kind], publications
        published = await self._run(sa.select(told.c.id).where(told.c.kind == kind.value))
        theirs = frozenset(published.scalars())
        ours = (table.c.current, table.c.id.not_in(theirs))
        await self._run(sa.update(table).where(*ours).values(current=False))
        for item in (item for item in items if item.id not in theirs):
            body = rows.cleaned(item.model_dump(mode="json"))
            row = {"id": item.id, "version": item.version, "body": body, "current": True}
            new = insert(table).values(row)
            await self._run(
                new.on_conflict_do_update(
                    index_elements=["id", "version"], set_={"body": body, "current": True}
                )
            )
        return theirs

    async def _newest(
        self, table: sa.Table, kind: type[Item], ids: Sequence[str]
    ) -> dict[str, Item]:
        order = [table.c.current.desc(), table.c.version.desc()]
        if self._interview_id is not None:
            order.insert(0, is_pinned(table, self._interview_id).desc())
        query = (
            sa.select(table.c.id, table.c.body)
            .where(table.c.id.in_(ids))
            .ext(distinct_on(table.c.id))
            .order_by(table.c.id, *order)
        )
        found = await self._run(query)
        return {row.id: kind.model_validate(row.body) for row in found}


async def replace_passages(
    run: Run, question_id: str, passages: Sequence[Passage], vectors: Vectors | None
) -> None:
    """The passages of one question, but for those that were learned."""
    table = schema.passages
    ours = (table.c.interview_id.is_(None), table.c.question_id == question_id)
    await run(sa.delete(table).where(*ours))
    if not passages:
        return
    expected = (len(passages), schema.DIMENSIONS)
    if vectors is None or vectors.shape != expected:
        raise Refused(f"expected vectors of shape {expected}")
    for passage, vector in zip(passages, vectors, strict=True):
        values = {**rows.passage_values(passage), "embedding": np.asarray(vector, np.float32)}
        await run(sa.insert(table).values(values))
