"""Which versions an interview was made with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from app.adapters.store.authoring_schema import CONTENT, pins
from app.domain.authoring import Kind

Run = Callable[[sa.Executable], Awaitable[sa.CursorResult[Any]]]


async def pin_versions(run: Run, interview_id: UUID, question_ids: Sequence[str]) -> None:
    """Keep the versions that are offered now, of these questions and of their rubrics."""
    questions, rubrics = CONTENT[Kind.QUESTION], CONTENT[Kind.RUBRIC]
    asked = sa.select(questions.c.body["rubric"].astext).where(
        questions.c.id.in_(question_ids), questions.c.current
    )
    await run(_pinned(interview_id, Kind.QUESTION, questions.c.id.in_(question_ids)))
    await run(_pinned(interview_id, Kind.RUBRIC, rubrics.c.id.in_(asked)))


def is_pinned(table: sa.Table, interview_id: UUID) -> sa.ColumnElement[bool]:
    """Whether a row of a content table is the version that this interview has."""
    kind = next(kind for kind, known in CONTENT.items() if known is table)
    return (
        sa.select(sa.literal(1))
        .where(
            pins.c.interview_id == interview_id,
            pins.c.kind == kind.value,
            pins.c.id == table.c.id,
            pins.c.version == table.c.version,
        )
        .exists()
    )


def _pinned(interview_id: UUID, kind: Kind, which: sa.ColumnElement[bool]) -> sa.Executable:
    table = CONTENT[kind]
    source = sa.select(
        sa.literal(interview_id, sa.Uuid), sa.literal(kind.value), table.c.id, table.c.version
    ).where(which, table.c.current)
    named = ["interview_id", "kind", "id", "version"]
    return insert(pins).from_select(named, source).on_conflict_do_nothing()
