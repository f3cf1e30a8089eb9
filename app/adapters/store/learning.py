"""Repositories of what marks teach: exemplars beside the bank's, and recalibrations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.adapters.store import review_schema, rows, schema
from app.adapters.store.repositories import Transaction, upsert
from app.domain.agreement import Recalibration, Steps
from app.domain.question import Exemplar
from app.ports.embeddings import Vectors


class PostgresExemplars:
    """Answers with the levels that people gave them."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def learn(
        self,
        interview_id: UUID,
        question_id: str,
        answer: str,
        levels: Mapping[str, int],
        vector: Vectors,
    ) -> None:
        """Keep the answer of this interview to this question, or replace it."""
        table, passages = review_schema.exemplars, schema.passages
        values = rows.cleaned({"answer": answer, "levels": dict(levels)})
        key = {"interview_id": interview_id, "question_id": question_id}
        statement = insert(table).values(**key, **values)
        new = {**values, "learned_at": sa.func.now()}
        await self._run(statement.on_conflict_do_update(index_elements=list(key), set_=new))
        same = (passages.c.interview_id == interview_id, passages.c.question_id == question_id)
        await self._run(sa.delete(passages).where(*same))
        passage = {
            **key,
            "kind": "exemplar",
            "key": f"learned-{interview_id}",
            "text": values["answer"],
            "embedding": np.asarray(vector, np.float32),
        }
        await self._run(sa.insert(passages).values(passage))

    async def of(self, question_id: str, *, but: UUID) -> tuple[Exemplar, ...]:
        """Those of a question, save the one from interview `but`; the newest first."""
        table = review_schema.exemplars
        query = (
            sa.select(table)
            .where(table.c.question_id == question_id, table.c.interview_id != but)
            .order_by(table.c.learned_at.desc(), table.c.interview_id)
            .limit(100)
        )
        found = await self._run(query)
        return tuple(Exemplar(answer=row.answer, levels=row.levels) for row in found)


class PostgresRecalibrations:
    """The newest recalibration of each grader."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def save(self, recalibration: Recalibration) -> None:
        """Insert or replace that of this rubric version and model."""
        await upsert(self._run, review_schema.recalibrations, asdict(recalibration))

    async def get(self, rubric_id: str, rubric_version: int, model: str) -> Recalibration | None:
        """That of this rubric version and model, or None."""
        table = review_schema.recalibrations
        query = sa.select(table).where(
            table.c.rubric_id == rubric_id,
            table.c.rubric_version == rubric_version,
            table.c.model == model,
        )
        row = (await self._run(query)).first()
        return _recalibration(row) if row is not None else None

    async def all(self) -> tuple[Recalibration, ...]:
        """Every grader's, by rubric, version and model."""
        table = review_schema.recalibrations
        query = sa.select(table).order_by(*table.primary_key.columns)
        return tuple(_recalibration(row) for row in await self._run(query))


def _recalibration(row: rows.Result) -> Recalibration:
    values = dict(row._mapping)
    levels = values["levels"]
    values["levels"] = _steps(levels) if levels is not None else None
    values["confidence"] = _steps(values["confidence"])
    return Recalibration(**values)


def _steps(kept: Mapping[str, list[float]]) -> Steps:
    return Steps(tuple(kept["at"]), tuple(kept["value"]))
