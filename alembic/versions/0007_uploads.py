"""Recordings that people bring to be analysed."""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE uploads (
            interview_id uuid PRIMARY KEY REFERENCES interviews (id) ON DELETE CASCADE,
            file text NOT NULL,
            name text NOT NULL,
            size bigint NOT NULL,
            state text NOT NULL CONSTRAINT uploads_state_known
                CHECK (state IN ('waiting', 'running', 'done', 'failed')),
            stage text NOT NULL,
            share double precision NOT NULL
                CONSTRAINT uploads_share_of_one CHECK (share BETWEEN 0 AND 1),
            error text NOT NULL
        )
    """)


def downgrade() -> None:
    op.execute("DROP TABLE uploads")
