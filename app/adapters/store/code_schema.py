"""The tables of code: versions, runs and what was noticed; the migrations make them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from app.adapters.store.schema import metadata


def _of_interview(*, primary_key: bool = False) -> sa.Column[object]:
    parent = sa.ForeignKey("interviews.id", ondelete="CASCADE")
    return sa.Column("interview_id", sa.Uuid, parent, nullable=False, primary_key=primary_key)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _at() -> sa.Column[float]:
    return sa.Column("at_s", sa.Double, nullable=False)


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True)


code_snapshots = sa.Table(
    "code_snapshots",
    metadata,
    _of_interview(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    _text("question_id"),
    _text("language"),
    _text("code"),
    _text("cause"),
    _at(),
    sa.CheckConstraint("number >= 1", name="code_snapshots_number_counts_from_1"),
    sa.CheckConstraint(
        "cause IN ('start', 'edit', 'run', 'reset', 'file')", name="code_snapshots_cause_known"
    ),
)

code_runs = sa.Table(
    "code_runs",
    metadata,
    _key(),
    _of_interview(),
    sa.Column("snapshot", sa.Integer, nullable=False),
    _text("question_id"),
    _text("language"),
    _text("kind"),
    _text("outcome"),
    _at(),
    sa.Column("result", JSONB(none_as_null=True), nullable=False),
    sa.CheckConstraint("kind IN ('tests', 'program')", name="code_runs_kind_known"),
    sa.Index("code_runs_interview_id", "interview_id"),
)

code_events = sa.Table(
    "code_events",
    metadata,
    _key(),
    _of_interview(),
    _text("kind"),
    _at(),
    sa.Column("characters", sa.Integer, nullable=True),
    _text("name"),
    sa.CheckConstraint(
        "kind IN ('paste', 'left', 'returned', 'file', 'hint')", name="code_events_kind_known"
    ),
    sa.Index("code_events_interview_id", "interview_id"),
)
