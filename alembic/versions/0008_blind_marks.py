"""Marks that a person gave without seeing the machine's level."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE marks ADD COLUMN blind boolean NOT NULL DEFAULT false")


def downgrade() -> None:
    op.execute("ALTER TABLE marks DROP COLUMN blind")
