"""The voice of the passage read in the device check stands before the first turn, at -1."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE turn_voices DROP CONSTRAINT turn_voices_turn_counts_from_0")
    op.execute("ALTER TABLE turn_voices ADD CONSTRAINT turn_voices_turn_known CHECK (turn >= -1)")


def downgrade() -> None:
    op.execute("DELETE FROM turn_voices WHERE turn < 0")
    op.execute("ALTER TABLE turn_voices DROP CONSTRAINT turn_voices_turn_known")
    op.execute(
        "ALTER TABLE turn_voices ADD CONSTRAINT turn_voices_turn_counts_from_0 CHECK (turn >= 0)"
    )
