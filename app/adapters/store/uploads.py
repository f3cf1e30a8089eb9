"""Uploads in Postgres; the migrations make the table, as in `schema`."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

import sqlalchemy as sa

from app.adapters.store import rows
from app.adapters.store.repositories import Transaction, upsert
from app.adapters.store.schema import metadata
from app.domain.upload import Upload, UploadState

uploads = sa.Table(
    "uploads",
    metadata,
    sa.Column(
        "interview_id",
        sa.Uuid,
        sa.ForeignKey("interviews.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=True,
    ),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("file", "name")),
    sa.Column("size", sa.BigInteger, nullable=False),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("state", "stage")),
    sa.Column("share", sa.Double, nullable=False),
    sa.Column("error", sa.Text, nullable=False),
    sa.CheckConstraint(
        "state IN ('waiting', 'running', 'done', 'failed')", name="uploads_state_known"
    ),
    sa.CheckConstraint("share BETWEEN 0 AND 1", name="uploads_share_of_one"),
)


class PostgresUploads:
    """Uploads by interview."""

    def __init__(self, transaction: Transaction) -> None:
        self._run = transaction.run

    async def save(self, upload: Upload) -> None:
        """Insert or replace the upload of this interview."""
        values = rows.cleaned(asdict(upload)) | {"state": upload.state.value}
        await upsert(self._run, uploads, values)

    async def get(self, interview_id: UUID) -> Upload | None:
        """That of an interview, or None."""
        query = sa.select(uploads).where(uploads.c.interview_id == interview_id)
        row = (await self._run(query)).first()
        if row is None:
            return None
        return Upload(**{**row._mapping, "state": UploadState(row.state)})
