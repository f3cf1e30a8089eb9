"""The tables of notices, recordings' keys and receipts; the migrations make them, as in `schema`.

A receipt outlives its interview: it names nobody, and refers to no row.
"""

from __future__ import annotations

import sqlalchemy as sa

from app.adapters.store.schema import metadata

_MODALITIES = "modality IN ('audio', 'recording', 'delivery', 'voice', 'video')"

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("modality", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

recording_keys = sa.Table(
    "recording_keys",
    metadata,
    sa.Column(
        "interview_id",
        sa.Uuid,
        sa.ForeignKey("interviews.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=True,
    ),
    sa.Column("file", sa.Text, primary_key=True),
    sa.Column("key", sa.LargeBinary, nullable=False),
    sa.CheckConstraint("octet_length(key) = 32", name="recording_keys_whole"),
)

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("interview_id", sa.Uuid, nullable=False),
    sa.Column("modality", sa.Text, nullable=True),
    sa.Column("reason", sa.Text, nullable=False),
    *(sa.Column(name, sa.Integer, nullable=False) for name in ("rows", "files", "keys")),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint(_MODALITIES, name="erasures_modality_known"),
    sa.CheckConstraint(
        "reason IN ('withdrawn', 'expired', 'erased')", name="erasures_reason_known"
    ),
    sa.Index("erasures_interview_id", "interview_id"),
)
