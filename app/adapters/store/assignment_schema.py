"""The tables of assignments; the migrations make them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from app.adapters.store.schema import metadata


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _texts(name: str) -> sa.Column[object]:
    return sa.Column(name, ARRAY(sa.Text), nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _of_assignment() -> sa.Column[object]:
    parent = sa.ForeignKey("assignments.id", ondelete="CASCADE")
    return sa.Column("assignment_id", sa.Uuid, parent, nullable=False)


assignments = sa.Table(
    "assignments",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _text("title"),
    _text("purpose"),
    _text("track_id"),
    _texts("question_ids"),
    _count("asks"),
    sa.Column("minutes", sa.Double, nullable=False),
    _count("attempts"),
    _text("order"),
    _text("language"),
    _text("contact"),
    _text("by"),
    sa.Column("owner", sa.Uuid, nullable=True),
    _time("created_at"),
    _time("due_at", nullable=True),
    _time("closed_at", nullable=True),
    sa.CheckConstraint("purpose IN ('practice', 'assessment')", name="assignments_purpose_known"),
    sa.CheckConstraint("attempts BETWEEN 1 AND 10", name="assignments_attempts_bounded"),
    sa.CheckConstraint(
        "asks BETWEEN 1 AND cardinality(question_ids)", name="assignments_asks_what_it_has"
    ),
)

assignment_invitations = sa.Table(
    "assignment_invitations",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _of_assignment(),
    _text("name"),
    _text("group"),
    _text("token_digest"),
    _time("created_at"),
    _time("expires_at"),
    _count("used"),
    _texts("accommodations"),
    sa.CheckConstraint("used >= 0", name="assignment_invitations_used_counts_from_0"),
    sa.UniqueConstraint("token_digest", name="assignment_invitations_token_digest_key"),
)
sa.Index(
    "assignment_invitations_one_a_name",
    assignment_invitations.c.assignment_id,
    sa.text("lower(btrim(name))"),
    unique=True,
)

assignment_attempts = sa.Table(
    "assignment_attempts",
    metadata,
    sa.Column(
        "interview_id",
        sa.Uuid,
        sa.ForeignKey("interviews.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=True,
    ),
    _of_assignment(),
    sa.Column(
        "invitation_id",
        sa.Uuid,
        sa.ForeignKey("assignment_invitations.id", ondelete="CASCADE"),
        nullable=True,
    ),
    _count("number"),
    sa.Column("trial", sa.Boolean, nullable=False),
    _time("begun_at"),
    sa.CheckConstraint(
        "trial = (invitation_id IS NULL)", name="assignment_attempts_trial_has_no_invitation"
    ),
    sa.Index("assignment_attempts_assignment_id", "assignment_id"),
    sa.Index("assignment_attempts_invitation_id", "invitation_id"),
)
