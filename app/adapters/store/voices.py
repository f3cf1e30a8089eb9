"""What is kept of voices in Postgres: one row an answer, and rows of stress in a practice alone."""

from __future__ import annotations

from dataclasses import asdict
from typing import get_args
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.adapters.store import rows, schema
from app.adapters.store.repositories import Transaction, insert_of_interview, upsert
from app.domain.figures import StressLevel, StressReading
from app.domain.phonation import TurnVoice

turn_voices = sa.Table(
    "turn_voices",
    schema.metadata,
    sa.Column(
        "interview_id",
        sa.Uuid,
        sa.ForeignKey("interviews.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("turn", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("body", JSONB(none_as_null=True), nullable=False),
    sa.CheckConstraint("turn >= -1", name="turn_voices_turn_known"),
)

stress_readings = sa.Table(
    "stress_readings",
    schema.metadata,
    sa.Column("interview_id", sa.Uuid, primary_key=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("start_s", sa.Double, primary_key=True, autoincrement=False),
    sa.Column("end_s", sa.Double, nullable=False),
    sa.Column("level", sa.Text, nullable=True),
    sa.Column("confidence", sa.Double, nullable=False),
    sa.Column("coverage", sa.Double, nullable=False),
    sa.Column("shares", ARRAY(sa.Double), nullable=True),
    sa.Column("assurance", sa.Double, nullable=True),
    sa.ForeignKeyConstraint(
        ["interview_id", "purpose"], ["interviews.id", "interviews.purpose"], ondelete="CASCADE"
    ),
    sa.CheckConstraint("purpose = 'practice'", name="stress_readings_practice_only"),
    sa.CheckConstraint("level IN ('low', 'medium', 'high')", name="stress_readings_level_known"),
)


class PostgresVoices:
    """Voices and readings of stress."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def keep(self, interview_id: UUID, voice: TurnVoice) -> None:
        """Keep the voice of a turn; a later word on the same turn replaces it."""
        body = rows.cleaned(asdict(voice))
        values: rows.Values = {"interview_id": interview_id, "turn": voice.turn, "body": body}
        await upsert(self._run, turn_voices, values)

    async def of(self, interview_id: UUID) -> tuple[TurnVoice, ...]:
        """The voices of an interview, by turn."""
        table = turn_voices
        query = sa.select(table.c.body).where(table.c.interview_id == interview_id)
        found = (await self._run(query.order_by(table.c.turn))).scalars()
        return tuple(_voice(body) for body in found)

    async def keep_stress(self, interview_id: UUID, readings: tuple[StressReading, ...]) -> None:
        """Keep readings, in place of the old ones; the database refuses those of an assessment."""
        table = stress_readings
        await self._run(sa.delete(table).where(table.c.interview_id == interview_id))
        for reading in readings:
            values = asdict(reading)
            shares = values["shares"]
            values["shares"] = None if shares is None else list(shares)
            await insert_of_interview(self._run, table, interview_id, values)

    async def stress(self, interview_id: UUID) -> tuple[StressReading, ...]:
        """The readings, by time."""
        table = stress_readings
        query = sa.select(table).where(table.c.interview_id == interview_id)
        found = await self._run(query.order_by(table.c.start_s))
        return tuple(_reading(row) for row in found)


def _voice(body: dict[str, object]) -> TurnVoice:
    lists = {name: tuple(value) for name, value in body.items() if isinstance(value, list)}
    return TurnVoice(**{**body, **lists})  # type: ignore[arg-type]  # as it was written


def _reading(row: rows.Result) -> StressReading:
    level = row.level if row.level in get_args(StressLevel) else None
    shares = tuple(row.shares) if row.shares is not None else None
    told = (row.confidence, row.coverage, shares, row.assurance)
    return StressReading(row.start_s, row.end_s, level, *told)
