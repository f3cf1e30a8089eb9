"""The tables of review, learning and self-reports; the migrations make them, as in `schema`."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from app.adapters.store.schema import metadata


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True)


def _of_interview(*, primary_key: bool = False) -> sa.Column[object]:
    parent = sa.ForeignKey("interviews.id", ondelete="CASCADE")
    return sa.Column("interview_id", sa.Uuid, parent, nullable=False, primary_key=primary_key)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _count(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, JSONB(none_as_null=True), nullable=nullable)


reviews = sa.Table(
    "reviews",
    metadata,
    _of_interview(primary_key=True),
    sa.Column("question_id", sa.Text, primary_key=True),
    _text("edition"),
    _text("state"),
    _text("by"),
    _time("at"),
    _time("released_at", nullable=True),
    sa.CheckConstraint("state IN ('draft', 'reviewed', 'released')", name="reviews_state_known"),
    sa.CheckConstraint("btrim(by) <> ''", name="reviews_signed"),
    sa.CheckConstraint(
        "state <> 'released' OR released_at IS NOT NULL", name="reviews_released_when"
    ),
)

# Rows of marks and audit_entries are only ever added: triggers refuse the rest.
marks = sa.Table(
    "marks",
    metadata,
    _key(),
    _of_interview(),
    _text("question_id"),
    _text("criterion_id"),
    _text("edition"),
    _text("kind"),
    _count("proposed", nullable=True),
    _count("level", nullable=True),
    _count("max_level"),
    _text("reason"),
    _text("by"),
    _time("at"),
    _text("rubric_id"),
    _count("rubric_version"),
    _text("model", nullable=True),
    sa.Column("confidence", sa.Double, nullable=True),
    _count("raw_level", nullable=True),
    sa.Column("raw_confidence", sa.Double, nullable=True),
    sa.Column("blind", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.CheckConstraint("kind IN ('correction', 'confirmation')", name="marks_kind_known"),
    sa.CheckConstraint("btrim(by) <> ''", name="marks_signed"),
    sa.CheckConstraint("level BETWEEN 0 AND max_level", name="marks_level_on_its_scale"),
    sa.CheckConstraint(
        "kind <> 'correction' OR btrim(reason) <> ''", name="marks_correction_has_reason"
    ),
    sa.Index("marks_interview_id", "interview_id"),
)

contests = sa.Table(
    "contests",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _of_interview(),
    _text("question_id"),
    _text("criterion_id"),
    _text("reason"),
    _time("at"),
    _text("answer", nullable=True),
    _text("answered_by", nullable=True),
    _time("answered_at", nullable=True),
    sa.CheckConstraint("btrim(reason) <> ''", name="contests_have_reason"),
    sa.CheckConstraint(
        "num_nonnulls(answer, answered_by, answered_at) IN (0, 3)",
        name="contests_answered_wholly",
    ),
    sa.Index("contests_interview_id", "interview_id"),
)
sa.Index(
    "contests_one_open",
    contests.c.interview_id,
    contests.c.question_id,
    contests.c.criterion_id,
    unique=True,
    postgresql_where=contests.c.answered_at.is_(None),
)

audit_entries = sa.Table(
    "audit_entries",
    metadata,
    _key(),
    _of_interview(),
    _text("act"),
    _text("who"),
    _time("at"),
    _text("question_id", nullable=True),
    _text("criterion_id", nullable=True),
    _count("before", nullable=True),
    _count("after", nullable=True),
    sa.CheckConstraint(
        "act IN ('graded', 'marked', 'reviewed', 'released', 'contested', 'answered', 'amended')",
        name="audit_entries_act_known",
    ),
    sa.Index("audit_entries_interview_id", "interview_id"),
)

exemplars = sa.Table(
    "exemplars",
    metadata,
    _of_interview(primary_key=True),
    sa.Column("question_id", sa.Text, primary_key=True),
    _text("answer"),
    _json("levels"),
    sa.Column(
        "learned_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()
    ),
    sa.Index("exemplars_question_id", "question_id"),
)

recalibrations = sa.Table(
    "recalibrations",
    metadata,
    sa.Column("rubric_id", sa.Text, primary_key=True),
    sa.Column("rubric_version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("model", sa.Text, primary_key=True),
    _count("marks"),
    _time("fitted_at"),
    _json("levels", nullable=True),
    _json("confidence"),
    sa.Column("error_before", sa.Double, nullable=False),
    sa.Column("error_after", sa.Double, nullable=False),
)

# Apart from everything that grades: no repository of the unit of work reads it.
self_reports = sa.Table(
    "self_reports",
    metadata,
    _of_interview(primary_key=True),
    _json("groups"),
    _time("given_at"),
    _text("text_version"),
)
