"""Where a head was and its eyes pointed in a second of the camera, beside the expression."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE expression_readings ADD COLUMN head jsonb")


def downgrade() -> None:
    op.execute("ALTER TABLE expression_readings DROP COLUMN head")
