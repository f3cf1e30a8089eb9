"""How assured a voice sounds, beside how tense."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE stress_readings ADD COLUMN assurance double precision")


def downgrade() -> None:
    op.execute("ALTER TABLE stress_readings DROP COLUMN assurance")
