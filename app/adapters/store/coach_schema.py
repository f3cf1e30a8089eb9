"""The tables of the coach; the migrations make them. What cites an interview goes with it."""

from __future__ import annotations

import sqlalchemy as sa
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from app.adapters.store.schema import DIMENSIONS, metadata


def _interview(name: str = "interview_id", *, primary_key: bool = False) -> sa.Column[object]:
    parent = sa.ForeignKey("interviews.id", ondelete="CASCADE")
    return sa.Column(name, sa.Uuid, parent, nullable=False, primary_key=primary_key)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


coach_indexed = sa.Table("coach_indexed", metadata, _interview(primary_key=True), _text("digest"))

coach_places = sa.Table(
    "coach_places",
    metadata,
    _interview(primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    _whole("turn"),
    _whole("first"),
    _whole("last"),
    sa.Column("embedding", HALFVEC(DIMENSIONS), nullable=False),
    sa.CheckConstraint("turn >= 0 AND first >= 0 AND last > first", name="coach_places_in_order"),
    sa.Index(
        "coach_places_embedding",
        "embedding",
        postgresql_using="hnsw",
        postgresql_with={"m": 24, "ef_construction": 128},
        postgresql_ops={"embedding": "halfvec_cosine_ops"},
    ),
)

coach_notes = sa.Table(
    "coach_notes",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    _text("title"),
    _text("text"),
    sa.Column("sources", ARRAY(sa.Text), nullable=False),
    sa.Column("asks", ARRAY(sa.Text), nullable=False),
    _text("author"),
    _time("at"),
    sa.Column("embedding", HALFVEC(DIMENSIONS), nullable=False),
    sa.CheckConstraint("version >= 1", name="coach_notes_version_counts_from_1"),
)

coach_exchanges = sa.Table(
    "coach_exchanges",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _text("person"),
    _time("asked_at"),
    _text("question"),
    _text("outcome"),
    sa.Column("answer", JSONB(none_as_null=True), nullable=False),
    # A trigger on interviews erases the exchanges that cite one.
    sa.Column("interviews", ARRAY(sa.Uuid), nullable=False),
    sa.Column("helpful", sa.Boolean, nullable=True),
    sa.Column("handed_off", sa.Boolean, nullable=False),
    _text("resolved_by", nullable=True),
    sa.CheckConstraint(
        "outcome IN ('asked', 'answered', 'unknown', 'refused', 'referred')",
        name="coach_exchanges_outcome_known",
    ),
    sa.Index("coach_exchanges_person", "person", "asked_at"),
    sa.Index("coach_exchanges_interviews", "interviews", postgresql_using="gin"),
)

coach_drills = sa.Table(
    "coach_drills",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _text("person"),
    _text("question_id"),
    _interview("before"),
    _interview("after"),
    _time("made_at"),
    sa.Column("rated", JSONB(none_as_null=True), nullable=True),
    sa.Index("coach_drills_person", "person"),
    sa.Index("coach_drills_before", "before"),
    sa.Index("coach_drills_after", "after"),
)

growth_goals = sa.Table(
    "growth_goals",
    metadata,
    sa.Column("person", sa.Text, primary_key=True),
    _whole("sessions"),
    _text("focus"),
    _time("set_at"),
    sa.CheckConstraint("sessions BETWEEN 1 AND 14", name="growth_goals_sessions_a_week"),
)
