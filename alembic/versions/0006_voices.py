"""How voices sounded in each answer; readings of stress, in a practice alone."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TURN_VOICES = """
CREATE TABLE turn_voices (
    interview_id uuid NOT NULL REFERENCES interviews (id) ON DELETE CASCADE,
    turn integer NOT NULL CONSTRAINT turn_voices_turn_counts_from_0 CHECK (turn >= 0),
    body jsonb NOT NULL,
    PRIMARY KEY (interview_id, turn)
)
"""

STRESS_READINGS = """
CREATE TABLE stress_readings (
    interview_id uuid NOT NULL,
    purpose text NOT NULL
        CONSTRAINT stress_readings_practice_only CHECK (purpose = 'practice'),
    start_s double precision NOT NULL,
    end_s double precision NOT NULL,
    level text CONSTRAINT stress_readings_level_known CHECK (level IN ('low', 'medium', 'high')),
    confidence double precision NOT NULL,
    coverage double precision NOT NULL,
    shares double precision[],
    PRIMARY KEY (interview_id, start_s),
    FOREIGN KEY (interview_id, purpose) REFERENCES interviews (id, purpose) ON DELETE CASCADE
)
"""


def upgrade() -> None:
    op.execute(TURN_VOICES)
    op.execute(STRESS_READINGS)


def downgrade() -> None:
    op.execute("DROP TABLE stress_readings")
    op.execute("DROP TABLE turn_voices")
